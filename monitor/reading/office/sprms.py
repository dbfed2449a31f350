"""The property changes of a Word 97 file (“Sprms”), and what they say of a row's cells.

Source: MS-DOC §2.2.5.1 (Sprm), §2.6.3 (tables), §2.9.316 (TC80).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

IN_TABLE, ROW_END = 0x2416, 0x2417
HIDDEN, DELETED, INSERTED = 0x083C, 0x0800, 0x0801
_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)
_DEFINE, _DEFINE_OLD = 0xD608, 0xD606
_TABS = 0xC615
_MERGE, _VERTICAL = 0x5624, 0xD62B
_CELL_BYTES = 20
_MERGED_LEFT, _MERGED_ABOVE, _BEGINS = 0x0002, 0x0020, 0x0040
_CONTINUES, _RESTARTS = 1, 3


@dataclass(slots=True)
class RowShape:
    """What a row says of its cells."""

    continued: set[int] = field(default_factory=set)
    """Indices of the cells that go on from the left or from above."""


def sprms(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the code and operand of each property change."""
    at = 0
    while at + 2 < len(data):
        (code,) = struct.unpack_from("<H", data, at)
        at += 2
        size = _SIZES[code >> 13]
        if code in (_DEFINE, _DEFINE_OLD):
            size = struct.unpack_from("<H", data, at)[0] + 1
        elif code >> 13 == 6:
            size = data[at] + 1
            if code == _TABS and size == 256:
                # Its size must be counted; nothing about tables stands behind it.
                return
        operand = data[at : at + size]
        if len(operand) < size:
            return
        yield code, operand
        at += size


def apply_row_sprms(row: RowShape, data: bytes) -> None:
    """Note which cells of a row are merged into others."""
    for code, operand in sprms(data):
        if code == _DEFINE:
            row.continued = set(_merged(operand))
        elif code == _MERGE:
            row.continued |= set(range(operand[0] + 1, operand[1]))
        elif code == _VERTICAL and len(operand) >= 3:
            if operand[2] == _CONTINUES:
                row.continued.add(operand[1])
            elif operand[2] == _RESTARTS:
                row.continued.discard(operand[1])


def _merged(definition: bytes) -> Iterator[int]:
    count = definition[2]
    start = 3 + 2 * (count + 1)
    for index in range(count):
        at = start + index * _CELL_BYTES
        if at + 2 > len(definition):
            return
        (flags,) = struct.unpack_from("<H", definition, at)
        if flags & _MERGED_LEFT or (flags & _MERGED_ABOVE and not flags & _BEGINS):
            yield index
