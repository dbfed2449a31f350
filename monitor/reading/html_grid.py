"""HTML tables as grids: spans laid out as browsers do, absurd ones cut to size."""

import re
from collections.abc import Iterable, Iterator

from monitor.reading.html_dom import Node, shown_text
from monitor.reading.model import Grid, GridCell, Place, UnreadableError

MOST_CELLS = 20_000
_WIDEST = 100
_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")
_CELL_EDGE = " \t\r\n\f\u00a0\u3000"
_SECTIONS = frozenset({"tbody", "thead", "tfoot"})
_NOTE_MARK = re.compile(r"^[\s\[【(（]*(?:注\s*)?[\d①-⑳*※]{1,2}[\s\]】)）]*$")
_ENDS_IN_DIGIT = re.compile(r"\d\s*$")


def read_grid(table: Node) -> Grid | None:
    """Return a table as a grid; None if it shows no cell.

    Raises:
        UnreadableError: ``limits-exceeded`` if it has an absurd number of cells.
    """
    rows = [list(row) for row in _rows(table)]
    taken: set[tuple[int, int]] = set()
    cells: list[GridCell] = []
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            width = min(_span(cell, "colspan"), _WIDEST)
            height = min(_span(cell, "rowspan", zero=len(rows)), len(rows) - number)
            taken.update((number + i, column + j) for i in range(height) for j in range(width))
            if len(taken) > MOST_CELLS:
                raise UnreadableError("limits-exceeded", f"a table of more than {MOST_CELLS} cells")
            cells.append(
                GridCell(
                    text=cell_text(cell),
                    row=number,
                    column=column,
                    row_span=height,
                    column_span=width,
                    place=Place(path=cell.path),
                )
            )
            column += width
    if not cells:
        return None
    return Grid(
        cells=tuple(cells),
        rows=len(rows),
        columns=1 + max(column for _, column in taken),
        place=Place(path=table.path),
    )


def cell_text(cell: Node) -> str:
    """Return what a cell shows: a line for each block or break, blanks as one, NBSP a blank.

    A mark that sends the reader to a note (a small 1 or ① behind a number) is no digit of it.
    """
    if not cell.children:
        text = cell.text
        return text if text.isalnum() else _line(text)
    lines = [""]
    _add_lines(cell, lines)
    return "\n".join(line for raw in lines if (line := _line(raw)))


def _line(text: str) -> str:
    return _SPACES.sub(" ", text).strip(_CELL_EDGE)


def _add_lines(node: Node, lines: list[str]) -> None:
    _add(lines, node.text, preformatted=node.is_preformatted)
    for child in node.children:
        if child.tag == "br":
            lines.append("")
        elif child.is_block:
            lines.append("")
            _add_lines(child, lines)
            lines.append("")
        elif not _is_note_mark(child, lines[-1]):
            _add_lines(child, lines)
        _add(lines, child.tail, preformatted=node.is_preformatted)


def _add(lines: list[str], text: str, *, preformatted: bool) -> None:
    first, *others = text.split("\n") if preformatted else [text]
    lines[-1] += first
    lines.extend(others)


def _is_note_mark(node: Node, before: str) -> bool:
    if node.tag != "sup" or not _ENDS_IN_DIGIT.search(before):
        return False
    return _NOTE_MARK.match(shown_text(node)) is not None


def _rows(table: Node) -> Iterator[Iterable[Node]]:
    """Yield the cells of each row; forms and the like between table, row and cell are no matter.

    Cells that stand in no row make one together, as browsers have it.
    """
    loose: list[Node] = []
    for child in _parts(table):
        if child.tag == "tr":
            if loose:
                yield loose
                loose = []
            yield [cell for cell in _parts(child) if cell.tag != "tr"]
        else:
            loose.append(child)
    if loose:
        yield loose


def _parts(node: Node) -> Iterator[Node]:
    """Yield the rows and cells below a node that belong to no row or cell in between."""
    for child in node.children:
        if child.tag in ("tr", "td", "th"):
            yield child
        elif child.tag != "table":
            yield from _parts(child)


def _span(cell: Node, name: str, *, zero: int = 1) -> int:
    text = cell.get(name)
    if text is None:
        return 1
    match = re.match(r"\s*(\d{1,6})", text)
    if match is None:
        return 1
    return int(match[1]) or zero
