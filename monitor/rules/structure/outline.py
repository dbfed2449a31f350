"""Rules about the outline of Order 492: what it demanded, and that it is no longer used."""

import re
from collections.abc import Iterator

from monitor.formats import load_format
from monitor.reading.model import Report, Section
from monitor.rules.answers import damage_to_prose, doubtful, fail, indeterminate
from monitor.rules.engine import ALL, NEW, rule
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.originals import page_lost
from monitor.rules.quoting import flatten, heading_evidence, passages, quote, title_evidence

_OTHER_WORDS = {
    "c1_proactive": re.compile(
        r"(?:公开|发布|公布)(?:的?各类)?(?:的?(?:政府|政务))?(?:的?信息)?[^。;]{0,12}\d+余?[条件篇]"
    ),
    "c2_on_request": re.compile(
        r"申请公开|(?:公开申请|信息申请|书面申请|网上申请)(?!行政复议|复议|行政诉讼)|申请人"
        r"|不予公开|免予公开"
    ),
    "c3_fees": re.compile(r"收取|免费|检索费|复制费|邮寄费|工本费|成本费"),
    "c4_remedies": re.compile(r"申诉|诉讼|复议"),
    "c5_problems": re.compile(r"不足|差距|薄弱|有待|困难|下一步|今后"),
}
"""Words by which a loose outline treats a topic; broad, so as not to accuse."""
_OTHER_FEES = re.compile(
    r"行政事业性收费|涉企收费|(?:教育|医疗|服务|经营性)收费|收费(?:项目|许可|公示|目录清单)"
)
"""Fees that agencies charge for other things and publish."""
_OLD_SIGNS = (
    (2, re.compile(r"收费|减免|费用")),
    (2, re.compile(r"和不予公开")),
    (1, re.compile(r"概述|概况")),
    (1, re.compile(r"机构(?:设置|建设)|经费")),
    (1, re.compile(r"咨询|申诉|举报投诉")),
)
"""How much a heading of these words tells of the old outline; one alone may be chance."""
_FEE_OF_TODAY = re.compile(r"处理费|行政事业性收费")


@rule(
    "content-missing-2008",
    zh="缺少法定内容（2018年度及以前）",
    en="statutory topic missing (up to 2018)",
    severity=Severity.WARNING,
    formats=ALL - NEW,
    basis="国务院令第492号第三十二条",
    needs=frozenset({"outline"}),
)
def content_missing_2008(facts: Facts) -> Iterator[Finding]:
    """A report up to fiscal year 2018 does not treat one of the five topics then demanded.

    What it does: Looks for words of each topic in headings, in the whole text and in the annex of
        statistics, wherever they stand: the outline was free. One finding a topic.
    Why it matters: Order 492 named what a report had to contain.
    Legal basis: 国务院令第492号第三十二条: five topics, and other matters.
    Example that fails: A report without a word on fees (收费及减免情况).
    Example that passes: 全年未收取任何费用, in whatever section.
    How to put it right: Add the topic; say that there was nothing if there was nothing.
    """
    report = facts.report
    assert report is not None
    text = _everything(report)
    for item in load_format("v2008").contents:
        key = item["key"]
        if item.get("optional") or _is_treated(report, key, item["match"], text):
            continue
        yield _missing(report, key, item["text"])


def _everything(report: Report) -> str:
    parts = [report.text, report.preamble]
    parts += [section.heading for section in report.sections]
    parts += [row.label for row in report.statistics]
    return _OTHER_FEES.sub("", flatten("\n".join(parts)))


def _is_treated(report: Report, key: str, words: list[str], text: str) -> bool:
    if report.section(key) is not None:
        return True
    return any(word in text for word in words) or _OTHER_WORDS[key].search(text) is not None


def _missing(report: Report, key: str, topic: str) -> Finding:
    damage = damage_to_prose(report, key, "overview", "problems", "other_matters")
    evidence = title_evidence(report) or _first_words(report)
    if damage is not None:
        return doubtful(f"是否报告“{topic}”", f"whether {topic} is treated", damage, *evidence)
    if any(not image.recognised for image in report.images):
        return indeterminate(
            f"文字中没有“{topic}”，但文件中有未读取的图片。",
            f"The text does not treat {topic}, but there are pictures that were not read.",
            *evidence,
        )
    return fail(f"全文未涉及“{topic}”。", f"The report does not treat {topic} anywhere.", *evidence)


def _first_words(report: Report) -> tuple[Evidence, ...]:
    return tuple(item.evidence() for item in list(passages(report))[:1])


@rule(
    "old-structure-used",
    zh="沿用旧版体例",
    en="outline of before 2019",
    severity=Severity.ERROR,
    formats=NEW,
    basis="《政府信息公开条例》第五十条第二款；国办公开办函〔2021〕30号（年度报告格式）",
    basis_2019="《政府信息公开条例》第五十条第二款；国办公开办函〔2019〕60号（年度报告格式）",
    thresholds={"old_outline_signs": 2},
    needs=frozenset({"outline"}),
)
def old_structure_used(facts: Facts) -> Iterator[Finding]:
    """A report on 2019 or later follows the outline of Order 492 and has none of the tables.

    What it does: Where none of the three tables is there, looks for headings that only the old
        outline had: on fees, on 不予公开, or two of 概述, 机构和经费, 申诉. If pictures or
        lost pages may be the tables, it says that it cannot tell.
    Why it matters: What the uniform format asks for, above all the figures, is not reported.
    Legal basis: 《政府信息公开条例》第五十条第二款; 国办公开办函〔2021〕30号.
    Example that fails: 一、概述 …… 四、政府信息公开的收费及减免情况, without a table.
    Example that passes: The six sections and three tables, even under 一、概述.
    How to put it right: Write the report in the six sections of the format, with its tables.
    """
    report = facts.report
    assert report is not None
    if report.tables:
        return
    signs = [(weight, item) for item in report.sections for weight in (_weight(item),) if weight]
    if sum(weight for weight, _ in signs) < facts.thresholds["old_outline_signs"]:
        return
    headings = [item for _, item in signs]
    names = "、".join(f"“{quote(item.heading)}”" for item in headings)
    evidence = [heading_evidence(item) for item in headings]
    keys = ("proactive_disclosure", "requests", "remedies")
    damages = (report.doubtful(table=key, section=key) or page_lost(report, key) for key in keys)
    damage = next(filter(None, damages), None)
    if damage is not None:
        yield doubtful("是否沿用旧版体例", "whether the outline is the old one", damage, *evidence)
    elif any(not image.recognised for image in report.images):
        yield indeterminate(
            f"标题{names}属旧版体例，没有读到表格，但文件中有未读取的图片。",
            f"The headings {names} are of the old outline; the tables may be among the pictures "
            "that were not read.",
            *evidence,
        )
    else:
        yield fail(
            f"仍按2018年度及以前的体例编写（{names}），没有规定格式的表格。",
            f"The report follows the outline of before 2019 ({names}) and has no table.",
            *evidence,
        )


def _weight(section: Section) -> int:
    """Return how much a heading tells of the old outline."""
    words = _FEE_OF_TODAY.sub("", flatten(section.heading))
    return max((weight for weight, sign in _OLD_SIGNS if sign.search(words)), default=0)
