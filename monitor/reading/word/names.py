"""Names of WordprocessingML elements and attributes (ECMA-376 part 1 §17)."""

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
V = "urn:schemas-microsoft-com:vml"

Element = etree._Element
_OFF = frozenset(("0", "false", "off", "none"))


def w(name: str) -> str:
    """Return the full name of a WordprocessingML element or attribute."""
    return f"{{{W}}}{name}"


def local(element: Element) -> str:
    """Return an element's WordprocessingML name, or its full name if it is of another kind."""
    tag = str(element.tag)
    return tag.removeprefix(f"{{{W}}}")


def value(element: Element | None, *path: str) -> str | None:
    """Return the ``w:val`` of the element at ``path`` below, None if it is not there."""
    for name in path:
        if element is None:
            return None
        element = element.find(w(name))
    return None if element is None else element.get(w("val"))


def number(element: Element | None, *path: str) -> int | None:
    """Return the ``w:val`` of the element at ``path`` as a whole number, None if it is none."""
    text = value(element, *path)
    try:
        return int(text) if text is not None else None
    except ValueError:
        return None


def switched_on(element: Element | None, name: str) -> bool | None:
    """Return the state of an on-off property, None if it is not stated."""
    if element is None or (found := element.find(w(name))) is None:
        return None
    return found.get(w("val"), "true").lower() not in _OFF
