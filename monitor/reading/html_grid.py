"""HTML tables as grids: spans laid out as browsers do, absurd ones cut to size."""

import re
from collections.abc import Iterator

from monitor.reading.html_dom import BLOCKS, Element, children_of, is_skipped, tag_of
from monitor.reading.model import Grid, GridCell, Place, UnreadableError

MOST_CELLS = 20_000
_WIDEST = 100
_SPACES = re.compile(r"[ \t\r\n\f]+")
_CELL_EDGE = " \t\r\n\f\u00a0\u3000"


def read_grid(table: Element, path: str) -> Grid | None:
    """Return a table as a grid; None if it shows no cell. ``path`` is the table's XPath.

    Raises:
        UnreadableError: ``limits-exceeded`` if it has an absurd number of cells.
    """
    rows = [(row, at) for row, at in _rows(table, path) if not is_skipped(row)]
    taken: set[tuple[int, int]] = set()
    cells: list[GridCell] = []
    for number, (row, row_path) in enumerate(rows):
        column = 0
        for cell, cell_path in children_of(row, row_path):
            if tag_of(cell) not in ("td", "th") or is_skipped(cell):
                continue
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
                    place=Place(path=cell_path),
                )
            )
            column += width
    if not cells:
        return None
    return Grid(
        cells=tuple(cells),
        rows=len(rows),
        columns=1 + max(column for _, column in taken),
        place=Place(path=path),
    )


def cell_text(cell: Element) -> str:
    """Return what a cell shows: a line for each block or break, blanks as one, NBSP a blank."""
    lines = [""]
    for piece in _pieces(cell):
        if piece is None:
            lines.append("")
        else:
            lines[-1] += piece
    shown = (_SPACES.sub(" ", line.replace("\u00a0", " ")).strip(_CELL_EDGE) for line in lines)
    return "\n".join(line for line in shown if line)


def _pieces(element: Element) -> Iterator[str | None]:
    """Yield the texts of an element in order, None where a new line begins."""
    yield _SPACES.sub(" ", element.text or "")
    for child in element:
        if not is_skipped(child):
            apart = tag_of(child) in BLOCKS or tag_of(child) == "br"
            if apart:
                yield None
            yield from _pieces(child)
            if apart:
                yield None
        yield _SPACES.sub(" ", child.tail or "")


def _rows(table: Element, path: str) -> Iterator[tuple[Element, str]]:
    for child, at in children_of(table, path):
        if tag_of(child) == "tr":
            yield child, at
        elif tag_of(child) in ("tbody", "thead", "tfoot") and not is_skipped(child):
            yield from (pair for pair in children_of(child, at) if tag_of(pair[0]) == "tr")


def _span(cell: Element, name: str, *, zero: int = 1) -> int:
    text = (cell.get(name) or "").strip()
    match = re.match(r"\d{1,6}", text)
    if match is None:
        return 1
    return int(match[0]) or zero
