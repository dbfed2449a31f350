"""Rules about statements that a report owes: fees, and a government's accountability."""

import re
from collections.abc import Iterator

from monitor.reading.model import Report
from monitor.rules.answers import damage_to_prose, doubtful, fail, not_applicable
from monitor.rules.engine import NEW, V2021, rule
from monitor.rules.kinds import agency_name, kind_of
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.quoting import Passage, flatten, heading_evidence, passages
from storage.models import AgencyKind

_FEE = re.compile(r"处理费")
_FEE_IN_OTHER_WORDS = re.compile(
    r"收费通知|(?:未|没有|无|不存在|从未)[^。;]{0,12}(?:收取|产生|发生|涉及)?[^。;]{0,12}(?:费用|收费)"
    r"|(?:收取|收费|费用)[^。;]{0,16}(?:0元|零元|为0|为零|\d+(?:\.\d+)?元)|免费(?:提供|公开|答复)"
)
_ABOUT_DISCLOSURE = re.compile(r"信息公开|公开信息|申请|政务公开|公开")
_TABLE_LABEL = re.compile(r"申请人逾期未按收费通知要求缴纳费用|行政事业性收费|收费金额")
_DUTIES = {
    "工作考核": re.compile(r"考核|考评|绩效"),
    "社会评议": re.compile(r"评议|社会评价|满意度|第三方评估|公众评价"),
    "责任追究": re.compile(r"责任追究|追究责任|追究[^。]{0,6}责任|追责|问责"),
}


@rule(
    "fee-statement-missing",
    zh="未报告收取信息处理费情况",
    en="no statement on processing fees",
    severity=Severity.ERROR,
    formats=V2021,
    basis="国办公开办函〔2021〕30号（第六部分）；国办函〔2020〕109号",
    needs=frozenset({"outline"}),
)
def fee_statement_missing(facts: Facts) -> Iterator[Finding]:
    """The report does not say whether processing fees were collected.

    What it does: Looks for 信息处理费 (信息公开处理费 counts too) and for other words about fees
        for disclosure, best in section six; elsewhere it is only noted.
    Why it matters: The format demands the statement, also where nothing was collected.
    Legal basis: 国办公开办函〔2021〕30号, section six; 《政府信息公开信息处理费管理办法》.
    Example that fails: 六、其他需要报告的事项 无。
    Example that passes: 未发出收费通知，未向任何单位或个人收取信息处理费。
    How to put it right: Add to section six: 本年度未收取信息处理费 or the sum in yuan.
    """
    report = facts.report
    assert report is not None
    stated = next((item for item in passages(report) if _states_fee(item)), None)
    section = report.section("other_matters")
    if stated is not None:
        six = any(
            item.section == "other_matters" and _states_fee(item) for item in passages(report)
        )
        if section is not None and not six and _is_placed(stated):
            yield fail(
                "收取信息处理费情况未写入“其他需要报告的事项”。",
                "The statement on fees does not stand in section six.",
                stated.evidence(),
                severity=Severity.INFO,
            )
        return
    damage = damage_to_prose(report, "other_matters")
    if damage is not None:
        yield doubtful("是否报告信息处理费", "the statement on fees", damage)
        return
    yield fail(
        "全文未报告收取信息处理费情况。",
        "The report does not say whether processing fees were collected.",
        *((heading_evidence(section),) if section is not None else ()),
    )


def _states_fee(item: Passage) -> bool:
    for _, sentence in item.sentences():
        text = _TABLE_LABEL.sub("", sentence)
        if _FEE.search(text):
            return True
        if _FEE_IN_OTHER_WORDS.search(text) and (
            item.section == "other_matters" or _ABOUT_DISCLOSURE.search(text)
        ):
            return True
    return False


def _is_placed(item: Passage) -> bool:
    """Whether the passage surely stands in another section than six."""
    return item.section is not None


@rule(
    "gov-accountability-missing",
    zh="政府年报缺考核、评议、责任追究情况",
    en="government's appraisal, review, accountability missing",
    severity=Severity.ERROR,
    formats=NEW,
    basis="《政府信息公开条例》第五十条第一款第四项、第四十六条",
    needs=frozenset({"outline"}),
    version=2,
)
def gov_accountability_missing(facts: Facts) -> Iterator[Finding]:
    """A government's report does not tell of appraisal, public review and accountability.

    What it does: In reports of people's governments from county level up, looks for 考核, 评议
        and 责任追究. None of them is an error, one or two missing a warning; "none occurred" counts
        as told. A bare place name (某市) for which no kind was given is only warned.
    Why it matters: Only governments owe these results, so texts made for departments lack them.
    Legal basis: 《政府信息公开条例》第五十条第一款第四项: 工作考核、社会评议和责任追究结果情况.
    Example that fails: A county government's report without any of the three words.
    Example that passes: 开展社会评议和年度考核，2023年未发生责任追究情形。
    How to put it right: Add the three results to 监督保障 in section one.
    """
    report = facts.report
    assert report is not None
    if kind_of(facts) is not AgencyKind.GOVERNMENT:
        yield not_applicable(
            "仅适用于县级以上人民政府的年报。",
            "Applies to reports of people's governments from county level up only.",
        )
        return
    missing = _missing_duties(report)
    if not missing:
        return
    damage = damage_to_prose(report, "overview", "problems", "other_matters")
    if damage is not None:
        yield doubtful("是否报告考核、评议、责任追究", "appraisal and accountability", damage)
        return
    overview = report.section("overview")
    evidence = (heading_evidence(overview),) if overview else (Evidence(quote=""),)
    yield fail(
        f"政府年报未报告{'、'.join(missing)}结果情况。",
        f"The government's report does not tell the results of {', '.join(missing)}.",
        *evidence,
        severity=None
        if len(missing) == len(_DUTIES) and _is_surely_a_government(facts)
        else Severity.WARNING,
    )


def _is_surely_a_government(facts: Facts) -> bool:
    """Whether kind or name say that it is a government, not a bare place alone (某市)."""
    known = facts.agency is not None and facts.agency.kind is not None
    return known or (agency_name(facts) or "").endswith("人民政府")


def _missing_duties(report: Report) -> list[str]:
    text = flatten(report.text)
    return [name for name, words in _DUTIES.items() if not words.search(text)]
