"""The rule that holds the title's year against the report."""

from collections import Counter
from collections.abc import Iterator

from monitor.reading.model import Report
from monitor.rules.answers import fail, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.identity.periods import Period, stated_periods
from monitor.rules.identity.title import judged_title
from monitor.rules.identity.years import YearToken, year_tokens
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.quoting import passages, title_evidence


@rule(
    "title-year-mismatch",
    zh="题名年度不符",
    en="title's year is another",
    severity=Severity.ERROR,
    formats=ALL,
    basis="《政府信息公开条例》第四十九条（上一年度）",
    basis_2008="国务院令第492号第三十一条（年度报告）",
    thresholds={"title_year_mentions": 3},
)
def title_year_mismatch(facts: Facts) -> Iterator[Finding]:
    """The year in the title is not the year that the report is about.

    What it does: Compares the title's year with the stated period; where none is stated, with the
        year the prose names most, if three times or more and the title's year never (section five
        and full dates left out); if both agree, with the year it was filed or given for.
    Why it matters: Often a sign of a report under the wrong year, or of last year's retitled.
    Legal basis: 《政府信息公开条例》第四十九条: the report is on the previous year.
    Example that fails: Title 2024年…年度报告, 统计期限自2023年1月1日起至2023年12月31日止.
    Example that passes: Title 2023年…年度报告 published in January 2024, plans for 2024.
    How to put it right: Put the fiscal year into the title, not the year of publication.
    """
    title = judged_title(facts)
    if isinstance(title, Finding):
        yield title
        return
    if title.fiscal_year is None:
        yield not_applicable("题名未标明年度。", "The title names no year.")
        return
    report = facts.report
    assert report is not None
    year = title.fiscal_year
    against = _period_against(report, year)
    if against is not None and against.end is not None:
        yield _mismatch(report, year, against.end.year, against.evidence, "统计期限", "period")
        return
    token = _prose_against(report, year, facts.thresholds["title_year_mentions"])
    if token is not None:
        evidence = token.passage.evidence(token.start, token.end)
        yield _mismatch(report, year, token.year, evidence, "正文叙述年度", "prose")
        return
    if facts.fiscal_year is not None and facts.fiscal_year != year:
        yield fail(
            f"题名年度为 {year} 年，应报年度为 {facts.fiscal_year} 年。",
            f"The title says {year}; the report is filed for {facts.fiscal_year}.",
            *title_evidence(report),
        )


def _mismatch(
    report: Report, year: int, other: int, evidence: Evidence, what_zh: str, what_en: str
) -> Finding:
    return fail(
        f"题名年度为 {year} 年，{what_zh}为 {other} 年。",
        f"The title says {year}, the {what_en} {other}.",
        *title_evidence(report),
        evidence,
    )


def _period_against(report: Report, year: int) -> Period | None:
    whole = [
        period
        for period in stated_periods(report)
        if period.start
        and period.end
        and period.start.year == period.end.year
        and not period.of_another_year
    ]
    if any(period.end and period.end.year == year for period in whole):
        return None
    return whole[0] if whole else None


def _prose_against(report: Report, year: int, mentions: float) -> YearToken | None:
    if any(period.end or period.start for period in stated_periods(report)):
        return None
    tokens = [
        token
        for item in passages(report)
        if item.section != "problems"
        for token in year_tokens(item)
        if not token.is_day
    ]
    counts = Counter(token.year for token in tokens)
    if not counts or counts[year]:
        return None
    often, number = counts.most_common(1)[0]
    if number < mentions:
        return None
    return next(token for token in tokens if token.year == often)
