"""The table of proactive disclosure: blocks under one another, each with its own columns.

The columns of a row are those its block's header prints, whichever format they belong to; what
the header does not tell is told by the row labels and the number of values.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from monitor.formats import ColumnSpec
from monitor.reading.labels import (
    TABLE_FORMATS,
    Expected,
    block_of_row,
    caption_block,
    exact_row,
    is_part_of,
    proactive_column_labels,
    proactive_columns,
    proactive_rows,
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

STUB_HEADER = "信息内容"
ALIKE = 0.6
_SHARED_BLOCKS = {"licensing": "art20_5", "penalties": "art20_6"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    """The header line of a block: its printed column labels and the columns they are."""

    line: Line
    cells: tuple[LineCell, ...]
    block: str | None
    position: int


@dataclass(slots=True)
class _State:
    """What has been seen while going down the lines."""

    block: str | None = None
    header: _Header | None = None
    headers: list[HeaderRead] = field(default_factory=list)
    found: list[tuple[RowLine, Expected | None, str | None, _Header | None, str | None]] = field(
        default_factory=list
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
    rows, columns = [], []
    for row, expected, cut, header, _ in state.found:
        if expected is None and not any(looks_like_value(cell.text) for cell in row.rest):
            continue
        specs = _columns(expected, row, header, format_id)
        rows.append(_row(row, expected, cut, header, specs))
        columns.append(tuple(spec.key for spec in specs) if expected else ())
    return TableRead(
        key="proactive_disclosure",
        rows=tuple(rows),
        columns=tuple(columns),
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
    expected = exact_row(row.label, proactive_rows())
    if expected is None and _is_header(line):
        cells = tuple(c for c in line.cells if normalise_label(c.text) != STUB_HEADER)
        state.header = _Header(
            line=line,
            cells=tuple(c for c in cells if not c.blank),
            block=state.block,
            position=position,
        )
        kind = state.block or "table"
        state.headers.append(HeaderRead(kind=kind, position=position, grid=line.grid))
        return
    cut = None
    if expected is None:
        expected, cut = _likely(row, state)
    state.found.append((row, expected, cut, state.header, state.block))


def _is_known(text: str) -> bool:
    return exact_row(text, proactive_rows()) is not None


def _is_header(line: Line) -> bool:
    labels = [normalise_label(cell.text) for cell in line.cells if not cell.blank]
    if STUB_HEADER in labels:
        return True
    if any(looks_like_value(cell.text) for cell in line.cells):
        return False
    return any(
        similarity(label, known) >= 0.75 for label in labels for known in proactive_column_labels()
    )


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
    """Return the format whose distinctive column and row labels are printed more often."""
    printed_labels = [
        normalise_label(cell.text) for header in _headers(state) for cell in header.cells
    ] + [split_ordinal(row.label)[1] for row, expected, *_ in state.found if expected]
    votes = {
        format_id: sum(
            label in _own_labels(format_id) or _nearly(label, _own_labels(format_id))
            for label in printed_labels
        )
        for format_id in TABLE_FORMATS
    }
    if not any(votes.values()):
        return None
    return max(TABLE_FORMATS, key=lambda format_id: votes[format_id])


def _headers(state: _State) -> list[_Header]:
    seen: dict[int, _Header] = {}
    for _, _, _, header, _ in state.found:
        if header is not None:
            seen.setdefault(header.position, header)
    return list(seen.values())


def _own_labels(format_id: str) -> frozenset[str]:
    """Return the column and row labels of the first table that only this format has."""
    other = next(x for x in TABLE_FORMATS if x != format_id)
    return _all_labels(format_id) - _all_labels(other)


def _all_labels(format_id: str) -> frozenset[str]:
    blocks = ("art20_1", "art20_5", "art20_6", "art20_8", "art20_9")
    columns = {
        normalise_label(column.label)
        for block in blocks
        for column in proactive_columns(format_id, block)
    }
    rows = {"行政规范性文件"} if format_id == "v2021" else {"规范性文件", "政府集中采购"}
    return frozenset(columns | rows)


def _nearly(label: str, known: frozenset[str]) -> bool:
    return len(label) > 3 and any(similarity(label, other) >= 0.85 for other in known)


def _columns(
    expected: Expected | None,
    row: RowLine,
    header: _Header | None,
    format_id: str | None,
) -> tuple[ColumnSpec, ...]:
    """Return the columns under which a row's values stand."""
    if expected is None:
        return ()
    own_block = block_of_row(expected.key)
    choices = {x: specs for x in TABLE_FORMATS if (specs := proactive_columns(x, own_block))}
    if len(choices) == 1:
        return next(iter(choices.values()))
    if header is not None and header.block in (own_block, None):
        scores = {x: _agreement(header, specs) for x, specs in choices.items()}
        if scores["v2019"] != scores["v2021"]:
            return choices[max(TABLE_FORMATS, key=lambda x: scores[x])]
    if format_id is not None:
        return choices[format_id]
    counted = [specs for specs in choices.values() if len(specs) == printed_count(row.rest)]
    return counted[0] if len(counted) == 1 else choices["v2021"]


def _agreement(header: _Header, specs: tuple[ColumnSpec, ...]) -> float:
    """Return how well printed column labels fit the columns, one by one from the left."""
    labels = [normalise_label(cell.text) for cell in header.cells]
    expected = [normalise_label(spec.label) for spec in specs]
    fit = sum(similarity(one, other) for one, other in zip(labels, expected, strict=False))
    return fit / max(len(labels), len(expected), 1)


def _row(
    row: RowLine,
    expected: Expected | None,
    cut: str | None,
    header: _Header | None,
    specs: tuple[ColumnSpec, ...],
) -> RowRead:
    lost = expected is not None and cut == "start" and row.empty
    values = tuple(read_value(cell) for cell in row.rest if not cell.blank)
    if expected is not None:
        values = () if lost else _values(row, header, specs)
    return RowRead(
        key=expected.key if expected else None,
        label=row.label,
        values=values,
        count=_count(row, specs),
        position=row.position,
        grid=row.line.grid,
        cut=cut,
        unread=lost,
        place=row.line.place,
    )


def _count(row: RowLine, specs: tuple[ColumnSpec, ...]) -> int:
    printed_values = [cell.text for cell in row.rest if not cell.blank]
    if len(row.rest) == len(specs) or not printed_values:
        return len(specs) if specs else len(row.rest)
    if len(specs) == 1 and not row.line.native and len(set(printed_values)) == 1:
        # A converter writes a cell over three columns three times.
        return 1
    return max(printed_count(row.rest), 1)


def _values(
    row: RowLine, header: _Header | None, specs: tuple[ColumnSpec, ...]
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
    row: RowLine, header: _Header, specs: tuple[ColumnSpec, ...]
) -> tuple[Value, ...] | None:
    if len(header.cells) != len(specs):
        return None
    return take_by_column(row.rest, [cell.column for cell in header.cells])


def _under(row: RowLine, start: int, header: _Header) -> bool:
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
        specs = _columns(expected, row, header, format_id)
        for cell, spec in zip(header.cells, specs, strict=False):
            label = PrintedLabel(key=spec.key, text=printed(cell.text), place=cell.place)
            labels.setdefault((spec.key, label.text), label)
    return tuple(labels.values())
