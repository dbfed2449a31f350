"""Unpacks ZIP files (APPNOTE.TXT 6.3) with the standard library, capped before it looks inside."""

import stat
import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise

from monitor.reading.bundle.budget import Budget
from monitor.reading.bundle.member import Member
from monitor.reading.bundle.names import decode_name, is_left_behind, safe_name
from monitor.reading.model import UnreadableError
from monitor.reading.word.package import BROKEN_ZIP

_ENTRY = b"PK\x01\x02"
_LOCAL = b"PK\x03\x04"
_END = b"PK\x05\x06"
_HEADER_SIZE = 30
_ENCRYPTED = 0x1
_UTF8 = 0x800
_MOST_ENTRIES = 20_000
"""Entries of directories, those of bundles inside included, beyond which none is read."""


def unpack_zip(body: bytes, _kind: str, budget: Budget) -> Iterator[Member]:
    """Yield the files of a ZIP.

    Raises:
        UnreadableError: ``damaged`` without a readable directory, ``limits-exceeded``.
    """
    with _open(body) as archive:
        if not archive.infolist() and body.startswith(_LOCAL):
            raise UnreadableError("damaged", "the directory names none of the files")
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        budget.count_members(len(entries))
        _refuse_overlaps(archive.infolist(), len(body))
        for entry in entries:
            name = safe_name(_name(entry))
            if not is_left_behind(name):
                yield _member(archive, entry, name, budget)


def _open(body: bytes) -> zipfile.ZipFile:
    if body.count(_ENTRY) > _MOST_ENTRIES:
        raise UnreadableError("limits-exceeded", f"more than {_MOST_ENTRIES} files in the bundle")
    try:
        return zipfile.ZipFile(BytesIO(body))
    except UnicodeDecodeError:
        return _open_unflagged(body)
    except BROKEN_ZIP as error:
        raise UnreadableError("damaged", f"no whole ZIP: {error}") from error


def _open_unflagged(body: bytes) -> zipfile.ZipFile:
    """Open a ZIP whose names are flagged as UTF-8 and are not, with those flags taken away."""
    patched = bytearray(body)
    try:
        for entry, local in _headers(body):
            for at in (entry + 8, local + 6):
                flags = struct.unpack_from("<H", patched, at)[0]
                struct.pack_into("<H", patched, at, flags & ~_UTF8)
        return zipfile.ZipFile(BytesIO(bytes(patched)))
    except BROKEN_ZIP as error:
        raise UnreadableError("damaged", f"no whole ZIP: {error}") from error


def _headers(body: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each entry of the directory and its file's own header stand."""
    end = body.rfind(_END)
    size = struct.unpack_from("<I", body, end + 12)[0] if end >= 0 else 0
    at = end - size
    while 0 <= at < end and body[at : at + 4] == _ENTRY:
        lengths = struct.unpack_from("<HHH", body, at + 28)
        local = struct.unpack_from("<I", body, at + 42)[0]
        if body[local : local + 4] == _LOCAL:
            yield at, local
        at += 46 + sum(lengths)


def _refuse_overlaps(entries: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse files that share their bytes: a bomb whose parts are counted many times."""
    spans = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    for (start, packed), (following, _) in pairwise([*spans, (size, 0)]):
        if start + _HEADER_SIZE + packed > following:
            raise UnreadableError("limits-exceeded", "files of the bundle overlap")


def _name(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & _UTF8:
        return entry.orig_filename
    return decode_name(entry.orig_filename.encode("cp437"), entry.extra)


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, budget: Budget) -> Member:
    nothing = Member(name=name, body=b"")
    if entry.flag_bits & _ENCRYPTED:
        return nothing.refused(UnreadableError("encrypted", "it asks for a password"))
    if stat.S_ISLNK(entry.external_attr >> 16):
        return nothing.refused(UnreadableError("unsupported-type", "it is a link"))
    refusal = budget.refusal(entry.file_size, entry.compress_size)
    if refusal is not None:
        return nothing.refused(refusal)
    try:
        with archive.open(entry) as file:
            body = file.read(budget.largest)
    except NotImplementedError as error:
        return nothing.refused(UnreadableError("unsupported-type", str(error)))
    except BROKEN_ZIP as error:
        return nothing.refused(UnreadableError("damaged", str(error)))
    budget.take(len(body))
    return Member(name=name, body=body)
