"""What the second readers give: the cells of a file's tables, read without LibreOffice."""

from collections.abc import Collection
from dataclasses import dataclass, field

Row = tuple[str, ...]
"""The texts of the cells that begin in a row; those that go on from above or the left left out."""
Table = tuple[Row, ...]


class OddFileError(Exception):
    """The second reader cannot make out the file; this says nothing about the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReading:
    """The tables of a file in reading order, a table inside a cell after the one it is in."""

    tables: tuple[Table, ...]
    prose: tuple[str, ...]
    """The lines outside tables; notes, text boxes, headers and footers left out."""
    remarks: tuple[str, ...] = ()
    """What the file says about how it was saved."""
    numbered: tuple[tuple[str, str], ...] = ()
    """The numbers of list paragraphs as the writer of an RTF rendered them, and the texts."""


@dataclass(slots=True)
class _Open:
    """A table that has begun and not yet ended."""

    rows: list[Row] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    inner: list[Table] = field(default_factory=list)
    widest: int = 0


@dataclass(slots=True)
class TableBuilder:
    """Builds tables from marks in running text, as DOC and RTF have them.

    ``depth`` is how many tables a text, cell or row is inside of; 0 is prose.
    """

    tables: list[Table] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    _line: list[str] = field(default_factory=list)
    _open: list[_Open] = field(default_factory=list)

    def text(self, depth: int, text: str) -> None:
        """Add text of the paragraph that is going on."""
        if not text:
            return
        self._settle(depth)
        target = self._open[-1].text if depth else self._line
        target.append(text)

    def paragraph(self, depth: int) -> None:
        """End a paragraph."""
        self._settle(depth)
        if depth:
            self._open[-1].text.append("\n")
        else:
            self.prose += "".join(self._line).split("\n")
            self._line = []

    def cell(self, depth: int) -> None:
        """End a cell."""
        self._settle(max(depth, 1))
        table = self._open[-1]
        table.cells.append("".join(table.text))
        table.text = []

    def row(self, depth: int, continued: Collection[int] = (), defined: int = 0) -> None:
        """End a row.

        ``continued`` are the cells that only go on from above or the left. Blank ones behind the
        first ``defined`` cells are none; 0 says that all are.
        """
        self._settle(max(depth, 1))
        table = self._open[-1]
        while defined and len(table.cells) > defined and not table.cells[-1].strip():
            table.cells.pop()
        table.widest = max(table.widest, len(table.cells))
        own = (text for index, text in enumerate(table.cells) if index not in continued)
        table.rows.append(tuple(own))
        table.cells, table.text = [], []

    def finish(self) -> tuple[tuple[Table, ...], tuple[str, ...]]:
        """Return the tables and the lines of prose."""
        self.paragraph(0)
        return tuple(self.tables), tuple(line for line in self.prose if line.strip())

    def _settle(self, depth: int) -> None:
        while len(self._open) > depth:
            self._close()
        while len(self._open) < depth:
            self._open.append(_Open())

    def _close(self) -> None:
        table = self._open.pop()
        # A table of one column is a frame around text, for the first reader too.
        framed = table.widest <= 1
        found = table.inner if framed else [tuple(table.rows), *table.inner]
        texts = [text for row in table.rows for text in row] if framed else []
        # What stands behind the last row belongs to no table, and must not be lost.
        texts += [*table.cells, "".join(table.text)]
        if self._open:
            self._open[-1].inner += found
            self._open[-1].text += [f"\n{text}\n" for text in texts if text]
        else:
            self.tables += found
            self.prose += [line for text in texts for line in text.split("\n")]
