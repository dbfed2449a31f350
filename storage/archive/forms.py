"""How an original lies in an archive: as it is, or compressed under its own hash and ``.gz``.

Only pages of lists and the like are compressed; what a report consists of lies as it was served.
gzip (RFC 1952), not zstd, though that is smaller still: what compresses and checks it is in
Python's library, and ``gunzip`` and ``zcat`` are on every auditor's machine.
"""

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, repeat

from storage.archive.model import require_sha256

SUFFIX = ".gz"
ORIGINALS = "originals"
PIECE = 1 << 20
"""Bytes that are read, or inflated, at once."""
LEVEL = 6
_GZIP = 31
"""zlib's name for the gzip format, one member, with its largest window."""
_NAME = re.compile(rf"{ORIGINALS}/([0-9a-f]{{2}})/(\1[0-9a-f]{{62}})(?:\.gz)?\Z")


def path_of(sha256: str, *, compressed: bool = False) -> str:
    """Return where an original lies in one of its forms, relative to the archive.

    Raises:
        ValueError: if ``sha256`` is none.
    """
    return f"{directory_of(require_sha256(sha256))}/{sha256}{SUFFIX if compressed else ''}"


def directory_of(sha256: str) -> str:
    """Return the directory that an original lies in, in whatever form."""
    return f"{ORIGINALS}/{sha256[:2]}"


def original_at(path: str) -> str | None:
    """Return the SHA-256 of the original whose place ``path`` is, in either form; None if none."""
    found = _NAME.match(path)
    return found[2] if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A body to be kept."""

    body: bytes
    compress: bool
    """True if it may be kept compressed."""


def wanted(
    bodies: Iterable[bytes], compress: Iterable[bool] = ()
) -> tuple[list[str], dict[str, Wanted]]:
    """Return the hashes of bodies in their order, and each body once by its hash.

    A body that is asked for in both forms is to be kept as it is.
    """
    digests: list[str] = []
    found: dict[str, Wanted] = {}
    for body, may in zip(bodies, chain(compress, repeat(False)), strict=False):
        digest = hashlib.sha256(body).hexdigest()
        digests.append(digest)
        before = found.get(digest)
        found[digest] = Wanted(body=body, compress=may and (before is None or before.compress))
    return digests, found


def stored_form(sha256: str, want: Wanted) -> tuple[str, bytes]:
    """Return the path and the bytes of a file that keeps a body: compressed only if that saves.

    The same body gives the same bytes: no name and no time stand in the file.
    """
    if want.compress:
        data = gzip.compress(want.body, LEVEL, mtime=0)
        if len(data) < len(want.body):
            return path_of(sha256, compressed=True), data
    return path_of(sha256), want.body


def inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the bytes that a gzip file holds, never more than ``PIECE`` of them at once.

    Raises:
        zlib.error: if it is damaged, cut short, or not the file's only content.
    """
    engine = zlib.decompressobj(wbits=_GZIP)
    for piece in pieces:
        rest = piece
        while rest:
            if engine.eof:
                raise zlib.error("more than one compressed file")
            yield engine.decompress(rest, PIECE)
            rest = engine.unconsumed_tail or engine.unused_data
    yield engine.flush()
    if not engine.eof:
        raise zlib.error("cut short")


def inflates_to(data: bytes, body: bytes) -> bool:
    """Tell whether a gzip file holds ``body``; no more than that of it is ever inflated."""
    at = 0
    try:
        for piece in inflated([data]):
            if body[at : at + len(piece)] != piece:
                return False
            at += len(piece)
    except zlib.error:
        return False
    return at == len(body)
