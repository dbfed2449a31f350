"""Rules about time: whether, when and how lastingly a report is published."""

from monitor.rules.timeliness import absence, changes, dates, late

__all__ = ["absence", "changes", "dates", "late"]
