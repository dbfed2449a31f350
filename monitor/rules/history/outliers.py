"""The rule about figures that are many times those of last year."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from monitor.formats import load_format
from monitor.formats.naming import cell_name, row_name, table_name
from monitor.language import Bilingual
from monitor.reading.model import Report
from monitor.reading.normalise import parse_amount
from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import NEW, rule
from monitor.rules.history.before import (
    is_nothing,
    not_of_last_year,
    reorganised_answer,
    text_of,
    was_reorganised,
)
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.quoting import cell_evidence

_FACTOR, _DIFFERENCE = "outlier_factor", "outlier_difference"
_DISCLOSURE = "proactive_disclosure"
_MOST_NAMED = 5
_COMPARED_TYPES = frozenset({"count", "decimal"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """A cell of both years."""

    table: str
    row: str
    column: str
    format_id: str
    here: Decimal
    before: Decimal

    @property
    def name(self) -> Bilingual:
        """What it is called: where only one column is compared, by its row."""
        if self.table == _DISCLOSURE:
            return cell_name(self.format_id, self.table, self.row, self.column)
        return row_name(self.format_id, self.table, self.row)

    def is_outlier(self, factor: Decimal, difference: Decimal) -> bool:
        """Whether it changed by more than so many times, and by at least so much."""
        small, large = min(self.here, self.before), max(self.here, self.before)
        return large > max(small, Decimal(1)) * factor and large - small >= difference


@rule(
    "history-outlier",
    zh="数据较上年异常波动",
    en="figure many times last year's",
    severity=Severity.INFO,
    formats=NEW,
    basis="编制惯例；国办公开办函〔2021〕30号（内容准确）",
    basis_2019="编制惯例；《政府信息公开条例》第五十条",
    needs=frozenset({"report", "previous"}),
    thresholds={_FACTOR: 10, _DIFFERENCE: 50},
)
def history_outlier(facts: Facts) -> Iterator[Finding]:
    """A figure of a table is more than ten times last year's, or less than a tenth of it.

    What it does: Compares the cells of both years, of the requests only 总计, and names those that
        changed more than tenfold (setting outlier_factor) and by 50 or more (outlier_difference);
        zero counts as one. One finding a table. Tables of another layout are not compared.
    Why it matters: A slip of a digit or a wrong column looks so; a real event should be explained.
    Legal basis: 国办公开办函〔2021〕30号 demands exact content.
    Example that fails: 行政许可 14 in 2022 and 1400 in 2023.
    Example that passes: 行政许可 140 in 2022 and 190 in 2023.
    How to put it right: Check the figure; if it is right, explain the change in section one.
    """
    report, previous = facts.report, facts.previous
    assert report is not None
    assert previous is not None
    answer = not_of_last_year(facts)
    if answer is not None:
        yield answer
        return
    shared = [key for key in report.tables if _is_comparable(report, previous, key)]
    if not shared:
        yield not_applicable(
            "两年没有格式相同的表格。", "The two years share no table of the same layout."
        )
    for table in shared:
        yield from _outliers(facts, report, previous, table)


def _is_comparable(report: Report, previous: Report, table: str) -> bool:
    if table not in previous.tables:
        return False
    same = report.tables[table].format == previous.tables[table].format
    return same or table != _DISCLOSURE


def _outliers(facts: Facts, report: Report, previous: Report, table: str) -> Iterator[Finding]:
    factor, difference = (Decimal(str(facts.thresholds[key])) for key in (_FACTOR, _DIFFERENCE))
    changes = list(_changes(report, previous, table, unchanged=difference <= 0))
    found = [item for item in changes if item is not None and item.is_outlier(factor, difference)]
    evidence = tuple(item for change in found for item in _evidence(report, previous, change))
    if found and was_reorganised(facts):
        yield reorganised_answer(*evidence)
    elif found:
        yield fail(*_words(facts, table, found), *evidence)
    elif None in changes:
        name = table_name(table)
        yield indeterminate(
            f"{name.zh}有单元格未能读出，没有全部比对。",
            f"{name.en}: cells that could not be read were not compared.",
        )


def _changes(
    report: Report, previous: Report, table: str, *, unchanged: bool
) -> Iterator[_Change | None]:
    """Yield each cell of both years that holds a number; None for one that was not read.

    Those that hold the same in both years are only yielded if ``unchanged``.
    """
    format_id = report.tables[table].format
    here, before = report.tables[table].values, previous.tables[table].values
    for row, column in _compared_cells(format_id, table):
        if row in here and row in before:
            yield from _change(report, previous, (table, row, column), unchanged=unchanged)


@cache
def _compared_cells(format_id: str, table: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (row.key, column.key)
        for row in load_format(format_id).tables[table].rows
        for column in row.columns
        if column.type in _COMPARED_TYPES and _is_compared(table, column.key)
    )


def _is_compared(table: str, column: str) -> bool:
    return table == _DISCLOSURE or column == "total"


def _change(
    report: Report, previous: Report, cell: tuple[str, str, str], *, unchanged: bool
) -> Iterator[_Change | None]:
    table, row, column = cell
    ours, theirs = (text_of(one, table, row, column) for one in (report, previous))
    if ours is None or theirs is None:
        yield None
        return
    if ours == theirs and not unchanged:
        return
    here, before = _amount(ours), _amount(theirs)
    if here is not None and before is not None:
        format_id = report.tables[table].format
        yield _Change(
            table=table, row=row, column=column, format_id=format_id, here=here, before=before
        )


def _amount(text: str | None) -> Decimal | None:
    """Return the number of a cell; blanks and dashes say nothing here."""
    return None if text is None or is_nothing(text) else parse_amount(text)


def _words(facts: Facts, table: str, found: list[_Change]) -> tuple[str, str]:
    year, name = facts.fiscal_year or 0, table_name(table)
    shown = found[:_MOST_NAMED]
    zh = "；".join(
        f"{item.name.zh}{year - 1}年 {item.before}、{year}年 {item.here}" for item in shown
    )
    en = "; ".join(f"{item.name.en}: {item.before} in {year - 1}, {item.here}" for item in shown)
    more = len(found) - len(shown)
    return (
        f"{name.zh}数据较上年异常波动，请核对：{zh}{f'；另有 {more} 处' if more else ''}。",
        (
            f"Figures of the {name.en} differ many times from last year's: {en}"
            f"{f'; and {more} more' if more else ''}."
        ),
    )


def _evidence(report: Report, previous: Report, change: _Change) -> Iterator[Evidence]:
    for one in (report, previous):
        yield cell_evidence(one, change.table, change.row, change.column)
