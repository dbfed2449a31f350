"""Tables printed on their side: applicants or kinds of result one under another."""

from collections import Counter
from dataclasses import replace

from monitor.reading.labels import (
    column_label,
    exact_request_row,
    remedy_columns,
    remedy_groups,
    request_columns,
)
from monitor.reading.model import Grid, GridCell

_FEWEST_APPLICANTS = 5
_FEWEST_ROWS = 10
_FEWEST_RESULTS = 4
_FEWEST_GROUPS = 2


def upright(grid: Grid) -> Grid:
    """Return a grid turned over its diagonal if its labels show that it lies on its side."""
    if not (_lies_with_requests(grid) or _lies_with_remedies(grid)):
        return grid
    cells = sorted((_turned(cell) for cell in grid.cells), key=lambda cell: (cell.row, cell.column))
    return replace(grid, cells=tuple(cells), rows=grid.columns, columns=grid.rows)


def _turned(cell: GridCell) -> GridCell:
    return replace(
        cell,
        row=cell.column,
        column=cell.row,
        row_span=cell.column_span,
        column_span=cell.row_span,
    )


def _lies_with_requests(grid: Grid) -> bool:
    """Tell applicants going down one column, under a head of the kinds of outcome."""
    down = _one_under_another(grid, request_columns())
    if len(down) < _FEWEST_APPLICANTS:
        return False
    top = min(cell.row for cell in down)
    head = {row.key for x in grid.cells if x.row < top and (row := exact_request_row(x.text))}
    return len(head) >= _FEWEST_ROWS


def _lies_with_remedies(grid: Grid) -> bool:
    """Tell the kinds of result going down one column once, under a head of the groups."""
    down = _one_under_another(grid, remedy_columns())
    shown = sum(column_label(cell.text) in remedy_columns() for cell in grid.cells)
    if len(down) < _FEWEST_RESULTS or shown != len(down):
        return False
    top = min(cell.row for cell in down)
    above = (remedy_groups().get(column_label(x.text), ()) for x in grid.cells if x.row < top)
    return sum(len(groups) == 1 for groups in above) >= _FEWEST_GROUPS


def _one_under_another(grid: Grid, labels: dict[str, str]) -> list[GridCell]:
    """Return the cells with these labels that end in the same column, each in a row of its own."""
    known = [cell for cell in grid.cells if cell.text and column_label(cell.text) in labels]
    ends = Counter(cell.column + cell.column_span for cell in known)
    if not ends:
        return []
    end = ends.most_common(1)[0][0]
    own = [cell for cell in known if cell.column + cell.column_span == end]
    return own if len({cell.row for cell in own}) == len(own) else []
