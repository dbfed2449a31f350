"""The second reading of an RTF file: its cells from the marks in it.

Source: Rich Text Format specification 1.9.1 (character text, table definitions, fields).
"""

from dataclasses import dataclass, field, replace

from monitor.reading.office.rtf_state import (
    CHARSETS,
    DOUBLE,
    HIGH,
    KEPT,
    MERGED,
    SIGNS,
    SKIPPED,
    STATES,
    State,
    codepage_name,
)
from monitor.reading.office.rtf_tokens import DEEPEST, Token, is_whole, tokens
from monitor.reading.office.second import OddFileError, SecondReading, TableBuilder


def read_rtf_cells(body: bytes) -> SecondReading:
    """Return the cells and the prose of an RTF file.

    Raises:
        OddFileError: if the file is not built as it should be.
    """
    if not is_whole(body):
        raise OddFileError("its groups are not closed")
    reader = _Reader()
    for token in tokens(body):
        reader.take(token)
        if reader.ended:
            break
    reader.flush()
    tables, prose = reader.builder.finish()
    remarks = ("the file holds tracked changes",) if reader.revised else ()
    return SecondReading(
        tables=tables, prose=prose, remarks=remarks, numbered=tuple(reader.numbered)
    )


@dataclass(slots=True)
class _Reader:
    builder: TableBuilder = field(default_factory=TableBuilder)
    state: State = field(default_factory=State)
    stack: list[State] = field(default_factory=list)
    pending: bytearray = field(default_factory=bytearray)
    units: list[int] = field(default_factory=list)
    fallback: int = 0
    starred: bool = False
    codepage: str = "cp1252"
    font_charsets: dict[int, str] = field(default_factory=dict)
    font_defined: int = 0
    default_font: int | None = None
    merged: dict[bool, list[bool]] = field(default_factory=lambda: {False: [], True: []})
    """For each cell the row defines, whether it goes on from above or from the left; under True
    those of a table inside a cell, which is defined behind its row, in a group of its own."""
    merging: bool = False
    number: list[str] = field(default_factory=list)
    """The number of the paragraph that is going on, as the writer rendered it."""
    line: list[str] = field(default_factory=list)
    numbered: list[tuple[str, str]] = field(default_factory=list)
    ended: bool = False
    revised: bool = False

    def take(self, token: Token) -> None:
        if token.kind == "bytes":
            self._bytes(token.data)
        elif token.kind == "open":
            self._open()
        elif token.kind == "close":
            self._close()
        elif token.kind == "word":
            self._word(token.data, token.number)
        else:
            self._sign(token.data)

    def flush(self) -> None:
        """Hand on the characters collected so far."""
        text = self._flushed_units()
        if self.pending:
            text += bytes(self.pending).decode(self._encoding(), "replace")
            self.pending.clear()
        self._print(text)

    def _print(self, text: str) -> None:
        if text and self.state.listed:
            self.number.append(text)
        elif text and self.state.printed:
            self.line.append(text)
            self.builder.text(self.state.level, text)

    def _flushed_units(self) -> str:
        data = b"".join(unit.to_bytes(2, "little") for unit in self.units)
        self.units.clear()
        return data.decode("utf-16-le", "replace")

    def _open(self) -> None:
        self.flush()
        self.fallback = 0
        if len(self.stack) > DEEPEST:
            raise OddFileError("its groups are nested too deeply")
        self.stack.append(self.state)

    def _close(self) -> None:
        self.flush()
        self.fallback = 0
        self.starred = False
        self.state = self.stack.pop()
        self.ended = not self.stack

    def _bytes(self, data: bytes) -> None:
        self.starred = False
        skipped = min(self.fallback, len(data))
        self.fallback -= skipped
        data = data[skipped:]
        if data:
            if self.units:
                self.flush()
            self.pending += data

    def _encoding(self) -> str:
        """Return the encoding of the bytes collected.

        Writers name a Western font for Chinese bytes too; the double-byte font, or else the code
        page of the file, tells what these are.
        """
        font = self.default_font if self.state.font < 0 else self.state.font
        own = self.font_charsets.get(font if font is not None else -1, self.codepage)
        if own in DOUBLE or max(self.pending) < HIGH:
            return own
        double = self.font_charsets.get(
            self.state.double_font if self.state.double_font is not None else -1, ""
        )
        candidates = (double, self.codepage)
        return next((encoding for encoding in candidates if encoding in DOUBLE), own)

    def _sign(self, sign: bytes) -> None:
        if self.fallback:
            self.fallback -= 1
            return
        if sign == b"*":
            self.starred = True
            return
        self.flush()
        if sign in (b"\n", b"\r"):
            self._word(b"par", None)
        text = {b"~": "\u00a0", b"_": "-", b"\t": "\t"}.get(sign)
        if sign in (b"{", b"}", b"\\"):
            text = sign.decode()
        self._print(text or "")

    def _word(self, word: bytes, number: int | None) -> None:
        if word == b"u":
            self._unicode(number or 0)
            return
        if self.fallback:
            # A control word counts as one character (specification, “Unicode RTF”).
            self.fallback -= 1
            return
        self.flush()
        starred, self.starred = self.starred, False
        if word == b"upr":
            self.state = replace(self.state, skipped=True, twofold=self.state.skipped)
        elif word == b"ud":
            self.state = replace(self.state, skipped=self.state.twofold is not False)
        elif word in (b"listtext", b"pntext"):
            self.state = replace(self.state, skipped=True, listed=not self.state.skipped)
        elif word in SKIPPED or (starred and word not in KEPT):
            self.state = replace(self.state, skipped=True)
        elif word == b"nesttableprops":
            self.state = replace(self.state, inner=True)
        elif word == b"fonttbl":
            self.state = replace(self.state, fonts=True)
        elif self.state.skipped:
            # A tab behind a number is not printed as one.
            return
        elif word in STATES:
            self.state = STATES[word](self.state, number)
        elif word in SIGNS:
            self._print(SIGNS[word])
        else:
            self._mark(word, number)
        self.revised = self.revised or word in (b"revised", b"deleted")

    def _unicode(self, number: int) -> None:
        if self.pending:
            self.flush()
        self.units.append(number & 0xFFFF)
        self.fallback = self.state.fallback

    def _end_line(self) -> None:
        if self.number and self.line:
            self.numbered.append(("".join(self.number).strip(), "".join(self.line)))
        self.number, self.line = [], []

    def _mark(self, word: bytes, number: int | None) -> None:
        if word in (b"par", b"sect", b"page", b"cell", b"nestcell"):
            self._end_line()
        if word in (b"par", b"sect", b"page"):
            self.builder.paragraph(self.state.level)
        elif word in (b"cell", b"nestcell"):
            self.builder.cell(1 if word == b"cell" else max(2, self.state.level))
        elif word in (b"row", b"nestrow"):
            self._row(inner=word == b"nestrow")
        elif word == b"trowd":
            self.merged[self.state.inner], self.merging = [], False
        elif word in MERGED:
            self.merging = True
        elif word == b"cellx":
            self.merged[self.state.inner].append(self.merging)
            self.merging = False
        else:
            self._document(word, number)

    def _row(self, *, inner: bool) -> None:
        merged = self.merged[inner]
        continued = {index for index, goes_on in enumerate(merged) if goes_on}
        depth = max(2, self.state.level) if inner else 1
        self.builder.row(depth, continued, defined=len(merged))

    def _document(self, word: bytes, number: int | None) -> None:
        """Note what holds for the whole file: code page and fonts."""
        if word == b"ansicpg" and number is not None:
            self.codepage = codepage_name(number)
        elif word == b"mac":
            self.codepage = "mac_roman"
        elif word == b"deff":
            self.default_font = number
        elif word == b"f" and self.state.fonts:
            self.font_defined = number or 0
        elif word == b"f":
            self.state = replace(self.state, font=number if number is not None else -1)
        elif word == b"fcharset" and self.state.fonts and number in CHARSETS and number != 0:
            self.font_charsets[self.font_defined] = CHARSETS[number or 0]
