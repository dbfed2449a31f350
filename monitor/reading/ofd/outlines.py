"""The outlines that paths draw. Source: GB/T 33190-2016 §9.2 and 9.3 (AbbreviatedData)."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from monitor.reading.ofd.elements import Matrix, Point, applied, number

MAX_TOKENS = 200_000
"""A page of a report draws some thousand lines; type drawn as paths has some ten thousand."""
_TOKEN = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[A-Za-z]+|[^\s,]")
_OPERANDS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0, "Z": 0}
_CURVE_STEPS = 8
_ARC_STEPS = 16


@dataclass(slots=True)
class Subpath:
    """Points joined by lines; ``curved`` holds the indices of points that a curve leads to."""

    points: list[Point]
    curved: set[int] = field(default_factory=set)
    closed: bool = False

    def corners(self) -> list[Point | None]:
        """Return the points with each curve as None and its end."""
        found: list[Point | None] = []
        for index, point in enumerate(self.points):
            if index not in self.curved:
                found.append(point)
            elif index + 1 not in self.curved:
                found += [None, point]
        return [*found, self.points[0]] if self.closed else found

    def through(self, how: Matrix) -> "Subpath":
        """Return it after a matrix."""
        points = [applied(how, x, y) for x, y in self.points]
        return Subpath(points, self.curved, self.closed)


def subpaths(data: str) -> tuple[list[Subpath], bool]:
    """Return what a path's data draws, and whether all of it could be read."""
    found: list[Subpath] = []
    here: Point = (0.0, 0.0)
    for operator, values in _operations(data):
        if operator is None:
            return found, False
        if operator in "MS":
            found.append(Subpath([(values[0], values[1])]))
        elif operator in "CZ":
            if found:
                found[-1].closed = True
        else:
            if not found or found[-1].closed:
                found.append(Subpath([found[-1].points[0] if found else here]))
            _draw(found[-1], operator, values)
        here = found[-1].points[-1] if found else here
    return [item for item in found if len(item.points) > 1], True


def _operations(data: str) -> Iterator[tuple[str | None, tuple[float, ...]]]:
    """Yield each operator with its operands; None where the data cannot be read on."""
    tokens = _TOKEN.findall(data)
    index = 0
    while index < len(tokens):
        operator = tokens[index].upper()
        count = _OPERANDS.get(operator)
        if count is None or index > MAX_TOKENS:
            yield None, ()
            return
        values = [number(token) for token in tokens[index + 1 : index + 1 + count]]
        known = tuple(value for value in values if value is not None)
        if len(known) < count:
            yield None, ()
            return
        yield operator, known
        index += 1 + count


def _draw(subpath: Subpath, operator: str, values: Sequence[float]) -> None:
    start, end = subpath.points[-1], (values[-2], values[-1])
    if operator == "L":
        subpath.points.append(end)
        return
    if operator == "A":
        curve = _arc(start, values[0], values[1], values[2], values[3], values[4], end)
    else:
        controls = [(values[i], values[i + 1]) for i in range(0, len(values), 2)]
        curve = _bezier([start, *controls])
    for point in curve:
        subpath.curved.add(len(subpath.points))
        subpath.points.append(point)


def _bezier(controls: Sequence[Point]) -> list[Point]:
    """Return points along a curve, its start left out (de Casteljau)."""
    found = []
    for step in range(1, _CURVE_STEPS + 1):
        at = step / _CURVE_STEPS
        row = list(controls)
        while len(row) > 1:
            row = [
                (x1 + at * (x2 - x1), y1 + at * (y2 - y1)) for (x1, y1), (x2, y2) in pairwise(row)
            ]
        found.append(row[0])
    return found


def _arc(
    start: Point, rx: float, ry: float, turn: float, large: float, sweep: float, end: Point
) -> list[Point]:
    """Return points along an elliptic arc, its start left out (as in SVG 1.1, F.6.5)."""
    rx, ry = abs(rx), abs(ry)
    if rx < 1e-9 or ry < 1e-9 or start == end:
        return [end]
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    half_x, half_y = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    x, y = cos * half_x + sin * half_y, cos * half_y - sin * half_x
    grown = math.sqrt(max(1.0, (x / rx) ** 2 + (y / ry) ** 2))
    rx, ry = rx * grown, ry * grown
    below = (rx * y) ** 2 + (ry * x) ** 2
    root = math.sqrt(max(0.0, (rx * ry) ** 2 / below - 1)) if below else 0.0
    side = -root if (large != 0) == (sweep != 0) else root
    cx, cy = side * rx * y / ry, -side * ry * x / rx
    first = math.atan2((y - cy) / ry, (x - cx) / rx)
    sweep_by = math.atan2((-y - cy) / ry, (-x - cx) / rx) - first
    if sweep and sweep_by < 0:
        sweep_by += 2 * math.pi
    elif not sweep and sweep_by > 0:
        sweep_by -= 2 * math.pi
    middle_x, middle_y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    found = []
    for step in range(1, _ARC_STEPS + 1):
        angle = first + sweep_by * step / _ARC_STEPS
        px, py = rx * math.cos(angle) + cx, ry * math.sin(angle) + cy
        found.append((cos * px - sin * py + middle_x, sin * px + cos * py + middle_y))
    found[-1] = end
    return found


def covers(outline: Sequence[Subpath], point: Point, *, even_odd: bool) -> bool:
    """Return whether a filled outline covers a point."""
    winding = crossings = 0
    x, y = point
    for subpath in outline:
        points = subpath.points
        for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
            if (y1 <= y) == (y2 <= y):
                continue
            if x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                crossings += 1
                winding += 1 if y2 > y1 else -1
    return crossings % 2 == 1 if even_odd else winding != 0
