"""Rules about the day of publication: not after the due day, not before the year is over."""

from collections.abc import Iterator
from datetime import date

from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.identity.periods import stated_periods
from monitor.rules.kinds import agency_name, kind_of
from monitor.rules.model import DateCandidate, Facts, Finding, Severity
from monitor.rules.timeliness.known import (
    date_evidence,
    due_days,
    first_dates,
    holiday_note,
    may_be_of_its_year,
    source_en,
    source_zh,
    stated_dates,
    url_dates,
)
from monitor.rules.timeliness.numbers import counted
from storage.clock import local_date
from storage.models import AgencyKind
from storage.titles import is_reissue

_PUBLICATION = frozenset({"publication"})
_NOT_OWED = frozenset({"waived", "not_obliged"})
_ARTICLE_49 = "《中华人民共和国政府信息公开条例》第四十九条"
_ARTICLE_31 = "国务院令第492号第三十一条"


@rule(
    "published-late",
    zh="逾期发布",
    en="published late",
    severity=Severity.ERROR,
    formats=ALL,
    basis=_ARTICLE_49,
    basis_2008=_ARTICLE_31,
    needs=_PUBLICATION,
    version=2,
)
def published_late(facts: Facts) -> Iterator[Finding]:
    """The report was published after its due day.

    What it does: Compares the day given, else the earliest that label, page and list tell, with the
        due day (31 January; governments, and up to 2018 all, 31 March). A crawl by then, or another
        report, proves it in time; a URL or a corrected version raises doubt; townships are warned.
    Why it matters: A late report is a breach of the Regulation that needs no interpretation.
    Legal basis: 《政府信息公开条例》第四十九条; before fiscal year 2019 国务院令第492号第三十一条.
    Example that fails: A bureau's report on 2023 with 发布日期：2024-05-30.
    Example that passes: 发布日期：2024-01-31, or a county government's with 2024-02-08.
    How to put it right: It cannot be undone; say in the report why, and fix the timetable.
    """
    if _standing(facts) in _NOT_OWED:
        yield not_applicable("该机关该年度无须发布年报。", "No report is owed for that year.")
        return
    if facts.fiscal_year is None:
        yield indeterminate("报告年度不明，无法确定期限。", "The fiscal year is not known.")
        return
    due = _due_range(facts, facts.fiscal_year)
    if due is None:
        yield not_applicable("2008 年以前没有发布年报的义务。", "No report was owed before 2008.")
        return
    if _seen_in_time(facts, due[0]):
        return
    stated = first_dates(facts)
    if not stated:
        yield _without_stated_date(facts)
        return
    yield from _late(facts, facts.fiscal_year, due, min(stated, key=lambda item: item.day))


def _late(
    facts: Facts, year: int, due: tuple[date, date], earliest: DateCandidate
) -> Iterator[Finding]:
    first_due, last_due = due
    if earliest.day <= first_due:
        return
    days = (earliest.day - last_due).days
    evidence = date_evidence(facts, earliest)
    if days <= 0:
        yield indeterminate(
            f"发布于 {earliest.day}：如为部门则晚于 {first_due}，如为政府则未逾期，机关性质不明。",
            f"Published on {earliest.day}: late for a department ({first_due}), in time for a "
            f"government ({last_due}); the kind of agency is not known.",
            *evidence,
        )
        return
    if earliest.source != "given" and _may_have_been_in_time(facts):
        yield indeterminate(
            f"页面所载发布日期 {earliest.day} 已逾期，但该年报可能此前已经公布（重新发布、转载或者"
            "搬迁，或者栏目未能读完）。",
            f"The page says {earliest.day}, which is late, but the report may have been published "
            "before: it was put out again, reposted or moved, or a column was not read.",
            *evidence,
        )
        return
    in_url = [item for item in url_dates(facts) if date(year, 12, 31) < item.day <= first_due]
    if in_url and earliest.source != "given":
        yield indeterminate(
            f"页面所载发布日期 {earliest.day} 已逾期，但网址中的日期 {in_url[0].day} 未逾期。",
            f"The page says {earliest.day}, which is late, but its URL says {in_url[0].day}, "
            "which is not.",
            *evidence,
            *date_evidence(facts, in_url[0]),
        )
        return
    name = agency_name(facts) or "该机关"
    note_zh, note_en = holiday_note(last_due)
    yield fail(
        f"{name}{year}年度年报发布于 {earliest.day}（据{source_zh(earliest)}），"
        f"晚于法定期限 {last_due}，逾期 {days} 天{note_zh}。",
        f"The {year} report of {name} was published on {earliest.day} ({source_en(earliest)}), "
        f"{counted(days, 'day')} after {last_due}{note_en}.",
        *evidence,
        severity=_capped(facts),
    )


def _standing(facts: Facts) -> str | None:
    """Return how the agency stands for the year, if that is known."""
    if facts.obligation is not None:
        return facts.obligation.state
    return facts.publication.standing if facts.publication is not None else None


def _may_have_been_in_time(facts: Facts) -> bool:
    """Tell whether the day may be that of another publication than the first."""
    titles = (
        facts.report.title if facts.report else None,
        facts.publication.list_title if facts.publication else None,
    )
    return _standing(facts) == "not_checked" or any(map(is_reissue, filter(None, titles)))


def _without_stated_date(facts: Facts) -> Finding:
    in_url = url_dates(facts)
    if in_url:
        return indeterminate(
            f"仅网址中有日期（{in_url[0].day}），可能为网站迁移日期，不足以认定发布日期。",
            f"Only the URL has a date ({in_url[0].day}), which may be that of a migration.",
            *date_evidence(facts, in_url[0]),
        )
    return indeterminate(
        "没有可信的发布日期，无法判断是否逾期。", "No day of publication is known."
    )


def _due_range(facts: Facts, year: int) -> tuple[date, date] | None:
    if facts.obligation is not None:
        return facts.obligation.due_on, facts.obligation.due_on
    return due_days(year, kind_of(facts), agency_name(facts) or "")


def _seen_in_time(facts: Facts, due: date) -> bool:
    publication = facts.publication
    if _standing(facts) == "on_time":
        return True
    if publication is None or publication.first_seen_at is None:
        return False
    seen = local_date(publication.first_seen_at)
    return seen <= due and may_be_of_its_year(seen, facts.fiscal_year)


def _capped(facts: Facts) -> Severity | None:
    """Townships and streets owe a report by local notice only, so they are warned."""
    if facts.obligation is not None and facts.obligation.severity_cap is not None:
        return facts.obligation.severity_cap
    if kind_of(facts) is AgencyKind.TOWNSHIP or (agency_name(facts) or "").endswith("街道办事处"):
        return Severity.WARNING
    return None


@rule(
    "published-early",
    zh="统计期未满即发布",
    en="published before the period ended",
    severity=Severity.WARNING,
    formats=ALL,
    basis="《中华人民共和国政府信息公开条例》第四十九条、第五十条",
    basis_2008="国务院令第492号第三十一条（年度报告）",
    needs=_PUBLICATION,
)
def published_early(facts: Facts) -> Iterator[Finding]:
    """The report was published before the year it is about had ended.

    What it does: Looks whether every stated day of publication lies in the fiscal year or before;
        if only some do, or the report states another year's period, it says that it cannot tell.
    Why it matters: Figures "of the whole year" cannot be known before the year is over.
    Legal basis: 《政府信息公开条例》第四十九条: the report is on the previous year.
    Example that fails: 2023年政府信息公开工作年度报告, 发布日期：2023-12-20.
    Example that passes: 发布日期：2024-01-02.
    How to put it right: Correct the date on the page, or complete the figures to 31 December.
    """
    stated = stated_dates(facts)
    year = facts.fiscal_year
    if year is None or not stated:
        yield indeterminate(
            "报告年度或发布日期不明。", "The fiscal year or the day of publication is not known."
        )
        return
    early = [item for item in stated if item.day <= date(year, 12, 31)]
    if not early:
        return
    evidence = date_evidence(facts, *early)
    if len(early) < len(stated) or _another_year_stated(facts, year):
        yield indeterminate(
            f"发布日期 {early[0].day} 早于报告年度结束，但其他日期或报告所载统计期限与之不符。",
            f"{early[0].day} lies before the end of {year}, but other dates or the period stated "
            "in the report say otherwise.",
            *evidence,
        )
        return
    yield fail(
        f"{year}年度年报发布于 {early[0].day}，统计期（至 {year}-12-31）尚未届满。",
        f"The report on {year} was published on {early[0].day}, before {year} was over.",
        *evidence,
    )


def _another_year_stated(facts: Facts, year: int) -> bool:
    if facts.report is None:
        return False
    periods = [item for item in stated_periods(facts.report) if not item.of_another_year]
    return any(period.end and period.end.year != year for period in periods)
