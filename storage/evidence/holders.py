"""Who outside holds a checkpoint of the log, so that it cannot be rewritten unnoticed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage.models import (
    Checkpoint,
    CheckpointHolder,
    MessageState,
    OutboxMessage,
    TimeStamp,
)

TIME_AUTHORITY = "time_authority"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody outside who has a checkpoint."""

    kind: str
    """``time_authority``, ``mail`` or ``published``."""
    who: str
    """The address of the authority, a mail address, or the directory it was published in."""
    at: datetime
    """The time that the token says; when it was published, or put into the outbox."""
    size: int
    """How many entries of the log the checkpoint has under it."""


def holders_of(session: Session, position: int, size: int | None = None) -> Sequence[Holder]:
    """Return who holds a checkpoint that has the log entry at ``position`` under it.

    The earliest of each first; ``size`` leaves out checkpoints of a longer log. A mail counts
    from when the mail server had taken it.
    """
    stamps = select(TimeStamp.authority, TimeStamp.at, Checkpoint.tree_size).join(
        Checkpoint, TimeStamp.checkpoint_id == Checkpoint.id
    )
    given = (
        select(
            CheckpointHolder.kind,
            CheckpointHolder.holder,
            CheckpointHolder.at,
            Checkpoint.tree_size,
        )
        .join(Checkpoint, CheckpointHolder.checkpoint_id == Checkpoint.id)
        .outerjoin(OutboxMessage, OutboxMessage.message_id == CheckpointHolder.message_id)
        .where(or_(CheckpointHolder.message_id.is_(None), OutboxMessage.state == MessageState.SENT))
    )
    over = Checkpoint.tree_size > position
    within = over if size is None else over & (Checkpoint.tree_size <= size)
    found = [
        *(
            Holder(kind=TIME_AUTHORITY, who=who, at=at, size=entries)
            for who, at, entries in session.execute(stamps.where(within))
        ),
        *(
            Holder(kind=kind.value, who=who, at=at, size=entries)
            for kind, who, at, entries in session.execute(given.where(within))
        ),
    ]
    return sorted(found, key=lambda each: (each.size, each.at, each.who))


def earliest(holders: Sequence[Holder]) -> Sequence[Holder]:
    """Return of each holder the first checkpoint it had."""
    first: dict[tuple[str, str], Holder] = {}
    for each in holders:
        first.setdefault((each.kind, each.who), each)
    return list(first.values())
