"""The text of the cells of tables: numbers read in several ways, labels known by the formats."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from monitor.reading.layout.cutting import known_labels
from monitor.reading.layout.lattice import Fragment
from monitor.reading.layout.marks import Box as Area
from monitor.reading.normalise import normalise_label
from monitor.reading.scan.ink import Box, CellInk, Ink, InkLine
from monitor.reading.scan.models import Reading, read_lines
from monitor.reading.scan.numbers import crop, may_be_number, padded, read_numbers
from monitor.reading.scan.texts import UNKNOWN, Picture, Text, evenly, pixels, sharper, within_line

_ILLEGIBLE, _RUINED = 0.2, 0.5
"""Share of the values of a page that are unread: from there blanks, then all are doubtful."""
_SLIGHT = frozenset({"-", "—", "/"})
_FAINT = "too much of the page cannot be read to be certain of the rest"
_BESIDE = 0.6
"""Heights of a line that ``crop`` leaves free at both of its sides."""


@dataclass(slots=True)
class Cell:
    """A cell of a table, its ink, and what the model first read in it."""

    area: Area
    ink: CellInk
    height: float
    """Of the type of its table, in pixels."""
    firsts: list[Reading]

    def is_numeric(self) -> bool:
        """Return whether it holds no words, so that only a number may be in it."""
        if not self.ink.lines:
            return bool(self.ink.doubt)
        pairs = zip(self.firsts, self.ink.lines, strict=True)
        return all(may_be_number(first, line, self.height) for first, line in pairs)


def cells_of(ink: Ink, table: Fragment, seal: Picture | None) -> Iterator[Cell]:
    """Return the cells of a table with their ink; red ink over an empty one makes it doubtful."""
    height = ink.type_height(pixels(table.box))
    for cell in table.cells:
        box = pixels(cell.box)
        found = ink.of_cell(box, height)
        if seal is not None and not found.lines and _is_sealed(seal, box):
            found = CellInk((), "red ink lies over the cell")
        yield Cell(cell.box, found, height, [])


def read_cells(ink: Ink, cells: Sequence[Cell], doubts: list[tuple[Area, str]]) -> Iterator[Text]:
    """Return the lines of cells as read; ``doubts`` takes the cells that are doubtful, and why."""
    crops = [crop(ink, line, cell.height) for cell in cells for line in cell.ink.lines]
    readings = iter(read_lines(crops))
    for cell in cells:
        cell.firsts = [next(readings) for _ in cell.ink.lines]
    numeric = [cell.is_numeric() for cell in cells]
    pairs = list(zip(cells, numeric, strict=True))
    numbers = [cell for cell, is_number in pairs if is_number]
    values = _read_values(ink, numbers)
    unread = sum(value.doubt is not None for value in values) / max(1, len(values))
    blank = [_Value(cell, []) for cell in cells if not cell.ink.lines and not cell.ink.doubt]
    for value in (*values, *blank):
        value.doubt = value.doubt or _doubt_of_page(value, unread)
        if value.doubt:
            doubts.append((value.cell.area, value.doubt))
        yield from value.texts()
    yield from _read_labels(ink, [cell for cell, is_number in pairs if not is_number], doubts)


def _is_sealed(seal: Picture, box: Box) -> bool:
    left, top, right, bottom = box
    return bool(seal[top:bottom, left:right].any())


@dataclass(slots=True)
class _Value:
    """A cell without words, and what its lines were read as."""

    cell: Cell
    reads: list[str]
    doubt: str | None = None

    def texts(self) -> Iterator[Text]:
        for line, read in zip(self.cell.ink.lines, self.reads, strict=True):
            yield Text(line, evenly(read or UNKNOWN), self.doubt)
        if self.doubt and not self.reads:
            # A sign that nobody knows, so that the cell is not taken as blank.
            yield Text(InkLine(_middle(self.cell.area), ()), evenly(UNKNOWN), self.doubt)


def _read_values(ink: Ink, cells: Sequence[Cell]) -> list[_Value]:
    lines = [line for cell in cells for line in cell.ink.lines]
    firsts = [first for cell in cells for first in cell.firsts]
    heights = [cell.height for cell in cells for _ in cell.firsts]
    reads = iter(read_numbers(ink, lines, firsts, heights))
    values = []
    for cell in cells:
        found = [next(reads) for _ in cell.ink.lines]
        if _is_label(cell):
            values.append(_Value(cell, [first.text for first in cell.firsts]))
            continue
        doubt = cell.ink.doubt or next((read.doubt for read in found if read.doubt), None)
        values.append(_Value(cell, [read.text for read in found], doubt))
    return values


def _doubt_of_page(value: _Value, unread: float) -> str | None:
    """Return why a value is doubtful where the share ``unread`` of all cannot be read.

    Where ink has gone, what is left of a digit looks like a dash, a stroke, or nothing.
    """
    slight = all(read in _SLIGHT for read in value.reads)
    return _FAINT if unread > (_ILLEGIBLE if slight else _RUINED) else None


def _is_label(cell: Cell) -> bool:
    return _known(cell.firsts)


def _middle(area: Area) -> Box:
    left, top, right, bottom = pixels(area)
    x, y = (left + right) // 2, (top + bottom) // 2
    return x - 8, y - 12, x + 8, y + 12


def _read_labels(ink: Ink, cells: Sequence[Cell], doubts: list[tuple[Area, str]]) -> Iterator[Text]:
    """Return the texts of cells in words.

    Those that are no label of the formats are read again, in two other renditions; the first way
    that gives a label of the formats is the one to go by.
    """
    ways = [[cell.firsts] for cell in cells]
    for render in (sharper, _softer):
        open_ones = [i for i, way in enumerate(ways) if way[0] and not any(map(_known, way))]
        lines = [line for index in open_ones for line in cells[index].ink.lines]
        readings = iter(read_lines([render(ink, line) for line in lines]))
        for index in open_ones:
            ways[index].append([next(readings) for _ in cells[index].firsts])
    for cell, way in zip(cells, ways, strict=True):
        chosen = next(filter(_known, way), way[0])
        doubt = None if _known(chosen) else _label_doubt(way)
        if doubt:
            doubts.append((cell.area, doubt))
        for line, reading in zip(cell.ink.lines, chosen, strict=True):
            yield Text(line, within_line(line, reading, _BESIDE), doubt)


def _label_doubt(ways: Sequence[Sequence[Reading]]) -> str | None:
    """Return why a text is doubtful: its first two readings differ."""
    texts = [normalise_label("".join(reading.text for reading in way)) for way in ways[:2]]
    if len(set(texts)) == 1:
        return None
    return f"two ways of reading differ: “{texts[0]}”, “{texts[1]}”"


def _known(readings: Sequence[Reading]) -> bool:
    return normalise_label("".join(reading.text for reading in readings)) in known_labels()


def _softer(ink: Ink, line: InkLine) -> Picture:
    """Return a line in softened grey, with more around it than at the first reading."""
    _, top, _, bottom = line.box
    high = bottom - top
    soft = cv2.GaussianBlur(padded(ink.page, line.box, 0.75 * high, 0.8 * high), (5, 5), 0)
    return np.asarray(soft, np.uint8)
