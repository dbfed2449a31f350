"""A second reading of tables that does not go by lines: by the order of the file and by alignment.

Programs write a table cell after cell and set the numbers of a row at one height, those of a
column under each other. Characters that follow each other in the file without a gap are one text,
whatever lines there are; where such a text stands, and beside and under which others, says to
which row and column it belongs.

A cell counts as confirmed if

- the texts whose middle lies in it, in the order of the file, are its text (of a label, the same
  characters), and none of them reaches out of it;
- a number is one text, or lines that follow each other closely in the file and on the page; it
  is centred with, or begins or ends with, most numbers of its row and most of its
  column, and stands within the height of the row's label;
- a blank cell is touched by no text.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from monitor.reading.layout.marks import Box, Marks, around
from monitor.reading.layout.ruled import Piece, Ruled
from monitor.reading.normalise import remove_blanks

OTHER_ORDER = "the order of the file gives the cell another text"
APART = "the cell holds several texts where a number should be"
OUT_OF_LINE = "the number stands at another height than its row"
OUT_OF_COLUMN = "the number does not stand under those of its column"
REACHES_OUT = "a text reaches out of the cell"
_SAME_LINE = 0.3
_GAP = 0.3
"""Characters closer than this share of their size follow each other without a gap."""
_BACK = 0.4
"""How far they may reach into each other."""
_OUT = 0.25
_LABEL_OUT = 1.0
_HEIGHT_PLAY = 0.35
_COLUMN_PLAY = 0.6
_OVERHANG = 1.2
_STEPS = (0.9, 1.8)
"""From one line of a cell to the next, in sizes of type."""


class Text(NamedTuple):
    """Characters that follow each other in the file and on the page."""

    text: str
    box: Box
    size: float
    place: int
    """Its place in the order of the file."""

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return (self.box[1] + self.box[3]) / 2

    @property
    def centre(self) -> float:
        """The middle of its width."""
        return (self.box[0] + self.box[2]) / 2


class OrderReading:
    """The second reading of the tables of one page; holds its cells against the order."""

    def __init__(self, marks: Marks, tables: Sequence[Ruled]) -> None:
        self._doubts: dict[Piece, str] = {}
        texts = texts_in_order(marks)
        for table in tables:
            if table.columns > 1:
                self._hold(table, _texts_by_cell(table, texts))

    @property
    def agrees(self) -> bool:
        """Whether no cell is doubtful after this reading."""
        return not self._doubts

    def doubt(self, piece: Piece) -> str | None:
        """Return why a cell is doubtful after this reading, None if it is confirmed."""
        return self._doubts.get(piece)

    def _hold(self, table: Ruled, texts: Sequence[Sequence[Text]]) -> None:
        rows: dict[int, list[tuple[Piece, Text]]] = {}
        columns: dict[tuple[int, int], list[tuple[Piece, Text]]] = {}
        labels: dict[int, list[Text]] = {}
        for piece, inside in zip(table.pieces, texts, strict=True):
            if piece.doubtful:
                continue
            if not piece.numeric:
                if piece.row_span == 1 and inside:
                    labels.setdefault(piece.row, []).extend(inside)
                self._add(piece, _text_doubt(piece, inside, _LABEL_OUT))
                continue
            number = _as_one(inside)
            doubt = _text_doubt(piece, inside, _OUT) or (APART if number is None else None)
            self._add(piece, doubt)
            if doubt is None and number is not None:
                if piece.row_span == 1:
                    rows.setdefault(piece.row, []).append((piece, number))
                columns.setdefault(piece.columns, []).append((piece, number))
        for row, numbers in rows.items():
            self._hold_row(numbers, labels.get(row, ()))
        for numbers in columns.values():
            self._hold_column(numbers)

    def _hold_row(self, numbers: Sequence[tuple[Piece, Text]], labels: Sequence[Text]) -> None:
        first = min((text.box[1] for text in labels), default=float("-inf"))
        last = max((text.box[3] for text in labels), default=float("inf"))
        top = _median(text.box[1] for _, text in numbers)
        bottom = _median(text.box[3] for _, text in numbers)
        middle = _median(text.middle for _, text in numbers)
        for piece, text in numbers:
            play = _HEIGHT_PLAY * text.size
            least = min(
                abs(text.box[1] - top), abs(text.box[3] - bottom), abs(text.middle - middle)
            )
            if least > play or not first - play <= text.middle <= last + play:
                self._add(piece, OUT_OF_LINE)

    def _hold_column(self, numbers: Sequence[tuple[Piece, Text]]) -> None:
        if len(numbers) < 2:
            return
        left = _median(text.box[0] for _, text in numbers)
        right = _median(text.box[2] for _, text in numbers)
        middle = _median(text.centre for _, text in numbers)
        for piece, text in numbers:
            least = min(
                abs(text.box[0] - left), abs(text.box[2] - right), abs(text.centre - middle)
            )
            if least > _COLUMN_PLAY * text.size:
                self._add(piece, OUT_OF_COLUMN)

    def _add(self, piece: Piece, doubt: str | None) -> None:
        if doubt is not None:
            self._doubts.setdefault(piece, doubt)


def _median(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def _text_doubt(piece: Piece, inside: Sequence[Text], out: float) -> str | None:
    left, _, right, _ = piece.box
    for _, box, size, _ in inside:
        if left - box[0] > out * size or box[2] - right > out * size:
            return REACHES_OUT
    if not inside:
        return OTHER_ORDER if piece.text else None
    seen = inside[0].text if len(inside) == 1 else "".join(text.text for text in inside)
    if seen == piece.text:
        return None
    ours, theirs = _plain(piece.text), _plain(seen)
    same = ours == theirs or (not piece.numeric and sorted(ours) == sorted(theirs))
    return None if same else OTHER_ORDER


def _as_one(texts: Sequence[Text]) -> Text | None:
    """Return the texts of a cell as one number; None if they may be several.

    A number broken at the end of its cell is written line after line, each close under the last.
    """
    if len(texts) < 2:
        return texts[0] if texts else None
    for above, below in pairwise(texts):
        step = (below.middle - above.middle) / above.size if above.size else 0
        beside = abs(below.centre - above.centre), abs(below.box[0] - above.box[0])
        follows = below.place == above.place + 1
        if not (follows and _STEPS[0] < step < _STEPS[1] and min(beside) < above.size):
            return None
    box = around([text.box for text in texts])
    return Text("".join(text.text for text in texts), box, texts[0].size, texts[0].place)


def _plain(text: str) -> str:
    return remove_blanks(unicodedata.normalize("NFKC", text))


def texts_in_order(marks: Marks) -> list[Text]:
    """Return the texts of a page in the order of the file, without blanks."""
    texts: list[Text] = []
    letters: list[str] = []
    left = top = right = bottom = size = middle = 0.0
    for char in marks.chars:
        if not char.text.strip():
            continue
        x0, y0, x1, y1 = char.box
        y = (y0 + y1) / 2
        if (
            letters
            and -_BACK * size < x0 - right <= _GAP * size
            and -_SAME_LINE * size < y - middle < _SAME_LINE * size
        ):
            letters.append(char.text)
            right = x1
            continue
        if letters:
            texts.append(Text("".join(letters), (left, top, right, bottom), size, len(texts)))
        letters = [char.text]
        left, top, right, bottom, size, middle = x0, y0, x1, y1, char.size, y
    if letters:
        texts.append(Text("".join(letters), (left, top, right, bottom), size, len(texts)))
    return texts


def _texts_by_cell(table: Ruled, texts: Iterable[Text]) -> list[list[Text]]:
    """Return the texts whose middle lies in each cell of a part that stands on one page."""
    part = table.first
    rows, columns = part.edges_across, part.edges_down
    at = {
        (row, column): index
        for index, piece in enumerate(table.pieces)
        for row in range(piece.row, piece.end)
        for column in range(piece.column, piece.column + piece.column_span)
    }
    found: list[list[Text]] = [[] for _ in table.pieces]
    end = rows[-1] if part.open_bottom else float("inf")
    for text in texts:
        left, top, right, bottom = text.box
        if bottom < rows[0] or top > rows[-1] + text.size:
            continue
        middle = (top + bottom) / 2
        if 0 <= middle - end < _OVERHANG * text.size:
            # A page that cuts a cell lets its text hang over the end.
            middle = (rows[-2] + rows[-1]) / 2
        step = bisect_right(rows, middle) - 1, bisect_right(columns, (left + right) / 2) - 1
        index = at.get(step)
        if index is not None:
            found[index].append(text)
    return found
