"""The rule about years that were left over from an earlier report."""

import re
from collections.abc import Iterator

from monitor.reading.model import Report
from monitor.rules.answers import fail, indeterminate
from monitor.rules.engine import ALL, rule
from monitor.rules.identity.periods import stated_periods
from monitor.rules.identity.years import YearToken, year_tokens
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.quoting import Passage, passages

_AS_OF = re.compile(r"截[至止到]+(?:到|至)?$")
_END_OF_YEAR = re.compile(r"(?:度|12月|年底|底|末)")
_THIS_YEAR = re.compile(r"(?:本年度?|今年|本报告年度)[(:]?$")
_COMPARED = re.compile(
    r"较|同比|环比|相比|比20\d\d年|比上|与20\d\d年|上年|去年|上一年|往年|历年|增长|下降|增加\d|减少\d"
    r"|增至|降至|减至|由20\d\d年|近[两三四五\d]年|连续|以来|至今|起施行|起实施|整改|统计数?据?的?期"
)
_STARTING_POINT = re.compile(
    r"(?:自|从|于|在|早在|始于|根据|按照|依据|对照|参照|针对|对|落实|贯彻|结合|包括|含|其中|以及|和|及|与)$"
)
_TIME_OF_SENTENCE = re.compile(r"^(?:度|全年)?,")
_EVENT = re.compile(
    r"印发|出台|颁布|公布施行|修订|机构改革|成立|组建|挂牌|更名|设立|建成|开通|划转|合并|撤销|换届"
)
_WE = r"我[局委办厅县市区镇乡院中街站单]|本[局委办厅机单部县市区镇乡街]|全[县市区镇乡省州局](?!年)"
_OWN_RESULT = re.compile(rf"^(?:度|全年)?,?(?:{_WE}|共|累计|主动公开|收到|新收|受理|未|没有|无)")
_OWN = re.compile(rf"^(?:度|全年)?,?(?:{_WE})")
_OWN_TITLE = re.compile(
    r"现(?:将|予以|予|发布|公布|公开|向社会)[^。《]{0,12}《?(?P<title>[^。《》]{0,40}?"
    r"(?P<year>20\d\d)年度?[^。《》]{0,30}?年度报告)"
)


@rule(
    "year-leftover",
    zh="残留其他年度",
    en="year left over from another report",
    severity=Severity.WARNING,
    formats=ALL,
    basis="《政府信息公开条例》第四十九条；国办公开办函〔2021〕30号（内容准确）",
    basis_2019="《政府信息公开条例》第四十九条（上一年度）",
    basis_2008="国务院令第492号第三十一条（年度报告）",
)
def year_leftover(facts: Facts) -> Iterator[Finding]:
    """A sentence about the agency's own year carries an earlier year.

    What it does: Looks for years before the fiscal year outside names of documents, law dates,
        comparisons and history; later years (到2030年) are plans. "As of the end of" an earlier
        year, or an earlier year said to be this one, is an error.
    Why it matters: Often a sign that text, and perhaps figures, come from last year's report.
    Legal basis: 《政府信息公开条例》第四十九条; 国办公开办函〔2021〕30号 demands exact content.
    Example that fails: In a report on 2023: 截至2022年12月31日，现行有效行政规范性文件143件。
    Example that passes: 较2022年增长12%；《2022年度法治政府建设年度报告》；2024年我局将……
    How to put it right: Correct the year and check the figures of that sentence.
    """
    report, year = facts.report, facts.fiscal_year
    assert report is not None
    if year is None:
        yield indeterminate("报告年度不明。", "The fiscal year is not known.")
        return
    if _is_wholly_another_year(report, year):
        return
    for item in passages(report):
        yield from _own_title(item, year)
        for token in year_tokens(item):
            severity = _severity(token, year)
            if severity is not None:
                yield _leftover(token, year, severity)


def _leftover(token: YearToken, year: int, severity: Severity) -> Finding:
    context = token.sentence[max(0, token.at - 12) : token.at + 30].strip("。;")
    return fail(
        f"{year}年度年报中出现其他年度：“{context}”。",
        f"The report on {year} speaks of {token.year}: “{context}”.",
        token.passage.evidence(token.start, token.end),
        severity=severity,
    )


def _own_title(item: Passage, year: int) -> Iterator[Finding]:
    match = _OWN_TITLE.search(item.flat)
    if match is not None and int(match["year"]) < year:
        yield fail(
            f"{year}年度年报的导语称本报告为“{match['title']}”。",
            f"The preamble of the report on {year} calls it 《{match['title']}》.",
            item.evidence(match.start("title"), match.end("title")),
        )


def _severity(token: YearToken, year: int) -> Severity | None:
    if token.year == year or _COMPARED.search(token.sentence):
        return None
    if token.year > year:
        return None
    if _THIS_YEAR.search(token.before):
        return Severity.ERROR
    if f"{year}年" in token.sentence:
        return None
    if _AS_OF.search(token.before):
        return Severity.ERROR if _END_OF_YEAR.match(token.after) else Severity.WARNING
    return Severity.WARNING if _tells_a_result(token) else None


def _tells_a_result(token: YearToken) -> bool:
    """Whether the year is the time of what the agency did, not part of a name or a history."""
    if token.is_day or _STARTING_POINT.search(token.clause_before):
        return False
    if _OWN_RESULT.match(token.after):
        return _OWN.match(token.after) is None or _EVENT.search(token.after) is None
    begins = not token.clause_before.strip("()一二三四五六七八九十是.。、;")
    adverb = begins and _TIME_OF_SENTENCE.match(token.after) is not None
    return adverb and _EVENT.search(token.after) is None


def _is_wholly_another_year(report: Report, year: int) -> bool:
    """Whether period and prose are of another year: one finding says that, not fifty."""
    ends = [
        period.end.year
        for period in stated_periods(report)
        if period.end is not None and not period.of_another_year
    ]
    if not ends or year in ends:
        return False
    prose = (item for item in passages(report) if item.section != "problems")
    return not any(token.year == year for item in prose for token in year_tokens(item))
