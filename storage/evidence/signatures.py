"""The files of a pack that say who signed it and its checkpoint, and when that existed."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from storage.clock import iso_utc, utc_now
from storage.evidence.verify import (
    ABOUT,
    KEYS,
    NOTE,
    ROTATION,
    STAMP,
    STAMP_CERTIFICATES,
    STAMP_NOTE,
    pack_text,
)
from storage.models import Checkpoint
from storage.signing.notes import SignerKey, sign
from storage.signing.signed_log import log_keys, note_of, stamps_of


def signature_files(
    session: Session, checkpoint: Checkpoint, older: Sequence[Checkpoint]
) -> Mapping[str, bytes]:
    """Return the signed note, the keys of the log, their succession and time stamps, by name.

    Time stamps over older checkpoints come with the note that each is about. Nothing for a
    checkpoint that is not signed.
    """
    note = note_of(session, checkpoint)
    if note is None:
        return {}
    keys = log_keys(session)
    files = {NOTE: str(note), KEYS: "".join(f"{key.verifier}\n" for key in keys)}
    for number, key in enumerate(keys[1:], 1):
        files[ROTATION.format(number)] = key.handed_over or ""
    written = {name: text.encode() for name, text in files.items()}
    number = 0
    for each in (checkpoint, *older):
        for stamp in stamps_of(session, each):
            number += 1
            written[STAMP.format(number)] = stamp.response
            written[STAMP_CERTIFICATES.format(number)] = stamp.certificates.encode()
            if each is not checkpoint:
                written[STAMP_NOTE.format(number)] = str(note_of(session, each)).encode()
    return written


def pack_note(draft: Path, signer: SignerKey, listed: bytes) -> bytes:
    """Return the note by which the key of the log vouches for a pack that is whole but for it.

    Its first line is no name of a log, so that no program takes it for a checkpoint.

    Args:
        draft: the pack.
        signer: the key.
        listed: the lines that list every file but the payload, whose list is among them: their
            hash stands for every byte of the pack.
    """
    about = json.loads((draft / ABOUT).read_text(encoding="utf-8"))
    text = pack_text(draft, about, str(signer.verifier), iso_utc(utc_now()), listed)
    return str(sign(text, [signer])).encode()
