"""Filings that their columns no longer show: unlisted, gone, or back."""

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from crawler.records.aside import stands_in_its_place
from crawler.records.merging import state_without_removal
from storage.models import AddressKind, Column, ColumnState, Filing, FilingState

GONE_FOR_GOOD = 3
"""Consecutive crawls in which a listed-no-more report must be gone before it counts as removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """A filing that no list shows now."""

    filing_id: int
    url: str
    absent_crawls: int
    gone_crawls: int
    removed: bool


def absent_filings(
    session: Session, column_id: int, since: datetime, shown: AbstractSet[str] = frozenset()
) -> list[Absent]:
    """Return the filings of a column that nothing has shown since an instant.

    ``shown`` are the addresses of all rows in all spellings: a row on a page that was not asked for
    again was seen earlier.
    """
    found = _unseen(session, Filing.column_id == column_id, since)
    return [_absent(filing) for filing in found if shown.isdisjoint(_urls_of(filing))]


def left_filings(session: Session, portal_id: str, since: datetime) -> list[Absent]:
    """Return the filings of a portal's lost columns that nothing has shown since an instant."""
    lost = select(Column.id).where(Column.portal_id == portal_id, Column.state == ColumnState.LOST)
    return [_absent(each) for each in _unseen(session, Filing.column_id.in_(lost), since)]


def _unseen(session: Session, where: ColumnElement[bool], since: datetime) -> Sequence[Filing]:
    query = select(Filing).where(where, Filing.last_seen_at < since, stands_in_its_place())
    return session.scalars(query.order_by(Filing.id)).all()


def _absent(filing: Filing) -> Absent:
    return Absent(
        filing_id=filing.id,
        url=filing.url,
        absent_crawls=filing.absent_crawls,
        gone_crawls=filing.gone_crawls,
        removed=filing.state is FilingState.REMOVED,
    )


def _urls_of(filing: Filing) -> set[str]:
    twins = (each.url for each in filing.addresses if each.kind is AddressKind.TWIN)
    return {filing.url, *twins}


def mark_absent(session: Session, filing_ids: Collection[int]) -> None:
    """Note that a healthy reading of their column, or of those in its place, did not show them."""
    for filing_id in filing_ids:
        session.get_one(Filing, filing_id).absent_crawls += 1


def mark_gone(session: Session, filing_id: int) -> None:
    """Note that a filing's address answered that there is nothing (any more)."""
    filing = session.get_one(Filing, filing_id)
    filing.gone_crawls += 1
    if filing.gone_crawls >= GONE_FOR_GOOD and filing.absent_crawls:
        filing.state = FilingState.REMOVED


def mark_there(session: Session, filing_id: int) -> None:
    """Note that a filing's address still answers, or again: then it is not removed."""
    filing = session.get_one(Filing, filing_id)
    filing.gone_crawls = 0
    if filing.state is FilingState.REMOVED:
        filing.state = state_without_removal(filing)
