"""Which type of a page is seen, by the colour it has and by what is drawn over it and under it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from monitor.reading.layout.marks import Box, Char, area
from monitor.reading.ofd.elements import spread
from monitor.reading.ofd.items import Item, PathItem, PictureItem, TextItem, inside
from monitor.reading.ofd.outlines import covers
from monitor.reading.ofd.resources import Paint

_ASCENT, _DESCENT = 0.88, 0.12
"""How far Chinese type reaches above and below its baseline, as a share of its size."""
_LEAST_SIZE = 0.5
"""Type smaller than this (points) cannot be seen."""
FAINT = 0.02
"""Type that covers less than this share of what is below it cannot be seen."""
_SOLID = 0.98
_WHITE = 250
_LEAST_COVER = 3.0
"""What is thinner than this (points) is a line and covers no type."""
_ASLANT = math.radians(10)
LARGE_PICTURE = 0.5
"""Share of the page from which a picture fills it."""
_MOST_COVERS = 1_000
"""A page with more filled areas over its type shows type drawn as areas."""
_BAND = 24.0
"""Height (points) of the bands in which filled areas are looked up."""
Opaque = Callable[[PictureItem], bool]
"""Tells whether nothing shows through a picture."""


@dataclass(frozen=True, slots=True)
class _Cover:
    """Something that hides what was drawn before it."""

    box: Box
    order: int
    path: PathItem | None
    """None for a picture, which covers all of its box."""
    large: bool = False


@dataclass(slots=True)
class Seen:
    """The type of a page by whether it is seen."""

    shown: list[Char] = field(default_factory=list)
    layer: list[Char] = field(default_factory=list)
    """Transparent, or under a picture that fills the page: what recognition programs add."""
    veiled: list[Box] = field(default_factory=list)
    """Where type is not seen, or may not be."""
    skipped: bool = False
    """Whether the page has too many areas to look at all of them."""


def seen_type(items: Sequence[Item], page: Box, opaque: Opaque) -> Seen:
    """Return the type of a page by whether it is seen; what runs aslant is left out."""
    seen = Seen()
    hiding = _covers(items, page, opaque)
    white = any(isinstance(item, TextItem) and _is_white(item.fill) for item in items)
    grounds = _grounds(items, page) if white else []
    seen.skipped = max(len(hiding), len(grounds)) > _MOST_COVERS
    above, below = _Bands(hiding[:_MOST_COVERS]), _Bands(grounds[:_MOST_COVERS])
    for order, item in enumerate(items):
        if isinstance(item, TextItem) and not is_aslant(item):
            _add_chars(item, order, page, (above, below), seen)
    return seen


class _Bands:
    """Areas found by the height at which they lie."""

    def __init__(self, covers: Sequence[_Cover]) -> None:
        self._bands: dict[int, list[_Cover]] = {}
        for cover in covers:
            top, bottom = max(-1e4, cover.box[1]), min(1e5, cover.box[3])
            for band in range(int(top // _BAND), int(bottom // _BAND) + 1):
                self._bands.setdefault(band, []).append(cover)

    def at(self, y: float) -> Sequence[_Cover]:
        """Return the areas that may lie at a height, in the order they are drawn."""
        return self._bands.get(int(y // _BAND), ()) if self._bands else ()


def _add_chars(
    item: TextItem, run: int, page: Box, around: tuple[_Bands, _Bands], seen: Seen
) -> None:
    above, below = around
    size = abs(item.size) * math.hypot(item.how[2], item.how[3])
    if not size >= _LEAST_SIZE:
        return
    for box, glyph in zip(_glyph_boxes(item), item.glyphs, strict=True):
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        if not (inside(page, x, y) and inside(item.window.most, x, y)):
            continue
        char = Char(glyph.text, box, size, run, glyph.decoded)
        hiding, veiled = _hiding(box, run, above.at(y))
        faint = item.fill.alpha <= FAINT
        if faint or (hiding and hiding.large):
            seen.layer.append(char)
            veiled = True
        elif hiding or (_is_white(item.fill) and not _any_at(below.at(y), run, x, y)):
            veiled = True
        else:
            seen.shown.append(char)
            veiled = veiled or not inside(item.window.least, x, y)
        if veiled and glyph.text.strip():
            seen.veiled.append(box)


def _glyph_boxes(item: TextItem) -> list[Box]:
    size = abs(item.size)
    boxes = []
    for glyph in item.glyphs:
        box = _turned_box(glyph.width, size, item.turn)
        own = (glyph.x + box[0], glyph.y + box[1], glyph.x + box[2], glyph.y + box[3])
        boxes.append(spread(item.how, own))
    return boxes


def _turned_box(width: float, size: float, turn: int) -> Box:
    """Return the box of a glyph around its origin, turned clockwise."""
    up, low = _ASCENT * size, _DESCENT * size
    if turn == 90:
        return -low, 0.0, up, width
    if turn == 180:
        return -width, -low, 0.0, up
    if turn == 270:
        return -up, -width, low, 0.0
    return 0.0, -up, width, low


def _covers(items: Sequence[Item], page: Box, opaque: Opaque) -> list[_Cover]:
    """Return what may hide type, in the order it is drawn."""
    texts = [order for order, item in enumerate(items) if isinstance(item, TextItem)]
    first = texts[0] if texts else len(items)
    found = []
    for order, item in enumerate(items[first:], first):
        box = _item_box(item, page)
        if min(box[2] - box[0], box[3] - box[1]) < _LEAST_COVER:
            continue
        if isinstance(item, PathItem):
            if item.fill and item.fill.plain and item.fill.alpha >= _SOLID:
                found.append(_Cover(box, order, item))
        elif isinstance(item, PictureItem) and item.alpha >= _SOLID and opaque(item):
            large = area(box) >= LARGE_PICTURE * area(page)
            found.append(_Cover(box, order, None, large))
    return found


def _grounds(items: Sequence[Item], page: Box) -> list[_Cover]:
    """Return what white type can be read upon, in the order it is drawn."""
    return [
        _Cover(_item_box(item, page), order, None)
        for order, item in enumerate(items)
        if isinstance(item, PictureItem) or (isinstance(item, PathItem) and _is_dark(item.fill))
    ]


def _item_box(item: Item, page: Box) -> Box:
    if isinstance(item, PictureItem):
        return picture_box(item, page)
    if isinstance(item, TextItem):
        return (0.0, 0.0, 0.0, 0.0)
    points = [point for subpath in item.outline for point in subpath.points]
    if not points:
        return (0.0, 0.0, 0.0, 0.0)
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _hiding(box: Box, order: int, found: Sequence[_Cover]) -> tuple[_Cover | None, bool]:
    """Return what hides a character, and whether something hides a part of it.

    A small picture over type may be a seal: what is below it is not certain, and not gone.
    """
    left, top, right, bottom = box
    partly = False
    for cover in found:
        if cover.order < order or not _meet(cover.box, box):
            continue
        points = [
            (left + (right - left) * x, top + (bottom - top) * y)
            for x, y in ((0.5, 0.5), (0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75))
        ]
        held = sum(_holds(cover, x, y) for x, y in points)
        if held >= 4 and (cover.path is not None or cover.large):
            return cover, True
        partly = partly or held >= 2
    return None, partly


def _holds(cover: _Cover, x: float, y: float) -> bool:
    if cover.path is None:
        return inside(cover.box, x, y)
    return inside(cover.path.window.least, x, y) and covers(
        cover.path.outline, (x, y), even_odd=cover.path.even_odd
    )


def _meet(first: Box, second: Box) -> bool:
    return (
        first[0] < second[2]
        and second[0] < first[2]
        and first[1] < second[3]
        and second[1] < first[3]
    )


def _any_at(grounds: Sequence[_Cover], order: int, x: float, y: float) -> bool:
    return any(ground.order < order and inside(ground.box, x, y) for ground in grounds)


def _is_white(fill: Paint) -> bool:
    return fill.plain and min(fill.colour) >= _WHITE


def _is_dark(fill: Paint | None) -> bool:
    return fill is not None and not _is_white(fill)


def picture_box(item: PictureItem, page: Box) -> Box:
    """Return the part of the page that a picture takes."""
    left, top, right, bottom = spread(item.how, (0.0, 0.0, 1.0, 1.0))
    return max(left, page[0]), max(top, page[1]), min(right, page[2]), min(bottom, page[3])


def angle_of(item: TextItem) -> float:
    """Return by what angle (radians, clockwise) its type is turned."""
    return math.atan2(item.how[1], item.how[0]) + math.radians(item.turn)


def is_aslant(item: TextItem) -> bool:
    """Return whether type runs aslant, as watermarks do and the text of a report never does."""
    angle = angle_of(item)
    return abs(angle - round(angle / (math.pi / 2)) * (math.pi / 2)) > _ASLANT
