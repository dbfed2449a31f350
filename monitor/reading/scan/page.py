"""One page that is a picture: straightened, its lines found, its text read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from monitor.reading.layout.cutting import known_labels
from monitor.reading.layout.lattice import Fragment, page_fragments
from monitor.reading.layout.marks import Box as Area
from monitor.reading.layout.marks import Char, Marks, Ruling
from monitor.reading.model import UnreadableError
from monitor.reading.normalise import normalise_label
from monitor.reading.scan.ink import Box, CellInk, Ink, InkLine
from monitor.reading.scan.models import Reading, Sign, find_lines, read_lines
from monitor.reading.scan.numbers import crop, may_be_number, padded, read_numbers
from monitor.reading.scan.pixels import ink_level
from monitor.reading.scan.ruling import Stroke, ruling_strokes, without_strokes

Picture = NDArray[np.uint8]

DPI = 300
POINT = 72 / DPI
_UNKNOWN = "\ufffd"
_SURE_SIGN = 0.5
_ILLEGIBLE, _RUINED = 0.2, 0.5
"""Share of the values of a page that are unread: from there blanks, then all are doubtful."""
_SLIGHT = frozenset({"-", "—", "/"})
_FAINT = "too much of the page cannot be read to be certain of the rest"
_WORD = 2
_WORDED = 3
"""So many lines with so many Chinese characters show whether the page stands upright."""
_MOST_MARKS = 25_000
"""A page of dense text has some four thousand connected pieces of ink; more are grain."""
_MOST_INK = 0.3
_CJK = re.compile(r"[\u3400-\u9fff]")
_WIDE = str.maketrans(",;:()?!<>", "，；：（）？！〈〉")


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text where it stands, in pixels of the canvas."""

    line: InkLine
    reading: Reading
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class PageRead:
    """What a canvas shows: characters and lines in points, and what is doubtful about cells."""

    chars: tuple[Char, ...]
    across: tuple[Ruling, ...]
    down: tuple[Ruling, ...]
    doubts: tuple[tuple[Area, str], ...]
    type_height: float | None
    """Usual height of digits and characters in pixels, None on a blank page."""
    sure: float | None
    """How sure the model was on average of the longest lines of words, None without a few."""


def read_canvas(page: Picture, seal: Picture | None = None) -> PageRead:
    """Read an upright, straight page of 300 dpi, dark on white; ``seal`` is where red ink was."""
    across, down = ruling_strokes(page)
    ink = Ink(without_strokes(page, across, down), ink_level(page))
    if len(ink.boxes) > _MOST_MARKS or ink.dark.mean() > _MOST_INK:
        raise UnreadableError("too-coarse", "the picture is too dark or too grainy to be read")
    rulings = _rulings(across), _rulings(down)
    height, width = page.shape
    empty = Marks(
        number=1,
        width=width * POINT,
        height=height * POINT,
        chars=(),
        across=rulings[0],
        down=rulings[1],
        pictures=(),
        paths=0,
    )
    tables = [item for item in page_fragments(empty) if len(item.edges_down) > 2]
    doubts: list[tuple[Area, str]] = []
    cells = [cell for table in tables for cell in _cells(ink, table, seal)]
    texts = [*_read_cells(ink, cells, doubts)]
    texts += _read_prose(ink, [_pixels(table.box) for table in tables])
    return PageRead(
        chars=tuple(_chars(texts)),
        across=rulings[0],
        down=rulings[1],
        doubts=tuple(doubts),
        type_height=_type_height(ink, texts),
        sure=_sureness(texts),
    )


def _rulings(strokes: Sequence[Stroke]) -> tuple[Ruling, ...]:
    return tuple(Ruling(s.at * POINT, s.start * POINT, s.end * POINT) for s in strokes)


def _pixels(area: Area) -> Box:
    left, top, right, bottom = (round(value / POINT) for value in area)
    return left, top, right, bottom


def _type_height(ink: Ink, texts: Sequence[Text]) -> float | None:
    if not texts:
        return None
    return ink.type_height((0, 0, ink.page.shape[1], ink.page.shape[0]))


def _sureness(texts: Sequence[Text]) -> float | None:
    """Return how sure the model is of lines of words; digits look like digits on their side too."""
    worded = [text for text in texts if len(_CJK.findall(text.reading.text)) >= _WORD]
    longest = sorted(worded, key=lambda text: text.line.box[0] - text.line.box[2])[:24]
    signs = [sign.sure for text in longest for sign in text.reading.signs]
    return sum(signs) / len(signs) if len(longest) >= _WORDED else None


# Tables --------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Cell:
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


def _cells(ink: Ink, table: Fragment, seal: Picture | None) -> Iterator[_Cell]:
    height = ink.type_height(_pixels(table.box))
    for cell in table.cells:
        box = _pixels(cell.box)
        found = ink.of_cell(box, height)
        if seal is not None and not found.lines and _is_sealed(seal, box):
            found = CellInk((), "red ink lies over the cell")
        yield _Cell(cell.box, found, height, [])


def _read_cells(ink: Ink, cells: Sequence[_Cell], doubts: list[tuple[Area, str]]) -> Iterator[Text]:
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

    cell: _Cell
    reads: list[str]
    doubt: str | None = None

    def texts(self) -> Iterator[Text]:
        for line, read in zip(self.cell.ink.lines, self.reads, strict=True):
            yield Text(line, _evenly(read or _UNKNOWN), self.doubt)
        if self.doubt and not self.reads:
            # A sign that nobody knows, so that the cell is not taken as blank.
            yield Text(InkLine(_middle(self.cell.area), ()), _evenly(_UNKNOWN), self.doubt)


def _read_values(ink: Ink, cells: Sequence[_Cell]) -> list[_Value]:
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


def _is_label(cell: _Cell) -> bool:
    return _known(cell.firsts)


def _middle(area: Area) -> Box:
    left, top, right, bottom = _pixels(area)
    x, y = (left + right) // 2, (top + bottom) // 2
    return x - 8, y - 12, x + 8, y + 12


def _evenly(text: str) -> Reading:
    """Return a text as a reading whose characters stand at even distances."""
    return Reading(
        tuple(Sign(char, 1.0, (index + 0.5) / len(text)) for index, char in enumerate(text))
    )


def _read_labels(
    ink: Ink, cells: Sequence[_Cell], doubts: list[tuple[Area, str]]
) -> Iterator[Text]:
    """Return the texts of cells in words.

    Those that are no label of the formats are read again, in two other renditions; the first way
    that gives a label of the formats is the one to go by.
    """
    ways = [[cell.firsts] for cell in cells]
    for render in (_sharper, _softer):
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
            yield Text(line, _within(line, reading), doubt)


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


def _sharper(ink: Ink, line: InkLine) -> Picture:
    """Return a line in black and white, with less around it than at the first reading."""
    left, top, right, bottom = line.box
    up, beside = round(0.22 * (bottom - top)), round(0.3 * (bottom - top))
    dark = ink.dark[max(0, top - up) : bottom + up, max(0, left - beside) : right + beside]
    return np.asarray(255 - cv2.GaussianBlur(dark * 255, (3, 3), 0), np.uint8)


def _within(line: InkLine, reading: Reading) -> Reading:
    """Return a reading whose places are shares of the line's own width, not of its crop."""
    left, top, right, bottom = line.box
    # ``crop`` leaves 0.6 of the height free at both sides.
    beside = 0.6 * (bottom - top) / max(1, right - left)
    signs = (
        Sign(sign.text, sign.sure, min(1.0, max(0.0, sign.at * (1 + 2 * beside) - beside)))
        for sign in reading.signs
    )
    return Reading(tuple(signs))


# Text outside tables -------------------------------------------------------------------------


def _read_prose(ink: Ink, tables: Sequence[Box]) -> list[Text]:
    rest = ink.page.copy()
    for left, top, right, bottom in tables:
        rest[max(0, top - 6) : bottom + 6, max(0, left - 6) : right + 6] = 255
    if not _has_text(ink, tables):
        return []
    lines = [line for box in find_lines(rest) if (line := _line_in(ink, rest, box)) is not None]
    readings = read_lines([_line_crop(rest, line) for line in lines])
    found = [
        Text(line, _within_crop(line, reading))
        for line, reading in zip(lines, readings, strict=True)
        if reading.text
    ]
    return _numbers_twice(ink, found)


def _has_text(ink: Ink, tables: Sequence[Box]) -> bool:
    outside = np.ones(len(ink.boxes), bool)
    for table in tables:
        outside[ink.index_inside(table)] = False
    boxes = ink.boxes[outside]
    high = boxes[:, 3] - boxes[:, 1]
    return bool(((high >= 12) & (high < 150)).sum() >= 2)


def _line_in(ink: Ink, rest: Picture, box: Box) -> InkLine | None:
    """Return the ink of a line that the model found, None if there is none."""
    left, top, right, bottom = box
    inside = (rest[top:bottom, left:right] < 255).any()
    marks = ink.inside(box)
    marks = marks[(marks[:, 3] - marks[:, 1]) < 2.0 * (bottom - top)] if len(marks) else marks
    if not inside or not len(marks):
        return None
    low, high = marks.min(axis=0), marks.max(axis=0)
    return InkLine((int(low[0]), int(low[1]), int(high[2]), int(high[3])), ())


def _line_crop(page: Picture, line: InkLine) -> Picture:
    left, top, right, bottom = line.box
    up, beside = round(0.2 * (bottom - top)), round(0.3 * (bottom - top))
    return page[max(0, top - up) : bottom + up, max(0, left - beside) : right + beside]


def _within_crop(line: InkLine, reading: Reading) -> Reading:
    left, top, right, bottom = line.box
    beside = 0.3 * (bottom - top) / max(1, right - left)
    signs = (
        Sign(sign.text, sign.sure, min(1.0, max(0.0, sign.at * (1 + 2 * beside) - beside)))
        for sign in reading.signs
    )
    return Reading(tuple(signs))


def _numbers_twice(ink: Ink, texts: list[Text]) -> list[Text]:
    """Read lines with digits a second time; digits that come out otherwise are unknown."""
    with_digits = [i for i, text in enumerate(texts) if re.search(r"\d", text.reading.text)]
    seconds = read_lines([_sharper(ink, texts[index].line) for index in with_digits])
    for index, second in zip(with_digits, seconds, strict=True):
        first = texts[index]
        texts[index] = Text(first.line, _agreed(first.reading, second))
    return texts


def _agreed(first: Reading, second: Reading) -> Reading:
    one, two = ("".join(sign.text for sign in reading.signs) for reading in (first, second))
    signs = list(first.signs)
    for what, start, end, *_ in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        # An inserted digit makes those beside it doubtful.
        reach = range(max(0, start - (what == "insert")), min(len(signs), max(end, start + 1)))
        for index in reach:
            if signs[index].text.isdigit():
                signs[index] = Sign(_UNKNOWN, 0.0, signs[index].at)
    return Reading(tuple(signs))


# Characters ----------------------------------------------------------------------------------


def _chars(texts: Sequence[Text]) -> Iterator[Char]:
    sizes = _sizes(texts)
    for run, (text, size) in enumerate(zip(texts, sizes, strict=True)):
        yield from _line_chars(text, size, run)


def _line_chars(text: Text, size: float, run: int) -> Iterator[Char]:
    left, top, right, bottom = text.line.box
    signs = _wide_marks([sign for sign in text.reading.signs if sign.text.strip()])
    if not signs:
        return
    width = right - left
    places = [sign.at * width + left for sign in signs]
    edges = [float(left), *((a + b) / 2 for a, b in pairwise(places)), float(right)]
    middle = (top + bottom) / 2 * POINT
    for sign, (start, end) in zip(signs, pairwise(edges), strict=True):
        box = start * POINT, middle - size / 2, end * POINT, middle + size / 2
        decoded = text.doubt is None and sign.sure >= _SURE_SIGN and sign.text != _UNKNOWN
        yield Char(sign.text, box, size, run, decoded)


def _wide_marks(signs: Sequence[Sign]) -> list[Sign]:
    """Return the characters with the punctuation between Chinese characters at full width.

    The model does not tell the two widths apart.
    """
    kept = []
    for index, sign in enumerate(signs):
        beside = "".join(item.text for item in signs[max(0, index - 1) : index + 2])
        wide = sign.text.translate(_WIDE) if _CJK.search(beside) else sign.text
        kept.append(Sign(wide, sign.sure, sign.at))
    return kept


def _sizes(texts: Sequence[Text]) -> list[float]:
    """Return the type size of each line in points; sizes that are nearly one are made one."""
    raw = [_size(text) for text in texts]
    weights: dict[float, int] = {}
    for size, text in zip(raw, texts, strict=True):
        key = round(size * 2) / 2
        weights[key] = weights.get(key, 0) + len(text.reading.signs)
    common = sorted(weights, key=lambda key: -weights[key])
    return [next((key for key in common if abs(key - size) <= 0.09 * key), size) for size in raw]


def _size(text: Text) -> float:
    """Return the type size of a line by the distance of its Chinese characters, else its height."""
    left, top, right, bottom = text.line.box
    width = right - left
    runs = _chinese_runs(text.reading.signs)
    steps = sum(len(run) - 1 for run in runs)
    if steps >= 3:
        covered = sum(run[-1].at - run[0].at for run in runs) * width
        return max(4.0, covered / steps * POINT)
    share = 0.92 if _CJK.search(text.reading.text) else 0.72
    return max(4.0, (bottom - top) / share * POINT)


def _chinese_runs(signs: Sequence[Sign]) -> list[list[Sign]]:
    runs: list[list[Sign]] = [[]]
    for sign in signs:
        if _CJK.match(sign.text):
            runs[-1].append(sign)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]
