"""Captures and the log over them; ``storage.recording`` makes captures of exchanges."""

import base64
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, and_, select
from sqlalchemy.orm import Session

from storage.archive import Archive, Swept
from storage.clock import iso_utc, utc_now
from storage.database import reading, transaction
from storage.errors import StorageError
from storage.exchange import Exchange
from storage.log import EMPTY_ROOT, HASH_BYTES, GrowingTree, MerkleTree
from storage.models import Capture, Checkpoint, Crawl, LogEntry
from storage.recording import (  # the rest of what this module gives
    LOG_LOCK,
    archive_exchange,
    keep_exchanges,
    lock_log,
    log_size,
)

__all__ = [
    "CHUNK",
    "LOG_LOCK",
    "DamagedLog",
    "Exchange",
    "FoundCapture",
    "archive_exchange",
    "captures_by_hash",
    "captures_by_url",
    "checkpoint_line",
    "entries_since_checkpoint",
    "keep_exchanges",
    "lock_log",
    "log_size",
    "make_checkpoint",
    "parse_checkpoint_line",
    "read_tree",
    "recorded_originals",
    "sweep",
]

CHUNK = 500
"""Values in one IN list; databases limit them."""


class DamagedLog(StorageError):  # noqa: N818 - named by what happened
    """The log is not what its checkpoints say."""


def make_checkpoint(
    engine: Engine, archive: Archive, seal: Callable[[Session, Checkpoint], None] | None = None
) -> Checkpoint:
    """Write the root of the log as it is committed now, in the database and in the archive.

    A log that has not grown gives the checkpoint it has. The line in the archive comes after
    the commit; one that a crash prevented is added by the next call. ``seal`` signs the
    checkpoint in the same transaction.

    Raises:
        DamagedLog: if the log does not continue from the checkpoint before.
        ArchiveError: if the line cannot be kept.
    """
    with transaction(engine) as session:
        lock_log(session)
        checkpoint = _latest_checkpoint(session)
        if checkpoint is None or checkpoint.tree_size != log_size(session):
            checkpoint = _next_checkpoint(session, checkpoint)
            session.add(checkpoint)
            session.flush()
        if seal is not None:
            seal(session, checkpoint)
        rows = session.scalars(select(Checkpoint).order_by(Checkpoint.id)).all()
        lines = [checkpoint_line(each) for each in rows]
    archive.add_checkpoints(lines)
    return checkpoint


def entries_since_checkpoint(engine: Engine) -> int:
    """Return how many entries of the log no checkpoint has under it."""
    with reading(engine) as session:
        last = _latest_checkpoint(session)
        return log_size(session) - (last.tree_size if last else 0)


def read_tree(session: Session) -> MerkleTree:
    """Return the Merkle tree over the log as the session sees it."""
    query = select(LogEntry.leaf_hash).order_by(LogEntry.position)
    return MerkleTree.of(session.scalars(query.execution_options(yield_per=CHUNK)))


def checkpoint_line(checkpoint: Checkpoint) -> str:
    """Return size, root (base64) and time of a checkpoint, as the archive repeats it."""
    root = base64.b64encode(checkpoint.root_hash).decode()
    return f"{checkpoint.tree_size} {root} {iso_utc(checkpoint.made_at)}"


def parse_checkpoint_line(line: str) -> tuple[int, bytes, str]:
    """Return size, root and time of a checkpoint line.

    Raises:
        ValueError: if the line is none.
    """
    size, root, made_at = line.split(" ")
    decoded = base64.b64decode(root, validate=True)
    if not size.isdecimal() or len(decoded) != HASH_BYTES:
        msg = f"not a checkpoint: {line!r}"
        raise ValueError(msg)
    return int(size), decoded, made_at


def sweep(engine: Engine, archive: Archive) -> Swept:
    """Clear away what killed processes left in the archive; safe while others write."""

    def recorded(digests: Collection[str]) -> set[str]:
        with reading(engine) as session:
            return recorded_originals(session, digests)

    return archive.sweep(recorded)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCapture:
    """A capture with its place in the log (None if it has none) and its crawl."""

    capture: Capture
    position: int | None
    run_id: str | None
    portal_id: str | None


def captures_by_hash(session: Session, prefix: str) -> list[FoundCapture]:
    """Return every capture of the originals whose SHA-256 begins with ``prefix``, oldest first."""
    digits = prefix.lower()
    # "g" follows every hexadecimal digit; a range uses the index, which LIKE would not.
    return _found(session, and_(Capture.sha256 >= digits, Capture.sha256 < digits + "g"))


def captures_by_url(session: Session, url: str) -> list[FoundCapture]:
    """Return every capture that asked for ``url`` or ended there, oldest first."""
    # Two queries: each has its index, the second one of redirects alone.
    led = and_(Capture.final_url == url, Capture.final_url != Capture.url)
    found = [*_found(session, Capture.url == url), *_found(session, led)]
    return sorted(found, key=lambda each: each.capture.id)


def recorded_originals(session: Session, digests: Collection[str]) -> set[str]:
    """Return those hashes that a capture names, of a document or of a body as it was served."""
    wanted = list(digests)
    found: set[str] = set()
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        documents = select(Capture.sha256).where(Capture.sha256.in_(chunk))
        served = select(Capture.wire_sha256).where(
            Capture.wire_sha256.in_(chunk), Capture.wire_sha256 != Capture.sha256
        )
        for query in (documents, served):
            found.update(each for each in session.scalars(query) if each is not None)
    return found


def _found(session: Session, condition: ColumnElement[bool]) -> list[FoundCapture]:
    query = (
        select(Capture, LogEntry.position, Crawl.run_id, Crawl.portal_id)
        .outerjoin(LogEntry, LogEntry.capture_id == Capture.id)
        .outerjoin(Crawl, Crawl.id == Capture.crawl_id)
        .where(condition)
        .order_by(Capture.id)
    )
    return [
        FoundCapture(capture=capture, position=position, run_id=run_id, portal_id=portal_id)
        for capture, position, run_id, portal_id in session.execute(query)
    ]


def _next_checkpoint(session: Session, last: Checkpoint | None) -> Checkpoint:
    tree, before = GrowingTree(), EMPTY_ROOT
    query = select(LogEntry.leaf_hash).order_by(LogEntry.position)
    for digest in session.scalars(query.execution_options(yield_per=CHUNK)):
        tree.append(digest)
        if last is not None and tree.size == last.tree_size:
            before = tree.root()
    whole = tree.size == log_size(session)
    continues = last is None or before == last.root_hash
    if not (whole and continues):
        raise DamagedLog(
            "日志已损坏：与上一个检查点不一致；请运行 nianbao audit verify。",
            "the log is damaged: it does not continue from its last checkpoint; "
            "run 'nianbao audit verify'.",
        )
    return Checkpoint(tree_size=tree.size, root_hash=tree.root(), made_at=utc_now())


def _latest_checkpoint(session: Session) -> Checkpoint | None:
    return session.scalars(select(Checkpoint).order_by(Checkpoint.id.desc()).limit(1)).first()
