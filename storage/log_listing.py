"""The entries of the log in their order, for people and other programs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from storage.models import Capture, Crawl, Deletion, LogEntry

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """Which entries are wanted; all of it must hold, None does not narrow."""

    since: datetime | None = None
    until: datetime | None = None
    """Exclusive, as ``since`` is inclusive: when a capture was fetched, or a deletion decided."""
    portal_id: str | None = None
    kind: str | None = None
    """``capture`` or ``deletion``."""
    limit: int | None = None
    """The last so many of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One entry; exactly one of ``capture`` and ``deletion`` is there."""

    position: int
    leaf_hash: bytes
    capture: Capture | None
    deletion: Deletion | None
    run_id: str | None
    portal_id: str | None

    @property
    def at(self) -> datetime | None:
        """When it was fetched or decided; None if its record is gone."""
        if self.capture is not None:
            return self.capture.fetched_at
        return self.deletion.decided_at if self.deletion is not None else None


def listed_entries(session: Session, narrowed: Narrowed) -> Iterator[Listed]:
    """Yield the entries that are wanted, by position."""
    positions = _positions(narrowed)
    if narrowed.limit is not None:
        positions = positions.order_by(LogEntry.position.desc()).limit(narrowed.limit)
    wanted = positions.subquery()
    query = (
        select(
            LogEntry.position, LogEntry.leaf_hash, Capture, Deletion, Crawl.run_id, Crawl.portal_id
        )
        .join(wanted, wanted.c.position == LogEntry.position)
        .outerjoin(Capture, Capture.id == LogEntry.capture_id)
        .outerjoin(Deletion, Deletion.id == LogEntry.deletion_id)
        .outerjoin(Crawl, Crawl.id == Capture.crawl_id)
        .order_by(LogEntry.position)
        .execution_options(yield_per=_AT_ONCE)
    )
    for position, digest, capture, deletion, run_id, portal_id in session.execute(query):
        yield Listed(
            position=position,
            leaf_hash=digest,
            capture=capture,
            deletion=deletion,
            run_id=run_id,
            portal_id=portal_id,
        )


def _positions(narrowed: Narrowed) -> Select[int]:
    query = (
        select(LogEntry.position)
        .outerjoin(Capture, Capture.id == LogEntry.capture_id)
        .outerjoin(Deletion, Deletion.id == LogEntry.deletion_id)
    )
    if narrowed.kind is not None:
        of_kind = LogEntry.capture_id if narrowed.kind == "capture" else LogEntry.deletion_id
        query = query.where(of_kind.is_not(None))
    if narrowed.portal_id is not None:
        of_portal = select(Crawl.id).where(Crawl.portal_id == narrowed.portal_id)
        query = query.where(Capture.crawl_id.in_(of_portal))
    since, until = narrowed.since, narrowed.until
    if since is not None:
        query = query.where(or_(Capture.fetched_at >= since, Deletion.decided_at >= since))
    if until is not None:
        query = query.where(or_(Capture.fetched_at < until, Deletion.decided_at < until))
    return query
