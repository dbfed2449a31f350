"""The characters of a PDF page, as its text page gives them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import atan2, pi
from typing import NamedTuple

from monitor.reading.layout.marks import Char
from monitor.reading.layout.radicals import plain_character
from monitor.reading.pdf import raw
from monitor.reading.pdf.geometry import Frame, Rect

MAX_CHARS = 60_000
"""A page of a report holds some thousand characters."""
_CONTROL = frozenset(chr(code) for code in range(32))
_SLANT = 0.1
"""Text turned this share of a quarter turn off the axes is a watermark or a stamp."""


class Type(NamedTuple):
    """How the characters of one text object are set; thousands are made for a page."""

    size: float
    """Size in points as printed."""
    quarter: int
    """Turn against the page's own axes in quarters, the nearest."""
    slanted: bool
    """Whether the text runs along neither axis."""
    run: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyphs:
    """The characters of a page in the order of the file, before they are placed."""

    codes: Sequence[int]
    owners: Sequence[int | None]
    """The text object of each; None for blanks and line ends that PDFium adds."""
    unmapped: Sequence[int]
    """1 where the font does not say which character it is."""
    rects: Sequence[Rect]
    types: Mapping[int, Type]
    """By text object."""
    skipped: bool
    """Whether there are more than the limit allows."""

    def upright(self) -> int | None:
        """Return the turn of the page (degrees clockwise) at which most text stands upright.

        None if the page has no text, or text in several directions.
        """
        turns = [0, 0, 0, 0]
        for owner, count in Counter(self.owners).items():
            if owner is not None and not self.types[owner].slanted:
                turns[self.types[owner].quarter] += count
        if max(turns) <= 0.8 * sum(turns):
            return None
        return -90 * turns.index(max(turns)) % 360


def page_glyphs(textpage: int) -> Glyphs:
    """Take the characters off an open text page."""
    count = raw.count_chars(textpage)
    kept = max(0, min(count, MAX_CHARS))
    owners = raw.each(raw.char_owner, textpage, kept)
    return Glyphs(
        codes=_joined_surrogates(raw.each(raw.char_code, textpage, kept)),
        owners=owners,
        unmapped=raw.each(raw.char_unmapped, textpage, kept),
        rects=raw.char_boxes(textpage, kept),
        types=_types(textpage, owners),
        skipped=count > MAX_CHARS,
    )


def _types(textpage: int, owners: Sequence[int | None]) -> dict[int, Type]:
    first: dict[int, int] = {}
    for index, owner in enumerate(owners):
        if owner is not None and owner not in first:
            first[owner] = index
    types: dict[int, Type] = {}
    sizes, matrices = raw.char_types(textpage, list(first.values()))
    for owner, size, (a, b, c, d, _, _) in zip(first, sizes, matrices, strict=True):
        quarters = atan2(c, a) / (pi / 2) if c or a < 0 else 0.0
        slanted = abs(quarters - round(quarters)) > _SLANT
        scale = abs(d) if b == 0 else (b * b + d * d) ** 0.5
        types[owner] = Type(size * (scale or 1.0), round(quarters) % 4, slanted, len(types))
    return types


def _joined_surrogates(codes: list[int]) -> list[int]:
    """Return the codes with the halves of one character joined; the second half becomes 0."""
    if not any(0xD800 <= code < 0xE000 for code in codes):
        return codes
    joined = list(codes)
    for index in range(len(codes) - 1):
        high, low = codes[index], codes[index + 1]
        if 0xD800 <= high < 0xDC00 <= low < 0xE000:
            joined[index : index + 2] = [0x10000 + ((high - 0xD800) << 10) + low - 0xDC00, 0x1F]
    return joined


def placed_chars(
    glyphs: Glyphs, frame: Frame, hidden: frozenset[int]
) -> tuple[list[Char], list[Char], list[int]]:
    """Return the characters of shown and of hidden text objects, and the objects of the former.

    What stands outside the visible page, and slanted text, is in neither.
    """
    shown: list[Char] = []
    veiled: list[Char] = []
    objects: list[int] = []
    width, height, types = 2 * frame.width, 2 * frame.height, glyphs.types
    columns = zip(
        map(_character, glyphs.codes),
        glyphs.owners,
        glyphs.unmapped,
        frame.boxes(glyphs.rects),
        strict=True,
    )
    for (text, decoded), owner, unmapped, box in columns:
        if owner is None or not text:
            continue
        left, top, right, bottom = box
        size, _, slanted, run = types[owner]
        if slanted or not (0 <= left + right <= width and 0 <= top + bottom <= height):
            continue
        char = Char(text, box, size, run, decoded and unmapped != 1)
        if owner in hidden:
            veiled.append(char)
        else:
            shown.append(char)
            objects.append(owner)
    return shown, veiled, objects


@lru_cache(maxsize=8192)
def _character(code: int) -> tuple[str, bool]:
    """Return the character of a code, and whether the code says for certain which one it is."""
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        return "\ufffd", False
    text = chr(code)
    if text in _CONTROL:
        # A tab or a line end is layout; any other control code is a character not decoded.
        return ("", True) if text in "\t\n\r\f\v\x1c\x1d\x1e\x1f\x02" else ("\ufffd", False)
    private = 0xE000 <= code <= 0xF8FF or code >= 0xF0000
    if private or code in (0xFFFD, 0xFFFE, 0xFFFF):
        return "\ufffd", False
    return plain_character(text), True
