"""From the coordinates of a PDF page to points from the top left of the page as it is shown."""

from collections.abc import Sequence

from monitor.reading.layout.drawn import Point
from monitor.reading.layout.marks import Box

Rect = tuple[float, float, float, float]
"""Left, top, right, bottom in the coordinates of the page, whose origin is at the bottom."""


class Frame:
    """A page's visible box and turn; maps its coordinates (origin bottom left) to ours."""

    def __init__(self, box: Box, rotation: int) -> None:
        """Take the box as left, bottom, right, top, and the turn in degrees clockwise."""
        self._left, self._bottom, self._right, self._top = box
        self._rotation = rotation % 360
        across, down = self._right - self._left, self._top - self._bottom
        self.width, self.height = (down, across) if self._rotation in (90, 270) else (across, down)

    @property
    def area(self) -> float:
        """The visible area in square points."""
        return self.width * self.height

    def point(self, x: float, y: float) -> Point:
        """Return where a point of the page is shown."""
        if self._rotation == 90:
            return y - self._bottom, x - self._left
        if self._rotation == 180:
            return self._right - x, y - self._bottom
        if self._rotation == 270:
            return self._top - y, self._right - x
        return x - self._left, self._top - y

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """Return where a box of the page is shown."""
        (x1, y1), (x2, y2) = self.point(left, bottom), self.point(right, top)
        return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)

    def boxes(self, rects: Sequence[Rect]) -> list[Box]:
        """Return where the boxes of characters are shown."""
        left, bottom, right, top = self._left, self._bottom, self._right, self._top
        if self._rotation == 90:
            return [(y2 - bottom, x1 - left, y1 - bottom, x2 - left) for x1, y1, x2, y2 in rects]
        if self._rotation == 180:
            return [(right - x2, y2 - bottom, right - x1, y1 - bottom) for x1, y1, x2, y2 in rects]
        if self._rotation == 270:
            return [(top - y1, right - x2, top - y2, right - x1) for x1, y1, x2, y2 in rects]
        return [(x1 - left, top - y1, x2 - left, top - y2) for x1, y1, x2, y2 in rects]

    def clip(self, box: Box) -> Box:
        """Return the part of a shown box that lies on the page."""
        left, top, right, bottom = box
        return max(0, left), max(0, top), min(self.width, right), min(self.height, bottom)

    def shows(self, box: Box) -> bool:
        """Return whether the middle of a shown box lies on the page."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return 0 <= x <= self.width and 0 <= y <= self.height
