"""Decisions to delete originals that a pack would have held."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.evidence.model import LoggedDeletion
from storage.leaf import deletion_leaf
from storage.models import Deletion, LogEntry
from storage.retention.removed import removals_of


def deletions_of(session: Session, digests: Collection[str]) -> Sequence[LoggedDeletion]:
    """Return the decisions by which some originals are gone, in the order of the log."""
    removals = removals_of(session, digests)
    query = (
        select(Deletion, LogEntry.position, LogEntry.leaf_hash)
        .join(LogEntry, LogEntry.deletion_id == Deletion.id)
        .where(Deletion.id.in_({each.deletion for each in removals.values()}))
        .order_by(LogEntry.position)
    )
    return [
        LoggedDeletion(
            leaf=deletion_leaf(deletion),
            position=position,
            leaf_hash=digest,
            originals=frozenset(
                each["sha256"] for each in deletion.originals if each["sha256"] in removals
            ),
            decided_at=deletion.decided_at,
            author=deletion.author,
            reason=deletion.reason,
        )
        for deletion, position, digest in session.execute(query)
    ]
