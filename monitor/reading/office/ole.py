"""Opens the OLE file of a Word 97 document, which WPS Office writes too (MS-CFB, MS-DOC §2.5)."""

import struct
from dataclasses import dataclass
from io import BytesIO

import olefile

from monitor.reading.model import UnreadableError

BROKEN_OLE = (OSError, ValueError, IndexError, struct.error, OverflowError, TypeError)
"""What olefile raises on files that are broken."""
WORD_97 = 0x00C1
_WORD_MAGICS = (0xA5EC, 0xA5DC)
_COMPLEX, _ENCRYPTED, _TABLE_1 = 0x0004, 0x0100, 0x0200
_PAIRS = 0x9A
"""Where the places of the structures of a Word 97 file begin, each a start and a length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordFile:
    """The streams of a Word document, and what its head says."""

    word: bytes
    table: bytes
    data: bytes
    version: int
    """``nFib``: 0xC1 and more is Word 97 and later."""
    fast_saved: bool
    characters: int
    """Characters of the main text."""

    table_name: str = "1Table"
    """The stream that ``table`` is."""

    def range_of(self, index: int) -> tuple[int, int]:
        """Return start and length, in the table stream, of the structure at this place."""
        start, length = struct.unpack_from("<II", self.word, _PAIRS + 8 * index)
        return start, length

    def structure(self, index: int) -> bytes:
        """Return the structure at this place of the list in the head, from the table stream."""
        start, length = self.range_of(index)
        return self.table[start : start + length]


def open_word_file(body: bytes) -> WordFile:
    """Open a DOC.

    Raises:
        UnreadableError: ``damaged`` if it is no whole Word document, ``encrypted`` if it asks for
            a password, ``unsupported-type`` if it is a document of another program.
    """
    try:
        with olefile.OleFileIO(BytesIO(body)) as ole:
            if not ole.exists("WordDocument"):
                message = "an OLE file of an old WPS or Works version, which nothing here can read"
                raise UnreadableError("unsupported-type", message)
            return _open(ole)
    except BROKEN_OLE as error:
        raise UnreadableError("damaged", f"no whole Word document: {error}") from error


def _open(ole: "olefile.OleFileIO[str]") -> WordFile:
    word = _stream(ole, "WordDocument")
    magic, version = struct.unpack_from("<HH", word, 0)
    (flags,) = struct.unpack_from("<H", word, 0x0A)
    if magic not in _WORD_MAGICS:
        raise UnreadableError("damaged", "the Word text does not begin as one")
    if flags & _ENCRYPTED:
        raise UnreadableError("encrypted", "the document asks for a password")
    modern = version >= WORD_97
    table_name = "1Table" if flags & _TABLE_1 else "0Table"
    return WordFile(
        word=word,
        table_name=table_name,
        table=_stream(ole, table_name) if modern else b"",
        data=_stream(ole, "Data") if ole.exists("Data") else b"",
        version=version,
        fast_saved=bool(flags & _COMPLEX),
        characters=struct.unpack_from("<I", word, 0x4C)[0] if modern else 0,
    )


def _stream(ole: "olefile.OleFileIO[str]", name: str) -> bytes:
    with ole.openstream(name) as stream:
        found: bytes = stream.read()
    if len(found) < ole.get_size(name):
        raise UnreadableError("damaged", "the file is cut short")
    return found
