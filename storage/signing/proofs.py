"""Proofs about the log that anybody checks by hand, and checkpoints that others kept.

The form of an inclusion proof is C2SP ``tlog-proof`` v1, with the leaf itself as its extra data;
that of a consistency proof is ours. Both are described in ``docs/log-proofs.md``.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.captures import DamagedLog, read_tree
from storage.errors import StorageError
from storage.leaf import deletion_leaf, leaf_bytes
from storage.log import MerkleTree, leaf_hash
from storage.models import Capture, Checkpoint, CheckpointNote, Crawl, Deletion, LogEntry
from storage.signing.checkpoints import LogCheckpoint
from storage.signing.notes import Note, NoteError, VerifierKey, parse_note
from storage.signing.signed_log import log_keys

INCLUSION, CONSISTENCY = "c2sp.org/tlog-proof@v1", "nianbao consistency proof v1"


class NoProofError(StorageError):
    """What is asked for is under no signed checkpoint."""


class Match(StrEnum):
    """How a checkpoint that somebody kept stands to the log."""

    CONSISTENT = "consistent"
    TRUNCATED = "truncated"
    """The log is shorter than it was."""
    FORKED = "forked"
    """The log had another history."""
    FOREIGN = "foreign"
    """It is signed by no key of this log, or of a log of another name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A proof about the log, under its newest signed checkpoint."""

    checkpoint: LogCheckpoint
    note: str
    """The checkpoint, signed."""
    path: Sequence[bytes]
    position: int | None = None
    """Of the leaf that is proved to be in the log."""
    leaf: bytes = b""
    since: int | None = None
    """The size of the log that is proved to be its beginning."""

    def __str__(self) -> str:
        """Return it as the file that others check."""
        if self.since is not None:
            head = [CONSISTENCY, f"old {self.since}", f"new {self.checkpoint.size}"]
        else:
            extra = base64.b64encode(self.leaf).decode()
            head = [INCLUSION, f"extra {extra}", f"index {self.position}"]
        hashes = (base64.b64encode(step).decode() for step in self.path)
        return "".join(f"{line}\n" for line in (*head, *hashes)) + "\n" + self.note


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A checkpoint that somebody kept, beside the log."""

    kept: LogCheckpoint
    match: Match
    log_size: int
    signers: Sequence[VerifierKey] = ()
    proof: Proof | None = None
    """That the log only grew since; None if it did not, or has no signed checkpoint after it."""


def prove_inclusion(session: Session, position: int) -> Proof:
    """Prove that a leaf is in the log.

    Raises:
        NoProofError: if no signed checkpoint has it under it.
        DamagedLog: if the leaf, or the log, is not what was logged.
    """
    checkpoint, note = _newest(session)
    if not 0 <= position < checkpoint.size:
        raise NoProofError(
            f"最新的签名检查点有 {checkpoint.size} 条，其下没有第 {position} 条；"
            "下一次抓取或 checkpoint 任务会作出新的检查点。",
            f"the newest signed checkpoint has {checkpoint.size} entries, and no entry {position} "
            "under it; the next crawl, or the job 'checkpoint', makes a new one.",
        )
    tree = _tree(session, checkpoint)
    leaf = leaf_at(session, position)
    if leaf_hash(leaf) != tree.leaf(position):
        raise _damaged(f"第 {position} 条", f"entry {position}")
    path = tree.inclusion_proof(position, checkpoint.size)
    return Proof(checkpoint=checkpoint, note=note, path=path, position=position, leaf=leaf)


def prove_consistency(session: Session, since: int) -> Proof:
    """Prove that the log of an earlier size is the beginning of what it is now.

    Raises:
        NoProofError: if there is no such size before the newest signed checkpoint.
        DamagedLog: if the log is not what was signed.
    """
    checkpoint, note = _newest(session)
    if not 0 < since <= checkpoint.size:
        raise NoProofError(
            f"只能从 1 到 {checkpoint.size} 条证明到最新的签名检查点，不能从 {since} 条。",
            f"a proof leads from a size of 1 to {checkpoint.size} to the newest signed checkpoint, "
            f"not from {since}.",
        )
    path = _tree(session, checkpoint).consistency_proof(since, checkpoint.size)
    return Proof(checkpoint=checkpoint, note=note, path=path, since=since)


def compare(session: Session, written: str) -> Comparison:
    """Compare a checkpoint that somebody kept with the log as its entries are now.

    Raises:
        NoteError: if it is no checkpoint, or a signature of the log's keys on it is wrong.
    """
    note = parse_note(written)
    kept = LogCheckpoint.parse(note.text)
    keys = [VerifierKey.parse(each.verifier) for each in log_keys(session)]
    signers = note.signers(keys)
    tree = read_tree(session)
    if not signers or kept.origin != signers[0].name:
        return Comparison(kept=kept, match=Match.FOREIGN, log_size=tree.size)
    match = _match(kept, tree)
    return Comparison(
        kept=kept,
        match=match,
        log_size=tree.size,
        signers=signers,
        proof=_grown_since(session, kept, tree) if match is Match.CONSISTENT else None,
    )


def leaf_at(session: Session, position: int) -> bytes:
    """Return the leaf at a place of the log, of the records as they are now.

    Raises:
        DamagedLog: if there is none.
    """
    entry = session.get(LogEntry, position)
    capture = session.get(Capture, entry.capture_id) if entry and entry.capture_id else None
    if capture is not None:
        crawl = session.get(Crawl, capture.crawl_id) if capture.crawl_id else None
        return leaf_bytes(
            capture, crawl.run_id if crawl else None, crawl.portal_id if crawl else None
        )
    deletion = session.get(Deletion, entry.deletion_id) if entry and entry.deletion_id else None
    if deletion is not None:
        return deletion_leaf(deletion)
    raise _damaged(f"第 {position} 条", f"entry {position}")


def _match(kept: LogCheckpoint, tree: MerkleTree) -> Match:
    if kept.size > tree.size:
        return Match.TRUNCATED
    return Match.CONSISTENT if tree.root(kept.size) == kept.root else Match.FORKED


def _grown_since(session: Session, kept: LogCheckpoint, tree: MerkleTree) -> Proof | None:
    try:
        newest, note = _newest(session)
    except NoProofError:
        return None
    if not 0 < kept.size <= newest.size or tree.root(newest.size) != newest.root:
        return None
    path = tree.consistency_proof(kept.size, newest.size)
    return Proof(checkpoint=newest, note=note, path=path, since=kept.size)


def _newest(session: Session) -> tuple[LogCheckpoint, str]:
    query = (
        select(CheckpointNote.note)
        .join(Checkpoint, Checkpoint.id == CheckpointNote.checkpoint_id)
        .order_by(Checkpoint.id.desc())
        .limit(1)
    )
    written = session.scalar(query)
    if written is None:
        raise NoProofError(
            "还没有签名的检查点；请先运行 nianbao crawl。",
            "there is no signed checkpoint yet; run 'nianbao crawl' first.",
        )
    try:
        note: Note = parse_note(written)
        return LogCheckpoint.parse(note.text), written
    except NoteError as error:
        raise _damaged("最新的签名检查点", "the newest signed checkpoint") from error


def _tree(session: Session, checkpoint: LogCheckpoint) -> MerkleTree:
    tree = read_tree(session)
    if checkpoint.size > tree.size or tree.root(checkpoint.size) != checkpoint.root:
        raise _damaged("日志", "the log")
    return tree


def _damaged(zh: str, en: str) -> DamagedLog:
    return DamagedLog(
        f"{zh}与签名的检查点不符；请运行 nianbao audit verify。",
        f"{en} is not what was signed; run 'nianbao audit verify'.",
    )
