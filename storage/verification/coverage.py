"""How far the log is covered: what could be cut off from its end unnoticed, and what could not.

A checkpoint stands in the database and beside the archive. Who can write to both can cut off the
end of the log and the checkpoints over it; only a checkpoint that somebody else holds shows it.
What came after the last checkpoint can be cut off without even that.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from storage.evidence.holders import TIME_AUTHORITY, Holder, holders_of
from storage.models import Checkpoint, CheckpointNote


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Of the first how many entries of the log something holds."""

    entries: int
    checkpointed: int = 0
    """Under any checkpoint."""
    signed: int = 0
    """Under a checkpoint with a signature."""
    stamped: int = 0
    """Under one that a time authority stamped: it says when, but the token lies here."""
    held: int = 0
    """Under one that was mailed or published."""
    holders: tuple[Holder, ...] = ()
    """Who was given that one."""


def coverage_of(connection: Connection, entries: int) -> Coverage:
    """Return how far a log of so many entries is covered."""
    signed = select(func.max(Checkpoint.tree_size)).join(
        CheckpointNote, CheckpointNote.checkpoint_id == Checkpoint.id
    )
    with Session(bind=connection) as session:
        found = holders_of(session, 0)
        given = [each for each in found if each.kind != TIME_AUTHORITY]
        held = max((each.size for each in given), default=0)
        return Coverage(
            entries=entries,
            checkpointed=session.scalar(select(func.max(Checkpoint.tree_size))) or 0,
            signed=session.scalar(signed) or 0,
            stamped=max((each.size for each in found if each.kind == TIME_AUTHORITY), default=0),
            held=held,
            holders=tuple(each for each in given if each.size == held),
        )
