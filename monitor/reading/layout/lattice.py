"""From the marks of one page to the tables its ruling lines draw.

Lines that touch make up one table. Where a page cuts a table there is often no closing line, so
an edge is assumed where the crossing lines end. Cells without a line between them are one cell.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.reading.layout.cells import Cell, CellFinder
from monitor.reading.layout.lines import NUMERIC
from monitor.reading.layout.marks import Box, Char, Marks, Ruling, area, overlap
from monitor.reading.layout.overhang import FOREIGN, Overhang, goes_on
from monitor.reading.layout.rulings import (
    close_lines,
    close_open_table,
    merge_rulings,
    positions,
    touching,
)

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
    """Whether no line closes it at the top, and the page begins there."""
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
    across = _closed_rows(drawn_across, drawn_down, marks.height)
    down = close_lines(drawn_down, across, _OPEN_COLUMN)
    rows = positions(across)
    down = _full_height(drawn_down, down, rows)
    columns = positions(down)
    if len(rows) < 2 or len(columns) < 2:
        return None
    grid = CellFinder(rows, columns, drawn_across, down, marks)
    grid.close_ends()
    cells = grid.found()
    if not cells:
        return None
    chars = grid.touched()
    return Fragment(
        page=marks.number,
        edges_across=tuple(rows),
        edges_down=tuple(columns),
        cells=_fill(cells, chars, grid),
        open_top=grid.open_top,
        open_bottom=grid.open_bottom,
    )


def _closed_rows(across: list[Ruling], down: list[Ruling], height: float) -> list[Ruling]:
    """Return the horizontal lines with those that a page break or an open table leaves out."""
    closed = _full_width(across, close_lines(across, down, _OPEN_ROW))
    if len(closed) == len(across) + 2:
        return closed
    return close_open_table(closed, down, height) if down else closed


def _full_width(drawn: Sequence[Ruling], closed: Sequence[Ruling]) -> list[Ruling]:
    """Return the horizontal lines, those assumed as wide as the one line that is drawn.

    Of a table without lines at its sides a page may show a single row: its columns at the sides
    are known by nothing else.
    """
    if len(positions(drawn)) > 1:
        return list(closed)
    first, last = min(line.start for line in drawn), max(line.end for line in drawn)
    return [
        line if line in drawn else Ruling(line.at, min(first, line.start), max(last, line.end))
        for line in closed
    ]


def _full_height(
    drawn: Sequence[Ruling], closed: Sequence[Ruling], rows: Sequence[float]
) -> list[Ruling]:
    """Return the vertical lines, those assumed at the sides as high as the whole table."""
    return [
        line if line in drawn or len(rows) < 2 else Ruling(line.at, rows[0], rows[-1])
        for line in closed
    ]


def _fill(cells: Sequence[Cell], chars: Sequence[Char], grid: CellFinder) -> tuple[Cell, ...]:
    """Return the cells with the characters whose middle lies inside; what crosses is doubtful."""
    at = {
        (row, column): index
        for index, cell in enumerate(cells)
        for row in range(cell.row, cell.row + cell.row_span)
        for column in range(cell.column, cell.column + cell.column_span)
    }
    owner = [at.get(step) for step in grid.steps(chars)]
    crossed, over = _crossed(cells, chars, owner)
    strange = Overhang(chars, owner).settle(over)
    inside: dict[int, list[Char]] = {}
    for char, index in zip(chars, owner, strict=True):
        if index is not None:
            inside.setdefault(index, []).append(char)
    return tuple(
        Cell(
            row=cell.row,
            column=cell.column,
            row_span=cell.row_span,
            column_span=cell.column_span,
            box=cell.box,
            page=cell.page,
            chars=tuple(inside.get(index, ())),
            doubtful=cell.doubtful
            or (_CROSSED if index in crossed else None)
            or (FOREIGN if index in strange else None),
            open=cell.open,
        )
        for index, cell in enumerate(cells)
    )


def _crossed(
    cells: Sequence[Cell], chars: Sequence[Char], owner: Sequence[int | None]
) -> tuple[set[int | None], list[int]]:
    """Return the cells whose text goes on across a vertical line, and the signs that hang over one.

    A stop that hangs over the line does no harm; a digit may belong to the number beside it.
    """
    crossed: set[int | None] = set()
    over: list[int] = []
    first, one = None, None
    for place, (char, index) in enumerate(zip(chars, owner, strict=True)):
        adjoins = first is not None and index != one and goes_on(first, char)
        if adjoins and first is not None and char.run == first.run:
            crossed |= {one, index}
        first, one = char, index
        if index is None:
            continue
        left, _, right, _ = cells[index].box
        begin, _, end, _ = char.box
        if char.text in NUMERIC:
            if max(left - begin, end - right) > 0.25 * (end - begin):
                crossed.add(index)
                crossed.update(_beside(cells, cells[index], char))
        elif adjoins or max(left - begin, end - right) > 0.1 * (end - begin):
            over.append(place)
    return crossed, over


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
