"""A line of a table as a label and its value cells, and the reading of one table as a whole."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from monitor.reading.lines import Line, LineCell
from monitor.reading.model import NOWHERE, Place, PrintedLabel, Value
from monitor.reading.normalise import CellKind, classify_cell, collapse_blanks

SEVERAL_NUMBERS = "several numbers in one cell"
MERGED = "one cell stands for several columns"
NO_CELL = "the row has no cell in this column"
DOUBTFUL = "which column a value belongs to cannot be told"
FLATTENED = "the digits of the row run together and can be divided in more than one way"

_LABEL_CELLS = 5
"""Labels stand in the first cells of a line: at most a number, two groups, and the row's own."""
_HAN = re.compile("[\u3400-\u9fff]")
_BROKEN_NUMBER = re.compile(r"\d\s*\n\s*\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLine:
    """A line divided: its label (empty if it has none) and the cells behind it."""

    label: str
    label_index: int
    """Position of the label among the line's cells, -1 without one."""
    rest: tuple[LineCell, ...]
    line: Line
    position: int
    """Position of the line in the document's stream."""

    @property
    def empty(self) -> bool:
        """Whether nothing is printed behind the label."""
        return all(cell.blank for cell in self.rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRead:
    """A row as read. ``key`` None if its label is none of the format's."""

    key: str | None
    label: str
    columns: tuple[str, ...]
    """Keys of the columns of ``values``; empty for an unknown row."""
    values: tuple[Value, ...]
    count: int
    """How many value cells the original prints."""
    position: int
    grid: int
    cut: str | None = None
    """``start`` if the beginning of its label is lost, ``end`` if the end is."""
    unread: bool = False
    """True if the row stood there and its values are lost."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderRead:
    """A header line: where it stands, and over what: a block of the first table, or ``table``."""

    kind: str
    position: int
    grid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRead:
    """One table as read, before it is written down as a ``ReadTable``."""

    key: str
    rows: tuple[RowRead, ...]
    column_labels: tuple[PrintedLabel, ...] = ()
    format: str | None = None
    headers: tuple[HeaderRead, ...] = ()
    place: Place = NOWHERE


def divide(
    line: Line,
    *,
    position: int,
    known: Callable[[str], bool],
    group: Callable[[str], bool] = lambda _: False,
) -> RowLine:
    """Divide a line into its label and what follows; ``known`` tells labels of the format.

    The label is the last known one among the first cells, whatever stands before it (numbers of
    the lines, group labels). A word behind it is a value (约3, 若干), unless the known label is
    that of a ``group`` over several rows; without a known label, leading words are the label.
    """
    label_index = max(
        (i for i, cell in enumerate(line.cells[:_LABEL_CELLS]) if known(cell.text)), default=-1
    )
    if label_index < 0 or group(line.cells[label_index].text):
        label_index = _last_word(line.cells, label_index)
    label = line.cells[label_index].text if label_index >= 0 else ""
    return RowLine(
        label=printed(label),
        label_index=label_index,
        rest=line.cells[label_index + 1 :],
        line=line,
        position=position,
    )


def _last_word(cells: Sequence[LineCell], start: int) -> int:
    """Return the place of the last word before the first value behind ``start``."""
    last = start
    for index in range(start + 1, len(cells)):
        if cells[index].blank:
            continue
        if not looks_like_label(cells[index].text):
            break
        last = index
    return last


def without_repeats(rows: Iterable[RowRead]) -> tuple[RowRead, ...]:
    """Drop what a second copy of a table repeats; a row that differs becomes an unknown one."""
    kept: list[RowRead] = []
    first: dict[str, RowRead] = {}
    for row in rows:
        known = first.setdefault(row.key, row) if row.key else row
        if known is row:
            kept.append(row)
        elif [value.text for value in known.values] != [value.text for value in row.values]:
            kept.append(replace(row, key=None, columns=()))
    return tuple(kept)


def looks_like_label(text: str) -> bool:
    """Tell words from what a value cell may hold: numbers, signs for "none", blanks."""
    return classify_cell(text) is CellKind.OTHER and _HAN.search(text) is not None


def looks_like_value(text: str) -> bool:
    """Tell what only a value cell holds; a blank cell may be anything."""
    return classify_cell(text) not in (CellKind.OTHER, CellKind.BLANK)


def printed(text: str) -> str:
    """Return a label as printed, the blanks and line breaks of a narrow cell taken out."""
    return collapse_blanks(" ".join(text.split()))


def read_value(cell: LineCell) -> Value:
    """Return the value of a cell that stands for one column."""
    if cell.doubtful is not None:
        return Value(text=None, place=cell.place, reason=cell.doubtful)
    if "\n" in cell.text and _BROKEN_NUMBER.search(cell.text):
        return Value(text=None, place=cell.place, reason=SEVERAL_NUMBERS)
    return Value(text="" if cell.blank else cell.text, place=cell.place)


def unread(count: int, reason: str, place: Place = NOWHERE) -> tuple[Value, ...]:
    """Return ``count`` values that could not be read."""
    return tuple(Value(text=None, place=place, reason=reason) for _ in range(count))


def printed_count(cells: Sequence[LineCell]) -> int:
    """Return how many value cells are printed, blank padding at either end left out."""
    shown = [index for index, cell in enumerate(cells) if not cell.blank]
    return shown[-1] - shown[0] + 1 if shown else len(cells)


def windows(cells: Sequence[LineCell], width: int) -> list[int]:
    """Return where a run of ``width`` cells may begin so that only blank cells are left out."""
    shown = [index for index, cell in enumerate(cells) if not cell.blank]
    first, last = (shown[0], shown[-1]) if shown else (len(cells), -1)
    return [
        start for start in range(len(cells) - width + 1) if start <= first and last < start + width
    ]


def take_by_column(cells: Sequence[LineCell], positions: Sequence[int]) -> tuple[Value, ...] | None:
    """Return one value for each header column; None if a value stands beside the columns.

    ``positions`` are the grid columns of the header's value columns, in the order wanted. A cell
    over several of them, or none under one of them, leaves those values unread.
    """
    values: list[Value] = []
    used: set[int] = set()
    for column in positions:
        over = next((c for c in cells if c.column <= column < c.column + c.span), None)
        if over is None:
            values.append(Value(text=None, reason=NO_CELL))
            continue
        shared = sum(over.column <= other < over.column + over.span for other in positions) > 1
        used.add(over.column)
        values.append(
            Value(text=None, place=over.place, reason=MERGED) if shared else read_value(over)
        )
    if any(not cell.blank and cell.column not in used for cell in cells):
        return None
    return tuple(values)
