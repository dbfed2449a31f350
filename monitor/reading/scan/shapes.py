"""The shapes of digits, as a check that has nothing to do with the recognition model.

One page is printed in one type: every 3 on it looks like every other 3. A digit that looks more
like those read as another digit was misread; pieces of ink that are more or fewer than the
characters read betray one that was dropped, doubled or run together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from monitor.reading.scan.ink import Box, InkLine

Picture = NDArray[np.uint8]
Glyph = NDArray[np.float32]

_SIZE = (16, 24)
_NARROW = 0.34
"""Width to height of a glyph that is a bar."""
_MARGIN = 0.04
_ALIKE = 0.93
_CONFIRMED = 0.80
_UNLIKE = 0.5
_WIDEST = 0.9
"""Width to height beyond which a glyph is no single digit."""
_WIDE_GAP = 0.9
_LEAST_SLANT, _MOST_SLANT = 0.2, 0.9
_STRAIGHT = 0.07
_SOLID = 0.7
_LOOSEST = 1.4
"""From one digit to the next, at most, in widths of a digit."""
_SIGNS = frozenset(".,-/%")


class Verdict(Enum):
    """What the shapes say of a reading."""

    CONFIRMS = "confirms"
    SILENT = "silent"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True, slots=True)
class Glyph16:
    """A glyph brought to one size, with its own width and height in pixels."""

    image: Glyph
    width: int
    height: int


def segments(line: InkLine) -> list[Box]:
    """Return the marks of a line joined where they stand above each other, from the left.

    The pieces of one broken digit are joined; dust, which stands off the baseline or apart from
    the digits, is left out.
    """
    found: list[Box] = []
    high = line.box[3] - line.box[1]
    for mark in _without_dust(line, high):
        last = found[-1] if found else None
        if last and (mark[0] < last[2] - 1 or _of_one_digit(last, mark, high)):
            found[-1] = (
                last[0],
                min(last[1], mark[1]),
                max(last[2], mark[2]),
                max(last[3], mark[3]),
            )
        else:
            found.append(mark)
    return found


def _of_one_digit(left: Box, right: Box, high: int) -> bool:
    """Return whether two marks are no more than a stroke apart and together as wide as a digit.

    Two ones stand further apart.
    """
    return right[0] - left[2] <= 0.16 * high and right[2] - left[0] <= 0.62 * high


def _without_dust(line: InkLine, high: int) -> list[Box]:
    big = [mark for mark in line.marks if max(mark[2] - mark[0], mark[3] - mark[1]) > 0.3 * high]
    if not big:
        return list(line.marks)
    baseline = max(mark[3] for mark in big)
    return [
        mark
        for mark in line.marks
        if mark in big
        or (
            max(mark[2] - mark[0], mark[3] - mark[1]) > 0.1 * high
            and mark[3] > baseline - 0.15 * high
            and min(max(mark[0] - other[2], other[0] - mark[2]) for other in big) < 0.4 * high
        )
    ]


def glyph(page: Picture, box: Box) -> Glyph16:
    """Return the ink in a box, stretched to the one size."""
    left, top, right, bottom = box
    ink = 255 - page[top:bottom, left:right].astype(np.float32)
    image = cv2.resize(ink, _SIZE, interpolation=cv2.INTER_AREA).astype(np.float32)
    image = np.asarray(cv2.GaussianBlur(image, (3, 3), 0), np.float32)
    image -= image.mean()
    norm = float(np.linalg.norm(image))
    return Glyph16(np.asarray(image / (norm or 1.0), np.float32), right - left, bottom - top)


class Shapes:
    """The mean shape of each digit of a table."""

    def __init__(self, samples: Sequence[tuple[str, Glyph16]]) -> None:
        self.sums: dict[str, Glyph] = {}
        self.counts: dict[str, int] = {}
        self.heights: list[int] = []
        self.widths: list[int] = []
        for text, item in samples:
            if text.isdigit():
                self.sums[text] = self.sums.get(text, np.zeros_like(item.image)) + item.image
                self.counts[text] = self.counts.get(text, 0) + 1
                self.heights.append(item.height)
                if text != "1":
                    self.widths.append(item.width)

    def fits_width(self, text: str, parts: Sequence[Box]) -> bool:
        """Return whether a line is as wide as its characters, where some of them touch.

        What is joined to digits, or hides one, makes the line wider or narrower. Without samples
        nothing fits.
        """
        if not self.widths:
            return False
        digit = float(np.median(self.widths))
        signs = sum(char in ".,-/" for char in text)
        wide = parts[-1][2] - parts[0][0]
        least = 0.9 * digit * (len(text) - 1 - signs) + 0.3 * digit
        most = _LOOSEST * digit * (len(text) - 1) + 1.1 * digit - 0.4 * digit * signs
        return least <= wide <= most

    def verdict(self, text: str, glyphs: Sequence[Glyph16], *, sampled: bool) -> Verdict:
        """Return what the shapes say of ``text``, one glyph a character.

        ``sampled`` says whether these glyphs are among those the mean shapes are made of.
        """
        said = [
            self._of(char, item, sampled=sampled)
            for char, item in zip(text, glyphs, strict=True)
            if char not in _SIGNS
        ]
        if Verdict.CONTRADICTS in said:
            return Verdict.CONTRADICTS
        if said and all(item is Verdict.CONFIRMS for item in said):
            return Verdict.CONFIRMS
        return Verdict.SILENT

    def _of(self, char: str, item: Glyph16, *, sampled: bool) -> Verdict:
        if self.heights and item.height < 0.75 * float(np.median(self.heights)):
            return Verdict.CONTRADICTS
        if item.width > _WIDEST * item.height or (char == "1" and is_slash(item)):
            return Verdict.CONTRADICTS
        scores = self._scores(char, item, sampled=sampled)
        own = scores.pop(char, None)
        best = max(scores.values(), default=0.0)
        if own is None:
            return Verdict.CONTRADICTS if best > _ALIKE else Verdict.SILENT
        if best > own + _MARGIN or own < _UNLIKE:
            return Verdict.CONTRADICTS
        return Verdict.CONFIRMS if own > _CONFIRMED and own > best else Verdict.SILENT

    def _scores(self, char: str, item: Glyph16, *, sampled: bool) -> dict[str, float]:
        scores = {}
        for digit, total in self.sums.items():
            mean, count = total, self.counts[digit]
            if sampled and digit == char:
                mean, count = total - item.image, count - 1
            if count > 0 and _same_width(digit, item):
                scores[digit] = float((mean * item.image).sum() / (np.linalg.norm(mean) or 1.0))
        return scores


def _same_width(digit: str, item: Glyph16) -> bool:
    """Return whether a glyph may be the digit by its width: stretched, a bar looks like any."""
    narrow = item.width < _NARROW * item.height
    return narrow == (digit == "1") or digit == "1"


def is_slash(item: Glyph16) -> bool:
    """Return whether a glyph is a straight bar that leans to the right."""
    ink = np.maximum(item.image, 0)
    rows, columns = np.mgrid[: _SIZE[1], : _SIZE[0]]
    weight = ink / (ink.sum() or 1.0)
    x = (columns + 0.5) / _SIZE[0] * item.width
    y = (rows + 0.5) / _SIZE[1] * item.height
    dx, dy = x - (weight * x).sum(), y - (weight * y).sum()
    down = (weight * dy * dy).sum()
    slant = -(weight * dx * dy).sum() / (down or 1.0)
    off = float(np.sqrt((weight * (dx + slant * dy) ** 2).sum()))
    return bool(_LEAST_SLANT < slant < _MOST_SLANT and off < _STRAIGHT * item.height)


def is_dash(dark: Picture, line: InkLine, height: float) -> bool:
    """Return whether a line of text is one flat stroke, solid and as long as a dash.

    ``dark`` is the page in black (1) and white (0), ``height`` that of its type.
    """
    if len(line.marks) != 1:
        return False
    left, top, right, bottom = line.box
    wide, high = right - left, bottom - top
    flat = 2 * high <= wide <= 12 * high and 0.25 * height < wide < 2.2 * height
    return flat and high > 1 and float(dark[top:bottom, left:right].mean()) > _SOLID


def stands_apart(parts: Sequence[Box], height: float) -> bool:
    """Return whether a gap between digits is wide enough to part two numbers."""
    return any(second[0] - first[2] > _WIDE_GAP * height for first, second in pairwise(parts))
