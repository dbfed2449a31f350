"""The files of an evidence pack that say who signed its checkpoint, and when it existed."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from storage.evidence.verify import KEYS, NOTE
from storage.models import Checkpoint
from storage.signing.signed_log import log_keys, note_of, stamps_of

ROTATIONS = "key-rotations.txt"


def signature_files(session: Session, checkpoint: Checkpoint) -> Mapping[str, bytes]:
    """Return the signed note, the keys of the log, their succession and time stamps, by name.

    Nothing for a checkpoint that is not signed.
    """
    note = note_of(session, checkpoint)
    if note is None:
        return {}
    keys = log_keys(session)
    files = {NOTE: str(note), KEYS: "".join(f"{key.verifier}\n" for key in keys)}
    succession = [key.handed_over for key in keys if key.handed_over]
    if succession:
        files[ROTATIONS] = "\n".join(succession)
    written = {name: text.encode() for name, text in files.items()}
    for number, stamp in enumerate(stamps_of(session, checkpoint), 1):
        written[f"timestamp-{number}.tsr"] = stamp.response
        written[f"timestamp-{number}.pem"] = stamp.certificates.encode()
    return written
