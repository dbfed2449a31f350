"""From the marks of one page to the tables its ruling lines draw.

Lines that touch make up one table. Where a page cuts a table there is often no closing line, so
an edge is assumed where the crossing lines end. Cells without a line between them are one cell.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from monitor.reading.layout.cells import Cell, CellFinder
from monitor.reading.layout.lines import NUMERIC
from monitor.reading.layout.marks import Box, Char, Marks, Ruling, area, overlap
from monitor.reading.layout.rulings import close_lines, merge_rulings, positions, touching

_OPEN_ROW = 6.0
_OPEN_COLUMN = 12.0
"""How far lines must reach beyond the last crossing line for a row or column to be open there."""
_CROSSED = "its text runs across a ruling line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """The part of a table that stands on one page."""

    page: int
    edges_across: tuple[float, ...]
    """Heights of its horizontal lines, from the top."""
    edges_down: tuple[float, ...]
    """Places of its vertical lines, from the left."""
    cells: tuple[Cell, ...]
    open_top: bool = False
    """Whether no line closes it at the top."""
    open_bottom: bool = False

    @property
    def box(self) -> Box:
        """The box around it."""
        return (
            self.edges_down[0],
            self.edges_across[0],
            self.edges_down[-1],
            self.edges_across[-1],
        )


def page_fragments(marks: Marks) -> tuple[Fragment, ...]:
    """Return the ruled areas of a page from the top, single boxes included."""
    across = merge_rulings(marks.across)
    down = merge_rulings(marks.down)
    found = [
        fragment
        for group in touching(across, down)
        if (fragment := _fragment(*group, marks)) is not None
    ]
    found = [item for item in found if not _nested(item, found)]
    return tuple(sorted(found, key=lambda item: (item.box[1], item.box[0])))


def _fragment(across: list[Ruling], down: list[Ruling], marks: Marks) -> Fragment | None:
    drawn_across, drawn_down = list(across), list(down)
    across = close_lines(drawn_across, drawn_down, _OPEN_ROW)
    down = close_lines(drawn_down, across, _OPEN_COLUMN)
    rows = positions(across)
    columns = positions(down)
    if len(rows) < 2 or len(columns) < 2:
        return None
    grid = CellFinder(rows, columns, drawn_across, down, marks)
    grid.close_ends()
    cells = grid.found()
    if not cells:
        return None
    chars = [char for char in marks.chars if grid.around(char)]
    return Fragment(
        page=marks.number,
        edges_across=tuple(rows),
        edges_down=tuple(columns),
        cells=_fill(cells, chars, grid),
        open_top=grid.open_top,
        open_bottom=grid.open_bottom,
    )


def _fill(cells: Sequence[Cell], chars: Sequence[Char], grid: CellFinder) -> tuple[Cell, ...]:
    """Return the cells with the characters whose middle lies inside; what crosses is doubtful."""
    at = {
        (row, column): index
        for index, cell in enumerate(cells)
        for row in range(cell.row, cell.row + cell.row_span)
        for column in range(cell.column, cell.column + cell.column_span)
    }
    owner = [at.get(grid.step(char)) for char in chars]
    crossed = _crossed(cells, chars, owner)
    inside: dict[int, list[Char]] = {}
    for char, index in zip(chars, owner, strict=True):
        if index is not None:
            inside.setdefault(index, []).append(char)
    return tuple(
        replace(
            cell,
            chars=tuple(inside.get(index, ())),
            doubtful=cell.doubtful or (_CROSSED if index in crossed else None),
        )
        for index, cell in enumerate(cells)
    )


def _crossed(
    cells: Sequence[Cell], chars: Sequence[Char], owner: Sequence[int | None]
) -> set[int | None]:
    """Return the cells whose text goes on across a vertical line.

    A stop that hangs over the line does no harm; a digit may belong to the number beside it.
    """
    crossed: set[int | None] = set()
    for (first, one), (second, other) in pairwise(zip(chars, owner, strict=True)):
        if one == other or first.run != second.run or not (first.text + second.text).strip():
            continue
        same_line = abs(first.centre[1] - second.centre[1]) < 0.3 * first.size
        if same_line and abs(second.box[0] - first.box[2]) < 0.3 * first.size:
            crossed |= {one, other}
    for char, index in zip(chars, owner, strict=True):
        if index is None or char.text not in NUMERIC:
            continue
        left, _, right, _ = cells[index].box
        if max(left - char.box[0], char.box[2] - right) > 0.25 * (char.box[2] - char.box[0]):
            crossed.add(index)
            crossed.update(_beside(cells, cells[index], char))
    return crossed


def _beside(cells: Sequence[Cell], cell: Cell, char: Char) -> set[int]:
    """Return the cells of the row into which a character of ``cell`` reaches."""
    return {
        index
        for index, other in enumerate(cells)
        if other is not cell and overlap(other.box, char.box) > 0.2 * area(char.box)
    }


def _nested(fragment: Fragment, fragments: Sequence[Fragment]) -> bool:
    """Return whether it stands inside a cell of a table with several columns, or frames another.

    A frame around a page or around a table is no table and swallows nothing.
    """
    if len(fragment.cells) == 1 and any(
        other is not fragment and _holds(fragment.box, other.box) for other in fragments
    ):
        return True
    return any(
        other is not fragment
        and len(other.edges_down) > 2
        and any(_holds(cell.box, fragment.box) for cell in other.cells)
        for other in fragments
    )


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer[0] - 1 <= inner[0]
        and outer[1] - 1 <= inner[1]
        and inner[2] <= outer[2] + 1
        and inner[3] <= outer[3] + 1
    )
