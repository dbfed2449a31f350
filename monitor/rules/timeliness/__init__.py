"""Rules about time: whether, when and how lastingly a report is published."""

from monitor.rules.timeliness import absence, backdated, changes, dates, gaps, late, local

__all__ = ["absence", "backdated", "changes", "dates", "gaps", "late", "local"]
