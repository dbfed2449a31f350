"""Which captures and which bodies any row of the database names.

The tables are gone through as the schema has them, so that a table that is added later keeps what
it names without anybody thinking of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import JSON, Column, String, Table, Text, cast, or_, select
from sqlalchemy.orm import Session

from storage.models import (
    Base,
    Capture,
    ColumnReading,
    Deletion,
    FixityCheck,
    LogEntry,
    Repair,
)

_PASSED_OVER = frozenset(
    each.__tablename__ for each in (Capture, LogEntry, Deletion, FixityCheck, Repair)
)
"""What is asked about, and how it was found when it was hashed again; nothing rests on these."""
_OWN_RULES = frozenset({(ColumnReading.__tablename__, "pages")})
"""List pages of readings: which of these are kept is what retention is about."""
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_AT_ONCE = 2_000


@dataclass(slots=True)
class Citations:
    """What is named somewhere."""

    captures: set[int] = field(default_factory=set)
    positions: set[int] = field(default_factory=set)
    """Places in the log."""
    bodies: set[str] = field(default_factory=set)


def read_citations(session: Session) -> Citations:
    """Go through every table for captures and bodies that its rows name."""
    found = Citations()
    for table in Base.metadata.sorted_tables:
        if table.name not in _PASSED_OVER:
            for column in table.columns:
                _read_column(session, table, column, found)
    return found


def _read_column(session: Session, table: Table, column: Column[Any], found: Citations) -> None:
    if any(key.target_fullname == "captures.id" for key in column.foreign_keys):
        found.captures.update(_values(session, column))
    elif isinstance(column.type, JSON) and (table.name, column.name) not in _OWN_RULES:
        for value in _telling(session, column):
            note(value, found)
    elif isinstance(column.type, String) and "sha256" in column.name:
        found.bodies.update(each for each in _values(session, column) if _SHA256.match(each))


def _values(session: Session, column: Column[Any]) -> Iterator[Any]:
    query = select(column).where(column.is_not(None)).execution_options(yield_per=_AT_ONCE)
    yield from session.scalars(query)


def _telling(session: Session, column: Column[Any]) -> Iterator[Any]:
    """Yield the values in which something of the kind may stand; the database looks first."""
    text = cast(column, Text)
    signs = (text.like(f"%{sign}%") for sign in ("sha256", "capture", "position"))
    yield from session.scalars(
        select(column).where(or_(*signs)).execution_options(yield_per=_AT_ONCE)
    )


def note(value: Any, found: Citations, key: str = "") -> None:
    """Note what a JSON value names: hashes, and numbers under keys that speak of captures."""
    if isinstance(value, dict):
        for name, each in value.items():
            note(each, found, name)
    elif isinstance(value, list):
        for each in value:
            note(each, found, key)
    elif isinstance(value, str) and _SHA256.match(value):
        found.bodies.add(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        if "capture" in key or key == "body":
            found.captures.add(value)
        elif "position" in key:
            found.positions.add(value)
