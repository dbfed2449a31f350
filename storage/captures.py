"""Captures: the original first, the row and its log entry after, in one transaction."""

import base64
import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, func, insert, or_, select, text
from sqlalchemy.orm import Session

from storage.archive import Archive, Swept
from storage.clock import iso_utc, utc_now
from storage.database import reading, transaction
from storage.errors import StorageError
from storage.exchange import Exchange as Exchange  # noqa: PLC0414 - part of what this module gives
from storage.leaf import cleaned, leaf_bytes, leaf_of
from storage.log import HASH_BYTES, MerkleTree, leaf_hash
from storage.models import Capture, Checkpoint, Crawl, LogEntry

LOG_LOCK = 0x6E69616E62616F01
"""The PostgreSQL advisory lock that appending to the log holds (``nianbao``, 1)."""
_CLEANED = (
    "url",
    "final_url",
    "method",
    "purpose",
    "redirects",
    "request_headers",
    "request_body",
    "headers",
    "media_type",
    "address",
    "tls",
    "error",
)
"""What servers and pages have a say in."""
CHUNK = 500
"""Values in one IN list; databases limit them."""


class DamagedLog(StorageError):  # noqa: N818 - named by what happened
    """The log is not what its checkpoints say."""


def archive_exchange(engine: Engine, archive: Archive, exchanges: Iterable[Exchange]) -> list[int]:
    """Archive bodies, then commit captures with their log entries; return the captures' ids.

    The whole of it is durable when this returns. Killed before the commit, it leaves originals
    that are marked as pending; nothing else.

    Raises:
        ArchiveError: if a body cannot be kept; then nothing is recorded.
    """
    batch = list(exchanges)
    _require_zones(batch)
    digests = archive.put_many(each.body for each in batch if each.body is not None)
    hashes = iter(digests)
    rows = [_row(each, None if each.body is None else next(hashes)) for each in batch]
    with transaction(engine) as session:
        ids = _record_rows(session, rows)
    archive.settle(digests)
    return ids


def record_captures(session: Session, captures: Iterable[Capture]) -> list[Capture]:
    """Append new captures and their log entries to the transaction of ``session``.

    Positions are consecutive whatever other processes do: SQLite's write transactions exclude
    each other, and on PostgreSQL a lock is held until the end of the transaction. Capture ids
    ascend with positions, which verification relies on.

    Raises:
        ValueError: if a capture is not new.
    """
    batch = list(captures)
    if any(capture.id is not None for capture in batch):
        msg = "only new captures can be recorded"
        raise ValueError(msg)
    lock_log(session)
    session.add_all(batch)
    session.flush()
    crawls = _crawls(session, {each.crawl_id for each in batch if each.crawl_id is not None})
    position = log_size(session)
    for capture in sorted(batch, key=lambda each: each.id):
        run_id, portal_id = crawls.get(capture.crawl_id, (None, None))
        digest = leaf_hash(leaf_bytes(capture, run_id, portal_id))
        session.add(LogEntry(position=position, capture_id=capture.id, leaf_hash=digest))
        position += 1
    session.flush()
    return batch


def _record_rows(session: Session, rows: list[dict[str, Any]]) -> list[int]:
    """Do for the values of captures what ``record_captures`` does for objects; return the ids."""
    if not rows:
        return []
    lock_log(session)
    new = insert(Capture).returning(Capture.id, sort_by_parameter_order=True)
    ids = list(session.scalars(new, rows))
    crawls = _crawls(session, {row["crawl_id"] for row in rows if row["crawl_id"] is not None})
    first = log_size(session)
    entries = []
    for position, (capture_id, row) in enumerate(sorted(zip(ids, rows, strict=True), key=_id_of)):
        digest = leaf_hash(leaf_of(row, *crawls.get(row["crawl_id"], (None, None))))
        entries.append(
            {"position": first + position, "capture_id": capture_id, "leaf_hash": digest}
        )
    session.execute(insert(LogEntry), entries)
    return ids


def _id_of(pair: tuple[int, dict[str, Any]]) -> int:
    return pair[0]


def lock_log(session: Session) -> None:
    """Keep other processes from appending until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOG_LOCK})


def log_size(session: Session) -> int:
    """Return the number of log entries, which is the next position."""
    last = session.scalar(select(func.max(LogEntry.position)))
    return 0 if last is None else last + 1


def make_checkpoint(engine: Engine, archive: Archive) -> Checkpoint:
    """Write the root of the log as it is committed now, in the database and in the archive.

    A log that has not grown gives the checkpoint it has. The line in the archive comes after
    the commit; one that a crash prevented is added by the next call.

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
        rows = session.scalars(select(Checkpoint).order_by(Checkpoint.id)).all()
        lines = [checkpoint_line(each) for each in rows]
    archive.add_checkpoints(lines)
    return checkpoint


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
    return _found(session, or_(Capture.url == url, Capture.final_url == url))


def recorded_originals(session: Session, digests: Collection[str]) -> set[str]:
    """Return those hashes that a capture names."""
    wanted = list(digests)
    found: set[str] = set()
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        query = select(Capture.sha256).where(Capture.sha256.in_(chunk))
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


def _require_zones(exchanges: Iterable[Exchange]) -> None:
    for each in exchanges:
        if each.requested_at.tzinfo is None or each.fetched_at.tzinfo is None:
            msg = f"naive datetime in the exchange with {each.url!r}"
            raise ValueError(msg)


def _row(exchange: Exchange, sha256: str | None) -> dict[str, Any]:
    """Return the values of a capture whose body has been archived under ``sha256``."""
    wire_sha256 = exchange.wire_sha256
    if exchange.wire_body is not None:
        wire_sha256 = hashlib.sha256(exchange.wire_body).hexdigest()
    elif wire_sha256 is None and not exchange.rendered:
        wire_sha256 = sha256
    return {
        "crawl_id": exchange.crawl_id,
        "requested_at": exchange.requested_at,
        "fetched_at": exchange.fetched_at,
        "status": exchange.status,
        "sha256": sha256,
        "size": None if exchange.body is None else len(exchange.body),
        "wire_sha256": wire_sha256,
        "rendered": exchange.rendered,
        **{name: cleaned(getattr(exchange, name)) for name in _CLEANED},
    }


def _crawls(session: Session, ids: Collection[int]) -> dict[int | None, tuple[str, str]]:
    query = select(Crawl.id, Crawl.run_id, Crawl.portal_id).where(Crawl.id.in_(ids))
    return {id_: (run_id, portal_id) for id_, run_id, portal_id in session.execute(query)}


def _next_checkpoint(session: Session, last: Checkpoint | None) -> Checkpoint:
    tree = read_tree(session)
    whole = tree.size == log_size(session)
    continues = last is None or (
        last.tree_size <= tree.size and tree.root(last.tree_size) == last.root_hash
    )
    if not (whole and continues):
        raise DamagedLog(
            "日志已损坏：与上一个检查点不一致；请运行 nianbao audit verify。",
            "the log is damaged: it does not continue from its last checkpoint; "
            "run 'nianbao audit verify'.",
        )
    return Checkpoint(tree_size=tree.size, root_hash=tree.root(), made_at=utc_now())


def _latest_checkpoint(session: Session) -> Checkpoint | None:
    return session.scalars(select(Checkpoint).order_by(Checkpoint.id.desc()).limit(1)).first()
