"""Cases of the rules about sections: present, headed, ordered, numbered, filled, announced."""

from dataclasses import replace

from monitor.reading.model import Image, Report
from tests.monitor.building import (
    PREAMBLE,
    PROSE,
    a_report,
    a_section,
    with_damage,
    with_heading,
    with_preamble,
    with_prose,
    with_section,
    without_section,
    without_table,
)
from tests.monitor.rules.cases.case import CLEAN, Case

WITHOUT_PROBLEMS = without_section(CLEAN, "problems")
BARE_REQUESTS = without_table(without_section(CLEAN, "requests"), "requests")


def _in_order(report: Report, *keys: str) -> Report:
    """Return the report with its sections in another order, some of them perhaps twice."""
    by_key = {section.key: section for section in report.sections}
    return replace(report, sections=tuple(by_key[key] for key in keys))


SIX = tuple(section.key or "" for section in CLEAN.sections)

PRESENCE = (
    Case(name="six sections", rule="section-missing", outcome="pass"),
    Case(
        name="six sections of 2019",
        rule="section-missing",
        outcome="pass",
        report=a_report("v2019"),
    ),
    Case(
        name="section five",
        rule="section-missing",
        outcome="fail",
        severity="error",
        report=WITHOUT_PROBLEMS,
        says="“五、存在的主要问题及改进情况”",
        count=1,
    ),
    Case(
        name="a table section without heading and table",
        rule="section-missing",
        outcome="fail",
        report=BARE_REQUESTS,
        says="“三、收到和处理政府信息公开申请情况”",
    ),
    Case(
        name="its table is there",
        rule="section-missing",
        outcome="pass",
        report=without_section(CLEAN, "requests"),
    ),
    Case(
        name="pages lost where it may have stood",
        rule="section-missing",
        outcome="indeterminate",
        report=with_damage(WITHOUT_PROBLEMS, sections=frozenset({"problems"})),
    ),
    Case(
        name="pages lost, nobody knows which",
        rule="section-missing",
        outcome="indeterminate",
        report=with_damage(WITHOUT_PROBLEMS),
    ),
    Case(
        name="the table of the section is doubtful",
        rule="section-missing",
        outcome="indeterminate",
        report=with_damage(BARE_REQUESTS, "rows-lost", tables=frozenset({"requests"})),
    ),
    Case(
        name="damage elsewhere excuses nothing",
        rule="section-missing",
        outcome="fail",
        report=with_damage(WITHOUT_PROBLEMS, sections=frozenset({"remedies"})),
    ),
    Case(
        name="reworded beyond recognition by the reader",
        rule="section-missing",
        outcome="pass",
        report=with_section(
            WITHOUT_PROBLEMS, a_section(None, "五、存在不足和下一步打算", "还有不足。", ordinal=5)
        ),
    ),
    Case(
        name="reworded in a line of the text",
        rule="section-missing",
        outcome="pass",
        report=with_prose(WITHOUT_PROBLEMS, "remedies", "五、工作中的问题与整改", "还有问题。"),
    ),
    Case(
        name="an old report has other rules",
        rule="section-missing",
        outcome="not_applicable",
        report=WITHOUT_PROBLEMS,
        facts={"fiscal_year": 2015},
    ),
    Case(
        name="a table without its heading",
        rule="section-heading-missing",
        outcome="fail",
        severity="warning",
        report=without_section(CLEAN, "requests"),
        says="三、收到和处理",
    ),
    Case(
        name="the heading was lost with its page",
        rule="section-heading-missing",
        outcome="indeterminate",
        report=with_damage(
            without_section(CLEAN, "requests"), "heading-lost", sections=frozenset({"requests"})
        ),
    ),
    Case(name="headed", rule="section-heading-missing", outcome="pass"),
    Case(
        name="neither table nor heading is another rule's",
        rule="section-heading-missing",
        outcome="pass",
        report=BARE_REQUESTS,
    ),
)

ORDER = (
    Case(name="one to six", rule="section-order", outcome="pass"),
    Case(
        name="five before four",
        rule="section-order",
        outcome="fail",
        severity="warning",
        quote="五、存在的主要问题及改进情况",
        report=_in_order(CLEAN, *SIX[:3], "problems", "remedies", "other_matters"),
    ),
    Case(
        name="a table of contents",
        rule="section-order",
        outcome="pass",
        report=_in_order(CLEAN, *SIX, *SIX),
    ),
    Case(
        name="one missing",
        rule="section-order",
        outcome="pass",
        report=WITHOUT_PROBLEMS,
    ),
    Case(
        name="one section only",
        rule="section-order",
        outcome="not_applicable",
        report=_in_order(CLEAN, "overview"),
    ),
    Case(name="numbered right", rule="section-number-wrong", outcome="pass"),
    Case(
        name="section two numbered one",
        rule="section-number-wrong",
        outcome="fail",
        severity="warning",
        quote="一、主动公开政府信息情况",
        says="应为“二”",
        report=with_heading(CLEAN, "proactive_disclosure", "一、主动公开政府信息情况", 1),
    ),
    Case(
        name="an Arabic number is a list's",
        rule="section-number-wrong",
        outcome="pass",
        report=with_heading(CLEAN, "proactive_disclosure", "1、 主动公开政府信息情况", 1),
    ),
    Case(
        name="no number",
        rule="section-number-wrong",
        outcome="pass",
        report=with_heading(CLEAN, "proactive_disclosure", "主动公开政府信息情况", None),
    ),
    Case(
        name="numbers lost in conversion",
        rule="section-number-wrong",
        outcome="indeterminate",
        report=with_damage(
            with_heading(CLEAN, "proactive_disclosure", "一、主动公开政府信息情况", 1),
            "numbering-lost",
        ),
    ),
    Case(name="all filled", rule="section-empty", outcome="pass"),
    Case(
        name="nothing under five",
        rule="section-empty",
        outcome="fail",
        severity="error",
        quote="五、存在的主要问题及改进情况",
        report=with_prose(CLEAN, "problems"),
    ),
    Case(
        name="无 is no section five",
        rule="section-empty",
        outcome="fail",
        report=with_prose(CLEAN, "problems", "无。"),
    ),
    Case(
        name="无 is an answer in section six",
        rule="section-empty",
        outcome="pass",
        report=with_prose(CLEAN, "other_matters", "无。"),
    ),
    Case(
        name="a table section without its table",
        rule="section-empty",
        outcome="fail",
        report=without_table(CLEAN, "requests"),
        quote="三、收到和处理",
    ),
    Case(
        name="a table section that says where the table is",
        rule="section-empty",
        outcome="pass",
        report=with_prose(without_table(CLEAN, "requests"), "requests", "详见附件二表格。"),
    ),
    Case(
        name="the table may be a picture",
        rule="section-empty",
        outcome="indeterminate",
        report=replace(without_table(CLEAN, "requests"), images=(Image(source="t.png"),)),
    ),
    Case(
        name="a picture that was read, and has no table",
        rule="section-empty",
        outcome="fail",
        report=replace(
            without_table(CLEAN, "requests"), images=(Image(source="t.png", recognised=True),)
        ),
    ),
    Case(
        name="the text was lost",
        rule="section-empty",
        outcome="indeterminate",
        report=with_damage(with_prose(CLEAN, "problems"), sections=frozenset({"problems"})),
    ),
    Case(
        name="cut in two by a sub-heading numbered like a section",
        rule="section-empty",
        outcome="pass",
        report=replace(
            with_prose(CLEAN, "other_matters"),
            sections=(
                *with_prose(CLEAN, "other_matters").sections,
                a_section(None, "一、收费", "没有收取信息处理费。", ordinal=1),
            ),
        ),
    ),
)


def _announcing(text: str) -> Report:
    return with_preamble(CLEAN, text)


def _preamble(name: str, text: str, outcome: str, **more: str) -> Case:
    return Case(
        name=name,
        rule="preamble-mismatch",
        report=_announcing(text),
        outcome=outcome,
        severity=more.get("severity"),
        says=more.get("says"),
        quote=more.get("quote"),
    )


ANNOUNCED = (
    Case(name="as headed", rule="preamble-mismatch", outcome="pass"),
    Case(
        name="as headed in 2019", rule="preamble-mismatch", outcome="pass", report=a_report("v2019")
    ),
    _preamble(
        "other parts",
        "本报告由总体情况、公开政府信息情况、政策解读情况、工作中存在的主要问题和改进措施等部分组成，"
        "所列数据的统计期限为2023年1月1日至2023年12月31日。",
        "fail",
        severity="warning",
        says="政策解读情况",
        quote="政策解读情况",
    ),
    _preamble(
        "one left out",
        "本报告由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、存在的主要问题及改进情况、"
        "其他需要报告的事项六部分组成。",
        "fail",
        severity="warning",
        says="四、政府信息公开行政复议、行政诉讼情况",
    ),
    _preamble(
        "the outline of before 2019",
        "本报告包括概述、主动公开政府信息情况、依申请公开情况、收费及减免情况、行政复议和行政诉讼情况、"
        "存在的主要问题及改进情况、其他需要报告的事项等部分。",
        "fail",
        says="减免情况",
    ),
    _preamble(
        "及 for a comma is no other wording",
        "本年报由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、政府信息公开行政复议及"
        "行政诉讼情况、存在的主要问题及改进情况、其他需要报告的事项等六部分组成，年报中所列的数据统计期限"
        "自 2023 年 1 月 1 日起至 2023 年 12 月 31 日止。",
        "pass",
    ),
    _preamble(
        "other wording only",
        "本报告就总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、政府信息公开行政复议和"
        "行政诉讼情况、存在的主要问题及改进措施、其他需要报告的事项等六个部分进行信息公开。",
        "fail",
        severity="info",
        says="改进措施",
    ),
    _preamble(
        "numbered",
        "本报告共分六个部分：一、总体情况；二、主动公开政府信息情况；三、收到和处理政府信息公开申请情况；"
        "四、政府信息公开行政复议、行政诉讼情况；五、存在的主要问题及改进情况；六、其他需要报告的事项，"
        "数据从2023年1月1日起统计。",
        "pass",
    ),
    _preamble(
        "without saying that these are the parts",
        "全文包括(一)总体情况;(二)主动公开政府信息情况;(三)收到和处理政府信息公开申请情况;(四)政府信息公开"
        "行政复议、行政诉讼情况;(五)存在的主要问题及改进情况。数据的统计期限自2023年1月1日起。",
        "fail",
        severity="warning",
        says="未列出“六、其他需要报告的事项”",
    ),
    _preamble(
        "six items",
        "本报告由示例县科技局编制，包括总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、"
        "政府信息公开行政复议和行政诉讼情况、存在的主要问题及改进情况，以及其他需要报告的事项等六项内容。",
        "pass",
    ),
    _preamble(
        "two sentences",
        "全文由六个部分组成，包括总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、政府信息公开"
        "行政复议、行政诉讼情况、存在的主要问题及改进情况、其他需要报告的事项，并附相关指标统计表。",
        "pass",
    ),
    _preamble("no list", "现发布2023年政府信息公开工作年度报告。", "not_applicable"),
    _preamble(
        "a list of something else",
        "我局从组织领导、制度建设、人员培训等方面推进工作，存在的问题逐一整改。",
        "not_applicable",
    ),
    Case(
        name="a section that was lost is not called unannounced",
        rule="preamble-mismatch",
        outcome="indeterminate",
        report=with_damage(BARE_REQUESTS, sections=frozenset({"requests"})),
    ),
    Case(
        name="announced, but nowhere",
        rule="preamble-mismatch",
        outcome="fail",
        report=WITHOUT_PROBLEMS,
        says="列有正文所无的",
    ),
    Case(
        name="inside section one",
        rule="preamble-mismatch",
        outcome="fail",
        report=with_prose(
            with_preamble(CLEAN, ""),
            "overview",
            PREAMBLE.replace("收到和处理政府信息公开申请情况、", ""),
            *PROSE["overview"],
        ),
    ),
)
