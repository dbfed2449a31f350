"""Fonts, pictures, composite units, drawing parameters and colour spaces of a document.

Source: GB/T 33190-2016 §7.9 (resources), §8.2 (drawing parameters), §8.3 (colours).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from monitor.reading.model import UnreadableError
from monitor.reading.ofd.elements import (
    Element,
    attribute,
    child,
    children,
    content,
    name_of,
    number,
    numbers,
)
from monitor.reading.ofd.package import Package

Colour = tuple[int, int, int]
BLACK: Colour = (0, 0, 0)
_PARAM_DEPTH = 8
_MOST_PARTS = 8
"""A document has two parts with resources, a page at most one of its own."""
_OPAQUE = 255.0
LINE_WIDTH = 0.353
"""Millimetres, where none is stated (§8.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paint:
    """A colour, and how much of it covers what is below: 0 nothing, 1 all."""

    colour: Colour
    alpha: float
    plain: bool = True
    """False for patterns and shadings, whose colour is one of several."""


@dataclass(slots=True)
class Resources:
    """What objects refer to, by id."""

    fonts: dict[str, str | None] = field(default_factory=dict)
    """The member with the font's file, None if it is not embedded."""
    bold: dict[str, bool] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    """The member with the picture's file."""
    units: dict[str, Element] = field(default_factory=dict)
    params: dict[str, Element] = field(default_factory=dict)
    spaces: dict[str, str] = field(default_factory=dict)

    def param(self, reference: str | None, depth: int = 0) -> Iterator[Element]:
        """Yield a drawing parameter and those it builds on, the nearest first."""
        element = self.params.get((reference or "").strip())
        if element is not None and depth < _PARAM_DEPTH:
            yield element
            yield from self.param(attribute(element, "Relative"), depth + 1)


def load_resources(package: Package, members: tuple[str, ...]) -> Resources:
    """Return the resources of a document; a part that cannot be read is left out."""
    found = Resources()
    for member in tuple(dict.fromkeys(members))[:_MOST_PARTS]:
        add_resources(found, package, member)
    return found


def add_resources(found: Resources, package: Package, member: str) -> None:
    """Add the resources of one member to ``found``."""
    try:
        root = package.xml(member)
    except UnreadableError:
        return
    folder = (attribute(root, "BaseLoc") or "").strip().replace("\\", "/").rstrip("/")

    def file(location: str | None) -> str | None:
        if location is None:
            return None
        inside = location if location.startswith(("/", "\\")) else f"{folder}/{location}"
        return package.find(inside if folder else location, member) or package.find(
            location, member
        )

    for group in root:
        for item in group:
            _add(found, item, (attribute(item, "ID") or "").strip(), file)


def _add(
    found: Resources, item: Element, key: str, file: Callable[[str | None], str | None]
) -> None:
    kind = name_of(item)
    if kind == "font":
        found.fonts[key] = file(content(item, "fontfile"))
        found.bold[key] = (attribute(item, "Bold") or "").strip().lower() == "true"
    elif kind == "multimedia":
        member = file(content(item, "mediafile"))
        if member is not None:
            found.pictures[key] = member
    elif kind in ("compositegraphicunit", "compositegraphicsunit", "vectorg"):
        found.units[key] = item
    elif kind == "drawparam":
        found.params[key] = item
    elif kind == "colorspace":
        found.spaces[key] = (attribute(item, "Type") or "RGB").strip().upper()


def stated(element: Element, reference: str | None, resources: Resources) -> Iterator[Element]:
    """Yield an object and the drawing parameters it takes what it does not state from."""
    yield element
    yield from resources.param(attribute(element, "DrawParam") or reference)


def paint(sources: tuple[Element, ...], name: str, resources: Resources, default: Colour) -> Paint:
    """Return the fill or stroke (``fillcolor``, ``strokecolor``) that the nearest source states."""
    for source in sources:
        element = child(source, name)
        if element is not None:
            return _paint(element, resources, default)
    return Paint(colour=default, alpha=1.0)


def _paint(element: Element, resources: Resources, default: Colour) -> Paint:
    alpha = opacity(attribute(element, "Alpha"))
    if any(True for _ in children(element, "pattern", "axialshd", "radialshd", "gouraudshd")):
        return Paint(colour=(128, 128, 128), alpha=alpha, plain=False)
    space = resources.spaces.get((attribute(element, "ColorSpace") or "").strip())
    colour = _colour(attribute(element, "Value"), space)
    return Paint(colour=colour or default, alpha=alpha, plain=colour is not None)


def opacity(text: str | None) -> float:
    """Return the share that an ``Alpha`` of 0 to 255 covers; 1 if it states none."""
    value = number(text.strip() if text else None)
    return 1.0 if value is None else min(max(value, 0.0), _OPAQUE) / _OPAQUE


def line_width(sources: tuple[Element, ...]) -> float:
    """Return the width (millimetres) of lines that the nearest source states."""
    for source in sources:
        width = number((attribute(source, "LineWidth") or "").strip())
        if width is not None and width >= 0:
            return width
    return LINE_WIDTH


def _colour(value: str | None, space: str | None) -> Colour | None:
    parts = (value or "").replace(",", " ").split()
    if any(part.startswith("#") for part in parts):
        parts = [str(_hexadecimal(part[1:])) for part in parts]
    values = numbers(" ".join(parts), len(parts)) if parts else None
    if values is None:
        return None
    if space == "GRAY" or len(values) == 1:
        return (_byte(values[0]),) * 3
    if space == "CMYK" or len(values) == 4:
        cyan, magenta, yellow, black = (*values, 0.0, 0.0, 0.0)[:4]
        rest = 1 - black / _OPAQUE
        return (
            _byte((_OPAQUE - cyan) * rest),
            _byte((_OPAQUE - magenta) * rest),
            _byte((_OPAQUE - yellow) * rest),
        )
    return (_byte(values[0]), _byte(values[1]), _byte(values[2])) if len(values) == 3 else None


def _hexadecimal(text: str) -> int:
    try:
        return int(text[:4], 16)
    except ValueError:
        return 0


def _byte(value: float) -> int:
    return round(min(max(value, 0.0), _OPAQUE))
