"""What the stored columns say about whether a portal must be searched."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

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
UNSEARCHED_SINCE = "unsearched_since"
"""The key beside it of since when no search has left any other way than these, ISO 8601."""
DRIFT = "drift"
"""The key in ``Column.proof`` of since when, how often and why its page is no such column."""
SEARCHED_PLATFORM = "platform"
"""The key in a crawl's evidence of the disclosure platform in which no column was found."""
AGAIN = timedelta(days=14)
AGAIN_NEAR_DUE = timedelta(days=3)
"""After how long a search that may have missed something is repeated, the first time."""
_MONTHS_OF_REPORTS = frozenset({1, 2, 3, 4})
"""Reports are due on 31 January and 31 March (Regulation, article 49); many come late."""
LONGEST_REST = timedelta(days=30)
LONGEST_REST_NEAR_DUE = timedelta(days=7)
"""The longest time between two searches for a column that was not found, however often."""
FIRST_REST = timedelta(days=3)
"""After a search that could read everything and found no column, the first of its kind."""
_A_NIGHT = timedelta(hours=20)
_IN_VAIN = frozenset({CrawlState.NO_COLUMN, CrawlState.PARTIAL})
"""States of crawls that searched a portal; others were kept from it, or found a column."""
_CRAWLS_LOOKED_AT = 60
_NEVER = datetime.min.replace(tzinfo=UTC)
_INTERRUPTED = "interrupted"
"""How the reasons of crawls begin that were cut off: they searched nothing to the end."""
REGISTRY = "registry"
"""``Column.found_by`` of a column that the registry names."""


def search_needed(
    session: Session, portal: Portal, now: datetime, every: timedelta, *, at_once: bool = False
) -> bool:
    """Tell whether a portal's columns must be looked for (again).

    They must if none stands, if one was lost and nothing took its place, if the registry names
    other columns than before, or if the last look is longer ago than ``every``; a look that left
    ways is repeated sooner (``AGAIN``), it and one for a lost column at growing intervals, unless
    somebody wants to know ``at_once`` (of ways that were left, once a day).
    """
    columns = session.scalars(select(Column).where(Column.portal_id == portal.id)).all()
    active = [column for column in columns if column.state is ColumnState.ACTIVE]
    if not active or _registry_changed(portal, {column.url for column in columns}, active):
        return True
    searched = max(_searched_at(column) for column in active)
    if lost := unresolved_losses(session, portal):
        since = max(column.lost_at or searched for column in columns if column.url in lost)
        rest = min(every, _growing(searched - since, now, _A_NIGHT))
        if at_once or searched < since or now - searched >= rest:
            return True
    if at_once and any(column.proof.get(UNSEARCHED) for column in active):
        return now - searched >= _A_NIGHT
    return now > searched + _rest(active, now, every)


def next_search(session: Session, portal: Portal, now: datetime, every: timedelta) -> datetime:
    """Return when a portal's columns are looked for again at the latest, if nothing happens."""
    columns = session.scalars(select(Column).where(Column.portal_id == portal.id)).all()
    active = [column for column in columns if column.state is ColumnState.ACTIVE]
    if search_needed(session, portal, now, every) or not active:
        return now
    return max(_searched_at(column) for column in active) + _rest(active, now, every)


def search_rests(session: Session, portal: Portal, now: datetime, every: timedelta) -> bool:
    """Tell whether a portal may be left out of the timetable: it was searched and has no column.

    Each search in vain doubles the time for which it has been known that none is found: the next
    one may wait as long again, at most ``LONGEST_REST``, near the due days
    ``LONGEST_REST_NEAR_DUE``, and never longer than ``every``. One that could not read everything
    is repeated at first with the next crawl.
    """
    columns = session.scalars(select(Column).where(Column.portal_id == portal.id)).all()
    stored = {column.url for column in columns}
    if any(c.state is ColumnState.ACTIVE for c in columns) or set(portal.known_columns) - stored:
        return False
    lost = max((column.lost_at for column in columns if column.lost_at), default=None)
    vain = [crawl for crawl in _searches(session, portal) if _ended(crawl) >= (lost or _NEVER)]
    if not vain:
        return False
    last, first = vain[0], vain[-1]
    least = FIRST_REST if last.state is CrawlState.NO_COLUMN else timedelta(0)
    known_for = _ended(last) - _ended(first)
    return now - _ended(last) <= min(every, _growing(known_for, now, least))


def _searches(session: Session, portal: Portal) -> list[Crawl]:
    """Return the crawls that searched a portal in vain since the last that found its columns."""
    query = select(Crawl).where(Crawl.portal_id == portal.id, Crawl.finished_at.is_not(None))
    found: list[Crawl] = []
    for crawl in session.scalars(query.order_by(Crawl.id.desc()).limit(_CRAWLS_LOOKED_AT)):
        if crawl.state is CrawlState.COMPLETE:
            break
        if crawl.state in _IN_VAIN and not (crawl.reason or "").startswith(_INTERRUPTED):
            found.append(crawl)
    return found


def _ended(crawl: Crawl) -> datetime:
    return crawl.finished_at or crawl.started_at


def _growing(known_for: timedelta, now: datetime, least: timedelta) -> timedelta:
    """Return after how long to look again for what has been missing for so long."""
    longest = LONGEST_REST_NEAR_DUE if _is_near_due(now) else LONGEST_REST
    return max(least, min(known_for, longest))


def _rest(active: Sequence[Column], now: datetime, every: timedelta) -> timedelta:
    """Return after how long a search is repeated.

    One that left ways is repeated sooner, above all while reports appear; but the longer it is the
    same ways that cannot be followed, the less another search would tell.
    """
    left = [column for column in active if column.proof.get(UNSEARCHED)]
    if not left:
        return every
    searched = max(_searched_at(column) for column in active)
    written = [since for column in left if (since := column.proof.get(UNSEARCHED_SINCE))]
    known_for = searched - datetime.fromisoformat(min(written)) if written else timedelta(0)
    least = AGAIN_NEAR_DUE if _is_near_due(now) else AGAIN
    return min(every, _growing(known_for, now, least))


def _is_near_due(now: datetime) -> bool:
    return now.astimezone(SHANGHAI).month in _MONTHS_OF_REPORTS


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
