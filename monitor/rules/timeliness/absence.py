"""Rules about reports that are not there: missing, soon due, taken down."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.kinds import agency_name
from monitor.rules.model import Address, Evidence, Facts, Finding, ObligationFacts, Severity
from monitor.rules.timeliness.numbers import counted
from storage.clock import local_date

_OBLIGATION = frozenset({"obligation"})
_FOUND = frozenset({"on_time", "late", "moved"})
_NOT_OWED = frozenset({"waived", "not_obliged"})
_GONE = frozenset({404, 410})
GONE_LONG = timedelta(hours=24)
"""Over how long a page must be gone by the rulebook: servers lose half their pages for an hour."""
_NOT_READ = {
    "blocked": ("网站拒绝访问", "the portal refused access"),
    "unreachable": ("网站无法访问", "the portal could not be reached"),
    "crawler_suspect": ("采集结果异常", "the crawl is suspect"),
    "not_checked": ("到期后尚未采集", "it has not been crawled since the due day"),
}


@rule(
    "report-missing",
    zh="未发布年报",
    en="report missing",
    severity=Severity.ERROR,
    formats=ALL,
    basis="《中华人民共和国政府信息公开条例》第四十九条、第四十七条、第五十三条",
    basis_2008="国务院令第492号第三十一条",
    needs=_OBLIGATION,
)
def report_missing(facts: Facts) -> Iterator[Finding]:
    """The due day is over and the agency's report is nowhere in its columns.

    What it does: Says "missing" only if the report is overdue and the same crawl read the columns
        to their end and found again what was known there; else it says that it cannot tell.
    Why it matters: The report is owed by law; its absence is the gravest finding of all.
    Legal basis: 《政府信息公开条例》第四十九条（期限）、第四十七条、第五十三条（责任）.
    Example that fails: No report on 2023 of a bureau in its column, read in full on 2024-02-01.
    Example that passes: The report is found, be it late.
    How to put it right: Publish the report in the column 政府信息公开年报 at once.
    """
    owed = facts.obligation
    assert owed is not None
    if facts.report is not None or owed.state in _FOUND:
        return
    if owed.state in _NOT_OWED or local_date(facts.as_of) <= owed.due_on:
        yield not_applicable("尚未到期或无须发布。", "Not due yet, or not owed.")
        return
    name = agency_name(facts) or "该机关"
    if owed.state != "missing" or not owed.healthy:
        why_zh, why_en = _NOT_READ.get(
            owed.state, ("栏目未能完整读取", "its columns could not be read to their end")
        )
        yield indeterminate(
            f"{why_zh}，无法判断{name}{owed.fiscal_year}年度年报是否已公布。",
            f"Whether {name} has published its report on {owed.fiscal_year} is not known: "
            f"{why_en}.",
            *_columns(owed),
        )
        return
    checked = f"，最近核查 {local_date(owed.checked_at)}" if owed.checked_at else ""
    checked_en = f"; last checked on {local_date(owed.checked_at)}" if owed.checked_at else ""
    yield fail(
        f"{name}的年报栏目中未见{owed.fiscal_year}年度政府信息公开工作年度报告"
        f"（期限 {owed.due_on}{checked}）。",
        f"The columns of {name} show no annual report on {owed.fiscal_year} (due {owed.due_on}"
        f"{checked_en}).",
        *_columns(owed),
        severity=owed.severity_cap,
    )


@rule(
    "report-due-soon",
    zh="年报即将到期",
    en="report due soon",
    severity=Severity.INFO,
    formats=ALL,
    basis="《中华人民共和国政府信息公开条例》第四十九条",
    basis_2008="国务院令第492号第三十一条",
    needs=_OBLIGATION,
    thresholds={"due_soon_days": 10},
)
def report_due_soon(facts: Facts) -> Iterator[Finding]:
    """The due day is near and no report has been found yet.

    What it does: Counts the days to the due day; ten or fewer, the day itself included, without a
        report are told, and so is the state "due soon" of the registry. Not where none is owed.
    Why it matters: A reminder in time spares the agency a late report.
    Legal basis: 《政府信息公开条例》第四十九条.
    Example that fails: On 2024-01-25 no report on 2023 of a bureau that owes it by 2024-01-31.
    Example that passes: The report is there, or the due day is weeks away.
    How to put it right: Publish the report before the due day ends.
    """
    owed = facts.obligation
    assert owed is not None
    if facts.report is not None or owed.state in _FOUND:
        return
    days = (owed.due_on - local_date(facts.as_of)).days
    if owed.state in _NOT_OWED or days < 0:
        yield not_applicable("已过期限或无须发布。", "The due day is over, or nothing is owed.")
        return
    if days > facts.thresholds["due_soon_days"] and owed.state != "due_soon":
        return
    name = agency_name(facts) or "该机关"
    yield fail(
        f"{name}{owed.fiscal_year}年度年报将于 {owed.due_on} 到期（{_left_zh(days)}），"
        "栏目中尚未见到。",
        f"The report of {name} on {owed.fiscal_year} is due on {owed.due_on} ({_left_en(days)}) "
        "and has not been seen yet.",
        *_columns(owed),
    )


@rule(
    "report-removed",
    zh="发布后撤下",
    en="taken down after publication",
    severity=Severity.ERROR,
    formats=ALL,
    basis="《中华人民共和国政府信息公开条例》第二十四条、第五十三条",
    basis_2008="国务院令第492号第三十一条（公布年度报告）；2019年5月15日以后撤下的，适用现行条例",
    needs=frozenset({"publication"}),
    version=3,
    thresholds={"removed_crawls": 3, "removed_hours": 24},
    unread=True,
)
def report_removed(facts: Facts) -> Iterator[Finding]:
    """A report that was published can no longer be opened and nothing has taken its place.

    What it does: Counts crawls in a row in which the address answered 404, 410 or with the home
        page; three, over 24 hours, count as taken down, unless the column shows the report
        elsewhere. If one of unknown agency or year came since, or its heir's, it cannot tell.
    Why it matters: The public must be able to read past reports at any time.
    Legal basis: 《政府信息公开条例》第二十四条（检索、查阅、下载）、第五十三条.
    Example that fails: Archived on 2024-01-25; status 404 in the crawls of 1, 2 and 3 March.
    Example that passes: The page has moved and the column links to its new address.
    How to put it right: Put the report back, best at its old address.
    """
    publication = facts.publication
    assert publication is not None
    gone, elsewhere = publication.removed_crawls, publication.may_stand_at
    if not gone or publication.successor:
        if publication.first_seen_at is None:
            yield not_applicable("没有采集记录。", "It has not been crawled.")
        return
    evidence = tuple(_attempt(item, publication.url) for item in publication.attempts) or (
        Evidence(quote=publication.url or "", url=publication.url),
    )
    in_a_row = counted(gone, "crawl") + (" in a row" if gone > 1 else "")
    lasting = gone_for(publication.attempts) >= timedelta(hours=facts.thresholds["removed_hours"])
    if gone < facts.thresholds["removed_crawls"] or not lasting:
        yield indeterminate(
            f"年报页面已连续 {gone} 次采集无法打开，次数或者时间不足以认定撤下。",
            f"The page could not be opened in {in_a_row}: too few, or within too short a time, "
            "to call it removed.",
            *evidence,
        )
        return
    if elsewhere is not None:
        yield indeterminate(
            "原网址已失效，但此后另有一份归属或者年度不明（或者署承继机关）的年报，可能就是它，"
            "不能认定撤下。",
            "Its address is dead, but a report of unknown agency or year, or of its heir, came "
            "since and may be the one: whether it was removed cannot be told.",
            *evidence,
            Evidence(quote=elsewhere[:80], url=elsewhere),
        )
        return
    name = agency_name(facts) or "该机关"
    of_year_zh = f"{facts.fiscal_year}年度" if facts.fiscal_year else ""
    of_year = f" on {facts.fiscal_year}" if facts.fiscal_year else ""
    yield fail(
        f"{name}{of_year_zh}年报发布后已无法打开：原网址连续 {gone} 次采集均已失效，"
        "栏目中也未见替代页面。",
        f"The report of {name}{of_year} no longer opens: its address was dead in {in_a_row}, "
        "and its column shows no other page.",
        *evidence,
    )


def gone_for(attempts: Iterable[Address]) -> timedelta:
    """Return over how long a page was found gone, from the first attempt to the last."""
    gone = [item.at for item in attempts if item.status in _GONE or item.to_home]
    return max(gone) - min(gone) if gone else timedelta()


def _left_zh(days: int) -> str:
    return f"还有 {days} 天" if days else "当日"


def _left_en(days: int) -> str:
    return f"in {counted(days, 'day')}" if days else "today"


def _attempt(item: Address, url: str | None) -> Evidence:
    return Evidence(
        quote=f"{local_date(item.at)} HTTP {item.status}",
        url=item.final_url or url,
        sha256=item.sha256,
        capture=item.capture,
        position=item.position,
    )


def _columns(owed: ObligationFacts) -> tuple[Evidence, ...]:
    return tuple(Evidence(quote=url[:80], url=url) for url in owed.columns)
