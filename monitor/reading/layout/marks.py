"""What stands on a page: characters, ruling lines and pictures, in points from the top left.

Pure data; which program made the file, and which library read it, no longer matters here.
"""

from dataclasses import dataclass
from typing import NamedTuple

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


class Char(NamedTuple):
    """A printed character; ``box`` is as high as its line of type.

    A page has thousands, and a named tuple is made in half the time of a frozen dataclass.
    """

    text: str
    box: Box
    size: float
    """Size of the type in points."""
    run: int
    """Characters of one run were set by the program in one go."""
    decoded: bool = True
    """False if the file does not say which character this is."""

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the character."""
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2


class Ruling(NamedTuple):
    """A straight piece of line along one axis, at ``at`` on the other."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """All that was found on one page."""

    number: int
    """One-based page number."""
    width: float
    height: float
    chars: tuple[Char, ...]
    across: tuple[Ruling, ...]
    """Horizontal lines."""
    down: tuple[Ruling, ...]
    """Vertical lines."""
    pictures: tuple[Box, ...]
    paths: int
    """How many drawn paths there are that are no ruling lines."""
    recognised: bool = False
    """Whether the text is an invisible layer that a recognition program put over a picture."""
    turned: int | None = None
    """The turn (degrees clockwise) that makes its text upright, where the file states another."""
    skipped: bool = False
    """Whether the page held more than the limits allow, so that only a part was taken."""
    veiled: tuple[Box, ...] = ()
    """Places where what is seen may not be what the file holds: text without ink or in the colour
    of the paper, text under a filled area, text with a picture drawn over it."""

    @property
    def area(self) -> float:
        """The page's area in square points."""
        return self.width * self.height


def overlap(first: Box, second: Box) -> float:
    """Return the area that two boxes share."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    return max(0.0, width) * max(0.0, height)


def area(box: Box) -> float:
    """Return the area of a box."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def around(boxes: tuple[Box, ...] | list[Box]) -> Box:
    """Return the smallest box around ``boxes``."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
