"""The table of requests: 25 rows (23 in 2019) of seven applicant columns.

Rows are known by their labels and order, columns by the set of their headers. Values are the
seven cells behind the label; header positions decide only where these are not seven.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from monitor.reading.labels import (
    ALIKE,
    Expected,
    begins_request_row,
    exact_request_row,
    is_part_of,
    request_groups,
    request_rows,
    similarity,
)
from monitor.reading.lines import Line
from monitor.reading.model import Value
from monitor.reading.normalise import REMEMBERED, split_ordinal
from monitor.reading.request_headers import (
    COLUMNS,
    WIDTH,
    column_labels,
    column_order,
    header_positions,
    is_header,
)
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
    without_repeats,
)


def read_requests(lines: Sequence[tuple[int, Line]]) -> TableRead | None:
    """Read the requests table from its lines and their positions; None if it has no row."""
    headers = [(position, line) for position, line in lines if is_header(line)]
    heads = {position for position, _ in headers}
    divided = [
        divide(line, position=position, known=_is_known, group=_is_group_label)
        for position, line in lines
        if position not in heads and not line.blank
    ]
    divided = _joined([row for row in divided if not _is_group_only(row)])
    keyed = _without_empty_group(_keyed(divided))
    if not any(key for _, key, _ in keyed):
        return None
    order = column_order([line for _, line in headers])
    reader = _ValueReader(keyed, [line for _, line in headers], order)
    read = [reader.row(row, key, cut) for row, key, cut in keyed]
    rows = without_repeats(row for row in read if row is not None)
    return TableRead(
        key="requests",
        rows=rows,
        column_labels=column_labels([line for _, line in headers]),
        format=_format({row.key for row in rows}),
        headers=tuple(HeaderRead(kind="table", position=p, grid=x.grid) for p, x in headers),
        place=lines[0][1].place,
    )


def _is_group_label(text: str) -> bool:
    return split_ordinal(text)[1] in request_groups()


@lru_cache(maxsize=REMEMBERED)
def _is_known(text: str) -> bool:
    return _is_group_label(text) or exact_request_row(text) is not None or begins_request_row(text)


def _is_group_only(row: RowLine) -> bool:
    core = split_ordinal(row.label)[1]
    in_group = any(core and core in group for group in request_groups())
    exact = exact_request_row(row.label)
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
    if any(exact_request_row(x.label) or _is_group_label(x.label) for x in (before, row)):
        return False
    whole = before.label + row.label
    if exact_request_row(whole):
        return True
    return any(
        is_part_of(before.label, expected, start=True) and is_part_of(whole, expected, start=True)
        for expected in request_rows()
    )


def _keyed(rows: list[RowLine]) -> list[tuple[RowLine, str | None, str | None]]:
    """Give each line the row it is: by its exact label first, then by likeness in its place."""
    exact = [exact_request_row(row.label) for row in rows]
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
        keyed.append((row, key, cut if row.line.torn else None))
    return keyed


def _without_empty_group(
    keyed: list[tuple[RowLine, str | None, str | None]],
) -> list[tuple[RowLine, str | None, str | None]]:
    """Drop an empty line （六）其他处理 over its three rows: there it is no row of its own."""
    three = any(key and key.startswith("other_") and key != "other_total" for _, key, _ in keyed)
    return [item for item in keyed if not (three and item[1] == "other_total" and item[0].empty)]


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
        self,
        keyed: Sequence[tuple[RowLine, str | None, str | None]],
        headers: Sequence[Line],
        order: tuple[str, ...],
    ) -> None:
        self.order = order
        self.positions = header_positions(headers) | _sibling_positions([row for row, *_ in keyed])
        self.starts = _starts_like_neighbours([(row, key) for row, key, _ in keyed])

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
            columns=COLUMNS if key else (),
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
        if self.starts.get(row.position) in starts:
            starts = [self.starts[row.position]]
        if starts and (len(starts) == 1 or row.empty):
            return tuple(read_value(cell) for cell in row.rest[starts[0] : starts[0] + WIDTH])
        return unread(WIDTH, _reason(row), row.line.place)


def _reason(row: RowLine) -> str:
    if len(row.rest) == 1:
        return MERGED if row.line.native else FLATTENED
    return NO_CELL if len(row.rest) < WIDTH else DOUBTFUL


def _starts_like_neighbours(rows: Sequence[tuple[RowLine, str | None]]) -> dict[int, int]:
    """Return where values begin in rows whose blank cells leave it open, by their position.

    The line before or behind tells, if it is built alike: as many cells, its label in the same
    place and on the same level. Further lines do not: converters pad each kind of row otherwise.
    """
    depths = {expected.key: expected.depth for expected in request_rows()}
    shapes = [
        (row.line.grid, row.label_index, len(row.line.cells), depths.get(key or ""))
        for row, key in rows
    ]
    starts = [windows(row.rest, WIDTH) for row, _ in rows]
    found: dict[int, int] = {}
    for index, (row, _) in enumerate(rows):
        beside = [i for i in (index - 1, index + 1) if 0 <= i < len(rows)]
        told = {starts[i][0] for i in beside if shapes[i] == shapes[index] and len(starts[i]) == 1}
        if len(starts[index]) > 1 and len(told) == 1:
            found[row.position] = told.pop()
    return found


def _sibling_positions(rows: Sequence[RowLine]) -> dict[int, list[int]]:
    """Return the grid columns that most rows with seven cells use, by grid."""
    counts: dict[int, Counter[tuple[int, ...]]] = {}
    for row in rows:
        if row.line.native and len(row.rest) == WIDTH:
            columns = tuple(cell.column for cell in row.rest)
            counts.setdefault(row.line.grid, Counter())[columns] += 1
    return {grid: list(found.most_common(1)[0][0]) for grid, found in counts.items()}


def _format(keys: set[str | None]) -> str | None:
    newer = keys & {"other_no_correction", "other_fee_unpaid", "other_other"}
    if newer:
        return "v2021"
    return "v2019" if "other_total" in keys else None
