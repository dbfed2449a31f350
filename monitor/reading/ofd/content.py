"""From the content of a page, its templates and its annotations to what is drawn.

Source: GB/T 33190-2016 §7.7 (layers, page blocks), §8.5 (graphic units), §9 (paths), §10
(pictures), §11 (text), §12 (composite objects).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from monitor.reading.layout.marks import Box
from monitor.reading.ofd.elements import (
    IDENTITY,
    Element,
    Matrix,
    applied,
    attribute,
    child,
    children,
    content,
    flag,
    matrix,
    moved,
    name_of,
    number,
    numbers,
    product,
    rect,
    spread,
)
from monitor.reading.ofd.glyphs import char_direction, glyphs_of
from monitor.reading.ofd.items import Item, PathItem, PictureItem, TextItem, Window
from monitor.reading.ofd.outlines import subpaths
from monitor.reading.ofd.resources import (
    BLACK,
    Paint,
    Resources,
    line_width,
    opacity,
    paint,
    stated,
)
from monitor.reading.ofd.source import Source

MAX_DEPTH = 24
MAX_OBJECTS = 30_000
MAX_GLYPHS = 30_000
"""A page of a report holds some thousand characters."""
_LAYERS = {"background": 0, "body": 1, "foreground": 2}
_PLAY = 0.6
"""How many times its size type may hang over the boundary that its object states."""


@dataclass(slots=True)
class Drawn:
    """What a page draws, and what of it could not be read."""

    items: list[Item] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    skipped: bool = False
    """Whether the page holds more than the limits allow."""
    objects: int = 0
    glyphs: int = 0

    def count(self, *, objects: int = 1, glyphs: int = 0) -> bool:
        """Count what is drawn; return whether the limits allow it."""
        self.objects += objects
        self.glyphs += glyphs
        if self.objects > MAX_OBJECTS or self.glyphs > MAX_GLYPHS:
            self.skipped = True
        return not self.skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a block is drawn, and what it takes from the blocks around it."""

    how: Matrix
    alpha: float = 1.0
    param: str | None = None
    window: Window = field(default_factory=Window)
    depth: int = 0
    visible: bool = True


def draw_page(root: Element, how: Matrix, source: Source, drawn: Drawn) -> None:
    """Add what the layers of a page or a template draw; ``how`` takes millimetres to points."""
    layers = list(children(child(root, "content"), "layer"))
    for layer in sorted(layers, key=_layer_order):
        param = attribute(layer, "DrawParam")
        place = _Place(how=how, param=param, visible=flag(layer, "Visible", default=True))
        _draw_block(layer, place, source, drawn)


def draw_blocks(block: Element, how: Matrix, source: Source, drawn: Drawn) -> None:
    """Add what a block draws, such as the appearance of an annotation."""
    _draw_block(block, _Place(how=how), source, drawn)


def _layer_order(layer: Element) -> int:
    return _LAYERS.get((attribute(layer, "Type") or "body").strip().lower(), 1)


def _draw_block(block: Element, place: _Place, source: Source, drawn: Drawn) -> None:
    if place.depth > MAX_DEPTH:
        drawn.skipped = True
        return
    for element in block:
        kind = name_of(element)
        if kind in ("pageblock", "layer", "content"):
            visible = place.visible and flag(element, "Visible", default=True)
            inner = replace(place, depth=place.depth + 1, visible=visible)
            if drawn.count():
                _draw_block(element, inner, source, drawn)
        elif kind in _OBJECTS:
            if not drawn.count():
                return
            unit = _unit(element, place, drawn)
            if unit is not None and unit.visible:
                _OBJECTS[kind](element, unit, source, drawn)


def _unit(element: Element, place: _Place, drawn: Drawn) -> _Place | None:
    """Return the place of a graphic unit: its own space, and what hides it."""
    written, boundary = attribute(element, "CTM"), attribute(element, "Boundary")
    own = IDENTITY if written is None or not written.strip() else matrix(written)
    corner = (0.0, 0.0, 0.0, 0.0) if boundary is None else numbers(boundary, 4)
    if own is None or corner is None:
        drawn.lost.append(f"{_described(element)}: no readable place")
        return None
    outer = product(moved(corner[0], corner[1]), place.how)
    box = rect(boundary)
    window = place.window
    if box is not None:
        window = window.within(spread(place.how, _edges(box)), Window().most)
    how = product(own, outer)
    for clips in children(element, "clips"):
        window = _clipped(clips, how, outer, window)
    return replace(
        place,
        how=how,
        alpha=place.alpha * opacity(attribute(element, "Alpha")),
        window=window,
        visible=place.visible and flag(element, "Visible", default=True),
    )


def _described(element: Element) -> str:
    text = content(element, "textcode")
    return f"“{text[:40]}”" if text else name_of(element)


def _edges(box: Sequence[float]) -> Box:
    return box[0], box[1], box[0] + box[2], box[1] + box[3]


def _clipped(clips: Element, how: Matrix, outer: Matrix, window: Window) -> Window:
    """Return the window after clips, which programs place with or without the object's matrix."""
    for clip in children(clips, "clip"):
        boxes = [
            box
            for area in children(clip, "area")
            for path in children(area, "path")
            for space in (how, outer)
            if (box := _clip_box(path, product(_area_matrix(area), space))) is not None
        ]
        if boxes:
            lefts, tops, rights, bottoms = zip(*boxes, strict=True)
            most = (min(lefts), min(tops), max(rights), max(bottoms))
            least = (max(lefts), max(tops), min(rights), min(bottoms))
            window = window.within(least if len(boxes) == 2 else most, most)
    return window


def _area_matrix(area: Element) -> Matrix:
    return matrix(attribute(area, "CTM")) or IDENTITY


def _clip_box(path: Element, how: Matrix) -> Box | None:
    corner = numbers(attribute(path, "Boundary"), 4) or (0.0, 0.0, 0.0, 0.0)
    own = product(matrix(attribute(path, "CTM")) or IDENTITY, moved(corner[0], corner[1]))
    outline, whole = subpaths(content(path, "abbreviateddata") or "")
    points = [point for subpath in outline for point in subpath.points]
    if not whole or not points:
        return None
    xs, ys = zip(*(applied(product(own, how), x, y) for x, y in points), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _draw_text(element: Element, unit: _Place, source: Source, drawn: Drawn) -> None:
    size = number((attribute(element, "Size") or "").strip())
    if size is None:
        drawn.lost.append(f"{_described(element)}: no size of type")
        return
    font = (attribute(element, "Font") or "").strip()
    stretch = number((attribute(element, "HScale") or "").strip()) or 1.0
    glyphs, lost = glyphs_of(element, size, stretch, lambda: source.glyph_map(font))
    if lost:
        drawn.lost.append(f"{_described(element)}: {lost} characters without a readable place")
    if not drawn.count(objects=0, glyphs=len(glyphs)):
        return
    sources = tuple(stated(element, unit.param, source.resources))
    fill = _text_paint(element, sources, source.resources)
    weight = number((attribute(element, "Weight") or "").strip()) or 400
    item = TextItem(
        glyphs=tuple(glyphs),
        how=unit.how,
        size=size,
        turn=char_direction(element),
        fill=replace(fill, alpha=fill.alpha * unit.alpha),
        window=_hung_over(unit.window, size, unit.how),
        bold=weight >= 600 or source.resources.bold.get(font, False),
    )
    drawn.items.append(item)


def _text_paint(element: Element, sources: tuple[Element, ...], resources: Resources) -> Paint:
    """Return what type is painted with: its fill, else the line around it, else nothing."""
    if flag(element, "Fill", default=True):
        return paint(sources, "fillcolor", resources, BLACK)
    if flag(element, "Stroke", default=False):
        return paint(sources, "strokecolor", resources, BLACK)
    return Paint(colour=BLACK, alpha=0.0)


def _hung_over(window: Window, size: float, how: Matrix) -> Window:
    play = _PLAY * abs(size) * max(abs(value) for value in how[:4])
    left, top, right, bottom = window.least
    return Window((left - play, top - play, right + play, bottom + play), window.most)


def _draw_path(element: Element, unit: _Place, source: Source, drawn: Drawn) -> None:
    outline, whole = subpaths(content(element, "abbreviateddata") or "")
    if not whole:
        drawn.lost.append("a path that cannot be read on")
    if not drawn.count(objects=sum(len(item.points) for item in outline) // 16):
        return
    sources = tuple(stated(element, unit.param, source.resources))
    fill = paint(sources, "fillcolor", source.resources, BLACK)
    stroke = paint(sources, "strokecolor", source.resources, BLACK)
    a, b, c, d, _, _ = unit.how
    item = PathItem(
        outline=tuple(item.through(unit.how) for item in outline),
        fill=_shown(fill, unit) if flag(element, "Fill", default=False) else None,
        stroke=_shown(stroke, unit) if flag(element, "Stroke", default=True) else None,
        width=line_width(sources) * abs(a * d - b * c) ** 0.5,
        even_odd=(attribute(element, "Rule") or "").strip().lower() == "even-odd",
        window=unit.window,
    )
    if item.fill or item.stroke:
        drawn.items.append(item)


def _shown(how: Paint, unit: _Place) -> Paint | None:
    alpha = how.alpha * unit.alpha
    return replace(how, alpha=alpha) if alpha > 0 else None


def _draw_picture(element: Element, unit: _Place, source: Source, drawn: Drawn) -> None:
    box = rect(attribute(element, "Boundary"))
    how = unit.how
    if not (attribute(element, "CTM") or "").strip():
        if box is None:
            return
        how = product((box[2], 0.0, 0.0, box[3], 0.0, 0.0), how)
    reference = (attribute(element, "ResourceID") or "").strip()
    item = PictureItem(
        how=how,
        member=source.resources.pictures.get(reference),
        alpha=unit.alpha,
        masked=bool((attribute(element, "ImageMask") or "").strip()),
    )
    if item.alpha > 0:
        drawn.items.append(item)


def _draw_unit(element: Element, unit: _Place, source: Source, drawn: Drawn) -> None:
    reference = (attribute(element, "ResourceID") or "").strip()
    found = source.resources.units.get(reference)
    if found is None:
        drawn.lost.append(f"the composite unit {reference!r} is missing")
        return
    inner = replace(unit, depth=unit.depth + 1)
    for block in _blocks(found):
        _draw_block(block, inner, source, drawn)


def _blocks(unit: Element) -> Iterable[Element]:
    inside = list(children(unit, "content"))
    return inside or [unit]


_OBJECTS = {
    "textobject": _draw_text,
    "pathobject": _draw_path,
    "imageobject": _draw_picture,
    "compositeobject": _draw_unit,
    "compositeobj": _draw_unit,
}
