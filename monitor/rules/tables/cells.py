"""Rules about what stands in the value cells."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from monitor.formats import load_format
from monitor.reading.model import ReadTable, Report
from monitor.reading.normalise import CellKind, classify_cell, parse_amount
from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import NEW, V2021, rule
from monitor.rules.losses import damage_name
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.naming import cell_name, row_name, table_name
from monitor.rules.quoting import cell_evidence, quote

_MOST_EVIDENCE = 20
_NAMED = 3
_30 = "国办公开办函〔2021〕30号《政府信息公开工作年度报告格式》"
_60 = "国办公开办函〔2019〕60号《政府信息公开工作年度报告格式（试行）》"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    row: str
    column: str
    text: str


@rule(
    "cell-blank",
    zh="单元格空白",
    en="blank cell",
    severity=Severity.WARNING,
    formats=NEW,
    basis=f"{_30}；没有的填“0”为通行要求",
    basis_2019=f"{_60}；没有的填“0”为通行要求",
)
def cell_blank(facts: Facts) -> Iterator[Finding]:
    """Value cells of a table are left blank.

    What it does: Counts the blank value cells of each table; one finding a table. It is an error
        if all of them are blank, and only a remark in the format of 2019.
    Why it matters: A blank does not say whether there was nothing or whether nobody counted.
    Legal basis: Practice: evaluators ask for 0; as far as known 国办公开办函〔2021〕30号 is silent.
    Example that fails: 行政处罚 | (blank).
    Example that passes: 行政处罚 | 0.
    How to put it right: Enter 0 where there was nothing, the figure where there was something.
    """
    yield from _per_table(facts, lambda text: classify_cell(text) is CellKind.BLANK, _tell_blank)


@rule(
    "cell-slash",
    zh="以“/”“—”“无”代替数字",
    en="slash or dash for a number",
    severity=Severity.WARNING,
    formats=V2021,
    basis=f"{_30}；没有的填“0”为通行要求",
)
def cell_slash(facts: Facts) -> Iterator[Finding]:
    """Value cells hold ``/``, a dash or 无 where a number belongs.

    What it does: Counts the cells of a table that hold a sign for "nothing"; one finding a table.
    Why it matters: Such a cell cannot be added up, and hides whether the answer is zero.
    Legal basis: Practice of evaluators; 国办公开办函〔2021〕30号 asks for counts.
    Example that fails: 规章 | / | / | /.
    Example that passes: 规章 | 0 | 0 | 0.
    How to put it right: Enter 0.
    """
    yield from _per_table(facts, lambda text: classify_cell(text) is CellKind.SLASH, _tell_slash)


@rule(
    "cell-non-numeric",
    zh="单元格不是数字",
    en="cell is not a number",
    severity=Severity.ERROR,
    formats=NEW,
    basis=_30,
    basis_2019=_60,
)
def cell_non_numeric(facts: Facts) -> Iterator[Finding]:
    """A value cell holds words where a number belongs.

    What it does: Names each cell that is neither a number, with or without its unit, nor blank nor
        a sign for "nothing" (see cell-slash). 采购总金额 of 2019 may carry its unit.
    Why it matters: Words cannot be added up or compared; the figure is not reported.
    Legal basis: 国办公开办函〔2021〕30号: the tables state numbers.
    Example that fails: 行政许可 | 若干.
    Example that passes: 行政许可 | 1,204.
    How to put it right: Enter the figure; explanations belong into the text.
    """
    yield from _per_cell(
        facts,
        lambda _table, cell: classify_cell(cell.text) is CellKind.OTHER,
        "填的是“{text}”，不是数字。",
        " holds “{text}”, which is no number.",
    )


@rule(
    "cell-negative",
    zh="单元格为负数",
    en="negative number",
    severity=Severity.ERROR,
    formats=NEW,
    basis=_30,
    basis_2019=_60,
)
def cell_negative(facts: Facts) -> Iterator[Finding]:
    """A value cell holds a number below zero.

    What it does: Names each negative cell; 本年增/减 of the format of 2019 may be negative.
    Why it matters: Counts and amounts cannot be negative: the figure is wrong.
    Legal basis: 国办公开办函〔2021〕30号; what the columns count.
    Example that fails: 现行有效件数 | -2.
    Example that passes: 本年增/减 | -18 (format of 2019).
    How to put it right: Correct the figure.
    """
    yield from _per_cell(
        facts, _is_negative, "填的是负数“{text}”。", " holds the negative number “{text}”."
    )


def _per_table(
    facts: Facts,
    wrong: Callable[[str], bool],
    tell: Callable[[Facts, Report, ReadTable, list[_Cell], int], Finding],
) -> Iterator[Finding]:
    report = facts.report
    assert report is not None
    if not report.tables:
        yield not_applicable("没有可以核对的表格。", "There is no table to look at.")
    for table in report.tables.values():
        cells = list(_certain_cells(report, table))
        found = [cell for cell in cells if wrong(cell.text)]
        if found:
            yield tell(facts, report, table, found, len(cells))
        else:
            yield from _unread(report, table)


def _per_cell(
    facts: Facts, wrong: Callable[[ReadTable, _Cell], bool], zh: str, en: str
) -> Iterator[Finding]:
    report = facts.report
    assert report is not None
    if not report.tables:
        yield not_applicable("没有可以核对的表格。", "There is no table to look at.")
    for table in report.tables.values():
        found = [cell for cell in _certain_cells(report, table) if wrong(table, cell)]
        for cell in found:
            name = cell_name(table.format, table.key, cell.row, cell.column)
            yield fail(
                f"{table_name(table.key).zh}{name.zh}{zh.format(text=quote(cell.text))}",
                f"{table_name(table.key).en}: {name.en}{en.format(text=quote(cell.text))}",
                cell_evidence(report, table.key, cell.row, cell.column),
            )
        if not found:
            yield from _unread(report, table)


def _certain_cells(report: Report, table: ReadTable) -> Iterator[_Cell]:
    """Yield the cells that were read and that no damage touches."""
    for row, cells in table.values.items():
        if report.doubtful(table=table.key, row=row) is None:
            for column, value in cells.items():
                if value.text is not None:
                    yield _Cell(row=row, column=column, text=value.text)


def _unread(report: Report, table: ReadTable) -> Iterator[Finding]:
    """Say that a table was not read completely, if so: what was not read may be wrong too."""
    name = table_name(table.key)
    damage = report.doubtful(table=table.key)
    unread = [
        (row, column)
        for row, cells in table.values.items()
        for column, value in cells.items()
        if value.text is None
    ]
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


def _tell_blank(
    facts: Facts, report: Report, table: ReadTable, blank: list[_Cell], read: int
) -> Finding:
    name, rows = table_name(table.key), _rows(table, blank)
    severity = None
    if len(blank) == read:
        severity = Severity.ERROR
        rows = ("全部行", "all rows")
    if facts.format is not None and facts.format.id == "v2019":
        severity = Severity.INFO
    return fail(
        f"{name.zh}有{len(blank)}个单元格空白（共{read}个）：{rows[0]}。",
        f"{len(blank)} of {read} cells of the {name.en} are blank: {rows[1]}.",
        *_evidence(report, table, blank),
        severity=severity,
    )


def _tell_slash(
    _: Facts, report: Report, table: ReadTable, found: list[_Cell], read: int
) -> Finding:
    name, rows = table_name(table.key), _rows(table, found)
    signs = "、".join(dict.fromkeys(f"“{quote(cell.text)}”" for cell in found))
    return fail(
        f"{name.zh}有{len(found)}个单元格（共{read}个）以{signs}代替数字：{rows[0]}。",
        f"{len(found)} of {read} cells of the {name.en} hold {signs} for a number: {rows[1]}.",
        *_evidence(report, table, found),
    )


def _rows(table: ReadTable, cells: list[_Cell]) -> tuple[str, str]:
    """Name the rows of cells, the first few of them."""
    keys = list(dict.fromkeys(cell.row for cell in cells))
    names = [row_name(table.format, table.key, key) for key in keys[:_NAMED]]
    zh = "、".join(f"“{name.zh}”" for name in names)
    en = ", ".join(name.en for name in names)
    if len(keys) > _NAMED:
        return f"{zh}等{len(keys)}行", f"{en} and {len(keys) - _NAMED} more rows"
    return f"{zh}行", f"row {en}" if len(keys) == 1 else f"rows {en}"


def _evidence(report: Report, table: ReadTable, cells: list[_Cell]) -> Iterator[Evidence]:
    for cell in cells[:_MOST_EVIDENCE]:
        yield cell_evidence(report, table.key, cell.row, cell.column)


def _is_negative(table: ReadTable, cell: _Cell) -> bool:
    amount = parse_amount(cell.text)
    return amount is not None and amount < 0 and not _may_be_negative(table, cell)


def _may_be_negative(table: ReadTable, cell: _Cell) -> bool:
    rows = load_format(table.format).tables[table.key].rows
    return any(
        column.key == cell.column and column.type == "signed"
        for row in rows
        if row.key == cell.row
        for column in row.columns
    )
