"""Rules about identity: which document, agency and year this is."""

from monitor.rules.identity import (
    agency,
    document,
    foreign,
    leftover,
    names,
    period,
    places,
    scope,
    title,
    title_parts,
    title_year,
)

__all__ = [
    "agency",
    "document",
    "foreign",
    "leftover",
    "names",
    "period",
    "places",
    "scope",
    "title",
    "title_parts",
    "title_year",
]
