"""Checkpoints of the log as signed notes (C2SP ``tlog-checkpoint`` v1). Pure.

Three lines say which log it is, how many leaves it has and the root hash of the tree over them
(RFC 9162); two more, extensions of ours, say when it was made, and the SHA-256 of the signed note
before it, so that none can be taken out of the row::

    nianbao/5f0c6a1e
    20852
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
    time 2026-01-31T16:00:00Z
    prior 7d865e959b2466918c9863afca942d0fb89d7c9ac0c99bafc3749504ded97730
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

from storage.log import HASH_BYTES
from storage.signing.notes import NoteError

_SIZE = re.compile(r"0|[1-9][0-9]*")
_TIME, _PRIOR = "time ", "prior "
_LEAST_LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCheckpoint:
    """What a checkpoint says."""

    origin: str
    """The name of the log, which is that of its keys."""
    size: int
    root: bytes
    made_at: str | None = None
    """UTC, ISO 8601; None in a checkpoint of another program."""

    prior: str | None = None
    """The SHA-256 of the signed note before it; None for the first, and before version 0.2."""

    def text(self) -> str:
        """Return the text to sign."""
        lines = [self.origin, str(self.size), base64.b64encode(self.root).decode()]
        if self.made_at:
            lines.append(f"{_TIME}{self.made_at}")
        if self.prior:
            lines.append(f"{_PRIOR}{self.prior}")
        return "".join(line + "\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> "LogCheckpoint":
        """Read the text of a checkpoint; extension lines of others are passed over.

        Raises:
            NoteError: if it is none.
        """
        lines = text.split("\n")[:-1]
        if len(lines) < _LEAST_LINES or not lines[0] or not _SIZE.fullmatch(lines[1]):
            raise NoteError(f"no checkpoint: {text[:100]!r}")
        return cls(
            origin=lines[0],
            size=int(lines[1]),
            root=_root(lines[2]),
            made_at=_extension(lines[3:], _TIME),
            prior=_extension(lines[3:], _PRIOR),
        )


def _extension(lines: Sequence[str], label: str) -> str | None:
    return next((line.removeprefix(label) for line in lines if line.startswith(label)), None)


def _root(encoded: str) -> bytes:
    try:
        root = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        root = b""
    if len(root) != HASH_BYTES:
        raise NoteError(f"no root hash: {encoded[:100]!r}")
    return root
