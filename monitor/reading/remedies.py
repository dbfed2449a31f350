"""The table of remedies: three groups of five cells, fifteen in one row.

Its headers are often broken over pages and lines; the value row is known by holding nothing but
values, the groups by their order.
"""

from collections.abc import Sequence
from dataclasses import replace

from monitor.reading.labels import (
    ALIKE,
    column_label,
    remedy_columns,
    remedy_groups,
    residue_of_labels,
    similarity,
)
from monitor.reading.lines import Line, LineCell
from monitor.reading.model import PrintedLabel, Value
from monitor.reading.normalise import split_ordinal
from monitor.reading.rows import (
    DOUBTFUL,
    FLATTENED,
    MERGED,
    NO_CELL,
    HeaderRead,
    RowRead,
    TableRead,
    looks_like_label,
    looks_like_value,
    printed,
    read_value,
    take_by_column,
    unread,
    windows,
)

COLUMNS = tuple(remedy_columns().values())
GROUPS = ("review", "suit_direct", "suit_after")


def read_remedies(lines: Sequence[tuple[int, Line]]) -> TableRead | None:
    """Read the remedies table from its lines and their positions; None if it has no cell."""
    headers = [(position, line) for position, line in lines if _is_header(line)]
    by_group = _group_by_group(lines)
    values = _value_lines(lines, headers)
    if by_group:
        rows = by_group
    elif values:
        rows = [
            row
            for (position, line), above in zip(values, _headers_above(values, headers), strict=True)
            for row in _rows(line, position, above, len(values))
        ]
    else:
        rows = _one_under_another(lines) or _without_values(headers)
    if not rows:
        return None
    known = {row.key: row for row in reversed(rows)}
    rows = [known[group] for group in GROUPS if group in known]
    return TableRead(
        key="remedies",
        rows=tuple(rows),
        column_labels=_column_labels([line for _, line in headers]),
        headers=tuple(HeaderRead(kind="table", position=p, grid=x.grid) for p, x in headers),
        place=lines[0][1].place,
    )


def _headers_above(
    values: Sequence[tuple[int, Line]], headers: Sequence[tuple[int, Line]]
) -> list[list[Line]]:
    """Return for each value line its headers: those since the value line before, else all."""
    above: list[list[Line]] = []
    before = -1
    for position, _ in values:
        own = [line for at, line in headers if before < at < position]
        told = any(_groups(cell) for line in own for cell in line.cells)
        above.append(own if told and len(values) > 1 else [line for _, line in headers])
        before = position
    return above


def _groups(cell: LineCell) -> tuple[str, ...]:
    return remedy_groups().get(split_ordinal(cell.text)[1], ())


def _group_by_group(lines: Sequence[tuple[int, Line]]) -> list[RowRead]:
    """Read a table that prints a line for each group, its name in front of five values."""
    rows = [row for position, line in lines if (row := _named_row(line, position))]
    keys = [row.key for row in rows]
    return rows if len(rows) > 1 and len(set(keys)) == len(keys) else []


def _named_row(line: Line, position: int) -> RowRead | None:
    labelled = [i for i, cell in enumerate(line.cells[:3]) if _groups(cell)]
    if not labelled:
        return None
    groups = _groups(line.cells[labelled[-1]])
    rest = line.cells[labelled[-1] + 1 :]
    starts = windows(rest, len(COLUMNS))
    words = any(looks_like_label(cell.text) for cell in rest)
    if len(groups) != 1 or words or (len(starts) != 1 and not (starts and len(rest) < 8)):
        return None
    values = tuple(read_value(cell) for cell in rest[starts[0] : starts[0] + len(COLUMNS)])
    label = printed(line.cells[labelled[-1]].text)
    return replace(_row_of(groups[0], values, len(COLUMNS), position, line), label=label)


def _is_header(line: Line) -> bool:
    shown = (cell for cell in line.cells if not cell.blank)
    return any(column_label(cell.text) in remedy_columns() or _groups(cell) for cell in shown)


def is_residue(line: Line) -> bool:
    """Tell a line that holds only the scraps of a header broken over lines (持 正 果 结)."""
    shown = [cell.text for cell in line.cells if not cell.blank]
    return bool(shown) and all(residue_of_labels(text) for text in shown)


def _value_lines(
    lines: Sequence[tuple[int, Line]], headers: Sequence[tuple[int, Line]]
) -> list[tuple[int, Line]]:
    candidates = [
        (position, line)
        for position, line in lines
        if (position, line) not in headers and not is_residue(line) and _holds_values(line)
    ]
    shown = [pair for pair in candidates if not pair[1].blank]
    wide = [pair for pair in shown if len(pair[1].cells) >= len(COLUMNS)]
    if shown:
        chosen = wide or shown
        return sorted([*chosen, *_blank_parts(candidates, headers, chosen)], key=_position)
    last_header = headers[-1][0] if headers else -1
    blank = [pair for pair in candidates if pair[0] > last_header and len(pair[1].cells) > 1]
    return blank[:1]


def _position(pair: tuple[int, Line]) -> int:
    return pair[0]


def _blank_parts(
    candidates: Sequence[tuple[int, Line]],
    headers: Sequence[tuple[int, Line]],
    chosen: Sequence[tuple[int, Line]],
) -> list[tuple[int, Line]]:
    """Return the lines without any value of a table split by groups, of which others have values.

    Each stands under headers of its own, and together they have fifteen cells.
    """
    parts = []
    for grid in {line.grid for _, line in headers} - {line.grid for _, line in chosen}:
        last = max(position for position, line in headers if line.grid == grid)
        parts += [x for x in candidates if x[1].grid == grid and x[0] > last and x[1].native][:1]
    cells = sum(len(line.cells) for _, line in (*chosen, *parts))
    return parts if cells == len(GROUPS) * len(COLUMNS) else []


def _holds_values(line: Line) -> bool:
    """Tell a line of values; a word among many numbers is a wrong value, not a label."""
    words = sum(looks_like_label(cell.text) for cell in line.cells)
    numbers = sum(looks_like_value(cell.text) for cell in line.cells)
    return words == 0 or 2 * words < numbers


def _groups_of(line: Line, headers: Sequence[Line], value_lines: int) -> tuple[str, ...]:
    """Return the groups a value line covers: all three, unless the table is split by groups."""
    if value_lines == 1:
        return GROUPS
    own = [header for header in headers if header.grid == line.grid] or headers
    if not any(_groups(cell) for header in own for cell in header.cells):
        own = list(headers)
    covered = [groups for header in own for cell in header.cells if (groups := _groups(cell))]
    named = {group for groups in covered for group in groups if len(groups) == 1}
    if not named and ("suit_direct", "suit_after") in covered:
        named = {"suit_direct", "suit_after"}
    return tuple(group for group in GROUPS if group in named) or GROUPS


def _rows(line: Line, position: int, headers: Sequence[Line], value_lines: int) -> list[RowRead]:
    groups = _groups_of(line, headers, value_lines)
    values = _values(line, len(groups) * len(COLUMNS), headers)
    width = len(COLUMNS)
    count = _count(line, len(groups))
    return [
        RowRead(
            key=group,
            label=_group_label(group, headers),
            columns=COLUMNS,
            values=values[index * width : (index + 1) * width],
            count=width if count == len(groups) * width else count,
            position=position,
            grid=line.grid,
            place=line.place,
        )
        for index, group in enumerate(groups)
    ]


def _count(line: Line, groups: int) -> int:
    wanted = groups * len(COLUMNS)
    return wanted if windows(line.cells, wanted) else len(line.cells)


def _values(line: Line, wanted: int, headers: Sequence[Line]) -> tuple[Value, ...]:
    cells = line.cells
    if len(cells) == wanted:
        return tuple(read_value(cell) for cell in cells)
    if line.native and (positions := _positions(headers, line.grid, wanted)):
        values = take_by_column(cells, positions)
        if values is not None:
            return values
    starts = windows(cells, wanted)
    if len(starts) == 1 or (starts and line.blank):
        return tuple(read_value(cell) for cell in cells[starts[0] : starts[0] + wanted])
    return unread(wanted, _reason(cells, wanted, native=line.native), line.place)


def _reason(cells: Sequence[LineCell], wanted: int, *, native: bool) -> str:
    if len(cells) == 1:
        return MERGED if native else FLATTENED
    return NO_CELL if len(cells) < wanted else DOUBTFUL


def _positions(headers: Sequence[Line], grid: int, wanted: int) -> list[int]:
    columns = sorted(
        {
            cell.column
            for line in headers
            if line.grid == grid
            for cell in line.cells
            if column_label(cell.text) in remedy_columns()
        }
    )
    return columns if len(columns) == wanted else []


def _one_under_another(lines: Sequence[tuple[int, Line]]) -> list[RowRead]:
    """Read a table that prints its fifteen labels one under another, each with one value."""
    pairs: list[tuple[str, LineCell, int, Line]] = []
    for position, line in lines:
        for index, cell in enumerate(line.cells[:-1]):
            key = remedy_columns().get(column_label(cell.text))
            if key is not None and index == len(line.cells) - 2:
                pairs.append((key, line.cells[-1], position, line))
    if [key for key, *_ in pairs] != list(COLUMNS) * len(GROUPS):
        return []
    width = len(COLUMNS)
    rows = []
    for number, group in enumerate(GROUPS):
        own = pairs[number * width : (number + 1) * width]
        values = tuple(read_value(cell) for _, cell, _, _ in own)
        rows.append(_row_of(group, values, width, own[0][2], own[0][3]))
    return rows


def _without_values(headers: Sequence[tuple[int, Line]]) -> list[RowRead]:
    """Return the groups of a table that shows its labels and no value, all of them unread."""
    if len(_column_labels([line for _, line in headers])) < len(COLUMNS) - 1:
        return []
    position, line = headers[-1]
    values = unread(len(COLUMNS), NO_CELL, line.place)
    return [_row_of(group, values, 0, position, line) for group in GROUPS]


def _row_of(
    group: str, values: tuple[Value, ...], count: int, position: int, line: Line
) -> RowRead:
    return RowRead(
        key=group,
        label="",
        columns=COLUMNS,
        values=values,
        count=count,
        position=position,
        grid=line.grid,
        place=line.place,
    )


def _group_label(group: str, headers: Sequence[Line]) -> str:
    for line in headers:
        for cell in line.cells:
            covered = remedy_groups().get(column_label(cell.text), ())
            if covered == (group,):
                return printed(cell.text)
    return ""


def _column_labels(headers: Sequence[Line]) -> tuple[PrintedLabel, ...]:
    """Return the printed labels of the five columns, each wording once."""
    labels: dict[tuple[str, str], PrintedLabel] = {}
    for line in headers:
        for cell in line.cells:
            key = _column_key(column_label(cell.text))
            if key is not None and (line.native or not _is_cut(column_label(cell.text))):
                label = PrintedLabel(key=key, text=printed(cell.text), place=cell.place)
                labels.setdefault((key, label.text), label)
    return tuple(labels.values())


def _is_cut(label: str) -> bool:
    return any(known != label and known.startswith(label) for known in remedy_columns())


def _column_key(label: str) -> str | None:
    if not label or label in remedy_groups():
        return None
    if label in remedy_columns():
        return remedy_columns()[label]
    best, key = max((similarity(label, known), key) for known, key in remedy_columns().items())
    return key if best >= ALIKE else None
