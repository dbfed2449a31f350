"""Rules about the period that a report says its figures cover."""

import re
from collections.abc import Iterator
from datetime import date

from monitor.rules.answers import damage_to_prose, doubtful, fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, NEW, rule
from monitor.rules.identity.periods import Period, names_a_period, stated_periods
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.quoting import passages

_PART_OF_YEAR = re.compile(r"成立|组建|挂牌|设立|机构改革|划转|撤销|撤并|合并")
_FIRST_REGULATION = date(2008, 5, 1)


@rule(
    "stat-period-missing",
    zh="未载统计期限",
    en="no statistical period",
    severity=Severity.INFO,
    formats=NEW,
    basis="编制惯例（国办公开办函〔2021〕30号未见明文要求）",
    basis_2019="编制惯例（国办公开办函〔2019〕60号未见明文要求）",
    needs=frozenset({"outline"}),
)
def stat_period_missing(facts: Facts) -> Iterator[Finding]:
    """The report does not say from when to when its figures were counted.

    What it does: Looks for 统计期限, 统计时限 and the like, or for a range of days such as
        1月1日…12月31日, in all prose.
    Why it matters: A reader must know which days the figures cover.
    Legal basis: Custom of the reports; as far as known the notices of 2019 and 2021 do not
        demand it.
    Example that fails: A preamble that announces six parts and no period.
    Example that passes: 本报告所列数据的统计期限自2023年1月1日起至2023年12月31日止。
    How to put it right: Add the sentence to the preamble.
    """
    report = facts.report
    assert report is not None
    if names_a_period(report):
        return
    damage = damage_to_prose(report, "overview")
    if damage is not None:
        yield doubtful("是否载明统计期限", "whether a period is stated", damage)
        return
    first = next((item.evidence() for item in passages(report)), None)
    yield fail(
        "全文未载明数据的统计期限。",
        "The report does not state its statistical period.",
        *((first,) if first else ()),
    )


@rule(
    "stat-period-wrong",
    zh="统计期限错误",
    en="wrong statistical period",
    severity=Severity.ERROR,
    formats=ALL,
    basis="《政府信息公开条例》第四十九条（上一年度）",
    basis_2008="国务院令第492号第三十一条（年度报告）",
    version=2,
)
def stat_period_wrong(facts: Facts) -> Iterator[Finding]:
    """The stated period is not the fiscal year, or ends before it begins.

    What it does: Reads every stated period and compares it with 1 January to 31 December (from
        1 May in 2008). Periods of other years in comparisons, and of agencies founded or
        reorganised within the year, are left alone.
    Why it matters: Often a sign that last year's text was copied, and perhaps its figures.
    Legal basis: 《政府信息公开条例》第四十九条: the report is on the previous year.
    Example that fails: 统计期限自2023年1月1日起至2022年12月31日止。
    Example that passes: 统计时限为2023年1月1日至12月31日。
    How to put it right: Correct the years; check that the figures are those of this year.
    """
    report = facts.report
    assert report is not None
    periods = stated_periods(report)
    if not periods:
        yield not_applicable("未载明统计期限。", "No period is stated.")
        return
    for period in periods:
        finding = _judge_period(facts, period)
        if finding is not None:
            yield finding


def _judge_period(facts: Facts, period: Period) -> Finding | None:
    if period.of_another_year:
        return None
    if period.lost:
        return indeterminate(
            "统计期限的年月日字样不全，无法判断。",
            "Characters of the period were lost, so it cannot be judged.",
            period.evidence,
        )
    if period.start is None or period.end is None:
        return fail(
            "统计期限中有不存在的日期。",
            "The period has a day that does not exist.",
            period.evidence,
        )
    if period.end < period.start:
        return fail(
            f"统计期限起止倒置：自 {period.start} 至 {period.end}。",
            f"The period ends before it begins: {period.start} to {period.end}.",
            period.evidence,
        )
    year = facts.fiscal_year
    if year is None or _is_right(period, year) or _is_part_of_year(facts, period, year):
        return None
    return fail(
        f"统计期限为 {period.start} 至 {period.end}，与报告年度 {year} 年不符。",
        f"The period is {period.start} to {period.end}, but the report is on {year}.",
        period.evidence,
    )


def _is_right(period: Period, year: int) -> bool:
    starts = {date(year, 1, 1)} | ({_FIRST_REGULATION} if year == _FIRST_REGULATION.year else set())
    return period.start in starts and period.end == date(year, 12, 31)


def _is_part_of_year(facts: Facts, period: Period, year: int) -> bool:
    reorganised = facts.agency is not None and facts.agency.reorganised
    if not reorganised and not _PART_OF_YEAR.search(period.sentence):
        return False
    return period.start is not None and period.start.year == year
