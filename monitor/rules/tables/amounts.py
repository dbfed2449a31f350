"""Rules about units and fractions in the value cells."""

from collections.abc import Iterator
from dataclasses import replace
from unicodedata import normalize

from monitor.formats.naming import table_name
from monitor.reading.model import ReadTable, Report
from monitor.reading.normalise import CellKind, classify_cell, parse_amount
from monitor.rules.answers import fail
from monitor.rules.engine import NEW, V2021, rule
from monitor.rules.model import Facts, Finding, Outcome, Severity
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
_NAMED = 3


@rule(
    "cell-unit",
    zh="数字带单位",
    en="unit in a cell",
    severity=Severity.WARNING,
    formats=V2021,
    basis=f"{_30}（单位印在表头）",
)
def cell_unit(facts: Facts) -> Iterator[Finding]:
    """Value cells hold a number together with its unit.

    What it does: Counts the cells of a table that hold a number followed by 件, 条, 元, 万元 and
        the like; one finding a table. 采购总金额 of the format of 2019 may carry its unit.
    Why it matters: The header states the unit; another one beside the number makes it doubtful.
    Legal basis: 国办公开办函〔2021〕30号: 本年收费金额（单位：万元）; all other columns count.
    Example that fails: 行政事业性收费 | 160.5964万元.
    Example that passes: 行政事业性收费 | 160.5964.
    How to put it right: Enter the number alone, in the unit of the header.
    """
    yield from per_table(
        facts, lambda text: classify_cell(text) is CellKind.WITH_UNIT, _tell_unit, _may_have_unit
    )


@rule(
    "cell-non-integer",
    zh="件数带小数",
    en="fraction in a count",
    severity=Severity.ERROR,
    formats=NEW,
    basis=_30,
    basis_2019=_60,
)
def cell_non_integer(facts: Facts) -> Iterator[Finding]:
    """A cell that counts things holds a fraction.

    What it does: Names each cell of a counting column that is no whole number; 3.0 is only noted.
        Amounts of money may have decimals.
    Why it matters: There is no half request: the figure is wrong, or stands in the wrong cell.
    Legal basis: 国办公开办函〔2021〕30号: all columns but 本年收费金额 count.
    Example that fails: 行政处罚 | 12.5.
    Example that passes: 行政事业性收费 | 12.5 (万元).
    How to put it right: Enter the number of items.
    """
    for finding in per_cell(
        facts,
        _is_fraction,
        "填的是小数“{text}”，件数应为整数。",
        " holds {text}, no whole number.",
        lawful=lambda table, cell: type_of(table, cell) not in ("count", "signed"),
    ):
        whole = all(_is_whole(item.quote) for item in finding.evidence)
        noted = finding.outcome is Outcome.FAIL and whole
        yield replace(finding, severity=Severity.INFO) if noted else finding


def _tell_unit(_: Facts, report: Report, table: ReadTable, found: list[Cell], read: int) -> Finding:
    name, rows = table_name(table.key), named_rows(table, found)
    shown = "、".join(dict.fromkeys(f"“{quote(cell.text)}”" for cell in found[:_NAMED]))
    return fail(
        f"{name.zh}有{len(found)}个单元格（共{read}个）的数字带有单位（{shown}）：{rows[0]}。",
        f"{len(found)} of {read} cells of the {name.en} hold a unit ({shown}): {rows[1]}.",
        *evidence_of(report, table, found),
    )


def _may_have_unit(table: ReadTable, cell: Cell) -> bool:
    return type_of(table, cell) == "money"


def _is_fraction(text: str) -> bool:
    fractional = classify_cell(text) in (CellKind.DECIMAL, CellKind.WITH_UNIT)
    return fractional and "." in normalize("NFKC", text)


def _is_whole(text: str) -> bool:
    amount = parse_amount(text)
    return amount is not None and amount == amount.to_integral_value()
