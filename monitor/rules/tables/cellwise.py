"""Going through the value cells of the tables, one by one or a table at a time."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from monitor.formats import RowSpec, load_format
from monitor.formats.naming import cell_name, row_name, table_name
from monitor.reading.model import ReadTable, Report
from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.losses import damage_name
from monitor.rules.model import Evidence, Facts, Finding
from monitor.rules.quoting import cell_evidence, quote
from monitor.rules.remembering import once

_MOST_EVIDENCE = 20
_NAMED = 3


class Cell(NamedTuple):
    """A cell that was read, by the keys of its row and column; a report has hundreds of them."""

    row: str
    column: str
    text: str


def per_table(
    facts: Facts,
    wrong: Callable[[str], bool],
    tell: Callable[[Facts, Report, ReadTable, list[Cell], int], Finding],
    lawful: Callable[[ReadTable, Cell], bool] = lambda _table, _cell: False,
) -> Iterator[Finding]:
    """Yield one finding for each table with cells that are ``wrong`` and not ``lawful`` there.

    ``tell`` writes it; it is given the number of cells that were read as well.
    """
    report = facts.report
    assert report is not None
    if not report.tables:
        yield not_applicable("没有可以核对的表格。", "There is no table to look at.")
    for table in report.tables.values():
        found = _found(report, table, wrong, lawful)
        if found:
            yield tell(facts, report, table, found, len(certain_cells(report, table)))
        else:
            yield from _unread(report, table)


def per_cell(
    facts: Facts,
    wrong: Callable[[str], bool],
    zh: str,
    en: str,
    lawful: Callable[[ReadTable, Cell], bool] = lambda _table, _cell: False,
) -> Iterator[Finding]:
    """Yield one finding for each cell that is ``wrong`` and not ``lawful`` there.

    ``{text}`` in the messages is what it holds.
    """
    report = facts.report
    assert report is not None
    if not report.tables:
        yield not_applicable("没有可以核对的表格。", "There is no table to look at.")
    for table in report.tables.values():
        found = _found(report, table, wrong, lawful)
        for cell in found:
            name = cell_name(table.format, table.key, cell.row, cell.column)
            yield fail(
                f"{table_name(table.key).zh}{name.zh}{zh.format(text=quote(cell.text))}",
                f"{table_name(table.key).en}: {name.en}{en.format(text=quote(cell.text))}",
                cell_evidence(report, table.key, cell.row, cell.column),
            )
        if not found:
            yield from _unread(report, table)


def _found(
    report: Report,
    table: ReadTable,
    wrong: Callable[[str], bool],
    lawful: Callable[[ReadTable, Cell], bool],
) -> list[Cell]:
    """Return the cells that are wrong; each text is looked at once, for most are the same."""
    texts = {text for text in _texts_of(table) if wrong(text)}
    if not texts:
        return []
    cells = certain_cells(report, table)
    return [cell for cell in cells if cell.text in texts and not lawful(table, cell)]


@once
def _texts_of(table: ReadTable) -> frozenset[str]:
    """Return what the cells of a table hold, those that damage touches as well."""
    return frozenset(
        [
            value.text
            for cells in table.values.values()
            for value in cells.values()
            if value.text is not None
        ]
    )


def certain_cells(report: Report, table: ReadTable) -> Sequence[Cell]:
    """Return the cells that were read and that no damage touches."""
    if report.tables.get(table.key) is table:
        return _certain_cells(report, table.key)
    return tuple(_cells(report, table))


@once
def _certain_cells(report: Report, key: str) -> tuple[Cell, ...]:
    return tuple(_cells(report, report.tables[key]))


def _cells(report: Report, table: ReadTable) -> Iterator[Cell]:
    for row, cells in table.values.items():
        if report.doubtful(table=table.key, row=row) is None:
            for column, value in cells.items():
                if value.text is not None:
                    yield Cell(row, column, value.text)


def _unread(report: Report, table: ReadTable) -> Iterator[Finding]:
    """Say that a table was not read completely, if so: what was not read may be wrong too."""
    name = table_name(table.key)
    damage = report.doubtful(table=table.key)
    unread = _unread_cells(table)
    if damage is not None:
        lost = damage_name(damage)
        yield indeterminate(
            f"{name.zh}读取不完整（{lost.zh}），未能逐格核对。",
            f"The {name.en} was not read completely ({lost.en}).",
        )
    elif unread:
        row, column = unread[0]
        yield indeterminate(
            f"{name.zh}有{len(unread)}个单元格未能读取，未能逐格核对。",
            f"{len(unread)} cells of the {name.en} were not read.",
            cell_evidence(report, table.key, row, column),
        )


@once
def _unread_cells(table: ReadTable) -> tuple[tuple[str, str], ...]:
    """Return row and column of each cell that was not read; rule after rule asks for them."""
    return tuple(
        [
            (row, column)
            for row, cells in table.values.items()
            for column, value in cells.items()
            if value.text is None
        ]
    )


def named_rows(table: ReadTable, cells: list[Cell]) -> tuple[str, str]:
    """Name the rows of cells, the first few of them."""
    keys = list(dict.fromkeys(cell.row for cell in cells))
    names = [row_name(table.format, table.key, key) for key in keys[:_NAMED]]
    zh = "、".join(f"“{name.zh}”" for name in names)
    en = ", ".join(name.en for name in names)
    if len(keys) > _NAMED:
        return f"{zh}等{len(keys)}行", f"{en} and {len(keys) - _NAMED} more rows"
    return f"{zh}行", f"row {en}" if len(keys) == 1 else f"rows {en}"


def evidence_of(report: Report, table: ReadTable, cells: list[Cell]) -> Iterator[Evidence]:
    """Quote the first of some cells, twenty at most."""
    for cell in cells[:_MOST_EVIDENCE]:
        yield cell_evidence(report, table.key, cell.row, cell.column)


def type_of(table: ReadTable, cell: Cell) -> str | None:
    """Return what a column holds: ``count``, ``signed``, ``decimal`` or ``money``."""
    rows = (*load_format(table.format).tables[table.key].rows, *_rows_of_2021(table.key))
    found = (column for row in rows if row.key == cell.row for column in row.columns)
    return next((column.type for column in found if column.key == cell.column), None)


def _rows_of_2021(key: str) -> tuple[RowSpec, ...]:
    """A report on 2020 may print rows of the format of 2021."""
    return load_format("v2021").tables[key].rows
