"""The second reading of a DOC: its cells from the text stream and the marks in it.

Source: MS-DOC §2.4 (text, paragraphs, cells), §2.8 (PLCs), §2.9 (structures), §2.6 (Sprms).
"""

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from monitor.reading.office.ole import WORD_97, WordFile
from monitor.reading.office.runs import CHARACTERS, PARAGRAPHS, Piece, pieces_of, runs_of
from monitor.reading.office.second import OddFileError, SecondReading, TableBuilder
from monitor.reading.office.sprms import (
    DELETED,
    HIDDEN,
    IN_TABLE,
    INSERTED,
    ROW_END,
    RowShape,
    apply_row_sprms,
    sprms,
)

_DEPTH = 0x6649
_INNER_CELL, _INNER_ROW = 0x244B, 0x244C
_ELSEWHERE = (0x6645, 0x6646, 0x646B)
"""Sprms whose operand is a place in the data stream where more of them stand."""
_SYMBOL = 0x6A09
_ENDS = re.compile("[\r\x07\x0c]")
_FIELD = re.compile("([\x13\x14\x15])")
_PLAIN = {0x0B: "\n", 0x0E: "\n", 0x1E: "-", 0x09: "\t", 0x0A: "\n"}
_WRITTEN = str.maketrans({code: _PLAIN.get(code, "") for code in range(32)} | {0x1F: ""})
_NOT_PRINTED = "\x00"
_PRIVATE = (0xF000, 0xF0FF)


@dataclass(slots=True)
class _Paragraph:
    """What the end of a paragraph says about it."""

    depth: int = 0
    row_end: bool = False
    cell_end: bool = False
    row: RowShape = field(default_factory=RowShape)


def read_doc_cells(file: WordFile) -> SecondReading:
    """Return the cells and the prose of a Word 97 document.

    Raises:
        OddFileError: if the file is older, or not built as it should be.
    """
    if file.version < WORD_97:
        raise OddFileError("the file is older than Word 97")
    try:
        return _Text(file).reading()
    except (struct.error, IndexError, ValueError) as error:
        raise OddFileError(f"its structures do not fit together: {error}") from error


class _Text:
    """The main text of a document with its properties."""

    def __init__(self, file: WordFile) -> None:
        self._file = file
        self._pieces = [piece for piece in pieces_of(file) if piece.start < file.characters]
        self._starts = [piece.start for piece in self._pieces]
        self._paragraphs = list(runs_of(file, PARAGRAPHS))
        self._paragraph_starts = [run.start for run in self._paragraphs]
        self._characters = list(runs_of(file, CHARACTERS))
        self._character_starts = [run.start for run in self._characters]
        self._revised = False
        self._fields: list[bool] = []

    def reading(self) -> SecondReading:
        text = "".join(map(self._printed, self._pieces))[: self._file.characters]
        if len(text) < self._file.characters:
            raise OddFileError("the text is shorter than the file says")
        builder = TableBuilder()
        start = 0
        for end in _ENDS.finditer(text):
            paragraph = self._paragraph(end.start())
            self._end(builder, paragraph, self._shown(text[start : end.start()]), end[0])
            start = end.end()
        builder.text(0, self._shown(text[start:]))
        tables, prose = builder.finish()
        return SecondReading(tables=tables, prose=prose, remarks=tuple(self._remarks()))

    def _remarks(self) -> Iterator[str]:
        if self._file.fast_saved:
            yield "the file was saved by appending (fast save)"
        if self._revised:
            yield "the file holds tracked changes"

    def _end(self, builder: TableBuilder, paragraph: _Paragraph, text: str, mark: str) -> None:
        depth = paragraph.depth
        builder.text(depth, text)
        if paragraph.row_end:
            builder.row(depth, paragraph.row.continued)
        elif depth and (paragraph.cell_end or (mark == "\x07" and depth == 1)):
            builder.cell(depth)
        else:
            builder.paragraph(depth)

    def _shown(self, text: str) -> str:
        """Return text without field codes and marks; a field may go on in the next paragraph."""
        shown: list[str] = []
        for part in _FIELD.split(text):
            if part == "\x13":
                self._fields.append(True)
            elif part == "\x14" and self._fields:
                self._fields[-1] = False
            elif part == "\x15" and self._fields:
                self._fields.pop()
            elif not any(self._fields):
                shown.append(part.translate(_WRITTEN))
        return "".join(shown).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _printed(self, piece: Piece) -> str:
        """Return the characters of a piece, one for each place, those not printed as NUL."""
        data = self._file.word[piece.place : piece.place + (piece.end - piece.start) * piece.width]
        if piece.width == 1:
            chars = list(data.decode("cp1252", "replace"))
        else:
            chars = [chr(unit) for unit in struct.unpack(f"<{len(data) // 2}H", data)]
        last = piece.place + len(data)
        index = max(0, bisect_right(self._character_starts, piece.place) - 1)
        while index < len(self._characters) and self._characters[index].start < last:
            run = self._characters[index]
            index += 1
            instead = self._instead(run.properties + piece.more)
            if instead is not None:
                first = max(0, (run.start - piece.place) // piece.width)
                end = min(len(chars), (run.end - piece.place) // piece.width)
                for at in range(first, end):
                    if chars[at] not in "\r\x07\x0c\x13\x14\x15":
                        chars[at] = instead
        return "".join(chars)

    def _instead(self, properties: bytes) -> str | None:
        """Return what is printed instead of the characters of a run, None for themselves."""
        found: str | None = None
        for code, operand in sprms(properties):
            if code == _SYMBOL:
                symbol = struct.unpack_from("<H", operand, 2)[0]
                found = _NOT_PRINTED if _PRIVATE[0] <= symbol <= _PRIVATE[1] else chr(symbol)
            elif code in (DELETED, INSERTED):
                self._revised = self._revised or operand[0] == 1
                found = _NOT_PRINTED if code == DELETED and operand[0] == 1 else found
            elif code == HIDDEN and operand[0] in (1, 0x81):
                return _NOT_PRINTED
        return found

    def _paragraph(self, position: int) -> _Paragraph:
        """Return the properties of the paragraph whose mark stands at this place of the text."""
        piece = self._pieces[bisect_right(self._starts, position) - 1]
        place = piece.place + (position - piece.start) * piece.width
        index = bisect_right(self._paragraph_starts, place) - 1
        if index < 0 or place >= self._paragraphs[index].end:
            raise OddFileError("a paragraph has no properties")
        found = _Paragraph()
        self._apply(found, self._paragraphs[index].properties + piece.more)
        if found.depth == 0 and found.row_end:
            found.depth = 1
        return found

    def _apply(self, found: _Paragraph, properties: bytes, *, deeper: bool = True) -> None:
        apply_row_sprms(found.row, properties)
        for code, operand in sprms(properties):
            if code == IN_TABLE:
                found.depth = max(found.depth, operand[0])
            elif code == _DEPTH:
                found.depth = struct.unpack("<i", operand)[0]
            elif code in (ROW_END, _INNER_ROW):
                found.row_end = found.row_end or operand[0] == 1
            elif code == _INNER_CELL:
                found.cell_end = operand[0] == 1
            elif code in _ELSEWHERE and deeper:
                at = struct.unpack("<I", operand)[0]
                size = struct.unpack_from("<H", self._file.data, at)[0]
                self._apply(found, self._file.data[at + 2 : at + 2 + size], deeper=False)
