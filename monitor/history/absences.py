"""The readings of a column that prove that a report was not there yet, with their list pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import ColumnReading, Filing

MOST_ABSENCES = 5
"""Readings before a report was first seen, of which the last ones are looked at."""
_CARRIED = "carried"
"""How a list page was read that was taken over from an earlier reading without asking for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsentReading:
    """A whole reading of the filing's column, its control passed, that did not show it."""

    at: datetime
    captures: tuple[int, ...]
    """The list pages it stands on: the exchange that answered, and that which has the body."""


def absent_readings(
    session: Session, filing: Filing, before: datetime
) -> tuple[AbsentReading, ...]:
    """Return the last readings before an instant that prove the absence of a filing, oldest first.

    One that took over a page from an earlier reading proves nothing, unless the crawler itself
    found that it does (``Filing.last_absent_at``).
    """
    if filing.last_absent_at is None:
        return ()
    query = (
        select(ColumnReading)
        .where(
            ColumnReading.column_id == filing.column_id,
            ColumnReading.control_passed,
            ColumnReading.read_at < before,
        )
        .order_by(ColumnReading.read_at.desc(), ColumnReading.id.desc())
        .limit(MOST_ABSENCES)
    )
    found = [
        AbsentReading(at=each.read_at, captures=tuple(_captures(each.pages or ())))
        for each in session.scalars(query)
        if each.read_at == filing.last_absent_at or not _took_over(each.pages or ())
    ]
    return tuple(reversed(found))


def _took_over(pages: Sequence[dict[str, Any]]) -> bool:
    return any(page.get("how") == _CARRIED for page in pages)


def _captures(pages: Sequence[dict[str, Any]]) -> Iterator[int]:
    named = dict.fromkeys(page.get(key) for page in pages for key in ("body", "capture"))
    yield from (each for each in named if each is not None)
