"""Verifying who signed: the keys of the log, the notes of its checkpoints, the time stamps."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from storage.clock import iso_utc
from storage.models import Checkpoint, CheckpointHolder, CheckpointNote, LogKey, TimeStamp
from storage.signing.checkpoints import LogCheckpoint
from storage.signing.keys import parse_rotation
from storage.signing.notes import NoteError, VerifierKey, parse_note
from storage.signing.signed_log import log_keys, note_hash
from storage.signing.timestamps import TimestampError, read_certificates, token_time
from storage.verification.model import Problem, ProblemKind

_CLOCKS_DIFFER = timedelta(minutes=5)


def verify_signatures(connection: Connection) -> Iterator[Problem]:
    """Yield what is wrong with keys, signed notes and time stamps."""
    with Session(bind=connection) as session:
        keys = log_keys(session)
        yield from _verify_succession(keys)
        known = [VerifierKey.parse(key.verifier) for key in keys if _is_key(key.verifier)]
        notes = {each.checkpoint_id: each for each in session.scalars(select(CheckpointNote))}
        checkpoints = session.scalars(select(Checkpoint).order_by(Checkpoint.id)).all()
        for checkpoint in checkpoints:
            if note := notes.pop(checkpoint.id, None):
                yield from _verify_note(checkpoint, note.note, known)
        for stranger in notes:
            message = "没有对应的检查点", "belongs to no checkpoint"
            yield _problem(ProblemKind.DELETED, f"note of checkpoint {stranger}", *message)
        yield from _verify_order(session)
        yield from _verify_last(session, checkpoints, keys)
        yield from _verify_stamps(session, {each.id: each for each in checkpoints})
        yield from _verify_holders(session)


def _is_key(line: str) -> bool:
    try:
        VerifierKey.parse(line)
    except NoteError:
        return False
    return True


def _verify_succession(keys: Sequence[LogKey]) -> Iterator[Problem]:
    """Check that every key but the first was brought in by a note that says what the rows say."""
    before: LogKey | None = None
    for key in keys:
        said = _handed_over(key)
        wanted = (before.verifier, key.verifier) if before else None
        if said != wanted or not _is_key(key.verifier):
            message = "不是由前一密钥交接的", "was not handed the log by the key before it"
            yield _problem(ProblemKind.ALTERED, f"key {key.verifier}", *message)
        before = key


def _handed_over(key: LogKey) -> tuple[str, str] | None:
    if key.handed_over is None:
        return None
    try:
        old, new, _ = parse_rotation(parse_note(key.handed_over))
    except NoteError:
        return ("", "")
    return str(old), str(new)


def _verify_note(
    checkpoint: Checkpoint, written: str, keys: Sequence[VerifierKey]
) -> Iterator[Problem]:
    subject = f"checkpoint {checkpoint.tree_size} ({iso_utc(checkpoint.made_at)})"
    try:
        note = parse_note(written)
        said = LogCheckpoint.parse(note.text)
        signers = note.signers(keys)
    except NoteError as error:
        message = f"签名无效：{error}", f"its signature is wrong: {error}"
        yield _problem(ProblemKind.ALTERED, subject, *message)
        return
    if not signers:
        message = "不是日志的密钥签名的", "is signed by no key of the log"
        yield _problem(ProblemKind.ALTERED, subject, *message)
    if not _says(said, checkpoint):
        message = "与签名时的内容不符", "is not what was signed"
        yield _problem(ProblemKind.ALTERED, subject, *message)


def _says(said: LogCheckpoint, checkpoint: Checkpoint) -> bool:
    return (said.size, said.root, said.made_at) == (
        checkpoint.tree_size,
        checkpoint.root_hash,
        iso_utc(checkpoint.made_at),
    )


def _verify_order(session: Session) -> Iterator[Problem]:
    """Each signed note names the hash of the one before: none can be taken out unnoticed."""
    query = select(CheckpointNote.note).order_by(CheckpointNote.checkpoint_id)
    before: str | None = None
    for note in session.scalars(query):
        try:
            said = LogCheckpoint.parse(parse_note(note).text)
        except NoteError:
            said = None  # named already
        if said is not None and said.prior is not None and said.prior != before:
            subject = f"note before checkpoint {said.size}"
            message = "已不在，或已被改动", "is gone, or is not the one that was signed"
            yield _problem(ProblemKind.DELETED, subject, *message)
        before = note_hash(note)


def _verify_last(
    session: Session, checkpoints: Sequence[Checkpoint], keys: Sequence[LogKey]
) -> Iterator[Problem]:
    """The last checkpoint speaks for all before it: where the log has a key, it must be signed."""
    if keys and checkpoints and session.get(CheckpointNote, checkpoints[-1].id) is None:
        subject = f"checkpoint {checkpoints[-1].tree_size}"
        message = (
            "没有签名；密钥文件可能已丢失，见 nianbao audit key",
            "is not signed; the key's file may be lost, see 'nianbao audit key'",
        )
        yield _problem(ProblemKind.UNSIGNED, subject, *message)


def _verify_stamps(session: Session, checkpoints: Mapping[int, Checkpoint]) -> Iterator[Problem]:
    for stamp in session.scalars(select(TimeStamp).order_by(TimeStamp.id)):
        note = session.get(CheckpointNote, stamp.checkpoint_id)
        checkpoint = checkpoints.get(stamp.checkpoint_id)
        subject = f"time stamp {stamp.id} ({stamp.authority})"
        if note is None or checkpoint is None:
            message = "所证明的检查点已不在", "is about a checkpoint that is gone"
            yield _problem(ProblemKind.DELETED, subject, *message)
            continue
        if reason := _wrong_stamp(stamp, note.note, checkpoint):
            yield _problem(ProblemKind.ALTERED, subject, *reason)


def _verify_holders(session: Session) -> Iterator[Problem]:
    """What was given to others was signed: its note must be there."""
    query = (
        select(CheckpointHolder.checkpoint_id, func.min(CheckpointHolder.holder))
        .outerjoin(CheckpointNote, CheckpointNote.checkpoint_id == CheckpointHolder.checkpoint_id)
        .where(CheckpointNote.checkpoint_id.is_(None))
        .group_by(CheckpointHolder.checkpoint_id)
    )
    for checkpoint_id, holder in session.execute(query):
        subject = f"note of checkpoint {checkpoint_id}"
        message = f"已不在，{holder} 持有它", f"is gone; {holder} was given it"
        yield _problem(ProblemKind.DELETED, subject, *message)


def _wrong_stamp(stamp: TimeStamp, note: str, checkpoint: Checkpoint) -> tuple[str, str] | None:
    try:
        roots = read_certificates(stamp.certificates.encode())
        at = token_time(stamp.response, note.encode(), roots)
    except TimestampError as error:
        return error.zh, error.en
    if at != stamp.at or at < checkpoint.made_at - _CLOCKS_DIFFER:
        return "所记时间与时间戳不符", "does not say the time that is kept of it"
    return None


def _problem(kind: ProblemKind, subject: str, zh: str, en: str) -> Problem:
    return Problem(
        kind=kind, subject=subject, message_zh=f"{subject}：{zh}。", message_en=f"{subject} {en}."
    )
