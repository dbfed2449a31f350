"""Cuts a tall picture of a whole report into pages, never through a line of text or a row."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.reading.scan.ink import Ink
from monitor.reading.scan.pixels import ink_level

Picture = NDArray[np.uint8]

TALL = 1.7
"""Height to width from which a picture is cut; A4 has 1.41."""
_SHORTEST, _LONGEST = 0.7, 1.6
"""Height of a page to its width."""
_DRAWN = 0.3
"""Share of the width that is dark where a ruling line runs."""
_BLANK = 0.002
_TYPE = 30.0
"""Height in pixels that the usual mark is to have after enlarging: about that of 10 points."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of a tall picture, in rows of pixels; parts cut at a ruling line share it."""

    top: int
    bottom: int


def is_tall(page: Picture) -> bool:
    """Return whether a picture is higher than any page, so that it may be several."""
    return bool(page.shape[0] > TALL * page.shape[1])


def tiles(page: Picture) -> list[Tile]:
    """Return the parts of a picture, dark on white, from the top; one part if it is not tall."""
    height, width = page.shape
    if not is_tall(page):
        return [Tile(0, height)]
    dark = page < ink_level(page)
    found = []
    top = 0
    while height - top > _LONGEST * width:
        end, beginning = _cut(dark, top + int(_SHORTEST * width), top + int(_LONGEST * width))
        found.append(Tile(top, end))
        top = beginning
    return [*found, Tile(top, height)]


def _cut(dark: NDArray[np.bool_], first: int, last: int) -> tuple[int, int]:
    """Return where a part ends and the next begins: in white, or at a ruling line, else anywhere.

    The last is for pictures without a white row, and cuts where there is least ink.
    """
    share = dark[first:last].mean(axis=1)
    blank = _longest_run(share <= _BLANK)
    if blank is not None:
        middle = first + (blank[0] + blank[1]) // 2
        return middle, middle
    drawn = np.flatnonzero(share >= max(_DRAWN, 0.8 * float(share.max())))
    if len(drawn) and share.max() >= _DRAWN:
        line = first + int(drawn[-1])
        return line + 4, max(0, line - 4)
    least = first + int(share.argmin())
    return least, least


def _longest_run(wanted: Sequence[bool] | NDArray[np.bool_]) -> tuple[int, int] | None:
    padded = np.concatenate([[False], np.asarray(wanted, bool), [False]]).astype(np.int8)
    starts, ends = np.flatnonzero(np.diff(padded) == 1), np.flatnonzero(np.diff(padded) == -1)
    if not len(starts):
        return None
    best = int((ends - starts).argmax())
    return (int(starts[best]), int(ends[best])) if ends[best] - starts[best] >= 3 else None


def points_per_pixel(page: Picture, dpi: float | None) -> float:
    """Return how many points of a page a pixel is: by the stated dpi, the form, or the type."""
    height, width = page.shape
    form = max(height, width) / min(height, width)
    if dpi is not None and 140 <= dpi <= 620 and 500 < max(height, width) * 72 / dpi < 1250:
        return 72 / dpi
    if abs(form - 2**0.5) < 0.06 and max(height, width) >= 1000:
        return float(842 / max(height, width))
    ink = Ink(page, ink_level(page))
    high = max(4.0, ink.type_height((0, 0, width, height), least=5))
    return _TYPE * 72 / 300 / high
