"""Readings of columns: what each showed, on which pages, and what earlier ones tell of the next."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from crawler.planning import History
from crawler.read_pages import How, ReadPage, from_json
from crawler.records.aside import stands_in_its_place
from storage.models import (
    AddressKind,
    Column,
    ColumnReading,
    Crawl,
    Filing,
    FilingAddress,
    FilingState,
)

_LOOKED_BACK = 40
"""Readings of a column that are looked at to find one for which every page was fetched."""
_ASKED = frozenset({How.READ, How.UNCHANGED})
_UNLISTED = 3
"""Healthy readings without a report after which its column is no longer expected to show it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartReading:
    """What one crawl saw of a part of a column."""

    name: str
    """What the column calls it; empty for what cannot be told apart."""
    whole: bool
    reports: int
    missing: int
    """Reports known in it that were not found again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one crawl saw of one column; see ``ColumnReading``."""

    pages_seen: int
    announced: int | None
    found: int
    reports: int
    read_to_end: bool
    control_passed: bool
    known_before: int
    found_again: int
    reason: str | None
    newest_year: int | None = None
    pages: tuple[ReadPage, ...] = ()
    found_urls: tuple[str, ...] = ()
    missing_urls: tuple[str, ...] = ()
    holders: frozenset[str] = frozenset()
    vacant: frozenset[str] = frozenset()
    parts: tuple[PartReading, ...] = ()
    """The parts of a column of which some could not be read, where all else is in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownReport:
    """A report known in a column before this crawl, under all its addresses."""

    urls: tuple[str, ...]
    fiscal_year: int | None


def known_reports(session: Session, column_id: int, crawl_id: int) -> list[KnownReport]:
    """Return the reports that a column is expected to show (again)."""
    started = select(Crawl.started_at).where(Crawl.id == crawl_id).scalar_subquery()
    query = (
        select(Filing)
        .where(
            Filing.column_id == column_id,
            Filing.state != FilingState.REMOVED,
            Filing.absent_crawls < _UNLISTED,
            Filing.first_seen_at < started,
            stands_in_its_place(),
        )
        .options(selectinload(Filing.addresses))
        .order_by(Filing.id)
    )
    return [
        KnownReport(
            urls=(filing.url, *(a.url for a in filing.addresses if a.kind is AddressKind.TWIN)),
            fiscal_year=filing.fiscal_year,
        )
        for filing in session.scalars(query)
    ]


def last_absence(
    session: Session, column_id: int, crawl_id: int, page_url: str | None = None
) -> datetime | None:
    """Return when a healthy reading, before this crawl, last proved that a row was not there.

    ``page_url`` is the list page that shows it now, None if it is not known. A reading proves
    nothing about pages that it took from an earlier one.
    """
    readings = session.scalars(
        select(ColumnReading)
        .where(
            ColumnReading.column_id == column_id,
            ColumnReading.crawl_id != crawl_id,
            ColumnReading.control_passed,
        )
        .order_by(ColumnReading.read_at.desc())
        .limit(_LOOKED_BACK)
    )
    return next((each.read_at for each in readings if _looked_at(each, page_url)), None)


def was_healthy(session: Session, column_id: int, crawl_id: int) -> bool:
    """Tell whether a column was read with its control passed before this crawl."""
    query = select(ColumnReading.id).where(
        ColumnReading.column_id == column_id,
        ColumnReading.crawl_id != crawl_id,
        ColumnReading.control_passed,
    )
    return session.scalars(query.limit(1)).first() is not None


def newest_year_of(session: Session, column_id: int) -> int | None:
    """Return the latest fiscal year that the last healthy reading of a column told."""
    query = (
        select(ColumnReading.newest_year)
        .where(ColumnReading.column_id == column_id, ColumnReading.control_passed)
        .order_by(ColumnReading.read_at.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def _looked_at(reading: ColumnReading, page_url: str | None) -> bool:
    """Tell whether nothing on a page could have escaped a reading.

    It asked for that page, or, where it had no such page, for at least one of each list: what
    stood in a part that rested could have.
    """
    pages = reading.pages or ()
    hows = [page["how"] for page in pages if page["url"] == page_url]
    if hows:
        return How.CARRIED not in hows
    asked = {page["list"] for page in pages if page["how"] in _ASKED}
    return all(page["list"] in asked for page in pages)


def reading_history(session: Session, column_id: int) -> History:
    """Return what the healthy readings of a column allow the next one to rest on."""
    readings = session.scalars(
        select(ColumnReading)
        .where(ColumnReading.column_id == column_id, ColumnReading.control_passed)
        .order_by(ColumnReading.read_at.desc())
        .limit(_LOOKED_BACK)
    ).all()
    kept = [reading for reading in readings if reading.pages]
    if not kept:
        return History()
    whole = next((reading for reading in kept if _was_asked(reading)), None)
    pages = from_json(kept[0].pages or ())
    several = len({page.list_url for page in pages}) > 1
    return History(
        pages=pages,
        asked_at=whole.read_at if whole else None,
        asked=_lists_asked(kept) if several else {},
        years=_years_of(session, column_id) if several else {},
    )


def _lists_asked(readings: Sequence[ColumnReading]) -> dict[str, datetime]:
    """Return when each list was asked for last; ``readings`` are the newest first."""
    asked: dict[str, datetime] = {}
    for reading in readings:
        for page in reading.pages or ():
            if page["how"] in _ASKED:
                asked.setdefault(page["list"], reading.read_at)
    return asked


def _years_of(session: Session, column_id: int) -> dict[str, tuple[int, int | None]]:
    """Return filing and fiscal year of what is known on a column's portal, by every address."""
    portal_id = session.get_one(Column, column_id).portal_id
    query = select(Filing.id, Filing.fiscal_year, Filing.url).where(Filing.portal_id == portal_id)
    further = (
        select(Filing.id, Filing.fiscal_year, FilingAddress.url)
        .join(FilingAddress, FilingAddress.filing_id == Filing.id)
        .where(FilingAddress.portal_id == portal_id)
    )
    rows = [*session.execute(further), *session.execute(query)]
    return {url: (filing_id, year) for filing_id, year, url in rows}


def _was_asked(reading: ColumnReading) -> bool:
    hows = {page["how"] for page in reading.pages or ()}
    return hows <= {How.READ, How.REFUSED}


def same_losses(session: Session, column_id: int, crawl_id: int, known: int, again: int) -> int:
    """Return how many whole readings in a row, before this crawl, lost as many known reports."""
    readings = session.scalars(
        select(ColumnReading)
        .where(ColumnReading.column_id == column_id, ColumnReading.crawl_id != crawl_id)
        .order_by(ColumnReading.read_at.desc())
        .limit(_LOOKED_BACK)
    )
    count = 0
    for reading in readings:
        same = (reading.known_before, reading.found_again) == (known, again)
        if not (same and reading.read_to_end):
            break
        count += 1
    return count


def save_reading(
    session: Session, crawl_id: int, column_id: int, reading: Reading, now: datetime
) -> None:
    """Keep what this crawl saw of a column; a second reading in one crawl replaces the first."""
    row = session.scalars(
        select(ColumnReading).where(
            ColumnReading.crawl_id == crawl_id, ColumnReading.column_id == column_id
        )
    ).first()
    if row is None:
        row = ColumnReading(crawl_id=crawl_id, column_id=column_id)
        session.add(row)
    row.read_at = now
    row.pages_seen = reading.pages_seen
    row.announced = reading.announced
    row.found = reading.found
    row.reports = reading.reports
    row.read_to_end = reading.read_to_end
    row.control_passed = reading.control_passed
    row.known_before = reading.known_before
    row.found_again = reading.found_again
    row.reason = reading.reason
    row.newest_year = reading.newest_year
    row.pages = [page.as_json() for page in reading.pages]
    row.control = _control(reading)


def _control(reading: Reading) -> dict[str, object]:
    told: dict[str, object] = {
        "found": list(reading.found_urls),
        "missing": list(reading.missing_urls),
        "holders": sorted(reading.holders),
        "vacant": sorted(reading.vacant),
    }
    return told | ({"parts": [asdict(part) for part in reading.parts]} if reading.parts else {})
