"""Every family of rules; importing this module fills the rulebook. A new family is one line."""

from monitor.rules import (
    arithmetic,
    citation,
    history,
    identity,
    narrative,
    notes,
    privacy,
    publication,
    similarity,
    structure,
    tables,
    text,
    timeliness,
)

__all__ = [
    "arithmetic",
    "citation",
    "history",
    "identity",
    "narrative",
    "notes",
    "privacy",
    "publication",
    "similarity",
    "structure",
    "tables",
    "text",
    "timeliness",
]
