"""What is drawn on a PDF page besides characters: lines, filled areas, pictures.

Things are drawn in the order of the file, so that what comes later lies over what comes before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import pypdfium2.raw as pdfium_c

from monitor.reading.layout.drawn import THIN, Point, rulings_of_path
from monitor.reading.layout.marks import Box, Ruling, area
from monitor.reading.pdf import raw
from monitor.reading.pdf.geometry import Frame

MAX_OBJECTS = 60_000
_MAX_FORM_DEPTH = 8
_MAX_SEGMENTS = 200_000
_LINE_PICTURE = 2.0
"""A picture thinner than this (points) is a line drawn as a picture."""
_LIGHT = 240
"""A colour whose every part is at least this looks like paper."""
_UNSEEN = frozenset((pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP))
_STROKED_TEXT = frozenset(
    (pdfium_c.FPDF_TEXTRENDERMODE_STROKE, pdfium_c.FPDF_TEXTRENDERMODE_STROKE_CLIP)
)
_RECTANGLE = range(4, 6)
"""How many segments a rectangle is drawn with."""

_LINE = 2
_BLACK = (0, 0, 0, 255)
"""Red, green, blue and opacity where no colour is stated."""

Ordered = tuple[int, int]
"""An object with its place in the order of drawing, which comes first."""
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class Fill:
    """A filled area; what has a higher ``order`` lies over it."""

    box: Box
    order: int
    light: bool
    opaque: bool


@dataclass(slots=True)
class Drawings:
    """What was drawn on a page, collected while its objects are gone through."""

    frame: Frame
    across: list[Ruling] = field(default_factory=list)
    down: list[Ruling] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    pictures: list[Fill] = field(default_factory=list)
    texts: dict[int, int] = field(default_factory=dict)
    """The place of each text object in the order of drawing."""
    unseen: set[int] = field(default_factory=set)
    """Text objects that leave no ink."""
    light: set[int] = field(default_factory=set)
    """Text objects in the colour of paper."""
    paths: int = 0
    skipped: bool = False


def page_drawings(page: int, frame: Frame) -> Drawings:
    """Take what is drawn off an open page."""
    taker = _Taker(Drawings(frame))
    taker.take(page, IDENTITY, 0)
    return taker.found


class _Taker:
    """Goes through the objects of a page, those inside form objects too."""

    def __init__(self, found: Drawings) -> None:
        self.found = found
        self._order = 0
        self._segments = 0
        self._floats = raw.Memory("f", 6)

    def take(self, parent: int, matrix: Matrix, depth: int) -> None:
        count, get = (
            (raw.form_count(parent), raw.form_object)
            if depth
            else (raw.page_count(parent), raw.page_object)
        )
        left = MAX_OBJECTS - self._order
        if count > left:
            self.found.skipped = True
        items = [item for item in raw.each(get, parent, max(0, min(count, left))) if item]
        kinds = zip(map(raw.object_type, items), items, strict=True)
        for is_form, run in groupby(kinds, lambda pair: pair[0] == pdfium_c.FPDF_PAGEOBJ_FORM):
            if not is_form:
                self._take_run(list(run), matrix)
            elif depth < _MAX_FORM_DEPTH:
                for _, form in run:
                    self._order += 1
                    self.take(form, _product(self._matrix(form), matrix), depth + 1)

    def _take_run(self, run: Sequence[tuple[int, int]], matrix: Matrix) -> None:
        """Take objects that follow each other, all of one kind together."""
        kinds: dict[int, list[Ordered]] = {}
        for order, (kind, item) in enumerate(run, self._order):
            kinds.setdefault(kind, []).append((order, item))
        self._order += len(run)
        self._take_texts(kinds.get(pdfium_c.FPDF_PAGEOBJ_TEXT, ()))
        self._take_paths(kinds.get(pdfium_c.FPDF_PAGEOBJ_PATH, ()), matrix)
        for order, picture in kinds.get(pdfium_c.FPDF_PAGEOBJ_IMAGE, ()):
            self._take_picture(picture, matrix, order)

    def _take_texts(self, texts: Sequence[Ordered]) -> None:
        items = [item for _, item in texts]
        self.found.texts.update((item, order) for order, item in texts)
        modes = list(map(raw.text_mode, items))
        fills = raw.all_of(raw.fill_colour, items, "I", _BLACK)
        for item, mode, fill in zip(items, modes, fills, strict=True):
            if mode in _UNSEEN:
                self.found.unseen.add(item)
                continue
            red, green, blue, alpha = (
                raw.all_of(raw.stroke_colour, [item], "I", _BLACK)[0]
                if mode in _STROKED_TEXT
                else fill
            )
            if alpha == 0:
                self.found.unseen.add(item)
            elif red >= _LIGHT and green >= _LIGHT and blue >= _LIGHT:
                self.found.light.add(item)

    def _take_paths(self, paths: Sequence[Ordered], matrix: Matrix) -> None:
        items = [item for _, item in paths]
        columns = zip(
            paths,
            raw.all_of(raw.draw_mode, items, "I", (0, 0)),
            raw.all_of(raw.fill_colour, items, "I", _BLACK),
            raw.all_of(raw.stroke_colour, items, "I", _BLACK),
            map(raw.segment_count, items),
            raw.all_of(raw.object_bounds, items, "f", (0, 0, 0, 0)),
            strict=True,
        )
        lines = []
        for (order, path), (fill, stroke), colour, (*_, ink), count, bounds in columns:
            filled, stroked = bool(fill and colour[3]), bool(stroke and ink)
            rectangle = count in _RECTANGLE
            if stroked and not filled and count == _LINE:
                lines.append(path)
            elif stroked or (filled and not rectangle):
                self._take_shape(path, matrix, count, stroked=stroked)
            if filled and rectangle:
                box = self._shown(bounds, matrix)
                line = None if stroked else _thin(box)
                if line is None:
                    self._take_fill(box, order, path, colour)
                else:
                    self._add(*line)
        self._take_lines(lines, matrix)

    def _take_lines(self, lines: Sequence[int], matrix: Matrix) -> None:
        """Take paths of two points, as many programs draw every ruling line."""
        point = self.found.frame.point
        columns = zip(
            raw.all_of(raw.segment_point, raw.segments(lines, 0), "f", (0, 0)),
            raw.all_of(raw.segment_point, raw.segments(lines, 1), "f", (0, 0)),
            raw.all_of(raw.stroke_width, lines, "f", (0,)),
            raw.matrices(lines),
            strict=True,
        )
        for (x1, y1), (x2, y2), (thickness,), own in columns:
            a, b, c, d, e, f = _product(own, matrix)
            ends = (
                point(a * x1 + c * y1 + e, b * x1 + d * y1 + f),
                point(a * x2 + c * y2 + e, b * x2 + d * y2 + f),
            )
            across, down, others = rulings_of_path([ends], stroke=True, thickness=thickness)
            self._add(across, down)
            self.found.paths += others

    def _add(self, across: Iterable[Ruling], down: Iterable[Ruling]) -> None:
        found = self.found
        found.across += [line for line in across if 0 <= line.at <= found.frame.height]
        found.down += [line for line in down if 0 <= line.at <= found.frame.width]

    def _take_fill(self, box: Box, order: int, path: int, colour: Sequence[int]) -> None:
        opaque = colour[3] == 255 and not raw.object_transparent(path)
        self.found.fills.append(Fill(box, order, min(colour[:3]) >= _LIGHT, opaque))

    def _take_shape(self, path: int, matrix: Matrix, count: int, *, stroked: bool) -> None:
        points = self._points(path, _product(self._matrix(path), matrix), count)
        raw.stroke_width(path, self._floats.address)
        thickness = self._floats.values[0]
        across, down, others = rulings_of_path(points, stroke=stroked, thickness=thickness)
        self._add(across, down)
        self.found.paths += others

    def _take_picture(self, picture: int, matrix: Matrix, order: int) -> None:
        a, b, c, d, e, f = _product(self._matrix(picture), matrix)
        frame = self.found.frame
        corners = [
            frame.point(e + x * a + y * c, f + x * b + y * d) for x in (0, 1) for y in (0, 1)
        ]
        lefts, tops = zip(*corners, strict=True)
        box = frame.clip((min(lefts), min(tops), max(lefts), max(tops)))
        if box[3] - box[1] <= _LINE_PICTURE < box[2] - box[0]:
            self.found.across.append(Ruling((box[1] + box[3]) / 2, box[0], box[2]))
        elif box[2] - box[0] <= _LINE_PICTURE < box[3] - box[1]:
            self.found.down.append(Ruling((box[0] + box[2]) / 2, box[1], box[3]))
        elif area(box):
            self.found.pictures.append(Fill(box, order, light=False, opaque=False))

    def _matrix(self, item: int) -> Matrix:
        if not raw.object_matrix(item, self._floats.address):
            return IDENTITY
        a, b, c, d, e, f = self._floats.values
        return a, b, c, d, e, f

    def _shown(self, bounds: Box, matrix: Matrix) -> Box:
        left, bottom, right, top = bounds
        if matrix is IDENTITY:
            return self.found.frame.box(left, bottom, right, top)
        a, b, c, d, e, f = matrix
        corners = [
            self.found.frame.point(a * x + c * y + e, b * x + d * y + f)
            for x in (left, right)
            for y in (bottom, top)
        ]
        xs, ys = zip(*corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    def _points(self, path: int, matrix: Matrix, count: int) -> list[list[Point | None]]:
        """Return the path's subpaths as points, None after a curve."""
        allowed = max(0, min(count, _MAX_SEGMENTS - self._segments))
        self._segments += allowed
        if allowed < count:
            self.found.skipped = True
        a, b, c, d, e, f = matrix
        subpaths: list[list[Point | None]] = []
        places = self._floats.places[:2]
        for segment in raw.each(raw.path_segment, path, allowed):
            kind = raw.segment_type(segment)
            raw.segment_point(segment, *places)
            x, y = self._floats.values[:2]
            point = self.found.frame.point(a * x + c * y + e, b * x + d * y + f)
            if kind == pdfium_c.FPDF_SEGMENT_MOVETO or not subpaths:
                subpaths.append([point])
            elif kind == pdfium_c.FPDF_SEGMENT_LINETO:
                subpaths[-1].append(point)
            else:
                subpaths[-1] += [None, point]
            if raw.segment_closes(segment):
                subpaths[-1].append(subpaths[-1][0])
        return subpaths


def _thin(box: Box) -> tuple[list[Ruling], list[Ruling]] | None:
    """Return a filled rectangle as a horizontal or a vertical line; None if it is an area."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    if height <= THIN and 2 * height <= width:
        return [Ruling((top + bottom) / 2, left, right)], []
    if width <= THIN and 2 * width <= height:
        return [], [Ruling((left + right) / 2, top, bottom)]
    return None


def _product(first: Matrix, second: Matrix) -> Matrix:
    """Return the matrix that applies ``first``, then ``second``."""
    if second is IDENTITY:
        return first
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )
