"""Rules about the wording of the title."""

import re
from collections.abc import Iterator

from monitor.reading.model import Report
from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, NEW, rule
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.quoting import passages, quote, title_evidence
from storage.titles import Title, TitleDefect, TitleKind, parse_title

_PRACTICE = "编制惯例（格式文件对题名的要求未见明文）"
_ANNUAL_WORK_REPORT = re.compile(r"公开(?:工作)?年度工作(?:报告|总结)")
_QUOTED_WORK_REPORT = re.compile(r"《[^》]*信息公开工作(?:报告|总结)[^》]*》")
_WORDING = {
    TitleDefect.ANNUAL_MISSING: ("缺“年度”", "年度 is left out"),
    TitleDefect.WORK_MISSING: ("缺“工作”", "工作 is left out"),
    TitleDefect.GOVERNMENT_MISSING: ("缺“政府”", "政府 is left out"),
    TitleDefect.SHORT_FORM: ("以“年报”代“年度报告”", "年报 stands for 年度报告"),
    TitleDefect.OPENNESS: ("以“政务公开”代“政府信息公开”", "政务公开 stands for 政府信息公开"),
    TitleDefect.SUBJECT_MISSING: ("缺“政府信息公开”", "政府信息公开 is left out"),
}


def parsed_titles(report: Report) -> tuple[Title, ...]:
    """Return the title of the report and that of its page label, taken apart."""
    texts = dict.fromkeys(
        text for text in (report.title, report.labels.get("articletitle")) if text
    )
    return tuple(parse_title(text) for text in texts)


def judged_title(facts: Facts) -> Title | Finding:
    """Return the title as a whole annual report's title, or why there is none to judge."""
    report = facts.report
    assert report is not None
    if not report.title:
        return indeterminate("未能读出题名。", "No title could be read.")
    title = parse_title(report.title)
    if title.cut:
        return indeterminate("题名被截断。", "The title is cut short.", *title_evidence(report))
    if title.kind is not TitleKind.ANNUAL_REPORT:
        return not_applicable(
            "题名不是政府信息公开年报的题名。",
            "The title is not that of an annual report.",
            *title_evidence(report),
        )
    return title


@rule(
    "title-not-annual-report",
    zh="题名误作工作报告",
    en="title says work report",
    severity=Severity.WARNING,
    formats=ALL,
    basis="《政府信息公开条例》第四十九条、第五十条（年度报告）",
    basis_2008="国务院令第492号第三十一条、第三十二条（年度报告）",
)
def title_not_annual_report(facts: Facts) -> Iterator[Finding]:
    """The title calls the document a work report instead of an annual report.

    What it does: Looks for 工作报告 or 工作总结 in a title that has neither 年度报告 nor 年报;
        年度工作报告 only turns the words round, which title-nonstandard notes.
    Why it matters: The Regulation demands an annual report; another name hides it from search.
    Legal basis: 《政府信息公开条例》第四十九条: 政府信息公开工作年度报告.
    Example that fails: 某局2023年度政府信息公开工作报告
    Example that passes: 某局2023年政府信息公开工作年度报告
    How to put it right: Change the title to 政府信息公开工作年度报告, on the page and in the list.
    """
    title = judged_title(facts)
    if isinstance(title, Finding):
        yield title
        return
    report = facts.report
    assert report is not None
    if TitleDefect.WORK_REPORT not in title.defects or _is_annual_work_report(title):
        return
    yield fail(
        f"题名“{quote(title.text)}”将“年度报告”写作“工作报告（总结）”。",
        f"The title 《{quote(title.text)}》 says work report where annual report is due.",
        *title_evidence(report),
        *_said_again(report),
    )


def _said_again(report: Report) -> Iterator[Evidence]:
    for item in passages(report):
        match = _QUOTED_WORK_REPORT.search(item.flat)
        if match and "年度报告" not in match.group():
            yield item.evidence(match.start(), match.end())
            return


def _is_annual_work_report(title: Title) -> bool:
    return _ANNUAL_WORK_REPORT.search(title.normalised) is not None


@rule(
    "title-nonstandard",
    zh="题名不规范",
    en="non-standard title",
    severity=Severity.INFO,
    formats=NEW,
    basis=_PRACTICE,
)
def title_nonstandard(facts: Facts) -> Iterator[Finding]:
    """The title leaves out or changes words of 政府信息公开工作年度报告.

    What it does: Names the words that are left out (工作, 政府, 年度) or changed (政务公开, 年报,
        年度工作报告). A plain 工作报告 is for title-not-annual-report.
    Why it matters: One wording everywhere lets the public find the reports of all agencies.
    Legal basis: Custom; 国办公开办函〔2021〕30号 calls it 政府信息公开工作年度报告.
    Example that fails: 2024年度永安市卫生健康局信息公开年度报告
    Example that passes: 某局2023年政府信息公开工作年度报告
    How to put it right: Use the full wording in the title.
    """
    title = judged_title(facts)
    if isinstance(title, Finding):
        yield title
        return
    report = facts.report
    assert report is not None
    found = [_WORDING[defect] for defect in title.defects if defect in _WORDING]
    if _is_annual_work_report(title):
        found = [("“年度工作报告”应为“工作年度报告”", "年度工作报告 stands for 工作年度报告")]
    elif TitleDefect.WORK_REPORT in title.defects:
        return
    if not found:
        return
    yield fail(
        f"题名不规范：{'；'.join(zh for zh, _ in found)}。",
        f"The title is not the standard one: {'; '.join(en for _, en in found)}.",
        *title_evidence(report),
    )


@rule(
    "title-year-doubled",
    zh="题名“年度”重复",
    en="年度 twice in the title",
    severity=Severity.INFO,
    formats=NEW,
    basis=_PRACTICE,
)
def title_year_doubled(facts: Facts) -> Iterator[Finding]:
    """The title says 年度 twice.

    What it does: Looks for 年度 directly before 政府信息公开工作年度报告.
    Why it matters: A matter of style; the usual title says 年 once and 年度 once.
    Legal basis: Custom of the reports.
    Example that fails: 平湖市某局2023年度政府信息公开工作年度报告
    Example that passes: 平湖市某局2023年政府信息公开工作年度报告
    How to put it right: Write 2023年 instead of 2023年度.
    """
    title = judged_title(facts)
    if isinstance(title, Finding):
        yield title
        return
    report = facts.report
    assert report is not None
    if TitleDefect.YEAR_DOUBLED in title.defects:
        yield fail(
            "题名中“年度”重复（“…年度政府信息公开工作年度报告”）。",
            "The title says 年度 twice.",
            *title_evidence(report),
        )
