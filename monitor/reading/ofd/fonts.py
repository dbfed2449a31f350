"""Which characters the glyphs of an embedded font stand for, by its Unicode ``cmap``.

Source: OpenType 1.9, tables ``cmap`` (formats 0, 4, 6, 12) and the table directory.
"""

import struct
from collections.abc import Iterator, Mapping

_UNICODE = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0))
"""Platform and encoding of subtables keyed by Unicode, the fullest first."""
_MOST = 80_000
_LARGEST = 0x10FFFF


def characters_by_glyph(font: bytes) -> Mapping[int, tuple[str, ...]]:
    """Return the characters of each glyph; nothing if the font has no Unicode ``cmap``."""
    found: dict[int, tuple[str, ...]] = {}
    try:
        for code, glyph in _pairs(font):
            if glyph and 0 < code <= _LARGEST and not 0xD800 <= code < 0xE000:
                found[glyph] = (*found.get(glyph, ()), chr(code))
    except (struct.error, IndexError):
        return {}
    return found


def _pairs(font: bytes) -> Iterator[tuple[int, int]]:
    table = _table(font, b"cmap")
    if table is None:
        return
    (count,) = struct.unpack_from(">H", font, table + 2)
    places = {}
    for index in range(min(count, 64)):
        platform, encoding, offset = struct.unpack_from(">HHI", font, table + 4 + 8 * index)
        places[platform, encoding] = table + offset
    at = next((places[key] for key in _UNICODE if key in places), None)
    if at is None:
        return
    for number, pair in enumerate(_subtable(font, at)):
        if number >= _MOST:
            return
        yield pair


def _table(font: bytes, tag: bytes) -> int | None:
    start = struct.unpack_from(">I", font, 12)[0] if font[:4] == b"ttcf" else 0
    if font[start : start + 4] not in (b"OTTO", b"true", b"\x00\x01\x00\x00"):
        return None
    (count,) = struct.unpack_from(">H", font, start + 4)
    for index in range(count):
        record = start + 12 + 16 * index
        if font[record : record + 4] == tag:
            return int(struct.unpack_from(">I", font, record + 8)[0])
    return None


def _subtable(font: bytes, at: int) -> Iterator[tuple[int, int]]:
    (form,) = struct.unpack_from(">H", font, at)
    if form == 0:
        yield from enumerate(font[at + 6 : at + 262])
    elif form == 4:
        yield from _segments(font, at)
    elif form == 6:
        first, count = struct.unpack_from(">HH", font, at + 6)
        yield from enumerate(struct.unpack_from(f">{count}H", font, at + 10), first)
    elif form == 12:
        (count,) = struct.unpack_from(">I", font, at + 12)
        for index in range(min(count, _MOST)):
            start, end, glyph = struct.unpack_from(">III", font, at + 16 + 12 * index)
            for code in range(start, min(end, start + _MOST) + 1):
                yield code, glyph + code - start


def _segments(font: bytes, at: int) -> Iterator[tuple[int, int]]:
    (doubled,) = struct.unpack_from(">H", font, at + 6)
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts = struct.unpack_from(f">{count}H", font, at + 16 + doubled)
    steps = struct.unpack_from(f">{count}H", font, at + 16 + 2 * doubled)
    offsets_at = at + 16 + 3 * doubled
    offsets = struct.unpack_from(f">{count}H", font, offsets_at)
    for index in range(count):
        for code in range(starts[index], min(ends[index], 0xFFFE) + 1):
            if offsets[index] == 0:
                yield code, (code + steps[index]) & 0xFFFF
                continue
            place = offsets_at + 2 * index + offsets[index] + 2 * (code - starts[index])
            (glyph,) = struct.unpack_from(">H", font, place)
            yield code, (glyph + steps[index]) & 0xFFFF if glyph else 0
