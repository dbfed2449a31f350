"""Columns: found, lost, and what each reading of them showed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.platforms.model import ListItem
from crawler.records.moving import link_lost, settle_lost
from storage.clock import iso_utc
from storage.columns import (
    DRIFT,
    REGISTRY,
    SEARCHED_AT,
    UNSEARCHED,
    UNSEARCHED_OF,
    UNSEARCHED_SINCE,
    unresolved_losses,
)
from storage.models import Column, ColumnState, Portal

_MOST_LEFT = 5
"""Ways not followed that are kept: more say nothing more."""
_OF_THE_SEARCH = frozenset({UNSEARCHED, UNSEARCHED_OF, UNSEARCHED_SINCE})
"""What a proof keeps of the last search as a whole, until the next one is over."""
_NOTHING: Mapping[str, str] = MappingProxyType({})
MOST_ROWS = 500
"""Rows of a list whose order is kept; nobody reads longer ones by their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFacts:
    """A column as far as reading it needs it."""

    id: int
    url: str
    rendered: bool
    proof: dict[str, Any]
    order: tuple[str, ...] = ()
    """Addresses of its reports in the order in which they were seen last."""
    passed_over: dict[str, Any] = field(default_factory=dict)
    """Rows that are known to be no reports; see ``Column.passed_over``."""


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
    titles: Collection[str] = (),
) -> int:
    """Keep a column that was found, or found again, and return its id.

    ``titles`` of its rows tell whether it took the place of one that was lost.
    """
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
    left = {key: told for key, told in (column.proof or {}).items() if key in _OF_THE_SEARCH}
    column.proof = {**left, **proof, SEARCHED_AT: iso_utc(now)}
    column.state = ColumnState.ACTIVE
    column.lost_at = None
    column.moved_to = None
    session.flush()
    link_lost(session, column, titles)
    return column.id


def note_drift(session: Session, column_id: int, why: str | None, now: datetime) -> int:
    """Note that a column's page is no such column (any more), or is one again; tell how often."""
    column = session.get_one(Column, column_id)
    before = column.proof.get(DRIFT)
    if why is None:
        if before is not None:
            column.proof = {key: value for key, value in column.proof.items() if key != DRIFT}
        return 0
    since = before["since"] if before else iso_utc(now)
    times = (before["times"] if before else 0) + 1
    column.proof = {**column.proof, DRIFT: {"since": since, "times": times, "why": why}}
    return times


def keep_passed_over(session: Session, column_id: int, rows: dict[str, Any]) -> None:
    """Keep which rows were opened and are no reports, so that they need not be opened again."""
    column = session.get_one(Column, column_id)
    if (column.passed_over or {}) != rows:
        column.passed_over = rows


def note_search(
    session: Session, portal_id: str, now: datetime, left: Mapping[str, str] = _NOTHING
) -> None:
    """Note on the standing columns that the portal was searched, whatever was found.

    ``left`` says which likely ways to further columns were not followed to their end, and of each
    what its hub calls the agency that it leads to; empty if that is not known.
    """
    columns = session.scalars(
        select(Column).where(Column.portal_id == portal_id, Column.state == ColumnState.ACTIVE)
    ).all()
    told = {
        SEARCHED_AT: iso_utc(now),
        UNSEARCHED: [*left][:_MOST_LEFT],
        UNSEARCHED_OF: sorted(set(left.values())) if all(left.values()) else None,
        UNSEARCHED_SINCE: _left_since(columns, left) or iso_utc(now),
    }
    for column in columns:
        column.proof = {**column.proof, **told}


def _left_since(columns: Iterable[Column], left: Iterable[str]) -> str | None:
    """Return since when searches have left no other ways than these; None if they are others.

    A way is told by its address, the first word: why it could not be followed may change.
    """
    proofs = [column.proof for column in columns if column.proof.get(UNSEARCHED)]
    before = {why.split(" ")[0] for proof in proofs for why in proof[UNSEARCHED]}
    since = [proof[UNSEARCHED_SINCE] for proof in proofs if UNSEARCHED_SINCE in proof]
    now = {why.split(" ")[0] for why in [*left][:_MOST_LEFT]}
    return min(since, default=None) if now and now <= before else None


def unsearched(session: Session, portal_id: str) -> list[str]:
    """Return which ways the last search left: columns that nobody has seen may stand there."""
    columns = session.scalars(
        select(Column).where(Column.portal_id == portal_id, Column.state == ColumnState.ACTIVE)
    )
    return list(
        dict.fromkeys(why for column in columns for why in column.proof.get(UNSEARCHED, ()))
    )


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
    session.flush()
    settle_lost(session, column, now)
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
    return [
        ColumnFacts(
            id=row.id,
            url=row.url,
            rendered=row.rendered,
            proof=row.proof,
            order=tuple(each["url"] for each in row.rows or ()),
            passed_over=row.passed_over or {},
        )
        for row in rows
    ]


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
