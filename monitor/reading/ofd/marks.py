"""From what a page draws to its marks: the type that is seen, ruling lines, pictures.

Type that is transparent, of no size, white on white, off the page or painted over is not
printed, so it is no part of what the page says.
"""

import math
from collections.abc import Sequence

from monitor.reading.layout.drawn import rulings_of_path
from monitor.reading.layout.marks import Box, Char, Marks, Ruling, area
from monitor.reading.ofd.content import Drawn
from monitor.reading.ofd.items import Item, PathItem, PictureItem, TextItem
from monitor.reading.ofd.seen import (
    FAINT,
    LARGE_PICTURE,
    Opaque,
    angle_of,
    is_aslant,
    picture_box,
    seen_type,
)
from monitor.reading.ofd.sheet import Sheet

_LINE_PICTURE = 2.0
"""A picture thinner than this (points) is a line drawn as a picture."""
_MOSTLY = 0.8


def page_marks(sheet: Sheet, opaque: Opaque) -> Marks:
    """Return the marks of a page; ``opaque`` tells whether nothing shows through a picture.

    Where a picture fills the page and its only type is under it or transparent, a recognition
    program made that type: it comes with ``recognised``.
    """
    items = sheet.drawn.items
    page = (0.0, 0.0, sheet.width, sheet.height)
    across, down, pictures, paths = _lines_and_pictures(items, page)
    turn = _turn(items)
    seen = seen_type(items, page, opaque)
    filled = sum(area(box) for box in pictures) >= LARGE_PICTURE * sheet.width * sheet.height
    recognised = bool(seen.layer) and not any(char.text.strip() for char in seen.shown) and filled
    upright = _Upright(turn, sheet.width, sheet.height)
    return Marks(
        number=sheet.number,
        width=upright.width,
        height=upright.height,
        chars=tuple(map(upright.char, seen.layer if recognised else seen.shown)),
        across=tuple(map(upright.ruling_across, down if turn % 2 else across)),
        down=tuple(map(upright.ruling_down, across if turn % 2 else down)),
        pictures=tuple(map(upright.box, pictures)),
        paths=paths,
        recognised=recognised,
        turned=-90 * turn % 360 if turn else None,
        skipped=sheet.drawn.skipped or seen.skipped,
        veiled=() if recognised else tuple(map(upright.box, seen.veiled)),
    )


# Lines and pictures --------------------------------------------------------------------------


def _lines_and_pictures(
    items: Sequence[Item], page: Box
) -> tuple[list[Ruling], list[Ruling], list[Box], int]:
    across: list[Ruling] = []
    down: list[Ruling] = []
    pictures: list[Box] = []
    others = 0
    for item in items:
        if isinstance(item, PathItem):
            others += _add_rulings(item, page, across, down)
        elif isinstance(item, PictureItem):
            _add_picture(picture_box(item, page), across, down, pictures)
    return across, down, pictures, others


def _add_rulings(item: PathItem, page: Box, across: list[Ruling], down: list[Ruling]) -> int:
    flat, steep, others = rulings_of_path(
        (subpath.corners() for subpath in item.outline),
        stroke=item.stroke is not None,
        thickness=item.width if item.stroke else 0.0,
    )
    across += [line for item in flat if (line := _on_page(item, page[1::2], page[::2]))]
    down += [line for item in steep if (line := _on_page(item, page[::2], page[1::2]))]
    return others


def _on_page(line: Ruling, at: Sequence[float], along: Sequence[float]) -> Ruling | None:
    """Return the part of a line that lies on the page; ``at`` and ``along`` are its limits."""
    start, end = max(line.start, along[0]), min(line.end, along[1])
    return Ruling(line.at, start, end) if at[0] <= line.at <= at[1] and start < end else None


def _add_picture(box: Box, across: list[Ruling], down: list[Ruling], pictures: list[Box]) -> None:
    left, top, right, bottom = box
    if bottom - top <= _LINE_PICTURE < right - left:
        across.append(Ruling((top + bottom) / 2, left, right))
    elif right - left <= _LINE_PICTURE < bottom - top:
        down.append(Ruling((left + right) / 2, top, bottom))
    elif right > left and bottom > top:
        pictures.append(box)


# The turn of the page ------------------------------------------------------------------------


def _turn(items: Sequence[Item]) -> int:
    """Return by how many quarters, clockwise, most type of the page is turned."""
    turns = [0, 0, 0, 0]
    for item in items:
        if isinstance(item, TextItem) and item.fill.alpha > FAINT and not is_aslant(item):
            quarter = round(angle_of(item) / (math.pi / 2)) % 4
            turns[quarter] += sum(bool(glyph.text.strip()) for glyph in item.glyphs)
    most = turns.index(max(turns))
    return most if turns[most] > _MOSTLY * sum(turns) else 0


class _Upright:
    """The page turned so that its type reads upright."""

    def __init__(self, turn: int, width: float, height: float) -> None:
        self._turn, self._width, self._height = turn, width, height
        self.width, self.height = (height, width) if turn % 2 else (width, height)

    def box(self, box: Box) -> Box:
        left, top, right, bottom = box
        if self._turn == 1:
            return top, self._width - right, bottom, self._width - left
        if self._turn == 2:
            return (
                self._width - right,
                self._height - bottom,
                self._width - left,
                self._height - top,
            )
        if self._turn == 3:
            return self._height - bottom, left, self._height - top, right
        return box

    def char(self, char: Char) -> Char:
        if not self._turn:
            return char
        return Char(char.text, self.box(char.box), char.size, char.run, char.decoded)

    def ruling_across(self, line: Ruling) -> Ruling:
        if not self._turn:
            return line
        box = (line.start, line.at, line.end, line.at)
        if self._turn % 2:
            box = (line.at, line.start, line.at, line.end)
        left, top, right, _ = self.box(box)
        return Ruling(top, left, right)

    def ruling_down(self, line: Ruling) -> Ruling:
        if not self._turn:
            return line
        box = (line.at, line.start, line.at, line.end)
        if self._turn % 2:
            box = (line.start, line.at, line.end, line.at)
        left, top, _, bottom = self.box(box)
        return Ruling(left, top, bottom)


def lost_details(drawn: Drawn, most: int = 5) -> str:
    """Return what could not be read, the first few by name."""
    named = "; ".join(drawn.lost[:most])
    return named if len(drawn.lost) <= most else f"{named}; and {len(drawn.lost) - most} more"
