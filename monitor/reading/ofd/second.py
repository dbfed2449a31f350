"""A third look at cells that the order of the file does not confirm (see ``OrderReading``).

A cell around which all four sides are drawn from corner to corner, as the file writes its lines,
holds what is set inside: that a number stands higher or lower than those beside it then tells
nothing against it.
"""

from collections.abc import Sequence

from monitor.reading.layout.lattice import page_fragments
from monitor.reading.layout.marks import Box, Char, Marks, Ruling
from monitor.reading.layout.order import OUT_OF_COLUMN, OUT_OF_LINE, OrderReading
from monitor.reading.layout.ruled import Piece, ruled

_NEAR = 1.5
"""How far (points) a line may lie from the side of a cell that it draws."""
_UNDRAWN = 2.0
"""How much (points) of a side may be left out at its ends and joints."""


class DrawnCells:
    """The cells of a page by the order of its file, and by the lines drawn around each."""

    def __init__(self, marks: Marks) -> None:
        tables = [ruled(fragment) for fragment in page_fragments(marks)]
        self._order = OrderReading(marks, tables)
        self._marks = marks

    def doubt(self, piece: Piece) -> str | None:
        """Return why a cell is doubtful, None if its order or its lines confirm it."""
        reason = self._order.doubt(piece)
        if reason in (OUT_OF_LINE, OUT_OF_COLUMN) and self._is_closed(piece.box):
            return None
        return reason

    def _is_closed(self, box: Box) -> bool:
        left, top, right, bottom = box
        sides = (
            (self._marks.across, top, left, right),
            (self._marks.across, bottom, left, right),
            (self._marks.down, left, top, bottom),
            (self._marks.down, right, top, bottom),
        )
        whole = all(_drawn(lines, at, start, end) for lines, at, start, end in sides)
        return whole and not any(_is_cut(char, box) for char in self._marks.chars)


def _drawn(lines: Sequence[Ruling], at: float, start: float, end: float) -> bool:
    """Return whether lines at a place cover a side from end to end."""
    reached = start
    for line in sorted(lines, key=lambda item: item.start):
        if abs(line.at - at) <= _NEAR and line.start <= reached + _UNDRAWN:
            reached = max(reached, line.end)
    return reached >= end - _UNDRAWN


def _is_cut(char: Char, box: Box) -> bool:
    """Return whether a side of the box runs through the middle of a printed character."""
    left, top, right, bottom = char.box
    quarter = 0.25 * char.size
    within = box[0] < (left + right) / 2 < box[2] and box[1] - quarter < bottom and top < box[3]
    through = (
        top + quarter < box[1] < bottom - quarter,
        top + quarter < box[3] < bottom - quarter,
    )
    return bool(char.text.strip()) and within and any(through)
