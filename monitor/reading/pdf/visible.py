"""Which of a page's text is seen, and where what is seen is not what the file holds.

Text may leave no ink, be white on white, or lie under a filled area or a picture drawn later.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.reading.layout.marks import Box, Char, Ruling, area, overlap
from monitor.reading.pdf.drawings import Drawings, Fill

_BAND = 24.0
"""Height (points) of the bands in which filled areas are looked up."""
_GAP_SIDES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The characters that are printed and those that are not."""

    printed: tuple[Char, ...]
    hidden: tuple[Char, ...]
    under_pictures: tuple[Char, ...]
    """Printed characters over which a picture was drawn later."""


def seen_chars(chars: Sequence[Char], objects: Sequence[int], drawn: Drawings) -> Seen:
    """Part the characters of text objects that leave ink by whether the ink is seen."""
    first = min(drawn.texts.values(), default=0)
    covering = _Bands([fill for fill in drawn.fills if fill.opaque and fill.order > first])
    behind = _Bands([fill for fill in drawn.fills if not fill.light] if drawn.light else [])
    pictures = _Bands([picture for picture in drawn.pictures if picture.order > first])
    backing = _Bands(drawn.pictures if drawn.light else [])
    if not (covering.any or pictures.any or drawn.light):
        return Seen(printed=tuple(chars), hidden=(), under_pictures=())
    printed, hidden, under = [], [], []
    for char, item in zip(chars, objects, strict=True):
        order = drawn.texts.get(item, 0)
        white = item in drawn.light and not (
            behind.below(char, order) or backing.below(char, order)
        )
        if white or covering.above(char, order):
            hidden.append(char)
            continue
        printed.append(char)
        if pictures.above(char, order):
            under.append(char)
    return Seen(printed=tuple(printed), hidden=tuple(hidden), under_pictures=tuple(under))


class _Bands:
    """Areas found by the height at which they lie."""

    def __init__(self, fills: Sequence[Fill]) -> None:
        self.any = bool(fills)
        self._bands: dict[int, list[Fill]] = {}
        for fill in fills:
            top, bottom = max(-1.0, fill.box[1]), min(20_000.0, fill.box[3])
            for band in range(int(top // _BAND), int(bottom // _BAND) + 1):
                self._bands.setdefault(band, []).append(fill)

    def above(self, char: Char, order: int) -> bool:
        """Return whether one drawn later than ``order`` holds the middle of the character."""
        return any(fill.order > order for fill in self._around(char))

    def below(self, char: Char, order: int) -> bool:
        """Return whether one drawn before holds the middle of the character."""
        return any(fill.order < order for fill in self._around(char))

    def _around(self, char: Char) -> list[Fill]:
        if not self.any:
            return []
        x, y = char.centre
        return [
            fill
            for fill in self._bands.get(int(y // _BAND), ())
            if fill.box[0] < x < fill.box[2] and fill.box[1] < y < fill.box[3]
        ]


def gap_rulings(fills: Sequence[Fill]) -> tuple[list[Ruling], list[Ruling]]:
    """Return the lines that show as gaps between light areas drawn over a dark one."""
    across: list[Ruling] = []
    down: list[Ruling] = []
    for dark in fills:
        if dark.light or area(dark.box) == 0:
            continue
        over = [
            fill.box
            for fill in fills
            if fill.light and fill.order > dark.order and _within(fill.box, dark.box)
        ]
        if len(over) < _GAP_SIDES:
            continue
        for left, top, right, bottom in over:
            across += [Ruling(top, left, right), Ruling(bottom, left, right)]
            down += [Ruling(left, top, bottom), Ruling(right, top, bottom)]
    return across, down


def _within(inner: Box, outer: Box) -> bool:
    return overlap(inner, outer) > 0.95 * area(inner) and area(inner) < 0.95 * area(outer)
