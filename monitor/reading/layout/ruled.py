"""A table of texts, on one page or put together from several."""

from dataclasses import dataclass
from functools import lru_cache

from monitor.reading.layout.lattice import Fragment
from monitor.reading.layout.lines import cell_text
from monitor.reading.layout.marks import Box
from monitor.reading.layout.overhang import FOREIGN, has_foreign_sign
from monitor.reading.normalise import CellKind, classify_cell

_NUMBERS = (
    CellKind.INTEGER,
    CellKind.SIGNED,
    CellKind.DECIMAL,
    CellKind.WITH_UNIT,
    CellKind.SLASH,
)


@lru_cache(maxsize=4096)
def _is_number(text: str) -> bool:
    return classify_cell(text) in _NUMBERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A cell of a table, over one or several pages."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    page: int
    box: Box
    doubtful: str | None = None
    open: bool = False
    """Whether it has no line below, though the page or the table ends there."""

    def moved(self, *, row: int, column: int, column_span: int) -> "Piece":
        """Return the cell at another row and column; cheaper than ``replace``."""
        if (row, column, column_span) == (self.row, self.column, self.column_span):
            return self
        return Piece(
            row=row,
            column=column,
            row_span=self.row_span,
            column_span=column_span,
            text=self.text,
            page=self.page,
            box=self.box,
            doubtful=self.doubtful,
            open=self.open,
        )

    @property
    def end(self) -> int:
        """The first row below it."""
        return self.row + self.row_span

    @property
    def columns(self) -> tuple[int, int]:
        """Its column and how many it spans."""
        return self.column, self.column_span

    @property
    def numeric(self) -> bool:
        """Whether it holds a number, or a sign in its stead."""
        return _is_number(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """A table with its columns by the places of their lines."""

    edges: tuple[float, ...]
    rows: int
    pieces: tuple[Piece, ...]
    parts: tuple[Fragment, ...]
    """The areas of the pages it was put together from."""

    @property
    def first(self) -> Fragment:
        """The part it begins with."""
        return self.parts[0]

    @property
    def last(self) -> Fragment:
        """The part it ends with."""
        return self.parts[-1]

    @property
    def columns(self) -> int:
        """The number of columns."""
        return len(self.edges) - 1


def ruled(fragment: Fragment) -> Ruled:
    """Return a fragment as a table of texts."""
    pieces = []
    for cell in fragment.cells:
        text, doubt = cell_text(cell.chars, cell.box[2] - cell.box[0])
        if text and has_foreign_sign(text):
            doubt = doubt or FOREIGN
        pieces.append(
            Piece(
                row=cell.row,
                column=cell.column,
                row_span=cell.row_span,
                column_span=cell.column_span,
                text=text,
                page=cell.page,
                box=cell.box,
                doubtful=cell.doubtful or doubt,
                open=cell.open,
            )
        )
    return Ruled(
        edges=fragment.edges_down,
        rows=len(fragment.edges_across) - 1,
        pieces=tuple(pieces),
        parts=(fragment,),
    )


def meeting(above: Ruled, below: Ruled) -> list[tuple[Piece, Piece]]:
    """Return the cells that meet at the page break, column by column."""
    bottom = {piece.columns: piece for piece in above.pieces if piece.end == above.rows}
    return [
        (bottom[piece.columns], piece)
        for piece in sorted(below.pieces, key=lambda item: item.column)
        if piece.row == 0 and piece.columns in bottom
    ]


def has_values(table: Ruled) -> bool:
    """Return whether any cell holds a number."""
    return any(piece.numeric for piece in table.pieces)
