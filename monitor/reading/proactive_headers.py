"""The headers of the first table: which columns a block prints, and of which format they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from monitor.formats import ColumnSpec
from monitor.reading.labels import (
    TABLE_FORMATS,
    block_of_row,
    column_label,
    proactive_column_labels,
    proactive_columns,
    similarity,
)
from monitor.reading.lines import Line, LineCell
from monitor.reading.normalise import REMEMBERED, normalise_label
from monitor.reading.rows import RowLine, looks_like_value, printed_count

STUB_HEADER = "信息内容"
_LIKE_A_COLUMN = 0.75
_NEARLY = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockHeader:
    """The header line of a block: its printed column labels and the columns they are."""

    line: Line
    cells: tuple[LineCell, ...]
    block: str | None
    position: int


def is_header(line: Line) -> bool:
    """Tell a line of column labels: it begins with 信息内容, or holds labels and no value."""
    labels = [column_label(cell.text) for cell in line.cells if not cell.blank]
    if STUB_HEADER in labels:
        return True
    if any(looks_like_value(cell.text) for cell in line.cells):
        return False
    return any(
        similarity(label, known) >= _LIKE_A_COLUMN
        for label in labels
        for known in proactive_column_labels()
    )


def header_of(line: Line, *, block: str | None, position: int) -> BlockHeader:
    """Return a header line as the header of a block."""
    labels = (cell for cell in line.cells if column_label(cell.text) != STUB_HEADER)
    cells = tuple(cell for cell in labels if not cell.blank)
    return BlockHeader(line=line, cells=cells, block=block, position=position)


def format_by_labels(labels: Iterable[str]) -> str | None:
    """Return the format whose own column and row labels are printed more often, if any is."""
    labels = list(labels)
    votes = {
        format_id: sum(
            label in _own_labels(format_id) or _nearly(label, _own_labels(format_id))
            for label in labels
        )
        for format_id in TABLE_FORMATS
    }
    if not any(votes.values()):
        return None
    return max(TABLE_FORMATS, key=lambda format_id: votes[format_id])


def columns_of(
    key: str, row: RowLine, header: BlockHeader | None, format_id: str | None
) -> tuple[ColumnSpec, ...]:
    """Return the columns under which the values of the row ``key`` stand, from left to right."""
    own_block = block_of_row(key)
    choices = {x: specs for x in TABLE_FORMATS if (specs := proactive_columns(x, own_block))}
    header = header if header is not None and header.block in (own_block, None) else None
    if header is None or len(choices) == 1:
        return _in_printed_order(_by_count(choices, row, format_id), header)
    scores = {x: _agreement(header, specs) for x, specs in choices.items()}
    if scores["v2019"] == scores["v2021"]:
        return _by_count(choices, row, format_id)
    return _in_printed_order(choices[max(TABLE_FORMATS, key=lambda x: scores[x])], header)


def _by_count(
    choices: dict[str, tuple[ColumnSpec, ...]], row: RowLine, format_id: str | None
) -> tuple[ColumnSpec, ...]:
    """Return the columns of the table's format, else those that are as many as the values."""
    if len(choices) == 1:
        return next(iter(choices.values()))
    if format_id is not None:
        return choices[format_id]
    counted = [specs for specs in choices.values() if len(specs) == printed_count(row.rest)]
    return counted[0] if len(counted) == 1 else choices["v2021"]


def _in_printed_order(
    specs: tuple[ColumnSpec, ...], header: BlockHeader | None
) -> tuple[ColumnSpec, ...]:
    """Return the columns in the header's order, if it prints these very labels in another."""
    if header is None:
        return specs
    labels = [column_label(cell.text) for cell in header.cells]
    by_label = {normalise_label(spec.label): spec for spec in specs}
    if len(labels) != len(specs) or set(labels) != set(by_label):
        return specs
    return tuple(by_label[label] for label in labels)


def _agreement(header: BlockHeader, specs: tuple[ColumnSpec, ...]) -> float:
    """Return how well printed column labels fit the columns, one by one from the left."""
    labels = [column_label(cell.text) for cell in header.cells]
    expected = [normalise_label(spec.label) for spec in specs]
    fit = sum(similarity(one, other) for one, other in zip(labels, expected, strict=False))
    return fit / max(len(labels), len(expected), 1)


@cache
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


@lru_cache(maxsize=REMEMBERED)
def _nearly(label: str, known: frozenset[str]) -> bool:
    return len(label) > 3 and any(similarity(label, other) >= _NEARLY for other in known)
