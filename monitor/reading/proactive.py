"""The table of proactive disclosure: blocks under one another, each with its own columns.

The columns of a row are those its block's header prints, whichever format they belong to; what
the header does not tell is told by the row labels and the number of values.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from monitor.formats import ColumnSpec
from monitor.reading.labels import (
    ALIKE,
    TABLE_FORMATS,
    Expected,
    block_of_row,
    caption_block,
    exact_proactive_row,
    is_part_of,
    proactive_columns,
    proactive_rows,
    similarity,
)
from monitor.reading.lines import Line
from monitor.reading.model import PrintedLabel, Value
from monitor.reading.normalise import normalise_label, split_ordinal
from monitor.reading.proactive_headers import (
    BlockHeader,
    columns_of,
    format_by_labels,
    header_of,
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


@dataclass(slots=True)
class _State:
    """What has been seen while going down the lines."""

    block: str | None = None
    header: BlockHeader | None = None
    headers: list[HeaderRead] = field(default_factory=list)
    found: list[tuple[RowLine, Expected | None, str | None, BlockHeader | None, str | None]] = (
        field(default_factory=list)
    )


def read_proactive(lines: Sequence[tuple[int, Line]]) -> TableRead | None:
    """Read the first table from its lines and their positions; None if it has no row."""
    state = _State()
    for position, line in lines:
        if not line.blank:
            _go_down(state, line, position)
    if not any(expected for _, expected, *_ in state.found):
        return None
    format_id = _format(state)
    rows = (
        _row(row, expected, cut, header, format_id)
        for row, expected, cut, header, _ in state.found
        if expected or any(looks_like_value(cell.text) for cell in row.rest)
    )
    return TableRead(
        key="proactive_disclosure",
        rows=without_repeats(rows),
        column_labels=_column_labels(state, format_id),
        format=format_id,
        headers=tuple(state.headers),
        place=lines[0][1].place,
    )


def _go_down(state: _State, line: Line, position: int) -> None:
    captions = [block for cell in line.cells if (block := caption_block(cell.text))]
    if captions:
        state.block, state.header = captions[0], None
        state.headers.append(HeaderRead(kind=captions[0], position=position, grid=line.grid))
        line = replace(line, cells=tuple(c for c in line.cells if not caption_block(c.text)))
        if not line.cells or line.blank:
            return
    row = divide(line, position=position, known=_is_known)
    expected = exact_proactive_row(row.label)
    if expected is None and is_header(line):
        state.header = header_of(line, block=state.block, position=position)
        kind = state.block or "table"
        state.headers.append(HeaderRead(kind=kind, position=position, grid=line.grid))
        return
    cut = None
    if expected is None:
        expected, cut = _likely(row, state)
        cut = cut if line.torn else None
    state.found.append((row, expected, cut, state.header, state.block))


def _is_known(text: str) -> bool:
    return exact_proactive_row(text) is not None


def _likely(row: RowLine, state: _State) -> tuple[Expected | None, str | None]:
    core = split_ordinal(row.label)[1]
    taken = {expected.key for _, expected, *_ in state.found if expected}
    free = [x for x in proactive_rows() if x.key not in taken]
    if state.block is not None:
        free = [x for x in free if block_of_row(x.key) == state.block] or free
    for expected in free:
        if core and is_part_of(row.label, expected, start=True):
            return expected, "end"
        if core and is_part_of(row.label, expected, start=False):
            return expected, "start"
    best = max(free, key=lambda x: similarity(core, x.core), default=None)
    if best is not None and core and similarity(core, best.core) >= ALIKE:
        return best, None
    return None, None


def _format(state: _State) -> str | None:
    labels = [normalise_label(cell.text) for header in _headers(state) for cell in header.cells]
    labels += [split_ordinal(row.label)[1] for row, expected, *_ in state.found if expected]
    return format_by_labels(labels)


def _headers(state: _State) -> list[BlockHeader]:
    seen: dict[int, BlockHeader] = {}
    for _, _, _, header, _ in state.found:
        if header is not None:
            seen.setdefault(header.position, header)
    return list(seen.values())


def _row(
    row: RowLine,
    expected: Expected | None,
    cut: str | None,
    header: BlockHeader | None,
    format_id: str | None,
) -> RowRead:
    lost = expected is not None and cut == "start" and row.empty
    specs = columns_of(expected.key, row, header, format_id) if expected else ()
    values = tuple(read_value(cell) for cell in row.rest if not cell.blank)
    if expected is not None:
        values = () if lost else _values(row, header, specs)
        if _may_be_of_another_format(expected.key, row, header, specs):
            values = unread(len(specs), DOUBTFUL, row.line.place)
    return RowRead(
        key=expected.key if expected else None,
        label=row.label,
        columns=tuple(spec.key for spec in specs),
        values=values,
        count=_count(row, specs),
        position=row.position,
        grid=row.line.grid,
        cut=cut,
        unread=lost,
        place=row.line.place,
    )


def _may_be_of_another_format(
    key: str, row: RowLine, header: BlockHeader | None, specs: tuple[ColumnSpec, ...]
) -> bool:
    """Tell a row whose block prints no header, and whose values are as many as another format's."""
    if header is not None and header.block in (block_of_row(key), None):
        return False
    shown = sum(not cell.blank for cell in row.rest)
    others = {
        len(other) for x in TABLE_FORMATS if (other := proactive_columns(x, block_of_row(key)))
    }
    return 0 < shown != len(specs) and shown in others


def _count(row: RowLine, specs: tuple[ColumnSpec, ...]) -> int:
    printed_values = [cell.text for cell in row.rest if not cell.blank]
    if len(row.rest) == len(specs) or not printed_values:
        return len(specs) if specs else len(row.rest)
    if len(specs) == 1 and not row.line.native and len(set(printed_values)) == 1:
        # A converter writes a cell over three columns three times.
        return 1
    return max(printed_count(row.rest), 1)


def _values(
    row: RowLine, header: BlockHeader | None, specs: tuple[ColumnSpec, ...]
) -> tuple[Value, ...]:
    count = len(specs)
    if len(row.rest) == count:
        return tuple(read_value(cell) for cell in row.rest)
    if count == 1:
        return (_single(row),)
    if header is not None and row.line.native and header.line.grid == row.line.grid:
        values = _by_header(row, header, specs)
        if values is not None:
            return values
    starts = windows(row.rest, count)
    if len(starts) > 1 and header is not None:
        starts = [s for s in starts if _under(row, s, header)] or starts
    if starts and (len(starts) == 1 or row.empty):
        return tuple(read_value(cell) for cell in row.rest[starts[0] : starts[0] + count])
    reason = FLATTENED if len(row.rest) == 1 and not row.line.native else _reason(row, count)
    return unread(count, reason, row.line.place)


def _by_header(
    row: RowLine, header: BlockHeader, specs: tuple[ColumnSpec, ...]
) -> tuple[Value, ...] | None:
    if len(header.cells) != len(specs):
        return None
    return take_by_column(row.rest, [cell.column for cell in header.cells])


def _under(row: RowLine, start: int, header: BlockHeader) -> bool:
    """Tell whether values from ``start`` on stand where the header's labels do."""
    first = header.line.cells.index(header.cells[0]) if header.cells else -1
    return row.label_index + 1 + start == first


def _reason(row: RowLine, count: int) -> str:
    if len(row.rest) == 1:
        return MERGED
    return NO_CELL if len(row.rest) < count else DOUBTFUL


def _single(row: RowLine) -> Value:
    """Return the one value of a row whose cell was split into several."""
    shown = [cell for cell in row.rest if not cell.blank]
    if not row.rest:
        return Value(text=None, place=row.line.place, reason=NO_CELL)
    if not shown:
        return read_value(row.rest[0])
    if len({cell.text for cell in shown}) == 1:
        return read_value(shown[0])
    return Value(text=None, place=row.line.place, reason=DOUBTFUL)


def _column_labels(state: _State, format_id: str | None) -> tuple[PrintedLabel, ...]:
    labels: dict[tuple[str, str], PrintedLabel] = {}
    for row, expected, _, header, block in state.found:
        if expected is None or header is None or header.block not in (block, None):
            continue
        specs = columns_of(expected.key, row, header, format_id)
        for cell, spec in zip(header.cells, specs, strict=False):
            label = PrintedLabel(key=spec.key, text=printed(cell.text), place=cell.place)
            labels.setdefault((spec.key, label.text), label)
    return tuple(labels.values())
