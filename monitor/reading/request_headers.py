"""The headers of the requests table: over which column each applicant stands."""

from collections.abc import Mapping, Sequence

from monitor.reading.labels import (
    ALIKE,
    APPLICANTS_HEADERS,
    column_label,
    is_check_note,
    request_columns,
    similarity,
)
from monitor.reading.lines import Line, LineCell
from monitor.reading.model import PrintedLabel
from monitor.reading.rows import looks_like_value, printed

COLUMNS = tuple(dict.fromkeys(request_columns().values()))
WIDTH = len(COLUMNS)
_GROUP_HEADER = "法人或其他组织"


def is_header(line: Line) -> bool:
    """Tell a line that holds column labels, or the note on the cross-check, and no value."""
    labels = [column_label(cell.text) for cell in line.cells if not cell.blank]
    if any(looks_like_value(cell.text) for cell in line.cells):
        return False
    known = sum(label in request_columns() or label in APPLICANTS_HEADERS for label in labels)
    return known >= min(2, len(labels)) > 0 or any(is_check_note(label) for label in labels)


def header_positions(headers: Sequence[Line]) -> dict[int, list[int]]:
    """Return the grid columns of the seven headers, by grid, where their order can be trusted."""
    found: dict[int, list[int]] = {}
    for grid in {line.grid for line in headers}:
        own = [line for line in headers if line.grid == grid]
        cells = _header_cells(own)
        if _is_orderly(own, cells):
            found[grid] = sorted(cell.column for cell in cells.values())
    return found


def _is_orderly(headers: Sequence[Line], cells: Mapping[str, LineCell]) -> bool:
    """Tell headers whose columns are those of the values: seven of them, apart, nested rightly."""
    columns = {cell.column for cell in cells.values()}
    if set(cells) != set(COLUMNS) or len(columns) != WIDTH:
        return False
    if (
        len({id(line) for line in headers if any(cell in line.cells for cell in cells.values())})
        == 1
    ):
        return True
    members = {cells[key].column for key in COLUMNS[1:6]}
    over = (cell for line in headers for cell in line.cells if cell.text and _is_group(cell))
    return any(members <= set(range(cell.column, cell.column + cell.span)) for cell in over)


def _is_group(cell: LineCell) -> bool:
    return column_label(cell.text) == _GROUP_HEADER


def _header_cells(headers: Sequence[Line]) -> dict[str, LineCell]:
    cells: dict[str, LineCell] = {}
    for line in headers:
        for cell in line.cells:
            key = request_columns().get(column_label(cell.text))
            if key is not None:
                cells.setdefault(key, cell)
    return cells


def column_order(headers: Sequence[Line]) -> tuple[str, ...]:
    """Return the column keys as the header orders them; the format's order if it is not told."""
    for grid in sorted({line.grid for line in headers}):
        lines = [line for line in headers if line.grid == grid]
        cells = _header_cells(lines)
        if all(line.native for line in lines) and _is_orderly(lines, cells):
            return tuple(sorted(cells, key=lambda key: cells[key].column))
    for line in headers:
        keys = [request_columns().get(column_label(cell.text)) for cell in line.cells]
        members = [key for key in keys if key in COLUMNS[1:6]]
        if sorted(members, key=str) == sorted(COLUMNS[1:6]):
            return (COLUMNS[0], *(key for key in members if key), COLUMNS[6])
    return COLUMNS


def column_labels(headers: Sequence[Line]) -> tuple[PrintedLabel, ...]:
    """Return the printed label of each column, where it is told."""
    labels = [
        PrintedLabel(key=key, text=printed(cell.text), place=cell.place)
        for line in headers
        for cell in line.cells
        if (key := _column_key(cell.text)) is not None
    ]
    seen: dict[str, PrintedLabel] = {}
    for label in labels:
        seen.setdefault(label.key, label)
    return tuple(seen.values())


def _column_key(text: str) -> str | None:
    label = column_label(text)
    exact = request_columns().get(label)
    if exact or not label or label in APPLICANTS_HEADERS or is_check_note(label):
        return exact
    scored = [(similarity(label, known), key) for known, key in request_columns().items()]
    best, key = max(scored)
    return key if best >= ALIKE else None
