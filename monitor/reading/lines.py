"""Grids as lines: each row's own cells in order, whatever the spans around them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from monitor.reading.model import Grid, Place
from monitor.reading.normalise import remove_blanks, strip_residue

_EDGE_BLANKS = " \t\r\n\f\v\u00a0\u200b\u2002\u2003\u2009\u3000\ufeff"


class LineCell(NamedTuple):
    """A cell that begins in this line, its text without outer blanks.

    A report has hundreds, and a named tuple is made in half the time of a frozen dataclass.
    """

    text: str
    column: int
    span: int
    place: Place
    blank: bool
    """Whether nothing visible is printed in it."""
    doubtful: str | None = None


def line_cell(
    text: str, column: int, span: int, place: Place, doubtful: str | None = None
) -> LineCell:
    """Return a cell of a line with ``text`` in it."""
    own = strip_residue(text) if "[" in text else text
    own = own.strip(_EDGE_BLANKS)
    return LineCell(own, column, span, place, _is_blank(own), doubtful)


def _is_blank(text: str) -> bool:
    return not text or (not text.isalnum() and not remove_blanks(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of a grid. ``grid`` numbers the grids of the document, ``width`` is its columns."""

    cells: tuple[LineCell, ...]
    grid: int
    width: int
    native: bool
    """True if columns are those of the original, False if a converter may have shifted them."""
    torn: bool = False
    """True if a conversion or a page break may have cut its labels."""

    @property
    def blank(self) -> bool:
        """Whether no cell shows anything."""
        return all(cell.blank for cell in self.cells)

    @property
    def text(self) -> str:
        """The texts of its cells, a blank between them."""
        return " ".join(cell.text for cell in self.cells if not cell.blank)

    @property
    def place(self) -> Place:
        """Where its first cell stands."""
        return self.cells[0].place


def lines_of(grid: Grid, *, number: int, native: bool, torn: bool = False) -> Iterator[Line]:
    """Yield the lines of a grid; rows in which no cell begins are left out."""
    rows: dict[int, list[LineCell]] = {}
    for cell in grid.cells:
        rows.setdefault(cell.row, []).append(
            line_cell(cell.text, cell.column, cell.column_span, cell.place, cell.doubtful)
        )
    for row in sorted(rows):
        cells = tuple(sorted(rows[row], key=_column))
        yield Line(cells=cells, grid=number, width=grid.columns, native=native, torn=torn)


def _column(cell: LineCell) -> int:
    return cell.column
