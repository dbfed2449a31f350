"""The table of requests: 25 rows (23 in 2019) of seven applicant columns.

Rows are known by their labels and order, columns by the set of their headers. Values are the
seven cells behind the label; header positions decide only where these are not seven.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from monitor.reading.labels import (
    APPLICANTS_HEADERS,
    Expected,
    exact_row,
    is_check_note,
    is_part_of,
    request_columns,
    request_groups,
    request_rows,
    similarity,
)
from monitor.reading.lines import Line, LineCell
from monitor.reading.model import PrintedLabel, Value
from monitor.reading.normalise import normalise_label, split_ordinal
from monitor.reading.rows import (
    DOUBTFUL,
    FLATTENED,
    MERGED,
    NO_CELL,
    HeaderRead,
    RowLine,
    RowRead,
    TableRead,
    divide,
    looks_like_value,
    printed,
    printed_count,
    read_value,
    take_by_column,
    unread,
    windows,
)

COLUMNS = tuple(dict.fromkeys(request_columns().values()))
WIDTH = len(COLUMNS)
GROUP_HEADER = "法人或其他组织"
ALIKE = 0.6
"""From here on a reworded label is taken for the row that its place expects."""


def read_requests(lines: Sequence[tuple[int, Line]]) -> TableRead | None:
    """Read the requests table from its lines and their positions; None if it has no row."""
    headers = [(position, line) for position, line in lines if _is_header(line)]
    header_positions = {position for position, _ in headers}
    divided = [
        divide(line, position=position, known=_is_known, group=_is_group_label)
        for position, line in lines
        if position not in header_positions and not line.blank
    ]
    divided = _joined([row for row in divided if not _is_group_only(row)])
    keyed = _keyed(divided)
    if not any(key for _, key, _ in keyed):
        return None
    order = _column_order([line for _, line in headers])
    reader = _ValueReader(divided, [line for _, line in headers], order)
    read = [reader.row(row, key, cut) for row, key, cut in keyed]
    rows = _without_repeats([row for row in read if row is not None])
    return TableRead(
        key="requests",
        rows=tuple(rows),
        columns=tuple(COLUMNS if row.key else () for row in rows),
        column_labels=_column_labels([line for _, line in headers]),
        format=_format({row.key for row in rows}),
        headers=tuple(HeaderRead(kind="table", position=p, grid=x.grid) for p, x in headers),
        place=lines[0][1].place,
    )


def _is_header(line: Line) -> bool:
    labels = [normalise_label(cell.text) for cell in line.cells if not cell.blank]
    if any(looks_like_value(cell.text) for cell in line.cells):
        return False
    known = sum(label in request_columns() or label in APPLICANTS_HEADERS for label in labels)
    return known >= min(2, len(labels)) > 0 or any(is_check_note(label) for label in labels)


def _is_group_label(text: str) -> bool:
    return split_ordinal(text)[1] in request_groups()


def _is_known(text: str) -> bool:
    core = split_ordinal(text)[1]
    return core in request_groups() or exact_row(text, request_rows()) is not None


def _is_group_only(row: RowLine) -> bool:
    core = split_ordinal(row.label)[1]
    in_group = any(core and core in group for group in request_groups())
    exact = exact_row(row.label, request_rows())
    return row.empty and (not core or (in_group and (exact is None or not row.rest)))


def _joined(rows: list[RowLine]) -> list[RowLine]:
    """Join a row that a page break cut in two: its label continues in the next line."""
    joined: list[RowLine] = []
    for row in rows:
        if joined and _continues(joined[-1], row):
            before = joined.pop()
            kept = before if row.empty else row
            label = printed(before.label + row.label)
            joined.append(replace(kept, label=label, position=before.position))
        else:
            joined.append(row)
    return joined


def _continues(before: RowLine, row: RowLine) -> bool:
    if not before.label or not row.label or not (before.empty or row.empty):
        return False
    if _is_known(before.label) or _is_known(row.label):
        return False
    return exact_row(before.label + row.label, request_rows()) is not None


def _keyed(rows: list[RowLine]) -> list[tuple[RowLine, str | None, str | None]]:
    """Give each line the row it is: by its exact label first, then by likeness in its place."""
    exact = [exact_row(row.label, request_rows()) for row in rows]
    taken = {row.key for row in exact if row}
    keyed: list[tuple[RowLine, str | None, str | None]] = []
    for index, (row, hit) in enumerate(zip(rows, exact, strict=True)):
        if hit is not None:
            keyed.append((row, hit.key, None))
            continue
        before = max((x.index for x in exact[:index] if x), default=-1)
        after = min((x.index for x in exact[index + 1 :] if x), default=len(request_rows()))
        free = [x for x in request_rows() if before < x.index < after and x.key not in taken]
        key, cut = _likely(row.label, free)
        if key:
            taken.add(key)
        keyed.append((row, key, cut))
    return keyed


def _likely(label: str, free: list[Expected]) -> tuple[str | None, str | None]:
    ordinal, core = split_ordinal(label)
    if not core:
        # A label lost altogether is known only if one row alone can stand here.
        return (free[0].key, None) if len(free) == 1 else (None, None)
    for row in free:
        if is_part_of(label, row, start=True):
            return row.key, "end"
        if is_part_of(label, row, start=False):
            return row.key, "start"
    scored = [(similarity(core, row.core) + 0.05 * (ordinal == row.ordinal), row) for row in free]
    best = max(scored, key=lambda pair: pair[0], default=None)
    return (best[1].key, None) if best and best[0] >= ALIKE else (None, None)


class _ValueReader:
    """Knows where the seven values stand in the lines of one table."""

    def __init__(
        self, rows: Sequence[RowLine], headers: Sequence[Line], order: tuple[str, ...]
    ) -> None:
        self.order = order
        self.positions = _header_positions(headers) | _sibling_positions(rows)
        self.starts: dict[tuple[int, int, int], set[int]] = {}
        for row in rows:
            starts = windows(row.rest, WIDTH)
            if len(starts) == 1:
                self.starts.setdefault(_shape(row), set()).add(starts[0])

    def row(self, row: RowLine, key: str | None, cut: str | None) -> RowRead | None:
        """Return the row with its values in the order of the format's columns."""
        if key is None and not any(looks_like_value(cell.text) for cell in row.rest):
            return None
        lost = cut == "start" and row.empty
        values = self._values(row)
        if key is None:
            values = tuple(read_value(cell) for cell in row.rest if not cell.blank)
        return RowRead(
            key=key,
            label=row.label,
            values=() if lost else self._ordered(values) if key else values,
            count=WIDTH if windows(row.rest, WIDTH) else printed_count(row.rest),
            position=row.position,
            grid=row.line.grid,
            cut=cut,
            unread=lost,
            place=row.line.place,
        )

    def _ordered(self, values: tuple[Value, ...]) -> tuple[Value, ...]:
        by_key = dict(zip(self.order, values, strict=True))
        return tuple(by_key[key] for key in COLUMNS)

    def _values(self, row: RowLine) -> tuple[Value, ...]:
        if len(row.rest) == WIDTH:
            return tuple(read_value(cell) for cell in row.rest)
        positions = self.positions.get(row.line.grid) if row.line.native else None
        if positions:
            values = take_by_column(row.rest, positions)
            if values is not None:
                return values
        starts = windows(row.rest, WIDTH)
        if len(starts) > 1 and len(alike := self.starts.get(_shape(row), set())) == 1:
            starts = [start for start in starts if start in alike]
        if starts and (len(starts) == 1 or row.empty):
            return tuple(read_value(cell) for cell in row.rest[starts[0] : starts[0] + WIDTH])
        return unread(WIDTH, _reason(row), row.line.place)


def _reason(row: RowLine) -> str:
    if len(row.rest) == 1:
        return MERGED if row.line.native else FLATTENED
    return NO_CELL if len(row.rest) < WIDTH else DOUBTFUL


def _shape(row: RowLine) -> tuple[int, int, int]:
    return row.line.grid, row.label_index, len(row.line.cells)


def _sibling_positions(rows: Sequence[RowLine]) -> dict[int, list[int]]:
    """Return the grid columns that most rows with seven cells use, by grid."""
    counts: dict[int, Counter[tuple[int, ...]]] = {}
    for row in rows:
        if row.line.native and len(row.rest) == WIDTH:
            columns = tuple(cell.column for cell in row.rest)
            counts.setdefault(row.line.grid, Counter())[columns] += 1
    return {grid: list(found.most_common(1)[0][0]) for grid, found in counts.items()}


def _header_positions(headers: Sequence[Line]) -> dict[int, list[int]]:
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
    return normalise_label(cell.text) == GROUP_HEADER


def _header_cells(headers: Sequence[Line]) -> dict[str, LineCell]:
    cells: dict[str, LineCell] = {}
    for line in headers:
        for cell in line.cells:
            key = request_columns().get(normalise_label(cell.text))
            if key is not None:
                cells.setdefault(key, cell)
    return cells


def _column_order(headers: Sequence[Line]) -> tuple[str, ...]:
    """Return the column keys as the header orders them; the format's order if it is not told."""
    for grid in sorted({line.grid for line in headers}):
        lines = [line for line in headers if line.grid == grid]
        cells = _header_cells(lines)
        if all(line.native for line in lines) and _is_orderly(lines, cells):
            return tuple(sorted(cells, key=lambda key: cells[key].column))
    for line in headers:
        keys = [request_columns().get(normalise_label(cell.text)) for cell in line.cells]
        members = [key for key in keys if key in COLUMNS[1:6]]
        if sorted(members, key=str) == sorted(COLUMNS[1:6]):
            return (COLUMNS[0], *(key for key in members if key), COLUMNS[6])
    return COLUMNS


def _column_labels(headers: Sequence[Line]) -> tuple[PrintedLabel, ...]:
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
    label = normalise_label(text)
    exact = request_columns().get(label)
    if exact or not label or label in APPLICANTS_HEADERS or is_check_note(label):
        return exact
    scored = [(similarity(label, known), key) for known, key in request_columns().items()]
    best, key = max(scored)
    return key if best >= ALIKE else None


def _without_repeats(rows: list[RowRead]) -> list[RowRead]:
    """Drop what a second copy of the table repeats; a row that differs becomes an unknown one."""
    kept: list[RowRead] = []
    first: dict[str, RowRead] = {}
    for row in rows:
        known = first.get(row.key) if row.key else None
        if row.key is None or known is None:
            kept.append(row)
            if row.key:
                first[row.key] = row
        elif [v.text for v in known.values] != [v.text for v in row.values]:
            kept.append(replace(row, key=None))
    return kept


def _format(keys: set[str | None]) -> str | None:
    newer = keys & {"other_no_correction", "other_fee_unpaid", "other_other"}
    if newer:
        return "v2021"
    return "v2019" if "other_total" in keys else None
