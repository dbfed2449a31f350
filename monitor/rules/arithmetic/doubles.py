"""Remarks that figures of requests and suits invite: what may lie behind them."""

from collections.abc import Iterator

from monitor.formats.naming import table_name
from monitor.reading.model import Report
from monitor.rules.answers import doubtful, fail, indeterminate, not_applicable
from monitor.rules.arithmetic.places import balances
from monitor.rules.arithmetic.relations import (
    State,
    add_up,
    evidence_of,
    numbers_of,
    state_of,
)
from monitor.rules.engine import NEW, V2021, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.quoting import cell_evidence

_BASIS = "国办公开办函〔2021〕30号《政府信息公开工作年度报告格式》（区分处理的，只计这一情形）"
_BASIS_2019 = (
    "国办公开办函〔2019〕60号《政府信息公开工作年度报告格式（试行）》（区分处理的，只计这一情形）"
)


@rule(
    "requests-partial-double",
    zh="部分公开疑似重复计数",
    en="partial grants perhaps counted twice",
    severity=Severity.INFO,
    formats=NEW,
    basis=_BASIS,
    basis_2019=_BASIS_2019,
)
def requests_partial_double(facts: Facts) -> Iterator[Finding]:
    """A column does not balance, by exactly the number of partial grants.

    What it does: Where requests-unbalanced finds more handled and carried out than received, looks
        whether the difference is the figure of （二）部分公开 in that column.
    Why it matters: It shows where the error probably lies: a request decided in parts was counted
        under 部分公开 and once more under another result.
    Legal basis: 国办公开办函〔2021〕30号: 区分处理的，只计这一情形，不计其他情形.
    Example that fails: 自然人: 9 received, 11 handled and carried out, 部分公开 2.
    Example that passes: 自然人: 9 received, 9 handled and carried out, 部分公开 2.
    How to put it right: Count the request under 部分公开 alone, then correct rows and totals.
    """
    report = facts.report
    assert report is not None
    table = report.tables.get("requests")
    if table is None:
        yield _without(report, "requests")
        return
    unknown = None
    for wanted in balances(report, table):
        column = wanted.left[0][1]
        state = state_of(report, table, wanted)
        if state is State.UNKNOWN:
            unknown = unknown or add_up(report, table, wanted).reason
        if state is not State.DIFFERS:
            continue
        added = add_up(report, table, wanted)
        partial = numbers_of(report, table, ("partial", column))
        unknown = unknown or partial.reason
        count = partial.values[0] if partial.values else None
        if count and added.right_sum - added.left_sum == count:
            yield fail(
                f"“{wanted.name.zh}”列办理和结转比收到多{count}件，恰为部分公开的件数，"
                "疑似区分处理的申请又计入了其他情形。",
                f"Column {wanted.name.en}: {count} more handled and carried out than received, "
                "just as many as were granted in part; these may be counted twice.",
                *evidence_of(report, table, wanted),
                cell_evidence(report, "requests", "partial", column),
            )
    if unknown is not None:
        yield indeterminate(
            f"有的列无法核对：{unknown.zh}。", f"Some columns cannot be judged: {unknown.en}."
        )


@rule(
    "suit-direct-after-2024",
    zh="未经复议直接起诉偏多",
    en="many suits without review",
    severity=Severity.INFO,
    formats=V2021,
    basis="《行政复议法》（2023年修订）第二十三条第一款第四项",
    thresholds={"direct_suits": 5, "review_first_from": 2024},
)
def suit_direct_after_2024(facts: Facts) -> Iterator[Finding]:
    """From 2024 on, more suits were brought without a review than after one.

    What it does: From fiscal year 2024 on compares the totals of 未经复议直接起诉 and 复议后起诉; a
        remark if the first is the greater and at least five. Older cases and other grounds of
        suit still come without a review.
    Why it matters: A refusal to disclose must go to review first; the cases may be misplaced.
    Legal basis: 《行政复议法》第二十三条第一款第四项, in force since 2024-01-01.
    Example that fails: 2024: 未经复议直接起诉 总计 8, 复议后起诉 总计 2.
    Example that passes: 2024: 未经复议直接起诉 总计 2, 复议后起诉 总计 8.
    How to put it right: Check which suits went through a review; right figures may stay.
    """
    report = facts.report
    assert report is not None
    table = report.tables.get("remedies")
    first = int(facts.thresholds["review_first_from"])
    if facts.fiscal_year is None or facts.fiscal_year < first:
        yield not_applicable(
            f"复议前置自{first}年起适用。", f"Review comes first since {first} only."
        )
        return
    if table is None:
        yield _without(report, "remedies")
        return
    numbers = numbers_of(report, table, ("suit_direct", "total"), ("suit_after", "total"))
    if numbers.reason is not None:
        yield indeterminate(
            f"起诉件数无法比较：{numbers.reason.zh}。",
            f"The suits cannot be compared: {numbers.reason.en}.",
        )
        return
    direct, after = numbers.values
    if direct is None or after is None:
        yield not_applicable("起诉件数没有填写。", "The totals of suits are blank.")
    elif direct > after and direct >= facts.thresholds["direct_suits"]:
        yield fail(
            f"未经复议直接起诉{direct}件，多于复议后起诉的{after}件；不予公开的应当先申请行政复议，"
            "请核实是否填错栏目。",
            f"{direct} suits without review, {after} after one: a refusal goes to review first.",
            cell_evidence(report, "remedies", "suit_direct", "total"),
            cell_evidence(report, "remedies", "suit_after", "total"),
        )


def _without(report: Report, key: str) -> Finding:
    name, damage = table_name(key), report.doubtful(table=key)
    if damage is not None:
        return doubtful(f"{name.zh}的数字", f"the figures of the {name.en}", damage)
    return not_applicable(f"没有{name.zh}。", f"There is no {name.en}.")
