"""Rules about what stands in the value cells."""

from collections.abc import Iterator

from monitor.formats.naming import table_name
from monitor.reading.model import ReadTable, Report
from monitor.reading.normalise import CellKind, classify_cell, parse_amount
from monitor.rules.answers import fail
from monitor.rules.engine import NEW, V2021, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.quoting import quote
from monitor.rules.tables.cellwise import (
    Cell,
    evidence_of,
    named_rows,
    per_cell,
    per_table,
    type_of,
)

_30 = "国办公开办函〔2021〕30号《政府信息公开工作年度报告格式》"
_60 = "国办公开办函〔2019〕60号《政府信息公开工作年度报告格式（试行）》"


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
    yield from per_table(facts, lambda text: classify_cell(text) is CellKind.BLANK, _tell_blank)


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
    yield from per_table(facts, lambda text: classify_cell(text) is CellKind.SLASH, _tell_slash)


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
    yield from per_cell(
        facts,
        lambda text: classify_cell(text) is CellKind.OTHER,
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
    yield from per_cell(
        facts,
        _is_negative,
        "填的是负数“{text}”。",
        " holds the negative number “{text}”.",
        lawful=_may_be_negative,
    )


def _tell_blank(
    facts: Facts, report: Report, table: ReadTable, blank: list[Cell], read: int
) -> Finding:
    name, rows = table_name(table.key), named_rows(table, blank)
    severity = None
    if len(blank) == read:
        severity = Severity.ERROR
        rows = ("全部行", "all rows")
    if facts.format is not None and facts.format.id == "v2019":
        severity = Severity.INFO
    return fail(
        f"{name.zh}有{len(blank)}个单元格空白（共{read}个）：{rows[0]}。",
        f"{len(blank)} of {read} cells of the {name.en} are blank: {rows[1]}.",
        *evidence_of(report, table, blank),
        severity=severity,
    )


def _tell_slash(
    _: Facts, report: Report, table: ReadTable, found: list[Cell], read: int
) -> Finding:
    name, rows = table_name(table.key), named_rows(table, found)
    signs = "、".join(dict.fromkeys(f"“{quote(cell.text)}”" for cell in found))
    return fail(
        f"{name.zh}有{len(found)}个单元格（共{read}个）以{signs}代替数字：{rows[0]}。",
        f"{len(found)} of {read} cells of the {name.en} hold {signs} for a number: {rows[1]}.",
        *evidence_of(report, table, found),
    )


def _is_negative(text: str) -> bool:
    amount = parse_amount(text)
    return amount is not None and amount < 0


def _may_be_negative(table: ReadTable, cell: Cell) -> bool:
    return type_of(table, cell) == "signed"
