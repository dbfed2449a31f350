"""Removing originals: decided and logged first, under a checkpoint next, carried out last.

Killed at any point, it leaves a decision that was not logged and removed nothing, or one that the
next run carries out. Who records captures meanwhile loses nothing: see ``archive_exchange``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from storage.archive import Archive, LockedOriginal, require_sha256
from storage.captures import DamagedLog
from storage.clock import utc_now
from storage.database import reading, transaction
from storage.leaf import cleaned, deletion_leaf
from storage.log import leaf_hash
from storage.models import Deletion, LogEntry, Original
from storage.recording import lock_log, log_size
from storage.retention.removed import captured_after
from storage.settings import TimeAuthority
from storage.signing.signed_log import signed_checkpoint

MOST_OF_ONE = 1000
"""Originals that one deletion names: its leaf stays small enough to go into a pack."""
_AT_ONCE = 200
"""Originals that are removed in one transaction, while others wait to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doomed:
    """An original that is to be removed."""

    sha256: str
    size: int | None
    """None of a body as served: only the size of the decoded one is known."""
    captures: int
    """How many captures brought it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decides, and why."""

    author: str
    reason: str
    policy: Mapping[str, Any]
    """The rules by which the originals were chosen; texts and whole numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedOut:
    """What came of decisions."""

    deletions: int = 0
    removed: int = 0
    """Originals that are gone now; those that an interrupted run removed count again."""
    kept: int = 0
    """Originals that were captured again after the decision, or belong to a filing by now."""
    locked: Mapping[str, datetime] = field(default_factory=dict)
    """Originals that the store does not let go of yet, with when their lock ends."""


def decide(
    engine: Engine, doomed: Iterable[Doomed], decision: Decision, planned_at: int
) -> list[int]:
    """Record a decision and log it, in one transaction; return the numbers of its deletions.

    Nothing is removed yet. What was captured since it was planned is left out.

    Args:
        engine: of the database.
        doomed: what is to be removed.
        decision: whose it is.
        planned_at: the size of the log when it was planned.

    Raises:
        ValueError: if nobody decides, or for no reason, or a hash is none.
    """
    author, reason = decision.author.strip(), decision.reason.strip()
    if not (author and reason):
        msg = "a decision needs an author and a reason"
        raise ValueError(msg)
    wanted = {require_sha256(each.sha256): each for each in doomed}
    with transaction(engine) as session:
        lock_log(session)
        again = captured_after(session, planned_at - 1, wanted)
        standing = [wanted[digest] for digest in sorted(wanted) if digest not in again]
        now = utc_now()
        return [
            _log_deletion(
                session,
                Deletion(
                    decided_at=now,
                    author=cleaned(author),
                    reason=cleaned(reason),
                    policy=cleaned(decision.policy),
                    originals=[
                        {"sha256": each.sha256, "size": each.size, "captures": each.captures}
                        for each in part
                    ],
                ),
            )
            for part in _parts(standing, MOST_OF_ONE)
        ]


def carry_out(
    engine: Engine,
    archive: Archive,
    directory: Path,
    authorities: Sequence[TimeAuthority] = (),
) -> CarriedOut:
    """Remove what was decided and is not removed yet, those of killed runs too.

    The decisions come under a signed checkpoint before the first byte goes. A decision of which
    the store keeps something locked stays open until the lock has ended.

    Args:
        engine: of the database.
        archive: whose originals are removed.
        directory: of the workspace, where the log's key is.
        authorities: put their time under the checkpoint.

    Raises:
        DamagedLog: if a deletion is not what was logged; nothing is removed on its word.
        ArchiveError: if the archive does not let go of an original.
    """
    waiting = open_deletions(engine)
    if not waiting:
        return CarriedOut()
    for deletion, entry in waiting:
        _require_logged(deletion, entry)
    signed_checkpoint(engine, archive, directory, authorities)
    removed = kept = 0
    locked: dict[str, datetime] = {}
    for deletion, entry in waiting:
        done = _carry_out(engine, archive, deletion, entry.position)
        removed, kept = removed + done.removed, kept + done.kept
        locked.update(done.locked)
    return CarriedOut(deletions=len(waiting), removed=removed, kept=kept, locked=locked)


def open_deletions(engine: Engine) -> list[tuple[Deletion, LogEntry]]:
    """Return the deletions that were decided and are not carried out, with their log entries."""
    query = (
        select(Deletion, LogEntry)
        .outerjoin(LogEntry, LogEntry.deletion_id == Deletion.id)
        .where(Deletion.carried_out_at.is_(None))
        .order_by(Deletion.id)
    )
    with reading(engine) as session:
        return [(deletion, entry) for deletion, entry in session.execute(query)]


def _log_deletion(session: Session, deletion: Deletion) -> int:
    session.add(deletion)
    session.flush()
    digest = leaf_hash(deletion_leaf(deletion))
    entry = LogEntry(position=log_size(session), deletion_id=deletion.id, leaf_hash=digest)
    session.add(entry)
    session.flush()
    return deletion.id


def _require_logged(deletion: Deletion, entry: LogEntry | None) -> None:
    if entry is not None and leaf_hash(deletion_leaf(deletion)) == entry.leaf_hash:
        return
    raise DamagedLog(
        f"留存决定 {deletion.id} 号与日志不符，未移除任何内容；请运行 nianbao audit verify。",
        f"deletion {deletion.id} is not what was logged; nothing was removed: "
        "run 'nianbao audit verify'.",
    )


def _carry_out(engine: Engine, archive: Archive, deletion: Deletion, position: int) -> CarriedOut:
    removed = kept = 0
    locked: dict[str, datetime] = {}
    for part in _parts([str(each["sha256"]) for each in deletion.originals], _AT_ONCE):
        with transaction(engine) as session:
            lock_log(session)
            stays = _staying(session, part, position)
            held = _remove(archive, [digest for digest in part if digest not in stays])
        removed, kept = removed + len(part) - len(stays) - len(held), kept + len(stays)
        locked.update(held)
    if not locked:
        with transaction(engine) as session:
            session.get_one(Deletion, deletion.id).carried_out_at = utc_now()
    return CarriedOut(deletions=1, removed=removed, kept=kept, locked=locked)


def _remove(archive: Archive, digests: Iterable[str]) -> dict[str, datetime]:
    """Remove originals; return those that the store keeps locked, with when that ends."""
    locked = {}
    for digest in digests:
        try:
            archive.remove(digest)
        except LockedOriginal as error:
            locked[digest] = error.until
    return locked


def _staying(session: Session, digests: Sequence[str], position: int) -> set[str]:
    """Return those that have a reason to stay that came after the decision."""
    query = select(Original.sha256).where(Original.sha256.in_(digests))
    return {*captured_after(session, position, set(digests)), *session.scalars(query)}


def _parts(items: Sequence[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(items), size):
        yield list(items[start : start + size])
