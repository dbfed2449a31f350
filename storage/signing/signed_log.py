"""Checkpoints with the signature of the log's key, and the succession of keys."""

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from storage.archive import Archive
from storage.captures import lock_log, make_checkpoint
from storage.clock import iso_utc, utc_now
from storage.database import reading, transaction
from storage.models import Checkpoint, CheckpointNote, LogKey, TimeStamp
from storage.settings import TimeAuthority
from storage.signing.checkpoints import LogCheckpoint
from storage.signing.keys import (
    KEY_FILE,
    KeyFileError,
    make_key_file,
    new_name,
    read_key_file,
    rotation_note,
    write_key_file,
)
from storage.signing.notes import Note, SignerKey, VerifierKey, parse_note, sign
from storage.signing.timestamps import TimestampError, read_certificates, request_token

log = logging.getLogger(__name__)


def signed_checkpoint(
    engine: Engine,
    archive: Archive,
    directory: Path,
    authorities: Sequence[TimeAuthority] = (),
) -> Checkpoint:
    """Write the root of the log as it is now, signed by the log's key.

    The key is made with the first checkpoint of a log that has none. Without its key a log goes
    on: the checkpoint is written unsigned, and the log says why. So it goes on without the stamp
    of an authority that does not answer; it is asked again for the next checkpoint.

    Args:
        engine: of the database.
        archive: repeats the checkpoint.
        directory: of the workspace, where the key's file is.
        authorities: put their time under the signed checkpoint.

    Raises:
        DamagedLog: if the log does not continue from the checkpoint before.
        ArchiveError: if the archive cannot be written.
        OSError: if a new key cannot be written.
    """

    def seal(session: Session, checkpoint: Checkpoint) -> None:
        try:
            _sign(session, checkpoint, _signer(session, directory))
        except KeyFileError as error:
            log.error("the checkpoint is not signed: %s", error.en)  # noqa: TRY400 - told in words

    # In one transaction: a kill leaves no checkpoint unsigned that could be signed.
    checkpoint = make_checkpoint(engine, archive, seal)
    for authority in authorities:
        try:
            _stamp(engine, checkpoint, directory, authority)
        except (TimestampError, OSError) as error:
            log.error("no time stamp from %s: %s", authority.url, error)  # noqa: TRY400 - likewise
    return checkpoint


def rotate_key(
    engine: Engine, directory: Path, *, author: str, reason: str, lost: bool = False
) -> VerifierKey:
    """Make a new key for the log, signed in by the old one, and return its public half.

    The old key's file is left beside the new one under the old key's id, so that it can be put
    away or destroyed on purpose.

    Args:
        engine: of the database.
        directory: of the workspace.
        author: who decided it.
        reason: why.
        lost: True if the old key is not to be had: then only the new one signs, and everybody
            who knows the old one must learn of it in another way.

    Raises:
        KeyFileError: if the log has no key yet, or the old one's file is not there or not it.
    """
    with transaction(engine) as session:
        lock_log(session)
        current = _current(session)
        if current is None:
            raise KeyFileError("日志还没有密钥。", "the log has no key yet.")
        old = VerifierKey.parse(current.verifier)
        signer = None if lost else _own(directory, old)
        new = SignerKey.generate(old.name)
        now = utc_now()
        signers = [signer, new] if signer else [new]
        note = rotation_note(old, signers, new.verifier, iso_utc(now))
        current.retired_at = now
        session.add(
            LogKey(
                verifier=str(new.verifier),
                made_at=now,
                handed_over=str(note),
                author=author,
                reason=reason,
            )
        )
        session.flush()
        _replace_file(directory, old, new)
    return new.verifier


def signer_at_hand(session: Session, directory: Path) -> SignerKey | None:
    """Return the present key of the log, None where its file is not there or not it.

    The file is of the workspace in ``directory``; why it is not there is said in the program's log.
    """
    current = _current(session)
    try:
        return _own(directory, VerifierKey.parse(current.verifier)) if current else None
    except KeyFileError as error:
        log.error("nothing can be signed: %s", error.en)  # noqa: TRY400 - told in words
        return None


def log_keys(session: Session) -> Sequence[LogKey]:
    """Return the keys of the log, the first one first."""
    return session.scalars(select(LogKey).order_by(LogKey.id)).all()


def note_of(session: Session, checkpoint: Checkpoint) -> Note | None:
    """Return the signed note of a checkpoint, None if it has none."""
    found = session.get(CheckpointNote, checkpoint.id)
    return parse_note(found.note) if found else None


def stamps_of(session: Session, checkpoint: Checkpoint) -> Sequence[TimeStamp]:
    """Return the time stamps over a checkpoint's note."""
    query = select(TimeStamp).where(TimeStamp.checkpoint_id == checkpoint.id)
    return session.scalars(query.order_by(TimeStamp.id)).all()


def latest_signed(engine: Engine) -> tuple[Checkpoint, Note] | None:
    """Return the newest signed checkpoint with its note, None if there is none."""
    query = (
        select(Checkpoint)
        .join(CheckpointNote, CheckpointNote.checkpoint_id == Checkpoint.id)
        .order_by(Checkpoint.id.desc())
        .limit(1)
    )
    with reading(engine) as session:
        checkpoint = session.scalars(query).first()
        note = note_of(session, checkpoint) if checkpoint else None
    return (checkpoint, note) if checkpoint and note else None


def checkpoint_text(checkpoint: Checkpoint, origin: str, prior: str | None = None) -> str:
    """Return the text that is signed for a checkpoint of the log called ``origin``.

    ``prior`` is the hash of the signed note before it (``note_hash``), None for the first.
    """
    return LogCheckpoint(
        origin=origin,
        size=checkpoint.tree_size,
        root=checkpoint.root_hash,
        made_at=iso_utc(checkpoint.made_at),
        prior=prior,
    ).text()


def note_hash(note: str) -> str:
    """Return the hash by which the next signed note names this one, in hexadecimal."""
    return hashlib.sha256(note.encode()).hexdigest()


def _sign(session: Session, checkpoint: Checkpoint, signer: SignerKey) -> None:
    if session.get(CheckpointNote, checkpoint.id) is None:
        before = session.scalars(
            select(CheckpointNote.note).order_by(CheckpointNote.checkpoint_id.desc()).limit(1)
        ).first()
        prior = note_hash(before) if before is not None else None
        note = sign(checkpoint_text(checkpoint, signer.name, prior), [signer])
        session.add(CheckpointNote(checkpoint_id=checkpoint.id, note=str(note)))


def _stamp(
    engine: Engine, checkpoint: Checkpoint, directory: Path, authority: TimeAuthority
) -> None:
    """Have an authority put its time under a checkpoint, once; the database waits for nobody."""
    with reading(engine) as session:
        note = session.get(CheckpointNote, checkpoint.id)
        known = {stamp.authority for stamp in stamps_of(session, checkpoint)}
    if note is None or authority.url in known:
        return
    certificates = (directory / authority.ca_file).read_bytes()
    token = request_token(authority.url, note.note.encode(), read_certificates(certificates))
    with transaction(engine) as session:
        session.add(
            TimeStamp(
                checkpoint_id=checkpoint.id,
                authority=authority.url,
                at=token.at,
                response=token.response,
                certificates=certificates.decode("ascii"),
            )
        )


def _signer(session: Session, directory: Path) -> SignerKey:
    """Return the log's key; make it, or take over the file that ``init`` made, the first time."""
    current = _current(session)
    if current is not None:
        return _own(directory, VerifierKey.parse(current.verifier))
    key = read_key_file(directory) or make_key_file(directory, new_name())
    session.add(LogKey(verifier=str(key.verifier), made_at=utc_now()))
    session.flush()
    return key


def _own(directory: Path, wanted: VerifierKey) -> SignerKey:
    key = read_key_file(directory)
    if key is not None and key.verifier == wanted:
        return key
    raise KeyFileError(
        f"{directory / KEY_FILE} 不是日志的密钥 {wanted}；请从备份恢复，"
        "或运行 nianbao audit key rotate --lost。",
        f"{directory / KEY_FILE} is not there or not the log's key {wanted}; restore it from a "
        "backup, or run 'nianbao audit key rotate --lost'.",
    )


def _current(session: Session) -> LogKey | None:
    return session.scalars(select(LogKey).where(LogKey.retired_at.is_(None))).first()


def _replace_file(directory: Path, old: VerifierKey, new: SignerKey) -> None:
    path = directory / KEY_FILE
    if path.exists():
        path.rename(directory / f"{KEY_FILE}.{old.id.hex()}")
    write_key_file(directory, new)
