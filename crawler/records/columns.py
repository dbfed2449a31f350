"""Columns: found, lost, and what each reading of them showed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crawler.platforms.model import ListItem
from storage.clock import iso_utc
from storage.columns import REGISTRY, SEARCHED_AT, unresolved_losses
from storage.models import (
    Column,
    ColumnReading,
    ColumnState,
    Crawl,
    Filing,
    FilingState,
    Portal,
)

MOST_ROWS = 500
"""Rows of a list whose order is kept; nobody reads longer ones by their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFacts:
    """A column as far as reading it needs it."""

    id: int
    url: str
    rendered: bool


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


def store_column(
    session: Session,
    portal_id: str,
    *,
    url: str,
    name: str,
    platform: str,
    rendered: bool,
    found_by: str,
    proof: dict[str, Any],
    now: datetime,
) -> int:
    """Keep a column that was found, or found again, and return its id."""
    column = session.scalars(
        select(Column).where(Column.portal_id == portal_id, Column.url == url)
    ).first()
    if column is None:
        column = Column(portal_id=portal_id, url=url, found_at=now)
        session.add(column)
    elif column.state is ColumnState.LOST:
        column.found_at = now
    column.name = name
    column.platform = platform
    column.rendered = rendered
    column.found_by = found_by
    column.proof = {**proof, SEARCHED_AT: iso_utc(now)}
    column.state = ColumnState.ACTIVE
    column.lost_at = None
    session.flush()
    return column.id


def note_search(session: Session, portal_id: str, now: datetime) -> None:
    """Note on the standing columns that the portal was searched, whatever was found."""
    for column in session.scalars(
        select(Column).where(Column.portal_id == portal_id, Column.state == ColumnState.ACTIVE)
    ):
        column.proof = {**column.proof, SEARCHED_AT: iso_utc(now)}


def lose_column(session: Session, portal_id: str, url: str, now: datetime) -> bool:
    """Note that a column no longer stands at its address; tell whether one did."""
    column = session.scalars(
        select(Column).where(
            Column.portal_id == portal_id,
            Column.url == url,
            Column.state == ColumnState.ACTIVE,
        )
    ).first()
    if column is None:
        return False
    column.state = ColumnState.LOST
    column.lost_at = now
    return True


def retire_columns(session: Session, portal_id: str, named: Collection[str], now: datetime) -> None:
    """Note as lost what only the registry named, and names no more."""
    for column in session.scalars(
        select(Column).where(
            Column.portal_id == portal_id,
            Column.state == ColumnState.ACTIVE,
            Column.found_by == REGISTRY,
            Column.url.not_in(named),
        )
    ):
        column.state = ColumnState.LOST
        column.lost_at = now


def active_columns(session: Session, portal_id: str) -> list[ColumnFacts]:
    """Return the columns of a portal that stand, in the order they were found."""
    rows = session.scalars(
        select(Column)
        .where(Column.portal_id == portal_id, Column.state == ColumnState.ACTIVE)
        .order_by(Column.id)
    )
    return [ColumnFacts(id=row.id, url=row.url, rendered=row.rendered) for row in rows]


def known_urls(session: Session, column_id: int, crawl_id: int) -> set[str]:
    """Return the addresses of the reports that were known in a column before this crawl."""
    started = select(Crawl.started_at).where(Crawl.id == crawl_id).scalar_subquery()
    query = select(Filing.url).where(
        Filing.column_id == column_id,
        Filing.state != FilingState.REMOVED,
        Filing.first_seen_at < started,
    )
    return set(session.scalars(query))


def last_healthy_reading(session: Session, column_id: int, crawl_id: int) -> datetime | None:
    """Return when a column was last read with its control passed, before this crawl."""
    query = select(func.max(ColumnReading.read_at)).where(
        ColumnReading.column_id == column_id,
        ColumnReading.crawl_id != crawl_id,
        ColumnReading.control_passed,
    )
    return session.scalars(query).first()


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


def keep_rows(
    session: Session, column_id: int, rows: Sequence[tuple[str, ListItem]] | None
) -> None:
    """Keep the reports of a column in the order of its list, with their addresses.

    ``rows`` is None if that order means nothing: of several lists, or of a part of one.
    """
    column = session.get_one(Column, column_id)
    listed = None
    if rows is not None and len(rows) <= MOST_ROWS:
        listed = [
            {"url": url, "title": item.title, "day": item.day.isoformat() if item.day else None}
            for url, item in rows
        ]
    if column.rows != listed:
        column.rows = listed


def losses(session: Session, portal_id: str) -> list[str]:
    """Return the addresses of lost columns in whose place nothing was found."""
    return unresolved_losses(session, session.get_one(Portal, portal_id))
