"""What the tables say of a figure that the prose states, and why it cannot be told."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from monitor.formats import load_format
from monitor.formats.naming import row_name
from monitor.language import Bilingual
from monitor.reading.model import ReadTable, Report
from monitor.reading.normalise import CellKind, classify_cell, parse_count
from monitor.rules.losses import damage_name
from monitor.rules.model import Evidence
from monitor.rules.quoting import cell_evidence, quote

_OTHER_ROWS = ("other_no_correction", "other_fee_unpaid", "other_other")
_OTHER_TOTAL = "other_total"
_BLANK = Bilingual("表格该处空白", "the table leaves it blank")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Cells of one column of a table that are added up; a single row is itself."""

    table: str
    rows: tuple[str, ...]
    name: Bilingual
    column: str = "total"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What some cells add up to; ``numbers`` empty if that is not known, ``reason`` why.

    There are two numbers where a total and what it should add up to differ.
    """

    cells: Cells
    numbers: frozenset[int] = frozenset()
    shown: int | None = None
    reason: Bilingual | None = None


def figure_of(report: Report, cells: Cells) -> Figure:
    """Add up some cells as read."""
    table = report.tables.get(cells.table)
    if table is None:
        return Figure(cells=cells, reason=Bilingual("没有读到该表", "the table was not read"))
    for row in cells.rows:
        reason = _reason(report, table, row, cells.column)
        if reason is not None:
            return Figure(cells=cells, reason=reason)
    known = [options for row in cells.rows if (options := _options(table, row, cells.column))]
    if not known:
        return Figure(cells=cells, reason=_BLANK)
    numbers = frozenset(sum(choice) for choice in product(*known))
    return Figure(cells=cells, numbers=numbers, shown=sum(options[0] for options in known))


def has_cells(report: Report, cells: Cells) -> bool:
    """Whether the table is there and has another layout than one with these cells."""
    table = report.tables.get(cells.table)
    return table is None or all(
        row not in table.values or cells.column in table.values[row] for row in cells.rows
    )


def cells_evidence(report: Report, cells: Cells) -> Iterator[Evidence]:
    """Quote the cells that hold anything; the first if none does."""
    table = report.tables.get(cells.table)
    if table is None:
        return
    rows = [row for row in cells.rows if row in table.values]
    filled = [row for row in rows if parse_count(_text(table, row, cells.column))]
    for row in filled or rows[:1]:
        yield cell_evidence(report, cells.table, row, cells.column)


def rows_of(report: Report, prefix: str) -> tuple[str, ...]:
    """Return the rows of the requests table whose keys begin so, by the table's own make-up."""
    table = report.tables.get("requests")
    format_id = table.format if table is not None else "v2021"
    if prefix != "other_":
        rows = load_format(format_id).tables["requests"].rows
        return tuple(row.key for row in rows if row.key.startswith(prefix))
    printed = table is not None and any(row in table.values for row in _OTHER_ROWS)
    single = format_id == "v2019" or (table is not None and _OTHER_TOTAL in table.values)
    return (_OTHER_TOTAL,) if single and not printed else _OTHER_ROWS


def is_all_zero(report: Report, key: str, *rows: str) -> bool:
    """Whether every cell of a table, or of some rows of it, was read and is zero or blank."""
    table = report.tables.get(key)
    if table is None or report.doubtful(table=key) is not None:
        return False
    texts = [
        value.text
        for row, cells in table.values.items()
        if not rows or row in rows
        for value in cells.values()
    ]
    return all(text is not None and not (parse_count(text) or 0) for text in texts)


def _reason(report: Report, table: ReadTable, row: str, column: str) -> Bilingual | None:
    damage = report.doubtful(table=table.key, row=row)
    if damage is not None:
        lost = damage_name(damage)
        return Bilingual(f"读取不完整（{lost.zh}）", lost.en)
    if row not in table.values:
        name = row_name(table.format, table.key, row)
        return Bilingual(f"表中没有“{name.zh}”行", f"row {name.en} is not in the table")
    text = _text(table, row, column)
    if text is None:
        return Bilingual("有单元格未能读取", "a cell was not read")
    if classify_cell(text) is not CellKind.BLANK and parse_count(text) is None:
        held = quote(text)
        return Bilingual(f"单元格为“{held}”", f"a cell holds {held!r}")
    return None


def _options(table: ReadTable, row: str, column: str) -> tuple[int, ...]:
    """Return the number of a cell; a total may as well be what its row adds up to."""
    stated = parse_count(_text(table, row, column))
    parts = _added(table, row) if column == "total" else None
    found = [number for number in (stated, parts) if number is not None]
    return tuple(dict.fromkeys(found))


def _added(table: ReadTable, row: str) -> int | None:
    texts = [value.text for key, value in table.values[row].items() if key != "total"]
    numbers = [number for text in texts if (number := parse_count(text)) is not None]
    return sum(numbers) if numbers and None not in texts else None


def _text(table: ReadTable, row: str, column: str) -> str | None:
    value = table.values[row].get(column)
    return value.text if value is not None else None
