"""Grids as lines: each row's own cells in order, whatever the spans around them."""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.reading.model import Grid, Place
from monitor.reading.normalise import remove_blanks, strip_residue

_EDGE_BLANKS = " \t\r\n\f\v\u00a0\u200b\u2002\u2003\u2009\u3000\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCell:
    """A cell that begins in this line, its text without outer blanks."""

    text: str
    column: int
    span: int
    place: Place
    doubtful: str | None = None

    @property
    def blank(self) -> bool:
        """Whether nothing visible is printed in it."""
        return not remove_blanks(self.text)


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
            LineCell(
                text=strip_residue(cell.text).strip(_EDGE_BLANKS),
                column=cell.column,
                span=cell.column_span,
                place=cell.place,
                doubtful=cell.doubtful,
            )
        )
    for row in sorted(rows):
        cells = tuple(sorted(rows[row], key=lambda cell: cell.column))
        yield Line(cells=cells, grid=number, width=grid.columns, native=native, torn=torn)
