"""Tables in running text: their rows found by their labels, their values divided."""

import re
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


class LooseCell(NamedTuple):
    """A cell found in running text: what is printed, where, and for how many columns."""

    text: str
    offset: int
    span: int = 1
    doubtful: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LooseTable:
    """A table found in running text as lines of cells, each with its place in the text."""

    start: int
    end: int
    lines: tuple[tuple[LooseCell, ...], ...]


def anchors(text: str) -> Iterator[re.Match[str]]:
    """Yield the labels with which a table may begin."""
    for _, pattern in anchor_patterns():
        yield from pattern.finditer(text)


def loose_tables(text: str) -> Iterator[LooseTable]:
    """Yield the tables of a text from its beginning to its end, none over another."""
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


def _read_requests(text: str, start: int, limit: int) -> LooseTable | None:
    rows = _rows(text, "requests", start, limit)
    if len(rows) < _FEWEST_ROWS["requests"]:
        return None
    columns = load_format("v2021").tables["requests"].rows[0].columns
    header = _header(text, start, rows[0].start, columns)
    types = [column.type for column in columns]
    choices = [_divisions(text, row.label_end, row.end, types, _ROW_SUM) for row in rows]
    told = settle(choices, _balances([row.key for row in rows]))
    lines = [header, *(_line(text, row, types, x) for row, x in zip(rows, told, strict=True))]
    return LooseTable(start=start, end=rows[-1].end, lines=tuple(lines))


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


def _read_proactive(text: str, start: int, limit: int) -> LooseTable | None:
    rows = _rows(text, "proactive_disclosure", start, limit)
    if len(rows) < _FEWEST_ROWS["proactive_disclosure"]:
        return None
    lines: list[tuple[LooseCell, ...]] = []
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
    return LooseTable(start=start, end=rows[-1].end, lines=tuple(lines))


def _block_header(
    text: str, start: int, end: int, block: str
) -> tuple[tuple[ColumnSpec, ...], list[tuple[LooseCell, ...]]]:
    """Return the columns that the text before a block's first row names, and its header lines."""
    choices = [specs for x in TABLE_FORMATS if (specs := proactive_columns(x, block))]
    between = normalise_label(text[start:end])
    columns = max(
        choices,
        key=lambda specs: _share_named(specs, between),
    )
    caption = re.search(r"第?二十条第\s*[（(]\s*\S\s*[）)]\s*项?", text[start:end])
    lines: list[tuple[LooseCell, ...]] = []
    if caption:
        lines.append((LooseCell(caption[0], start + caption.start()),))
    header = _header(text, start, end, columns)
    if header:
        lines.append((LooseCell("信息内容", start), *header))
    return columns, lines


def _share_named(columns: Sequence[ColumnSpec], between: str) -> float:
    return sum(normalise_label(column.label) in between for column in columns) / len(columns)


def _header(
    text: str, start: int, end: int, columns: Sequence[ColumnSpec]
) -> tuple[LooseCell, ...]:
    """Return the column labels found between two places, in the order of the format.

    In running text the header's lines follow one another, so that their order tells nothing.
    """
    cells: list[LooseCell] = []
    taken: list[tuple[int, int]] = []
    for label in sorted({column.label for column in columns} | APPLICANTS_HEADERS, key=_longest):
        for match in re.compile(loosely(label)).finditer(text, start, end):
            if any(a < match.end() and match.start() < b for a, b in taken):
                continue
            taken.append(match.span())
            if label not in APPLICANTS_HEADERS:
                cells.append(LooseCell(match[0], match.start()))
                break
    order = [normalise_label(column.label) for column in columns]
    return tuple(sorted(cells, key=lambda cell: order.index(normalise_label(cell.text))))


def _longest(label: str) -> int:
    return -len(label)


def _read_remedies(text: str, start: int, limit: int) -> LooseTable | None:
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
        LooseCell(match[0], match.start())
        for match in re.compile(labels).finditer(text, start, header.end())
    )
    return LooseTable(start=start, end=end, lines=(names, cells))


def _divisions(
    text: str, start: int, end: int, types: Sequence[str], sums: Sequence[Sum]
) -> tuple[Division, ...]:
    if text[end - 1 : end].isdigit() and _BELONGS_TO_NEXT.match(text, end):
        return ()
    return divisions_of(text[start:end], types, sums)


def _line(
    text: str, row: _Row, types: Sequence[str], division: Division | None
) -> tuple[LooseCell, ...]:
    label = " ".join(text[row.start : row.label_end].split())
    run = text[row.label_end : row.end]
    return (LooseCell(label, row.start), *_cells(run, row.label_end, types, division))


def _cells(
    run: str, offset: int, types: Sequence[str], division: Division | None
) -> tuple[LooseCell, ...]:
    """Return the cells of a run, or the run as one cell if it cannot be divided."""
    if division is None:
        lead = len(run) - len(run.lstrip())
        return (LooseCell(run.strip(), offset + lead, len(types), FLATTENED),)
    cells = []
    position = 0
    for value in division:
        while run[position].isspace():
            position += 1
        cells.append(LooseCell(run[position : position + len(value)], offset + position))
        position += len(value)
    return tuple(cells)


_READERS = {
    "proactive_disclosure": _read_proactive,
    "requests": _read_requests,
    "remedies": _read_remedies,
}
