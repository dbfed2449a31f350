"""From the picture of a page to its marks, however it lies, and back to the page as shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from monitor.reading.layout.marks import Box, Marks
from monitor.reading.layout.ruled import Piece
from monitor.reading.model import Block, Damage, Grid, Place, UnreadableError
from monitor.reading.scan.leave import ask_leave
from monitor.reading.scan.models import find_lines, read_lines
from monitor.reading.scan.page import PageRead, read_canvas
from monitor.reading.scan.pixels import grey, on_white
from monitor.reading.scan.straight import straightening
from monitor.reading.scan.texts import DPI, POINT

Picture = NDArray[np.uint8]
Matrix = NDArray[np.float64]
Numbers = tuple[float, ...]

LEAST_TYPE = 9.5
"""Height in pixels of the usual mark of a page below which digits are not read safely."""
_UPRIGHT = 0.82
"""How sure the model is at least on average of text that stands upright."""
_LONGEST, _A4 = 1250.0, 842.0
_MOST_PIXELS = 26_000_000
_SAMPLE = 8
_GLANCE = 736
"""Longer side in pixels of the copy on which it is seen which way lines run."""
_INSIDE = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureMarks(Marks):
    """The marks of a page that is a picture, as on the straightened page.

    Boxes are those of the page laid straight, since tables are found by straight lines. ``shown``
    (a matrix of 3x3, row by row) takes them to the page as it is shown; ``as_shown`` does so with
    the places of whole blocks.
    """

    doubts: tuple[tuple[Box, str], ...] = ()
    """Cells that were not read for certain, and why."""
    shown: Numbers = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


class RecognisedCells:
    """What the several ways of reading each cell of a recognised page came to."""

    def __init__(self, marks: PictureMarks) -> None:
        self._doubts = marks.doubts

    def doubt(self, piece: Piece) -> str | None:
        """Return why a cell is doubtful, None if it was read for certain."""
        return next((why for box, why in self._doubts if _within(box, piece.box)), None)


def _within(inner: Box, outer: Box) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def marks_of(picture: Image.Image, number: int, width: float, height: float) -> PictureMarks:
    """Return the marks of a picture shown as a page of ``width`` by ``height`` points.

    Raises:
        UnreadableError: ``too-coarse``, ``limits-exceeded``.
    """
    ask_leave()
    plain, seal = grey(picture)
    page = on_white(plain)
    quarters = best_turn(page) if _lies_on_its_side(page) else 0
    laid, read = _read(page, seal, quarters, (width, height))
    if read.sure is not None and read.sure < _UPRIGHT:
        other = best_turn(page)
        if other != quarters:
            laid, read = _read(page, seal, other, (width, height))
    _refuse_if_coarse(read, laid, picture.size)
    return PictureMarks(
        number=number,
        width=laid.size[0] * POINT,
        height=laid.size[1] * POINT,
        chars=read.chars,
        across=read.across,
        down=read.down,
        pictures=(),
        paths=0,
        doubts=read.doubts,
        shown=tuple(float(value) for value in laid.shown.ravel()),
    )


@dataclass(frozen=True, slots=True)
class _Laid:
    """How a picture was laid straight: the size of the canvas, its scale, and the way back."""

    size: tuple[int, int]
    scale: float
    shown: Matrix


def _read(
    page: Picture, seal: Picture | None, quarters: int, points: tuple[float, float]
) -> tuple[_Laid, PageRead]:
    """Lay a page straight after turning it by quarters counter-clockwise, and read it."""
    turned = np.ascontiguousarray(np.rot90(page, quarters))
    height, width = turned.shape
    scale = canvas_scale(page.shape, points)
    size = round(width * scale), round(height * scale)
    matrix = np.diag([scale, scale, 1.0]) @ straightening(turned)
    canvas = _warped(turned, matrix, size, 255)
    red = None
    if seal is not None:
        red = _warped(np.ascontiguousarray(np.rot90(seal, quarters)), matrix, size, 0)
    back = _unturned(quarters, page.shape) @ np.linalg.inv(matrix) @ np.diag([DPI / 72] * 2 + [1])
    to_points = np.diag([points[0] / page.shape[1], points[1] / page.shape[0], 1.0])
    return _Laid(size, scale, to_points @ back), read_canvas(canvas, red)


def _warped(page: Picture, matrix: Matrix, size: tuple[int, int], ground: int) -> Picture:
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))
    if scale < 0.6:
        # Pixels would be skipped: shrink by area first.
        page = np.asarray(cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
        matrix = matrix @ np.diag([1 / scale, 1 / scale, 1.0])
    warped = cv2.warpPerspective(page, matrix, size, flags=cv2.INTER_CUBIC, borderValue=ground)
    return np.asarray(warped, np.uint8)


def canvas_scale(shape: Sequence[int], points: tuple[float, float]) -> float:
    """Return how much a picture is enlarged so that its page has 300 dpi.

    Pages larger than A3 are those of programs that take a pixel for a point: they are as A4.
    """
    longer = max(points)
    scale = longer / 72 * DPI / max(shape[:2])
    if longer > _LONGEST:
        scale *= _A4 / longer
    pixels = shape[0] * shape[1] * scale**2
    return float(scale if pixels <= _MOST_PIXELS else scale * (_MOST_PIXELS / pixels) ** 0.5)


def _unturned(quarters: int, shape: Sequence[int]) -> Matrix:
    """Return the matrix from pixels of a page turned counter-clockwise to those before."""
    height, width = shape[:2]
    rows = {
        0: ((1, 0, 0), (0, 1, 0)),
        1: ((0, -1, width), (1, 0, 0)),
        2: ((-1, 0, width), (0, -1, height)),
        3: ((0, 1, 0), (-1, 0, height)),
    }[quarters % 4]
    return np.array([*rows, (0, 0, 1)], np.float64)


def _lies_on_its_side(page: Picture) -> bool:
    """Return whether most lines of text run down; a lone digit runs nowhere."""
    sides = [(box[2] - box[0], box[3] - box[1]) for box in find_lines(page, _GLANCE)]
    down = sum(high > 1.6 * wide for wide, high in sides)
    across = sum(wide > 1.6 * high for wide, high in sides)
    return down > across


def best_turn(page: Picture) -> int:
    """Return by how many quarters counter-clockwise a page must be turned to stand upright."""
    boxes = sorted(find_lines(page), key=lambda box: -max(box[2] - box[0], box[3] - box[1]))
    boxes = boxes[: 2 * _SAMPLE]
    if not boxes:
        return 0
    upright = sum(box[3] - box[1] > 1.5 * (box[2] - box[0]) for box in boxes)
    turns = (1, 3) if upright > len(boxes) / 2 else (0, 2)
    crops = [page[top:bottom, left:right] for left, top, right, bottom in boxes[:_SAMPLE]]
    return max(turns, key=lambda turn: _sureness(crops, turn))


def _sureness(crops: Iterable[Picture], turn: int) -> float:
    readings = read_lines([np.ascontiguousarray(np.rot90(crop, turn)) for crop in crops])
    signs = [sign.sure for reading in readings for sign in reading.signs]
    return sum(signs) / len(signs) if signs else 0.0


def _refuse_if_coarse(read: PageRead, laid: _Laid, size: tuple[int, int]) -> None:
    if read.type_height is None or read.type_height / laid.scale >= LEAST_TYPE:
        return
    raise UnreadableError(
        "too-coarse",
        f"the type in the picture of {size[0]} x {size[1]} pixels is about "
        f"{read.type_height / laid.scale:.0f} pixels high, too small to tell digits apart: "
        "a larger picture of it is needed (200 dpi or more)",
    )


# Back to the page as it is shown ---------------------------------------------------------------

B = TypeVar("B", bound=Block)


def as_shown(
    blocks: Iterable[Block], damage: Iterable[Damage], pages: Iterable[Marks | None]
) -> tuple[tuple[Block, ...], tuple[Damage, ...]]:
    """Return blocks and damage with the places on recognised pages as these pages are shown.

    Pages whose marks are no ``PictureMarks`` are left as they are.
    """
    ways = {
        marks.number: np.array(marks.shown).reshape(3, 3)
        for marks in pages
        if isinstance(marks, PictureMarks)
    }
    moved = tuple(_moved_block(block, ways) for block in blocks)
    return moved, tuple(replace(item, place=_moved(item.place, ways)) for item in damage)


def _moved_block(block: Block, ways: Mapping[int, Matrix]) -> Block:
    place = _moved(block.place, ways)
    if isinstance(block, Grid):
        cells = tuple(replace(cell, place=_moved(cell.place, ways)) for cell in block.cells)
        return replace(block, place=place, cells=cells)
    return replace(block, place=place)


def _moved(place: Place, ways: Mapping[int, Matrix]) -> Place:
    way = ways.get(place.page or 0)
    if place.bbox is None or way is None:
        return place
    return replace(place, bbox=moved_box(place.bbox, way))


def moved_box(box: Box, way: Matrix) -> Box:
    """Return the smallest upright box around a box after a matrix is applied to its corners."""
    left, top, right, bottom = box
    corners = np.array([[left, top, 1], [right, top, 1], [left, bottom, 1], [right, bottom, 1]])
    x, y, depth = way @ corners.T
    x, y = x / depth, y / depth
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())
