"""The ruling lines that drawn paths make, in points from the top left of the page."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from monitor.reading.layout.marks import Ruling

Point = tuple[float, float]

THIN = 3.0
"""A filled rectangle no thicker than this (points) is a ruling line."""
_STRAIGHT = 1.0
"""How far (points) the ends of a line may differ and the line still run along an axis."""
_LONGEST_THICKNESS_SHARE = 0.5


def rulings_of_path(
    subpaths: Iterable[Sequence[Point | None]], *, stroke: bool, thickness: float
) -> tuple[list[Ruling], list[Ruling], int]:
    """Return the horizontal and vertical lines a path draws, and how many other shapes.

    A thin filled rectangle is a line, as is each straight side of a stroked shape; the sides of
    a filled area are none, since shading has edges where no line is printed.
    """
    across: list[Ruling] = []
    down: list[Ruling] = []
    others = 0
    for subpath in subpaths:
        points = [point for point in subpath if point is not None]
        line = _thin(points)
        if line is not None:
            (across if line[0] else down).append(line[1])
        elif stroke and thickness <= 4 * THIN:
            others += _sides(subpath, across, down)
        else:
            others += len(points) > 5 or None in subpath
    return across, down, others


def _thin(points: Sequence[Point]) -> tuple[bool, Ruling] | None:
    """Return whether it is horizontal, and the line, if the points span a thin rectangle."""
    if len(points) < 2:
        return None
    xs, ys = zip(*points, strict=True)
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    if height <= THIN and height <= _LONGEST_THICKNESS_SHARE * width:
        return True, Ruling((min(ys) + max(ys)) / 2, min(xs), max(xs))
    if width <= THIN and width <= _LONGEST_THICKNESS_SHARE * height:
        return False, Ruling((min(xs) + max(xs)) / 2, min(ys), max(ys))
    return None


def _sides(subpath: Sequence[Point | None], across: list[Ruling], down: list[Ruling]) -> int:
    """Add the straight sides of a stroked shape; return 1 if it has any other side."""
    slanted = 0
    for first, second in pairwise(subpath):
        if first is None or second is None:
            slanted = 1
            continue
        (x1, y1), (x2, y2) = first, second
        if abs(y1 - y2) <= _STRAIGHT < abs(x1 - x2):
            across.append(Ruling((y1 + y2) / 2, min(x1, x2), max(x1, x2)))
        elif abs(x1 - x2) <= _STRAIGHT < abs(y1 - y2):
            down.append(Ruling((x1 + x2) / 2, min(y1, y2), max(y1, y2)))
        elif max(abs(x1 - x2), abs(y1 - y2)) > _STRAIGHT:
            slanted = 1
    return slanted
