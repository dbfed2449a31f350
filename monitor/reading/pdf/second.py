"""A second, independent reading of ruled pages, with pdfplumber, against which cells are held.

Both readers decode the characters and find the lines with code of their own. A cell on which
they differ is doubtful; where the second reader saw other lines, its characters inside our
cell are compared.
"""

import logging
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pdfplumber

from monitor.reading.layout.lines import cell_text
from monitor.reading.layout.marks import Box, Char, area, overlap
from monitor.reading.layout.radicals import plain_character
from monitor.reading.layout.ruled import Piece
from monitor.reading.normalise import remove_blanks

DISAGREE = "the two readers of the page see different text"
_SAME_CELL = 0.7
"""Two boxes that share this much of both are one cell."""
_OVERHANG = 15.0
_SETTINGS = {"snap_tolerance": 3, "join_tolerance": 3, "intersection_tolerance": 3}


class SecondReader:
    """The second reading of one document, page by page; opened when a page is first asked for.

    There is nothing to close: the file is in memory, and each page is dropped once it is read.
    """

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._opened = False
        self._document: Any = None

    def page(self, number: int) -> "SecondPage | None":
        """Return the second reading of a page, counted from one; None if it cannot be read."""
        try:
            if not self._opened:
                self._opened = True
                self._document = pdfplumber.open(BytesIO(self._body))
            return _read(self._document.pages[number - 1]) if self._document else None
        except MemoryError:
            raise
        except Exception:  # pdfminer raises all kinds of errors on odd files
            logging.getLogger(__name__).info("no second reading of page %d", number, exc_info=True)
            return None


class SecondPage:
    """The characters and cells of a page as the second reader sees them."""

    def __init__(self, chars: Sequence[Char], cells: Sequence[Box]) -> None:
        self._chars = sorted(chars, key=lambda char: char.centre[1])
        self._heights = [char.centre[1] for char in self._chars]
        self._cells = cells

    def doubt(self, piece: Piece) -> str | None:
        """Return why a cell is doubtful after the second reading, None if both agree."""
        left, top, right, bottom = piece.box
        touching = [
            cell
            for cell in self._cells
            if cell[0] < right and cell[2] > left and cell[1] < bottom and cell[3] > top
        ]
        near = [cell for cell in touching if overlap(cell, piece.box) > 0.2 * area(cell)]
        same = [cell for cell in near if _shared(cell, piece.box) >= _SAME_CELL]
        inside = [cell for cell in near if overlap(cell, piece.box) > 0.8 * area(cell)]
        if not same and sum(bool(self._text(cell)) for cell in inside) > 1:
            return "the second reader sees several cells in the place of one"
        seen = max(same, key=lambda cell: _shared(cell, piece.box), default=piece.box)
        texts = [self._text(seen)]
        if piece.open:
            texts.append(self._text(_overhung(piece.box)))
        return None if any(_agree(piece, text) for text in texts) else DISAGREE

    def _text(self, box: Box) -> str:
        left, top, right, bottom = box
        level = self._chars[bisect_left(self._heights, top) : bisect_right(self._heights, bottom)]
        chars = [char for char in level if left <= char.centre[0] <= right]
        return cell_text(chars, right - left)[0]


def _read(page: Any) -> SecondPage:
    try:
        left, top = page.cropbox[0] - page.bbox[0], page.cropbox[1] - page.bbox[1]
        chars = [_char(char, left, top) for char in page.chars]
        cells = [
            (x0 - left, y0 - top, x1 - left, y1 - top)
            for table in page.find_tables(_SETTINGS)
            for x0, y0, x1, y1 in table.cells
        ]
        return SecondPage(chars, cells)
    finally:
        page.close()


def _char(char: dict[str, Any], left: float, top: float) -> Char:
    text = "".join(map(plain_character, char["text"]))
    box = (char["x0"] - left, char["top"] - top, char["x1"] - left, char["bottom"] - top)
    return Char(text, box, float(char["size"]), 0, not text.startswith("(cid:"))


def _overhung(box: Box) -> Box:
    """Return the box of a cell that the page's end cuts with what hangs over that end."""
    return box[0], box[1], box[2], box[3] + _OVERHANG


def _shared(first: Box, second: Box) -> float:
    larger = max(area(first), area(second))
    return overlap(first, second) / larger if larger else 0.0


def _agree(piece: Piece, other: str) -> bool:
    ours, theirs = _plain(piece.text), _plain(other)
    # The order of the lines of a label may differ where its type is of several sizes.
    return ours == theirs or (not piece.numeric and sorted(ours) == sorted(theirs))


def _plain(text: str) -> str:
    return remove_blanks(unicodedata.normalize("NFKC", text))
