"""The ink inside cells: whether there is any, and the lines of text it makes up."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""

_LEAST_TYPE, _MOST_TYPE = 10, 110
_LEAST_AREA = 6
_DUST = 0.24
"""A lone speck smaller than this share of the type's height is dust."""
_SPECK = 0.4
"""A lone mark smaller than this may be dust or a sign: nobody can tell."""
_INSET = 9
"""How far from its ruling lines, whose edges may be blurred, a cell is looked at for shades."""
_SHADE = 42
"""Mean darkness of a spot of the size of a dash that is more than the grain of paper."""
_MAY_BE_DUST = "a small mark in the cell may be dust or a sign"
_NEAR = 0.7
_AT_LINE = 4
_THIN = 4
_BIG = 0.5
_TOO_HIGH = 2.0


@dataclass(frozen=True, slots=True)
class InkLine:
    """A line of text by its ink; ``marks`` are the boxes of its connected pieces."""

    box: Box
    marks: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class CellInk:
    """What is in a cell; ``doubt`` if it cannot be told whether some of it is text."""

    lines: tuple[InkLine, ...]
    doubt: str | None = None


class Ink:
    """The connected pieces of ink of a page whose ruling lines were painted over."""

    def __init__(self, page: Picture, level: int) -> None:
        self.page = page
        # Softened a little, so that grain neither breaks strokes nor makes specks.
        self.dark = (cv2.GaussianBlur(page, (3, 3), 0) < level).astype(np.uint8)
        _, self.labels, stats, centres = cv2.connectedComponentsWithStats(self.dark)
        keep = (stats[:, 4] >= _LEAST_AREA) & (np.arange(len(stats)) > 0)
        self.numbers = np.flatnonzero(keep)
        self.boxes = stats[keep, :4].astype(np.int32)
        self.boxes[:, 2:] += self.boxes[:, :2]
        self.centres = centres[keep]

    def inside(self, box: Box) -> NDArray[np.int32]:
        """Return the boxes of the pieces whose middle lies in ``box``."""
        return np.asarray(self.boxes[self.index_inside(box)])

    def index_inside(self, box: Box) -> NDArray[np.intp]:
        """Return the indices of the pieces whose middle lies in ``box``."""
        x, y = self.centres[:, 0], self.centres[:, 1]
        return np.flatnonzero((x >= box[0]) & (x < box[2]) & (y >= box[1]) & (y < box[3]))

    def type_height(self, box: Box, least: int = _LEAST_TYPE) -> float:
        """Return the usual height of the marks in a part of the page."""
        boxes = self.inside(box)
        sizes = (boxes[:, 2:] - boxes[:, :2]).max(axis=1) if len(boxes) else np.array([])
        typical = sizes[(sizes >= least) & (sizes <= _MOST_TYPE)]
        return float(np.median(typical)) if len(typical) else 28.0

    def of_cell(self, box: Box, height: float) -> CellInk:
        """Return the lines of text in a cell of a table whose type is ``height`` high."""
        boxes = self.inside(box)
        if not len(boxes):
            return CellInk((), self._doubt_of_blank(box, height))
        sizes = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
        big = boxes[sizes >= _SPECK * height]
        if not len(big):
            dashes = [mark for mark in boxes if _is_flat(mark, height)]
            if len(dashes) == 1:
                return CellInk((_line(dashes),))
            unsure = bool((sizes >= _DUST * height).any())
            return CellInk((), _MAY_BE_DUST if unsure else self._doubt_of_blank(box, height))
        kept = [mark for mark in boxes if _near_any(mark, big, height)]
        kept = [mark for mark in kept if not _is_residue(mark, box)]
        doubt = None
        if any(mark[3] - mark[1] > _TOO_HIGH * height for mark in kept):
            doubt = "a stroke runs through the cell"
        elif any(_touches_border(mark, box) and _size(mark) > 0.5 * height for mark in kept):
            doubt = "the text of the cell touches its lines"
        return CellInk(tuple(_lines(kept, height)), doubt)

    def _doubt_of_blank(self, box: Box, height: float) -> str | None:
        """Return why a cell without a mark may not be blank: a faint sign leaves a shade."""
        left, top, right, bottom = box
        inner = self.page[top + _INSET : bottom - _INSET, left + _INSET : right - _INSET]
        if not inner.size:
            return None
        wide, high = round(0.36 * height), max(2, round(0.12 * height))
        shade = 255 - int(cv2.blur(inner, (wide, high)).min())
        return _MAY_BE_DUST if shade > _SHADE else None


def _size(mark: NDArray[np.int32]) -> int:
    return int(max(mark[2] - mark[0], mark[3] - mark[1]))


def _near_any(mark: NDArray[np.int32], big: NDArray[np.int32], height: float) -> bool:
    across = np.maximum(big[:, 0] - mark[2], mark[0] - big[:, 2])
    down = np.maximum(big[:, 1] - mark[3], mark[1] - big[:, 3])
    return bool((np.maximum(across, down) < _NEAR * height).any())


def _is_residue(mark: NDArray[np.int32], box: Box) -> bool:
    """Return whether a mark is what is left of a ruling line that was painted over."""
    thin = min(mark[2] - mark[0], mark[3] - mark[1]) <= _THIN
    edges = np.abs(np.asarray(box) - mark)
    return bool(thin and edges.min() <= _AT_LINE)


def _is_flat(mark: NDArray[np.int32], height: float) -> bool:
    wide, high = int(mark[2] - mark[0]), int(mark[3] - mark[1])
    return wide >= 2 * high and wide >= _DUST * height


def _touches_border(mark: NDArray[np.int32], box: Box) -> bool:
    return bool(
        mark[0] <= box[0] + 1
        or mark[1] <= box[1] + 1
        or mark[2] >= box[2] - 1
        or mark[3] >= box[3] - 1
    )


def _lines(marks: Sequence[NDArray[np.int32]], height: float) -> list[InkLine]:
    """Group marks into lines: those that overlap in height belong together."""
    tall = [mark for mark in marks if mark[3] - mark[1] >= _BIG * height] or list(marks)
    bands: list[list[int]] = []
    for mark in sorted(tall, key=lambda item: int(item[1])):
        top, bottom = int(mark[1]), int(mark[3])
        if bands and top < bands[-1][1] - 0.3 * min(bottom - top, bands[-1][1] - bands[-1][0]):
            bands[-1][1] = max(bands[-1][1], bottom)
        else:
            bands.append([top, bottom])
    lines: list[list[NDArray[np.int32]]] = [[] for _ in bands]
    for mark in marks:
        middle = (int(mark[1]) + int(mark[3])) / 2
        nearest = min(
            range(len(bands)), key=lambda i: max(bands[i][0] - middle, middle - bands[i][1], 0)
        )
        lines[nearest].append(mark)
    return [_line(line) for line in lines if line]


def _line(marks: Sequence[NDArray[np.int32]]) -> InkLine:
    boxes = np.stack(marks)
    low, high = boxes.min(axis=0), boxes.max(axis=0)
    box = int(low[0]), int(low[1]), int(high[2]), int(high[3])
    ordered = sorted(tuple(int(value) for value in mark) for mark in marks)
    return InkLine(box, tuple((mark[0], mark[1], mark[2], mark[3]) for mark in ordered))
