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
_PAGE_END = 0.2
"""Share of the page's height at top and bottom at which a page break cuts tables."""
_NEAR = 6.0
"""Lines that end within this distance of a table's end are its own."""
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
        cells = [self._cell(places) for places in regions.values() if outside.isdisjoint(places)]
        return sorted(cells, key=lambda cell: (cell.row, cell.column))

    def close_ends(self) -> None:
        """Close the first and last row where the vertical lines go on to the end of the table.

        A page break leaves some cells without a closing line; it does so only at the end of a page,
        with no other table beyond.
        """
        height, share = self.marks.height, _PAGE_END
        first, last = self.rows[0], self.rows[-1]
        top = self._close_end(0, 0)
        self.open_steps = self._close_end(len(self.rows) - 2, len(self.rows) - 1)
        self.open_top = (
            bool(top)
            and first < share * height
            and not any(line.end < first - _NEAR for line in self.marks.down)
        )
        self.open_bottom = (
            bool(self.open_steps)
            and last > (1 - share) * height
            and not any(line.start > last + _NEAR for line in self.marks.down)
        )

    def _close_end(self, row: int, line: int) -> set[int]:
        missing = set()
        sides = [column for column, steps in enumerate(self.steep) if steps[row] >= _DRAWN]
        for column, drawn in enumerate(self.flat[line]):
            if drawn < _DRAWN and sides and sides[0] <= column < sides[-1]:
                self.flat[line][column] = 1.0
                missing.add(column)
        return missing

    def touched(self) -> list[Char]:
        """Return the characters of which any part lies within the outer lines."""
        first, last, top, end = self.columns[0], self.columns[-1], self.rows[0], self.rows[-1]
        return [
            char
            for char in self.marks.chars
            if char.box[2] > first
            and char.box[0] < last
            and char.box[3] > top - char.size
            and char.box[1] < end + char.size
        ]

    def steps(self, chars: Sequence[Char]) -> list[tuple[int, int]]:
        """Return the row and column in which the middle of each character lies."""
        rows, columns = self.rows, self.columns
        top = rows[0] if self.open_top else float("-inf")
        end = rows[-1] if self.open_bottom else float("inf")
        found = []
        for char in chars:
            left, above, right, below = char.box
            y, reach = (above + below) / 2, _OVERHANG * char.size
            if 0 < top - y < reach:
                y = top
            if 0 <= y - end < reach:
                y = (rows[-2] + rows[-1]) / 2
            found.append((bisect_right(rows, y) - 1, bisect_right(columns, (left + right) / 2) - 1))
        return found

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
        # Places come row by row.
        (top, left), (bottom, right) = places[0], places[-1]
        if len(places) > 1:
            left, right = min(j for _, j in places), max(j for _, j in places)
        doubtful = None
        if len(places) != (bottom - top + 1) * (right - left + 1):
            doubtful = "the lines around the cell draw no rectangle"
        elif not self.partial.isdisjoint(places):
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
    steps = list(pairwise(crossings))
    first, last = crossings[0], crossings[-1]
    for place in places:
        level = [line for line in lines if -SNAP <= line.at - place <= SNAP]
        if any(line.start <= first and line.end >= last for line in level):
            shares.append([1.0] * len(steps))
            continue
        row = []
        for start, end in steps:
            covered = 0.0
            for _, begins, ends in level:
                piece = (min(end, ends)) - (max(start, begins))
                if piece > covered:
                    covered = piece
            row.append(covered / (end - start))
        shares.append(row)
    return shares
