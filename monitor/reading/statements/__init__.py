"""What the prose of a report states, as typed facts that rules stand on."""

from monitor.reading.statements.model import (
    Announcement,
    Applicant,
    Breakdown,
    Channel,
    Citation,
    Comparison,
    Completion,
    Count,
    Form,
    Gap,
    Name,
    NameRole,
    Period,
    Quotation,
    Scope,
    Sentence,
    Statements,
    Thing,
    Time,
    Way,
    YearMention,
    YearRole,
)
from monitor.reading.statements.read import read_statements

__all__ = [
    "Announcement", "Applicant", "Breakdown", "Channel", "Citation", "Comparison", "Completion",
    "Count", "Form", "Gap", "Name", "NameRole", "Period", "Quotation", "Scope", "Sentence",
    "Statements", "Thing", "Time", "Way", "YearMention", "YearRole", "read_statements",
]  # fmt: skip
