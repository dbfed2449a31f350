"""From ruling lines to cells: what no line divides is one cell."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.reading.layout.marks import Box, Char, Marks, Ruling
from monitor.reading.layout.rulings import SNAP

_DRAWN = 0.75
"""Share of a cell's side that must be drawn for a line to be there."""
_NOT_DRAWN = 0.25
_OVERHANG = 1.2
"""How many times the type size text may hang over the end of a page that cuts its cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell by the numbers of the lines around it, with the characters inside."""

    row: int
    column: int
    row_span: int
    column_span: int
    box: Box
    page: int
    chars: tuple[Char, ...] = ()
    doubtful: str | None = None
    open: bool = False
    """Whether no line is drawn below it, though the table ends there."""


class CellFinder:
    """The smallest cells between all lines, joined where no line stands between them."""

    def __init__(
        self,
        rows: list[float],
        columns: list[float],
        across: list[Ruling],
        down: list[Ruling],
        marks: Marks,
    ) -> None:
        self.rows, self.columns, self.marks = rows, columns, marks
        self.open_steps: set[int] = set()
        self.open_top = self.open_bottom = False
        self.flat = _drawn(rows, across, columns)
        self.steep = _drawn(columns, down, rows)
        self.owner = {(i, j): (i, j) for i in range(len(rows) - 1) for j in range(len(columns) - 1)}
        self.partial: set[tuple[int, int]] = set()

    def found(self) -> list[Cell]:
        """Return the cells in reading order, without their characters."""
        outside = self._join()
        regions: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for place in self.owner:
            regions.setdefault(self._find(place), []).append(place)
        cells = []
        for places in regions.values():
            if any(place in outside for place in places):
                continue
            cells.append(self._cell(places))
        return sorted(cells, key=lambda cell: (cell.row, cell.column))

    def close_ends(self) -> None:
        """Close the first and last row where the vertical lines go on to the end of the table.

        A page break leaves some cells without a closing line.
        """
        self.open_top = bool(self._close_end(0, 0))
        self.open_steps = self._close_end(len(self.rows) - 2, len(self.rows) - 1)
        self.open_bottom = bool(self.open_steps)

    def _close_end(self, row: int, line: int) -> set[int]:
        missing = set()
        sides = [column for column, steps in enumerate(self.steep) if steps[row] >= _DRAWN]
        for column, drawn in enumerate(self.flat[line]):
            if drawn < _DRAWN and sides and sides[0] <= column < sides[-1]:
                self.flat[line][column] = 1.0
                missing.add(column)
        return missing

    def around(self, char: Char) -> bool:
        """Return whether any of the character lies within the outer lines."""
        left, top, right, bottom = char.box
        return (
            right > self.columns[0]
            and left < self.columns[-1]
            and bottom > self.rows[0] - char.size
            and top < self.rows[-1] + char.size
        )

    def step(self, char: Char) -> tuple[int, int]:
        """Return the row and column in which the middle of a character lies."""
        x, y = char.centre
        reach = _OVERHANG * char.size
        if self._ends_page(self.open_top, self.rows[0]) and 0 < self.rows[0] - y < reach:
            y = self.rows[0]
        if self._ends_page(self.open_bottom, self.rows[-1]) and 0 <= y - self.rows[-1] < reach:
            y = (self.rows[-2] + self.rows[-1]) / 2
        return bisect_right(self.rows, y) - 1, bisect_right(self.columns, x) - 1

    def _ends_page(self, is_open: bool, at: float) -> bool:
        """Return whether the table is cut there, so that text may hang over its last line."""
        return is_open and not 0.2 * self.marks.height < at < 0.8 * self.marks.height

    def _find(self, place: tuple[int, int]) -> tuple[int, int]:
        while self.owner[place] != place:
            self.owner[place] = self.owner[self.owner[place]]
            place = self.owner[place]
        return place

    def _join(self) -> set[tuple[int, int]]:
        """Join the cells without a line between; return those open to the outside."""
        outside: set[tuple[int, int]] = set()
        last_row, last_column = len(self.rows) - 2, len(self.columns) - 2
        for i, j in self.owner:
            for drawn, neighbour in (
                (self.flat[i][j], (i - 1, j)),
                (self.flat[i + 1][j], (i + 1, j)),
                (self.steep[j][i], (i, j - 1)),
                (self.steep[j + 1][i], (i, j + 1)),
            ):
                if _NOT_DRAWN < drawn < _DRAWN:
                    self.partial.add((i, j))
                if drawn >= 0.5:
                    continue
                if 0 <= neighbour[0] <= last_row and 0 <= neighbour[1] <= last_column:
                    self.owner[self._find(neighbour)] = self._find((i, j))
                else:
                    outside.add((i, j))
        return outside

    def _cell(self, places: list[tuple[int, int]]) -> Cell:
        top, bottom = min(i for i, _ in places), max(i for i, _ in places)
        left, right = min(j for _, j in places), max(j for _, j in places)
        doubtful = None
        if len(places) != (bottom - top + 1) * (right - left + 1):
            doubtful = "the lines around the cell draw no rectangle"
        elif any(place in self.partial for place in places):
            doubtful = "a line around the cell is drawn in part only"
        return Cell(
            row=top,
            column=left,
            row_span=bottom - top + 1,
            column_span=right - left + 1,
            box=(
                self.columns[left],
                self.rows[top],
                self.columns[right + 1],
                self.rows[bottom + 1],
            ),
            page=self.marks.number,
            doubtful=doubtful,
            open=bottom == len(self.rows) - 2 and left in self.open_steps,
        )


def _drawn(
    places: Sequence[float], lines: Sequence[Ruling], crossings: Sequence[float]
) -> list[list[float]]:
    """Return for each place and each step between crossings which share of the step is drawn."""
    shares = []
    for place in places:
        level = [line for line in lines if abs(line.at - place) <= SNAP]
        row = []
        for start, end in pairwise(crossings):
            covered = max(
                (min(line.end, end) - max(line.start, start) for line in level), default=0.0
            )
            row.append(max(0.0, covered) / (end - start))
        shares.append(row)
    return shares
