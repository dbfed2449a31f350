"""Tables that a conversion left as running text, found again by their labels.

Three shapes occur: the whole table in one paragraph with labels and digits run together, one row
a paragraph, and one cell a paragraph. In each, labels stand in the format's order and what
follows a label up to the next one is its run of values. A run that cannot be divided with
certainty stays one cell, which the table's reader gives no value.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from monitor.formats import ColumnSpec, load_format
from monitor.reading.labels import (
    APPLICANTS_HEADERS,
    TABLE_FORMATS,
    block_of_row,
    proactive_columns,
)
from monitor.reading.loose_labels import (
    anchor_patterns,
    loosely,
    remedy_labels,
    row_patterns,
)
from monitor.reading.model import Block, Grid, GridCell, Paragraph, Place
from monitor.reading.normalise import normalise_label
from monitor.reading.rows import FLATTENED
from monitor.reading.splitting import Balance, Division, Sum, divisions_of, settle

_ROW_SUM = (Sum(terms=(0, 1, 2, 3, 4, 5), total=6),)
_GROUP_SUMS = tuple(
    Sum(terms=tuple(range(start, start + 4)), total=start + 4) for start in (0, 5, 10)
)
_RUN = re.compile(
    r"(?:[\s\d.+/／\\—－*-]|(?<=\d)[,，](?=\d)|[增减](?=\d)|万?元|(?<=\d)[件条项个次宗]|无(?=[\s\d无]))*"
)
_BELONGS_TO_NEXT = re.compile(r"\s*[年月日号、．.）)%％]")
"""Behind a run: its last digits are a date or the number of a heading."""
_FEWEST_ROWS = {"proactive_disclosure": 3, "requests": 8, "remedies": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row found in running text: its label, where label and values stand."""

    key: str
    start: int
    label_end: int
    end: int


class _Cell(NamedTuple):
    """A cell found in running text: what is printed, where, and for how many columns."""

    text: str
    offset: int
    span: int = 1
    doubtful: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """A table found in running text as lines of cells, each with its place in the text."""

    start: int
    end: int
    lines: tuple[tuple[_Cell, ...], ...]


def recover_tables(blocks: Sequence[Block]) -> tuple[list[Block], frozenset[int]]:
    """Return the blocks with every table that stands in running text made a grid.

    The second answer numbers the grids made so: their columns are ours, not the original's.
    """
    recovered = _recovered(blocks)
    own = {id(block) for block in blocks}
    made = (i for i, x in enumerate(recovered) if isinstance(x, Grid) and id(x) not in own)
    return recovered, frozenset(made)


def _recovered(blocks: Sequence[Block]) -> list[Block]:
    recovered: list[Block] = []
    run: list[Paragraph] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            run.append(block)
            continue
        recovered += _from_run(run)
        recovered.append(block)
        run = []
    return recovered + _from_run(run)


def _from_run(run: list[Paragraph]) -> list[Block]:
    text = "\n".join(paragraph.text for paragraph in run)
    tables = list(_tables(text)) if any(_anchors(text)) else []
    if not tables:
        return list(run)
    starts = [0]
    for paragraph in run:
        starts.append(starts[-1] + len(paragraph.text) + 1)
    blocks: list[Block] = []
    position = 0
    for table in tables:
        blocks += _pieces(run, starts, position, table.start)
        blocks.append(_grid(table, run, starts))
        position = table.end
    return [*blocks, *_pieces(run, starts, position, len(text))]


def _pieces(
    run: Sequence[Paragraph], starts: Sequence[int], first: int, last: int
) -> Iterator[Paragraph]:
    """Yield the paragraphs, or parts of them, between two places of the joined text."""
    for paragraph, (start, following) in zip(run, pairwise(starts), strict=True):
        left, right = max(first - start, 0), min(last, following - 1) - start
        part = paragraph.text[left:right] if left < right else ""
        if part.strip():
            lead = len(part) - len(part.lstrip())
            place = _shifted(paragraph.place, left + lead)
            yield Paragraph(text=part.strip(), place=place, level=paragraph.level)


def _shifted(place: Place, by: int) -> Place:
    offset = place.offset + by if place.offset is not None else None
    return Place(page=place.page, bbox=place.bbox, path=place.path, offset=offset)


def _grid(table: _Table, run: Sequence[Paragraph], starts: Sequence[int]) -> Grid:
    cells = []
    for row, line in enumerate(table.lines):
        column = 0
        for part in line:
            index = bisect_right(starts, part.offset, hi=len(starts) - 1) - 1
            cells.append(
                GridCell(
                    text=part.text,
                    row=row,
                    column=column,
                    column_span=part.span,
                    place=_shifted(run[index].place, part.offset - starts[index]),
                    doubtful=part.doubtful,
                )
            )
            column += part.span
    width = max(cell.column + cell.column_span for cell in cells)
    return Grid(cells=tuple(cells), rows=len(table.lines), columns=width, place=cells[0].place)


def _anchors(text: str) -> Iterator[re.Match[str]]:
    for _, pattern in anchor_patterns():
        yield from pattern.finditer(text)


def _tables(text: str) -> Iterator[_Table]:
    found = sorted(
        (match.start(), key, match)
        for key, pattern in anchor_patterns()
        for match in pattern.finditer(text)
    )
    limits = _limits(found, len(text))
    end, barren = 0, dict.fromkeys(_READERS, 0)
    for (start, key, _), limit in zip(found, limits, strict=True):
        if start < max(end, barren[key]):
            continue
        table = _READERS[key](text, start, limit)
        if table is None:
            # What holds no table from here holds none from further on.
            barren[key] = limit
        else:
            end = table.end
            yield table


def _limits(found: Sequence[tuple[int, str, re.Match[str]]], length: int) -> list[int]:
    """Return for each anchor where the next anchor of another table stands."""
    limits = [length] * len(found)
    for index in range(len(found) - 2, -1, -1):
        same = found[index + 1][1] == found[index][1]
        limits[index] = limits[index + 1] if same else found[index + 1][0]
    return limits


def _rows(text: str, table: str, start: int, limit: int) -> list[_Row]:
    """Return the rows whose labels stand between two places, in the order of the text."""
    found: dict[int, tuple[str, int]] = {}
    taken: list[tuple[int, int]] = []
    keys: set[str] = set()
    for key, pattern in row_patterns(table):
        for match in pattern.finditer(text, start, limit):
            inside = any(a <= match.start() < b for a, b in taken)
            if key in keys or inside or not _RUN_FOLLOWS.match(text, match.end()):
                continue
            found[match.start()] = (key, match.end())
            taken.append(match.span())
            keys.add(key)
    places = sorted(found)
    rows = []
    for place, following in pairwise((*places, limit)):
        key, label_end = found[place]
        end = _run_end(text, label_end, following)
        rows.append(_Row(key=key, start=place, label_end=label_end, end=end))
    return rows


_RUN_FOLLOWS = re.compile(r"\s*[\d/／—－-]")


def _run_end(text: str, start: int, limit: int) -> int:
    match = _RUN.match(text, start, limit)
    end = match.end() if match else start
    if not _BELONGS_TO_NEXT.match(text, end):
        return end
    # What a blank or a line break parts from the values is the date or number that follows.
    apart = re.search(r"\s+\d{1,4}$", text[start:end])
    return start + apart.start() if apart else end


def _read_requests(text: str, start: int, limit: int) -> _Table | None:
    rows = _rows(text, "requests", start, limit)
    if len(rows) < _FEWEST_ROWS["requests"]:
        return None
    columns = load_format("v2021").tables["requests"].rows[0].columns
    header = _header(text, start, rows[0].start, columns)
    types = [column.type for column in columns]
    choices = [_divisions(text, row.label_end, row.end, types, _ROW_SUM) for row in rows]
    told = settle(choices, _balances([row.key for row in rows]))
    lines = [header, *(_line(text, row, types, x) for row, x in zip(rows, told, strict=True))]
    return _Table(start=start, end=rows[-1].end, lines=tuple(lines))


def _balances(keys: Sequence[str]) -> list[Balance]:
    """Return the sums over rows that the format of these rows states, for each column."""
    form = load_format("v2019" if "other_total" in keys else "v2021")
    place = {key: index for index, key in enumerate(keys)}
    return [
        Balance(
            left=tuple(place[key] for key in relation.left),
            right=tuple(place[key] for key in relation.right),
        )
        for relation in form.relations
        if relation.table == "requests"
        and relation.per == "column"
        and all(key in place for key in (*relation.left, *relation.right))
    ]


def _read_proactive(text: str, start: int, limit: int) -> _Table | None:
    rows = _rows(text, "proactive_disclosure", start, limit)
    if len(rows) < _FEWEST_ROWS["proactive_disclosure"]:
        return None
    lines: list[tuple[_Cell, ...]] = []
    block: str | None = None
    columns: tuple[ColumnSpec, ...] = ()
    position = start
    for row in rows:
        if block_of_row(row.key) != block:
            block = block_of_row(row.key)
            columns, header = _block_header(text, position, row.start, block)
            lines += header
        types = [column.type for column in columns]
        divisions = _divisions(text, row.label_end, row.end, types, ())
        lines.append(_line(text, row, types, divisions[0] if divisions else None))
        position = row.end
    return _Table(start=start, end=rows[-1].end, lines=tuple(lines))


def _block_header(
    text: str, start: int, end: int, block: str
) -> tuple[tuple[ColumnSpec, ...], list[tuple[_Cell, ...]]]:
    """Return the columns that the text before a block's first row names, and its header lines."""
    choices = [specs for x in TABLE_FORMATS if (specs := proactive_columns(x, block))]
    between = normalise_label(text[start:end])
    columns = max(
        choices,
        key=lambda specs: _share_named(specs, between),
    )
    caption = re.search(r"第?二十条第\s*[（(]\s*\S\s*[）)]\s*项?", text[start:end])
    lines: list[tuple[_Cell, ...]] = []
    if caption:
        lines.append((_Cell(caption[0], start + caption.start()),))
    header = _header(text, start, end, columns)
    if header:
        lines.append((_Cell("信息内容", start), *header))
    return columns, lines


def _share_named(columns: Sequence[ColumnSpec], between: str) -> float:
    return sum(normalise_label(column.label) in between for column in columns) / len(columns)


def _header(text: str, start: int, end: int, columns: Sequence[ColumnSpec]) -> tuple[_Cell, ...]:
    """Return the column labels found between two places, in the order of the format.

    In running text the header's lines follow one another, so that their order tells nothing.
    """
    cells: list[_Cell] = []
    taken: list[tuple[int, int]] = []
    for label in sorted({column.label for column in columns} | APPLICANTS_HEADERS, key=_longest):
        for match in re.compile(loosely(label)).finditer(text, start, end):
            if any(a < match.end() and match.start() < b for a, b in taken):
                continue
            taken.append(match.span())
            if label not in APPLICANTS_HEADERS:
                cells.append(_Cell(match[0], match.start()))
                break
    order = [normalise_label(column.label) for column in columns]
    return tuple(sorted(cells, key=lambda cell: order.index(normalise_label(cell.text))))


def _longest(label: str) -> int:
    return -len(label)


def _read_remedies(text: str, start: int, limit: int) -> _Table | None:
    labels = remedy_labels()
    header = re.compile(rf"(?:(?:{labels})\s*)+").match(text, start, limit)
    if header is None:
        return None
    end = _run_end(text, header.end(), limit)
    run = text[header.end() : end]
    if not run.strip():
        return None
    types = ["count"] * 15
    divisions = _divisions(text, header.end(), end, types, _GROUP_SUMS)
    told = divisions[0] if len(divisions) == 1 else None
    cells = _cells(run, header.end(), types, told)
    names = tuple(
        _Cell(match[0], match.start())
        for match in re.compile(labels).finditer(text, start, header.end())
    )
    return _Table(start=start, end=end, lines=(names, cells))


def _divisions(
    text: str, start: int, end: int, types: Sequence[str], sums: Sequence[Sum]
) -> tuple[Division, ...]:
    if text[end - 1 : end].isdigit() and _BELONGS_TO_NEXT.match(text, end):
        return ()
    return divisions_of(text[start:end], types, sums)


def _line(
    text: str, row: _Row, types: Sequence[str], division: Division | None
) -> tuple[_Cell, ...]:
    label = " ".join(text[row.start : row.label_end].split())
    run = text[row.label_end : row.end]
    return (_Cell(label, row.start), *_cells(run, row.label_end, types, division))


def _cells(
    run: str, offset: int, types: Sequence[str], division: Division | None
) -> tuple[_Cell, ...]:
    """Return the cells of a run, or the run as one cell if it cannot be divided."""
    if division is None:
        lead = len(run) - len(run.lstrip())
        return (_Cell(run.strip(), offset + lead, len(types), FLATTENED),)
    cells = []
    position = 0
    for value in division:
        while run[position].isspace():
            position += 1
        cells.append(_Cell(run[position : position + len(value)], offset + position))
        position += len(value)
    return tuple(cells)


_READERS = {
    "proactive_disclosure": _read_proactive,
    "requests": _read_requests,
    "remedies": _read_remedies,
}
