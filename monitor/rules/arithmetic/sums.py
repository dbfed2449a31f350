"""The four sums that must hold within the tables (勾稽关系)."""

from collections.abc import Callable, Iterable, Iterator

from monitor.formats.naming import table_name
from monitor.language import Bilingual
from monitor.reading.model import ReadTable, Report
from monitor.rules.answers import doubtful, fail, indeterminate, not_applicable
from monitor.rules.arithmetic.places import balances, group_sums, result_sums, row_totals
from monitor.rules.arithmetic.relations import Added, State, Sum, add_up, evidence_of, state_of
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Facts, Finding, Severity

_BASIS = "国办公开办函〔2021〕30号《政府信息公开工作年度报告格式》表格勾稽关系"
_BASIS_2019 = "国办公开办函〔2019〕60号《政府信息公开工作年度报告格式（试行）》表格勾稽关系"
_SHOWN = 5

Tell = Callable[[Added], Bilingual]


@rule(
    "requests-unbalanced",
    zh="申请情况勾稽不平",
    en="requests do not balance",
    severity=Severity.ERROR,
    formats=NEW,
    basis=_BASIS,
    basis_2019=_BASIS_2019,
)
def requests_unbalanced(facts: Facts) -> Iterator[Finding]:
    """Requests received and requests handled do not balance in a column of the requests table.

    What it does: Adds up, in each of the seven columns, new and carried-in requests, and handled
        and carried-out requests; the two must be equal, as the table itself says.
    Why it matters: Requests have vanished or appeared from nowhere: a figure is wrong.
    Legal basis: The relation is printed in the corner of the table of 国办公开办函〔2021〕30号.
    Example that fails: 总计: 12 new + 1 carried in, but 11 handled + 1 carried out.
    Example that passes: 总计: 12 new + 1 carried in = 12 handled + 1 carried out.
    How to put it right: Check the four figures against the register of requests; correct the table.
    """
    yield from _judge(facts, "requests", balances, _tell_balance)


@rule(
    "requests-result-sum",
    zh="办理结果合计错误",
    en="results do not add up",
    severity=Severity.ERROR,
    formats=NEW,
    basis=_BASIS,
    basis_2019=_BASIS_2019,
)
def requests_result_sum(facts: Facts) -> Iterator[Finding]:
    """The results of handling do not add up to （七）总计 in a column of the requests table.

    What it does: Adds up the rows from 予以公开 to 其他处理 in each column. 其他处理 is three rows
        since 2021 and one row before; a report on 2020 may have either.
    Why it matters: A request has been counted twice, or has no result.
    Legal basis: 国办公开办函〔2021〕30号, table of section three; 《政府信息公开条例》第五十条.
    Example that fails: 总计 column: the results add up to 27, but （七）总计 says 21.
    Example that passes: 总计 column: 7 + 6 + 4 + 3 + 1 = 21, and （七）总计 says 21.
    How to put it right: Count each request under one result only, then correct rows or total.
    """
    yield from _judge(facts, "requests", result_sums, _tell_results)


@rule(
    "requests-row-total",
    zh="申请人行合计错误",
    en="applicants do not add up",
    severity=Severity.ERROR,
    formats=NEW,
    basis=_BASIS,
    basis_2019=_BASIS_2019,
)
def requests_row_total(facts: Facts) -> Iterator[Finding]:
    """The six kinds of applicants do not add up to 总计 in a row of the requests table.

    What it does: Adds up 自然人 and the five kinds of organisations in each row. A row whose 总计,
        or whose applicants, are all left blank is not judged here.
    Why it matters: The total is what is quoted and compared from year to year.
    Legal basis: 国办公开办函〔2021〕30号, table of section three; 《政府信息公开条例》第五十条.
    Example that fails: 予以公开: 5 natural persons + 1 enterprise, but 总计 says 7.
    Example that passes: 予以公开: 5 natural persons + 1 enterprise, and 总计 says 6.
    How to put it right: Correct the applicant figure or the 总计 of that row.
    """
    yield from _judge(facts, "requests", row_totals, _tell_row)


@rule(
    "remedies-sum",
    zh="复议诉讼合计错误",
    en="remedies do not add up",
    severity=Severity.ERROR,
    formats=NEW,
    basis=_BASIS,
    basis_2019=_BASIS_2019,
)
def remedies_sum(facts: Facts) -> Iterator[Finding]:
    """The four outcomes do not add up to 总计 in a group of the remedies table.

    What it does: Adds up 结果维持, 结果纠正, 其他结果 and 尚未审结 for 行政复议, for
        未经复议直接起诉 and for 复议后起诉.
    Why it matters: Cases of review or litigation are missing or counted twice.
    Legal basis: 国办公开办函〔2021〕30号, table of section four; 《政府信息公开条例》第五十条.
    Example that fails: 行政复议: 1 upheld + 1 corrected, but 总计 says 3.
    Example that passes: 行政复议: 1 upheld + 1 corrected + 1 pending, and 总计 says 3.
    How to put it right: Check the cases of the group and correct the outcome or the total.
    """
    yield from _judge(facts, "remedies", group_sums, _tell_group)


def _judge(
    facts: Facts, key: str, sums: Callable[[Report, ReadTable], Iterable[Sum]], tell: Tell
) -> Iterator[Finding]:
    report = facts.report
    assert report is not None
    table, name = report.tables.get(key), table_name(key)
    if table is None:
        damage = report.doubtful(table=key)
        if damage is not None:
            yield doubtful(f"{name.zh}的勾稽关系", f"the sums of the {name.en}", damage)
        else:
            yield not_applicable(f"没有{name.zh}。", f"There is no {name.en}.")
        return
    states = [(wanted, state_of(report, table, wanted)) for wanted in sums(report, table)]
    for wanted, state in states:
        if state is State.DIFFERS:
            text = tell(add_up(report, table, wanted))
            yield fail(text.zh, text.en, *evidence_of(report, table, wanted))
    unknown = [wanted for wanted, state in states if state is State.UNKNOWN]
    if unknown:
        yield _not_known([add_up(report, table, wanted) for wanted in unknown])
    elif all(state is State.NOT_STATED for _, state in states):
        yield not_applicable(f"{name.zh}没有填写数字。", f"The {name.en} holds no figures.")


def _not_known(unknown: list[Added]) -> Finding:
    """One answer for all places that cannot be judged, however many: the reasons are the same."""
    first = unknown[0]
    names_zh = "、".join(f"“{item.sum.name.zh}”" for item in unknown[:_SHOWN])
    names_en = ", ".join(item.sum.name.en for item in unknown[:_SHOWN])
    more_zh, more_en = (
        (f"等{len(unknown)}处", f" and {len(unknown) - _SHOWN} more")
        if len(unknown) > _SHOWN
        else ("", "")
    )
    assert first.reason is not None
    return indeterminate(
        f"{names_zh}{more_zh}无法核对合计：{first.reason.zh}。",
        f"Cannot add up {names_en}{more_en}: {first.reason.en}.",
    )


def _tell_balance(added: Added) -> Bilingual:
    name = added.sum.name
    new, carried_in, handled, carried_out = (*added.left, *added.right)
    return Bilingual(
        f"“{name.zh}”列不平：新收{_zh(new)}＋上年结转{_zh(carried_in)}＝{added.left_sum}，"
        f"办理结果总计{_zh(handled)}＋结转下年度{_zh(carried_out)}＝{added.right_sum}，"
        "而表内注明“第一项加第二项之和，等于第三项加第四项之和”。",
        f"Column {name.en} does not balance: {_en(new)} new + {_en(carried_in)} carried in = "
        f"{added.left_sum}, but {_en(handled)} handled + {_en(carried_out)} carried out = "
        f"{added.right_sum}.",
    )


def _tell_results(added: Added) -> Bilingual:
    name, total = added.sum.name, added.right[0]
    return Bilingual(
        f"“{name.zh}”列各项办理结果相加为{added.left_sum}，“（七）总计”填报{_zh(total)}。",
        f"Column {name.en}: the results add up to {added.left_sum}, but the total given is "
        f"{_en(total)}.",
    )


def _tell_row(added: Added) -> Bilingual:
    name, total = added.sum.name, added.right[0]
    return Bilingual(
        f"“{name.zh}”行各类申请人相加为{added.left_sum}，总计填报{_zh(total)}。",
        f"Row {name.en}: the applicants add up to {added.left_sum}, but the total given is "
        f"{_en(total)}.",
    )


def _tell_group(added: Added) -> Bilingual:
    name, total = added.sum.name, added.right[0]
    return Bilingual(
        f"“{name.zh}”四类结果相加为{'＋'.join(map(_zh, added.left))}＝{added.left_sum}，"
        f"总计填报{_zh(total)}。",
        f"Group {name.en}: the four outcomes add up to {added.left_sum}, but the total given is "
        f"{_en(total)}.",
    )


def _zh(number: int | None) -> str:
    return "空白" if number is None else str(number)


def _en(number: int | None) -> str:
    return "blank" if number is None else str(number)
