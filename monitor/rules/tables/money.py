"""The rule about the unit of the administrative fees."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from monitor.reading.model import PrintedLabel, ReadTable, Report
from monitor.reading.normalise import CellKind, classify_cell, parse_amount, parse_unit
from monitor.rules.answers import doubtful, fail, indeterminate, not_applicable
from monitor.rules.engine import V2021, rule
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.originals import letters_doubtful
from monitor.rules.quoting import cell_evidence, flatten, quote

_TABLE, _ROW, _COLUMN, _UNIT = "proactive_disclosure", "admin_fees", "amount_wan", "万元"
_IN_HEADER = re.compile(r"单位[:为]?(?P<unit>[^()\[\]、,]+)|[(](?P<bare>[万千百亿]?元)[)]")
_BY = 10_000


@rule(
    "fee-unit-suspect",
    zh="收费单位疑误",
    en="unit of fees doubtful",
    severity=Severity.WARNING,
    formats=V2021,
    basis="国办公开办函〔2021〕30号《政府信息公开工作年度报告格式》（本年收费金额，单位：万元）",
    thresholds={"fee_unit_tolerance": 0.05},
)
def fee_unit_suspect(facts: Facts) -> Iterator[Finding]:
    """The administrative fees seem to be given in yuan, not in 万元.

    What it does: Reads the unit in the header of 本年收费金额; and compares the amount with that
        of last year: a quotient within 5 per cent of 10,000 is no growth but another unit.
    Why it matters: The amount is then ten thousand times too great.
    Legal basis: 国办公开办函〔2021〕30号: 本年收费金额（单位：万元）.
    Example that fails: 行政事业性收费: 125000 after 12.4 the year before.
    Example that passes: 行政事业性收费: 12.5 after 12.4 the year before.
    How to put it right: Enter the amount in 万元, and leave the header as it is.
    """
    report = facts.report
    assert report is not None
    table = report.tables.get(_TABLE)
    if table is None or _COLUMN not in table.values.get(_ROW, {}):
        yield _without_row(report)
        return
    label = next((item for item in table.column_labels if item.key == _COLUMN), None)
    if label is not None and _other_unit(label) is not None:
        yield _other_header(report, label)
        return
    yield from _against_last_year(facts, report, table)


def _other_unit(label: PrintedLabel) -> str | None:
    """Return the unit a header prints, if it is not the official one."""
    match = _IN_HEADER.search(flatten(label.text))
    unit = (match["unit"] or match["bare"]) if match else None
    return unit if unit not in (None, _UNIT, f"人民币{_UNIT}", f"{_UNIT}人民币") else None


def _other_header(report: Report, label: PrintedLabel) -> Finding:
    unit = _other_unit(label)
    evidence = Evidence(quote=quote(label.text), table=_TABLE, column=_COLUMN, place=label.place)
    if letters_doubtful(report, label.place):
        return indeterminate(
            "表头系识别所得，收费金额的单位无法核对。",
            "The header was recognised from a picture; its unit is not certain.",
            evidence,
        )
    return fail(
        f"本年收费金额表头的单位是“{unit}”，规定为“{_UNIT}”。",
        f"The header of the fees gives the unit as {unit}, not {_UNIT}.",
        evidence,
    )


def _against_last_year(facts: Facts, report: Report, table: ReadTable) -> Iterator[Finding]:
    damage = report.doubtful(table=_TABLE, row=_ROW)
    text = table.values[_ROW][_COLUMN].text
    if damage is not None:
        yield doubtful("收费金额", "the fees", damage)
        return
    amount = _amount(table)
    if amount is None:
        if text is None:
            yield indeterminate("收费金额未能读取。", "The fees were not read.")
        return
    if amount <= 0:
        return
    before = _last_year(facts)
    if before is None:
        yield not_applicable("没有上一年度的收费金额可以比较。", "Last year's fees are not known.")
        return
    if before > 0 and _is_other_unit(amount / before, facts.thresholds):
        assert facts.previous is not None
        yield fail(
            f"行政事业性收费填报{quote(text or '')}，约为上一年度{before.normalize():f}的一万倍，"
            f"疑似误以元为单位（应为{_UNIT}）。",
            f"Fees of {amount:f} after {before:f} last year, ten thousand times as much: perhaps "
            "yuan for 万元.",
            cell_evidence(report, _TABLE, _ROW, _COLUMN),
            cell_evidence(facts.previous, _TABLE, _ROW, _COLUMN),
        )


def _is_other_unit(quotient: Decimal, thresholds: Mapping[str, float]) -> bool:
    return abs(quotient / _BY - 1) <= Decimal(str(thresholds["fee_unit_tolerance"]))


def _last_year(facts: Facts) -> Decimal | None:
    previous = facts.previous
    table = previous.tables.get(_TABLE) if previous is not None else None
    if previous is None or table is None or _COLUMN not in table.values.get(_ROW, {}):
        return None
    if previous.doubtful(table=_TABLE, row=_ROW) is not None:
        return None
    return _amount(table)


def _amount(table: ReadTable) -> Decimal | None:
    """Return the amount in the unit of the column; what has a unit of its own is not judged."""
    text = table.values[_ROW][_COLUMN].text
    if text is None or classify_cell(text) is CellKind.BLANK:
        return None
    if parse_unit(text) not in (None, _UNIT):
        return None
    return parse_amount(text)


def _without_row(report: Report) -> Finding:
    damage = report.doubtful(table=_TABLE, row=_ROW)
    if damage is not None:
        return doubtful("收费金额", "the fees", damage)
    return not_applicable("表中没有行政事业性收费的金额。", "The table has no amount of fees.")
