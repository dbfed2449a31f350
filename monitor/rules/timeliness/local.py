"""The rule about due days that local notices set."""

from collections.abc import Iterator
from datetime import date

from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.kinds import agency_name
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.timeliness.known import (
    date_evidence,
    first_dates,
    may_be_of_its_year,
    source_en,
    source_zh,
    url_dates,
)
from monitor.rules.timeliness.numbers import counted
from storage.clock import local_date


@rule(
    "local-deadline-missed",
    zh="晚于本地时限",
    en="after the local due day",
    severity=Severity.INFO,
    formats=ALL,
    basis="本地通知规定的时限（见设置 obligations.local_deadlines）",
    needs=frozenset({"publication"}),
)
def local_deadline_missed(facts: Facts) -> Iterator[Finding]:
    """The report was published after the day that a local notice sets.

    What it does: Compares the earliest day that page label, page or list gives with the due day of
        the notice in the settings; without one it is not asked. A crawl by then proves it in time;
        an earlier day in the URL raises doubt.
    Why it matters: Who set the day wants to know who kept it, whatever the Regulation's day is.
    Legal basis: The local notice that the settings name; it binds no one outside its place.
    Example that fails: Due on 2024-01-20 by the notice, 发布日期：2024-01-25.
    Example that passes: 发布日期：2024-01-20.
    How to put it right: It cannot be undone; begin earlier next year.
    """
    publication = facts.publication
    assert publication is not None
    due = publication.local_due
    if due is None:
        yield not_applicable("没有设置本地时限。", "No local due day is set.")
        return
    standing = facts.obligation.state if facts.obligation else publication.standing
    if standing in ("waived", "not_obliged"):
        yield not_applicable("该机关该年度无须发布年报。", "No report is owed for that year.")
        return
    stated = first_dates(facts)
    seen = publication.first_seen_at
    if seen is not None and _was_seen_in_time(facts, local_date(seen), due.day):
        return
    if not stated:
        yield indeterminate("没有可信的发布日期。", "No day of publication is known.")
        return
    earliest = min(stated, key=lambda item: item.day)
    if earliest.day <= due.day:
        return
    evidence = (*date_evidence(facts, earliest), Evidence(quote=due.notice[:80]))
    if earliest.source != "given" and _says_earlier(facts, due.day):
        yield indeterminate(
            f"页面所载发布日期 {earliest.day} 晚于本地时限，但网址中的日期早于该时限。",
            f"The page says {earliest.day}, after the local due day, but its URL an earlier one.",
            *evidence,
        )
        return
    name = agency_name(facts) or "该机关"
    days = (earliest.day - due.day).days
    yield fail(
        f"{name}年报发布于 {earliest.day}（据{source_zh(earliest)}），晚于{due.notice}规定的 "
        f"{due.day}，晚 {days} 天。",
        f"The report of {name} was published on {earliest.day} ({source_en(earliest)}), "
        f"{counted(days, 'day')} after the {due.day} that {due.notice} sets.",
        *evidence,
    )


def _was_seen_in_time(facts: Facts, seen: date, due: date) -> bool:
    return seen <= due and may_be_of_its_year(seen, facts.fiscal_year)


def _says_earlier(facts: Facts, due: date) -> bool:
    year = facts.fiscal_year
    after = date(year, 12, 31) if year is not None else date.min
    return any(after < item.day <= due for item in url_dates(facts))
