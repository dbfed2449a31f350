"""What the stored columns say about whether a portal must be searched."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.clock import SHANGHAI
from storage.models import Column, ColumnState, Crawl, CrawlState, Filing, FilingState, Portal

SEARCHED_AT = "searched_at"
"""The key in ``Column.proof`` of when the portal was last searched for columns, ISO 8601."""
UNSEARCHED = "unsearched"
"""The key in ``Column.proof`` of why the last search left ways to further columns, in words."""
UNSEARCHED_OF = "unsearched_of"
"""The key beside it of whose those ways are, as the entries of a hub name agencies.

None if a way was left of which that is not known.
"""
DRIFT = "drift"
"""The key in ``Column.proof`` of since when, how often and why its page is no such column."""
SEARCHED_PLATFORM = "platform"
"""The key in a crawl's evidence of the disclosure platform in which no column was found."""
AGAIN = timedelta(days=14)
AGAIN_NEAR_DUE = timedelta(days=3)
"""After how long a search that may have missed something is repeated."""
_MONTHS_OF_REPORTS = frozenset({1, 2, 3, 4})
"""Reports are due on 31 January and 31 March (Regulation, article 49); many come late."""
REGISTRY = "registry"
"""``Column.found_by`` of a column that the registry names."""


def search_needed(session: Session, portal: Portal, now: datetime, every: timedelta) -> bool:
    """Tell whether a portal's columns must be looked for (again).

    They must if none stands, if one was lost and nothing took its place, if the registry names
    other columns than before, or if the last look is longer ago than ``every``; a look that left
    ways is repeated sooner (``AGAIN``).
    """
    columns = session.scalars(select(Column).where(Column.portal_id == portal.id)).all()
    active = [column for column in columns if column.state is ColumnState.ACTIVE]
    if not active or unresolved_losses(session, portal):
        return True
    if _registry_changed(portal, {column.url for column in columns}, active):
        return True
    left = any(column.proof.get(UNSEARCHED) for column in active)
    rest = _rest(now, every) if left else every
    return max(_searched_at(column) for column in active) < now - rest


def search_rests(session: Session, portal: Portal, now: datetime, every: timedelta) -> bool:
    """Tell whether a portal may be left out of the timetable: it was searched and has no column.

    So a search that could read everything and found nothing is repeated after ``AGAIN``, near the
    due days after ``AGAIN_NEAR_DUE``, and not with every crawl; ``every`` is the longest rest.
    """
    had = select(Column.id).where(Column.portal_id == portal.id).limit(1)
    last = session.scalars(
        select(Crawl).where(Crawl.portal_id == portal.id).order_by(Crawl.id.desc()).limit(1)
    ).first()
    if portal.known_columns or session.scalars(had).first() is not None or last is None:
        return False
    ended = last.finished_at if last.state is CrawlState.NO_COLUMN else None
    return ended is not None and ended >= now - _rest(now, every)


def _rest(now: datetime, every: timedelta) -> timedelta:
    """Return after how long an uncertain search is repeated, sooner while reports appear."""
    near = now.astimezone(SHANGHAI).month in _MONTHS_OF_REPORTS
    return min(every, AGAIN_NEAR_DUE if near else AGAIN)


def unresolved_losses(session: Session, portal: Portal) -> list[str]:
    """Return the addresses of lost columns whose reports may now stand where nobody looked.

    A loss is resolved by a column found after it, or when all its reports have been seen in
    another column. Where the registry names the columns, only those it still names count.
    """
    columns = session.scalars(select(Column).where(Column.portal_id == portal.id)).all()
    standing = {column.url for column in columns if column.state is ColumnState.ACTIVE}
    found = max((c.found_at for c in columns if c.state is ColumnState.ACTIVE), default=None)
    return [
        column.url
        for column in columns
        if column.state is ColumnState.LOST
        and column.moved_to not in standing
        and (not portal.known_columns or column.url in portal.known_columns)
        and (found is None or (column.lost_at is not None and found < column.lost_at))
        and (found is None or not _has_been_emptied(session, column))
    ]


def _registry_changed(portal: Portal, stored: set[str], active: list[Column]) -> bool:
    if not set(portal.known_columns) <= stored:
        return True
    named = {column.url for column in active if column.found_by == REGISTRY}
    return bool(portal.known_columns) and not named <= set(portal.known_columns)


def _searched_at(column: Column) -> datetime:
    written = column.proof.get(SEARCHED_AT)
    return datetime.fromisoformat(written) if isinstance(written, str) else column.found_at


def _has_been_emptied(session: Session, column: Column) -> bool:
    """Tell whether every report once listed there is listed elsewhere now."""
    remaining = select(Filing.id).where(
        Filing.column_id == column.id, Filing.state != FilingState.REMOVED
    )
    return session.scalars(remaining.limit(1)).first() is None
