"""The pieces of a Word 97 text, and the stretches of the file by their properties.

Source: MS-DOC §2.8.35 (PlcPcd), §2.9.38 (Clx), §2.9.33, §2.9.174 (pages), §2.9.215 (Prm0).
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.reading.office.ole import WordFile
from monitor.reading.office.second import OddFileError
from monitor.reading.office.sprms import DELETED, HIDDEN, IN_TABLE, INSERTED, ROW_END

CHARACTERS, PARAGRAPHS, _PIECES = 12, 13, 33
"""Places of the structures in the head: PlcfBteChpx, PlcfBtePapx, Clx."""
_PAGE = 512
_SHORT = {0x18: IN_TABLE, 0x19: ROW_END, 0x41: DELETED, 0x42: INSERTED, 0x5C: HIDDEN}
"""What the numbers of the short form of a property change stand for (Prm0)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the text: where it stands in the text, and where in the file."""

    start: int
    end: int
    place: int
    width: int
    """Bytes of one character: 1 (code page 1252) or 2 (UTF-16)."""
    more: bytes
    """Sprms that a fast save laid over it."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of the file with the properties its characters or its paragraph have."""

    start: int
    end: int
    properties: bytes


def pieces_of(file: WordFile) -> Iterator[Piece]:
    """Yield the pieces of the text (MS-DOC §2.8.35, §2.9.38, §2.9.177)."""
    clx = file.structure(_PIECES)
    overlays: list[bytes] = []
    at = 0
    while clx[at] == 1:
        size = struct.unpack_from("<H", clx, at + 1)[0]
        overlays.append(clx[at + 3 : at + 3 + size])
        at += 3 + size
    if clx[at] != 2:
        raise OddFileError("the list of pieces is missing")
    size = struct.unpack_from("<I", clx, at + 1)[0]
    plc = clx[at + 5 : at + 5 + size]
    count = (size - 4) // 12
    places = struct.unpack_from(f"<{count + 1}I", plc, 0)
    for index in range(count):
        _, stated, more = struct.unpack_from("<HIH", plc, 4 * (count + 1) + 8 * index)
        narrow = bool(stated & 0x40000000)
        place = stated & 0x3FFFFFFF
        yield Piece(
            places[index],
            places[index + 1],
            place // 2 if narrow else place,
            1 if narrow else 2,
            _overlay(more, overlays),
        )


def _overlay(stated: int, overlays: Sequence[bytes]) -> bytes:
    """Return the sprms of a piece; a short one only if it is about tables or what is printed."""
    if stated & 1:
        return overlays[stated >> 1]
    short = _SHORT.get((stated >> 1) & 0x7F)
    return struct.pack("<HB", short, stated >> 8) if short else b""


def runs_of(file: WordFile, structure: int) -> Iterator[Run]:
    """Yield the stretches of the file by their properties (MS-DOC §2.9.33, §2.9.174)."""
    plc = file.structure(structure)
    count = (len(plc) - 4) // 8
    for index in range(count):
        (number,) = struct.unpack_from("<I", plc, 4 * (count + 1) + 4 * index)
        start = (number & 0x3FFFFF) * _PAGE
        page = file.word[start : start + _PAGE]
        yield from _page_runs(page, paragraphs=structure == PARAGRAPHS)


def _page_runs(page: bytes, *, paragraphs: bool) -> Iterator[Run]:
    count = page[_PAGE - 1]
    places = struct.unpack_from(f"<{count + 1}I", page, 0)
    for index in range(count):
        at = 4 * (count + 1) + index * (13 if paragraphs else 1)
        properties = _paragraph_sprms(page, page[at]) if paragraphs else _sprms_at(page, page[at])
        yield Run(places[index], places[index + 1], properties)


def _sprms_at(page: bytes, offset: int) -> bytes:
    if not offset:
        return b""
    size = page[2 * offset]
    return page[2 * offset + 1 : 2 * offset + 1 + size]


def _paragraph_sprms(page: bytes, offset: int) -> bytes:
    if not offset:
        return b""
    at = 2 * offset
    size, at = (2 * page[at] - 1, at + 1) if page[at] else (2 * page[at + 1], at + 2)
    # The first two bytes name the style.
    return page[at + 2 : at + size]
