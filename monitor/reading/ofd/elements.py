"""Elements and attributes of OFD by their local names: prefixes and namespaces vary.

Source: GB/T 33190-2016 §7.3 (basic types ST_Array, ST_Box, ST_Loc).
"""

import re
from collections.abc import Iterator

from lxml import etree

Element = etree._Element
Point = tuple[float, float]
Rect = tuple[float, float, float, float]
"""Left, top, width and height, as OFD writes boxes."""
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_FURTHEST = 1e7
"""No coordinate (millimetres) of a real page is this large."""
_LONGEST_NUMBER = 40
_ATTRIBUTE = re.compile(rb"[\s]([A-Za-z_][\w.:-]*)\s*=\s*[\"']")
_NAMES = {
    name.lower(): name
    for name in (
        "Alpha", "BaseLoc", "Bold", "Boundary", "CTM", "CharDirection", "CodeCount",
        "CodePosition", "ColorSpace", "Current", "DeltaX", "DeltaY", "DrawParam", "Fill", "Font",
        "HScale", "ID", "ImageMask", "LineWidth", "Name", "PageID", "PageRef", "ReadDirection",
        "Relative", "ResourceID", "Rule", "Size", "Stroke", "TemplateID", "Type", "Value",
        "Visible", "Weight", "X", "Y", "ZOrder",
    )
}  # fmt: skip


def name_of(element: Element) -> str:
    """Return the local name of an element in lower case; ``""`` for what is no element."""
    # The tag of an entity that was left as it is, is no text.
    tag: object = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """Yield the children with one of the names (lower case)."""
    if element is not None:
        yield from (item for item in element if name_of(item) in names)


def child(element: Element | None, name: str) -> Element | None:
    """Return the first child with the name (lower case)."""
    return next(children(element, name), None)


def content(element: Element | None, name: str) -> str | None:
    """Return the text of the first child with the name, None if it is absent or blank."""
    found = child(element, name)
    text = "".join(str(part) for part in found.itertext()).strip() if found is not None else ""
    return text or None


def attribute(element: Element, name: str) -> str | None:
    """Return an attribute by its name in the standard (see ``with_plain_names``)."""
    return element.get(name)


def with_plain_names(root: Element, data: bytes) -> Element:
    """Return a parsed part with the names of its attributes as the standard writes them.

    Some producers write them in another case or with a prefix. ``data`` is the part itself: most
    parts need no change, and looking through the bytes is faster than through the elements.
    """
    written = {name.decode("ascii", "replace") for name in set(_ATTRIBUTE.findall(data))}
    odd = {name for name in written if _NAMES.get(_local(name), name) != name}
    if not odd:
        return root
    for element in root.iter():
        for key, value in list(element.attrib.items()):
            plain = _NAMES.get(_local(str(key)))
            if plain is not None and element.get(plain) is None:
                element.set(plain, value)
    return root


def _local(name: str) -> str:
    return name.rpartition("}")[2].rpartition(":")[2].lower()


def flag(element: Element, name: str, *, default: bool) -> bool:
    """Return a truth value; what is neither true nor false counts as absent."""
    value = (attribute(element, name) or "").strip().lower()
    if value in ("true", "1"):
        return True
    return False if value in ("false", "0") else default


def number(text: str | None) -> float | None:
    """Return a finite number of a size that a page can have, else None."""
    if not text or len(text) > _LONGEST_NUMBER:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    # What is not a number is in no order with any.
    return value if -_FURTHEST < value < _FURTHEST else None


def numbers(text: str | None, count: int) -> tuple[float, ...] | None:
    """Return exactly ``count`` numbers parted by blanks or commas, else None."""
    if not text or len(text) > _LONGEST_NUMBER * count:
        return None
    try:
        values = tuple(map(float, text.replace(",", " ").split()))
    except ValueError:
        return None
    if len(values) != count or not all(-_FURTHEST < value < _FURTHEST for value in values):
        return None
    return values


def rect(text: str | None) -> Rect | None:
    """Return a box with an area, else None."""
    values = numbers(text, 4)
    if values is None or values[2] <= 0 or values[3] <= 0:
        return None
    return values[0], values[1], values[2], values[3]


def matrix(text: str | None) -> Matrix | None:
    """Return a transformation, else None."""
    values = numbers(text, 6)
    return (
        None
        if values is None
        else (values[0], values[1], values[2], values[3], values[4], values[5])
    )


def product(first: Matrix, second: Matrix) -> Matrix:
    """Return the matrix that applies ``first``, then ``second``."""
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


def moved(x: float, y: float) -> Matrix:
    """Return the matrix that moves by a vector."""
    return 1.0, 0.0, 0.0, 1.0, x, y


def applied(how: Matrix, x: float, y: float) -> Point:
    """Return where a matrix takes a point."""
    a, b, c, d, e, f = how
    return a * x + c * y + e, b * x + d * y + f


def spread(how: Matrix, box: tuple[float, float, float, float]) -> Rect:
    """Return left, top, right and bottom around a box (left, top, right, bottom) after a matrix."""
    left, top, right, bottom = box
    corners = [applied(how, x, y) for x in (left, right) for y in (top, bottom)]
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
