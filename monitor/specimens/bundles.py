"""Packs files into ZIP and RAR as portals publish them.

RAR files are stored only (method 0): the format's owner publishes how files are laid out, not how
they are packed. Sources: APPNOTE.TXT 6.3; RAR 3.93 and RAR 5.0 technical notes.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterable
from io import BytesIO

File = tuple[str, bytes]
"""Path in the bundle, with ``/`` between folders, and what the file holds."""

LEFT_BEHIND: tuple[File, ...] = (
    ("__MACOSX/._年报.docx", b"\x00\x05\x16\x07"),
    (".DS_Store", b"\x00\x00\x00\x01Bud1"),
    ("年报/Thumbs.db", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("年报/~$年报.docx", b"\x05admin"),
)
"""What operating systems and editors leave in a bundle."""

_UTF8 = 0x800
_RAR4 = b"Rar!\x1a\x07\x00"
_RAR5 = b"Rar!\x1a\x07\x01\x00"
_ARCHIVE, _FILE, _LAST = 0x73, 0x74, 0x7B
_LONG_BLOCK = 0x8000
_STORED = 0x30
_WINDOWS = 2
_MARCH_2024 = 0x58610000


class _Entry(zipfile.ZipInfo):
    """An entry whose name is written in a charset of its own, without any flag that tells it."""

    charset = "utf-8"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the library's name
        flag = _UTF8 if self.charset == "utf-8" and not self.filename.isascii() else 0
        return self.filename.encode(self.charset), self.flag_bits | flag


def zip_file(
    files: Iterable[File], *, charset: str = "utf-8", folders: Iterable[str] = ()
) -> bytes:
    """Return a ZIP; names in another charset than UTF-8 carry no flag, as Windows writes them."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, body in (*((f"{folder}/", b"") for folder in folders), *files):
            entry = _Entry(name, date_time=(2024, 3, 1, 8, 0, 0))
            entry.charset = charset
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, body)
    return stream.getvalue()


def rar4_file(files: Iterable[File], *, charset: str = "gb18030") -> bytes:
    """Return a RAR of version 4 with stored files, names in ``charset``."""
    blocks = [_rar4_block(_ARCHIVE, 0, b"\x00" * 6)]
    for name, body in files:
        raw = name.replace("/", "\\").encode(charset)
        fields = struct.pack(
            "<IIBIIBBHI",
            len(body),
            len(body),
            _WINDOWS,
            zlib.crc32(body),
            _MARCH_2024,
            29,
            _STORED,
            len(raw),
            0x20,
        )
        blocks += [_rar4_block(_FILE, _LONG_BLOCK, fields + raw), body]
    return _RAR4 + b"".join(blocks) + _rar4_block(_LAST, 0x4000, b"")


def _rar4_block(kind: int, flags: int, fields: bytes) -> bytes:
    header = struct.pack("<BHH", kind, flags, 7 + len(fields)) + fields
    return struct.pack("<H", zlib.crc32(header) & 0xFFFF) + header


def rar5_file(files: Iterable[File]) -> bytes:
    """Return a RAR of version 5 with stored files; its names are always UTF-8."""
    blocks = [_rar5_block(_number(1) + _number(0) + _number(0))]
    for name, body in files:
        raw = name.encode()
        has_data, has_crc = 0x02, 0x04
        fields = (
            _number(2)
            + _number(has_data)
            + _number(len(body))
            + _number(has_crc)
            + _number(len(body))
            + _number(0x20)
            + struct.pack("<I", zlib.crc32(body))
            + _number(0)
            + _number(0)
            + _number(len(raw))
            + raw
        )
        blocks += [_rar5_block(fields), body]
    return _RAR5 + b"".join(blocks) + _rar5_block(_number(5) + _number(0) + _number(0))


def _rar5_block(fields: bytes) -> bytes:
    header = _number(len(fields)) + fields
    return struct.pack("<I", zlib.crc32(header)) + header


def _number(value: int) -> bytes:
    """Return a number in sevens of bits, the lowest first, as RAR 5 writes them."""
    pieces = []
    while value > 0x7F:
        pieces.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*pieces, value))
