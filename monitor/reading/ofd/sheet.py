"""One page as it is drawn: templates below, its own layers, templates above, annotations, seals.

Source: GB/T 33190-2016 §7.6 (page areas, z-order of templates), §15 (annotations).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.reading.model import UnreadableError
from monitor.reading.ofd.content import Drawn, draw_blocks, draw_page
from monitor.reading.ofd.elements import (
    Element,
    Matrix,
    Rect,
    attribute,
    child,
    children,
    flag,
    moved,
    numbers,
    product,
    rect,
)
from monitor.reading.ofd.resources import add_resources
from monitor.reading.ofd.source import Source
from monitor.reading.ofd.structure import PageRef, page_box

POINTS = 72 / 25.4
"""Points a millimetre."""
_LARGEST_SIDE = 20_000.0
"""Millimetres; a page larger than this is no page."""
_NO_TEXT = frozenset(("watermark", "stamp", "highlight", "link"))
"""Annotations that lie over what a page says and say nothing themselves (§15.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page with what it draws; sizes in points."""

    number: int
    """One-based page number."""
    width: float
    height: float
    drawn: Drawn
    over: Drawn
    """Watermarks and highlights, which are seen and not read."""


def draw_sheet(source: Source, ref: PageRef, number: int) -> Sheet:
    """Return a page as it is drawn.

    Raises:
        UnreadableError: ``missing`` if the package does not hold the page, ``damaged``,
            ``limits-exceeded``.
    """
    if ref.member is None:
        raise UnreadableError("missing", f"page {number} is not in the package")
    root = source.package.xml(ref.member)
    box = page_box(child(root, "area")) or source.structure.box
    if max(box[2], box[3]) > _LARGEST_SIDE:
        raise UnreadableError("limits-exceeded", f"page {number} is {box[2]} by {box[3]} mm")
    how = _to_points(box)
    _add_own_resources(source, root, ref.member)
    drawn, over = Drawn(), Drawn()
    templates = list(_templates(source, root, drawn))
    for template, order in templates:
        if order != "foreground":
            draw_page(template, how, source, drawn)
    draw_page(root, how, source, drawn)
    for template, order in templates:
        if order == "foreground":
            draw_page(template, how, source, drawn)
    _draw_annotations(source, ref, how, drawn, over)
    return Sheet(
        number=number, width=box[2] * POINTS, height=box[3] * POINTS, drawn=drawn, over=over
    )


def _to_points(box: Rect) -> Matrix:
    return product(moved(-box[0], -box[1]), (POINTS, 0.0, 0.0, POINTS, 0.0, 0.0))


def _add_own_resources(source: Source, root: Element, member: str) -> None:
    for item in list(children(root, "pageres"))[:1]:
        name = source.package.find("".join(str(part) for part in item.itertext()), member)
        if name is not None:
            add_resources(source.resources, source.package, name)


def _templates(source: Source, root: Element, drawn: Drawn) -> Iterator[tuple[Element, str]]:
    """Yield the templates of a page with their z-order, which the page may state anew."""
    for item in list(children(root, "template"))[:16]:
        key = (attribute(item, "TemplateID") or "").strip()
        member, order = source.structure.templates.get(key, (None, ""))
        order = (attribute(item, "ZOrder") or order).strip().lower()
        if member is None:
            drawn.lost.append(f"the template page {key!r} is missing")
            continue
        try:
            yield source.template(member), order
        except UnreadableError as error:
            drawn.lost.append(f"the template page {key!r} cannot be read: {error}")


def _draw_annotations(source: Source, ref: PageRef, how: Matrix, drawn: Drawn, over: Drawn) -> None:
    member = source.structure.annotations.get(ref.id)
    if member is None:
        return
    try:
        root = source.package.xml(member)
    except UnreadableError as error:
        drawn.lost.append(f"the annotations cannot be read: {error}")
        return
    for annotation in children(root, "annot"):
        kind = (attribute(annotation, "Type") or "").strip().lower()
        if not flag(annotation, "Visible", default=True):
            continue
        for appearance in children(annotation, "appearance"):
            corner = numbers(attribute(appearance, "Boundary"), 4) or (0.0, 0.0, 0.0, 0.0)
            inner = product(moved(corner[0], corner[1]), how)
            draw_blocks(appearance, inner, source, over if kind in _NO_TEXT else drawn)


def stamp_matrix(boundary: str | None, box: Rect) -> Matrix | None:
    """Return the matrix that takes the unit square to a seal's place on a page with this box."""
    place = rect(boundary)
    if place is None:
        return None
    unit = (place[2], 0.0, 0.0, place[3], place[0], place[1])
    return product(unit, _to_points(box))
