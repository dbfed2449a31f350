"""What a page draws, in the order it is drawn: text, paths, pictures."""

from dataclasses import dataclass

from monitor.reading.layout.marks import Box
from monitor.reading.ofd.elements import Matrix
from monitor.reading.ofd.glyphs import Glyph
from monitor.reading.ofd.outlines import Subpath
from monitor.reading.ofd.resources import Paint

EVERYWHERE: Box = (-1e9, -1e9, 1e9, 1e9)


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the page that shows an object (points).

    Programs differ in what they cut off: outside ``most`` nothing shows, between both something
    may show.
    """

    least: Box = EVERYWHERE
    most: Box = EVERYWHERE

    def within(self, least: Box, most: Box) -> "Window":
        """Return the part of it that lies in other boxes too."""
        return Window(_shared(self.least, least), _shared(self.most, most))


def _shared(first: Box, second: Box) -> Box:
    return (
        max(first[0], second[0]),
        max(first[1], second[1]),
        min(first[2], second[2]),
        min(first[3], second[3]),
    )


def inside(box: Box, x: float, y: float) -> bool:
    """Return whether a box holds a point."""
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextItem:
    """A text object; ``how`` takes its space to points on the page."""

    glyphs: tuple[Glyph, ...]
    how: Matrix
    size: float
    """Size of the type in its own space."""
    turn: int
    """By how many degrees clockwise each glyph is turned."""
    fill: Paint
    window: Window
    bold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PathItem:
    """A drawn path in points on the page."""

    outline: tuple[Subpath, ...]
    fill: Paint | None
    stroke: Paint | None
    width: float
    """Of its lines, in points."""
    even_odd: bool
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureItem:
    """A picture; ``how`` takes the unit square to points on the page."""

    how: Matrix
    member: str | None
    """The member of the package with its file."""
    alpha: float
    masked: bool
    """Whether another picture says where it shows."""
    data: bytes | None = None
    """Its file, where it is no member of the package (seals)."""


Item = TextItem | PathItem | PictureItem
