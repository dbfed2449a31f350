"""The rule about days of publication on which the report was not there."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.kinds import agency_name, kind_of
from monitor.rules.model import (
    CaptureFacts,
    DateCandidate,
    Evidence,
    Facts,
    Finding,
    PublicationFacts,
    Severity,
)
from monitor.rules.timeliness.known import (
    date_evidence,
    due_days,
    shown_dates,
    source_en,
    source_zh,
    url_dates,
)
from storage.clock import local_date

_CONSECUTIVE = 2
_PAGES_SHOWN = 10
"""Of a column's list pages: a new report stands on the first of them."""


@rule(
    "pubdate-backdated",
    zh="疑似倒填日期",
    en="day of publication may be backdated",
    severity=Severity.ERROR,
    formats=ALL,
    basis="《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）单项否决指标（弄虚作假）",
    basis_2008="国务院令第492号第三十一条（公布期限，须有真实的发布日期）",
    needs=frozenset({"publication"}),
    version=3,
    thresholds={"backdated_days": 2},
    unread=True,
)
def pubdate_backdated(facts: Facts) -> Iterator[Finding]:
    """The page gives a day of publication on which the report was not there, or gave another.

    What it does: Takes the latest day given first. After it, on two days, the last over two days
        later, the column was read whole, control passed, without it. Or its page, first late by its
        day, gives one in time since. If another page was there, or it printed the visit, unclear.
    Why it matters: A forged day hides that the report was late.
    Legal basis: 国办秘函〔2019〕19号: forged days of publication fail the inspection of a site.
    Example that fails: 发布日期：2024-01-30; not in the column on 5 and 12 February. Or:
        发布日期：2024-02-10, which the same page gives as 2024-01-20 a month later.
    Example that passes: 发布日期：2024-01-30; not in the column on 31 January, there on 1 February.
    How to put it right: Put the true day on the page, and say why it was late.
    """
    publication = facts.publication
    assert publication is not None
    shown = shown_dates(facts)
    first_seen = publication.first_seen_at
    if not shown or first_seen is None:
        yield not_applicable(
            "没有载明的发布日期，或者没有采集记录。", "It gives no day, or was never crawled."
        )
        return
    yield from _redated(facts, publication)
    latest = max(shown, key=lambda item: item.day)
    absent = [
        number
        for number, at in enumerate(publication.absences)
        if local_date(at) > latest.day and at < first_seen
    ]
    days = sorted({local_date(publication.absences[number]) for number in absent})
    if not days or (days[-1] - latest.day).days <= facts.thresholds["backdated_days"]:
        return
    evidence = (*date_evidence(facts, latest), *_readings(publication, absent[-_CONSECUTIVE:]))
    if len(days) < _CONSECUTIVE:
        yield indeterminate(
            f"页面所载发布日期为 {latest.day}，{days[-1]} 读取栏目时未见该年报；"
            "仅一次读取，不足以认定。",
            f"The page says {latest.day}; the column did not have it on {days[-1]}: one reading is "
            "too few to go by.",
            *evidence,
        )
        return
    if _may_have_moved(facts, first_seen):
        yield indeterminate(
            "该年报可能先发布在其他页面，无法判断日期是否倒填。",
            "The report may have stood on another page before: whether the day is forged cannot be "
            "told.",
            *evidence,
        )
        return
    yield _backdated(latest, days[0].isoformat(), days[-1].isoformat(), first_seen, evidence)


def _redated(facts: Facts, publication: PublicationFacts) -> Iterator[Finding]:
    """Yield that a page that was late by its own day is in time by another one now."""
    due = _due(facts)
    for each in publication.redated if due is not None else ():
        if due is None or not each.now.day <= due < each.was.day:
            continue
        evidence = (
            *date_evidence(facts, each.was, each.now),
            *(_capture(f"{local_date(one.at)} 所存页面", one) for one in each.captures),
        )
        if each.of_the_visit or any(day.day <= due for day in url_dates(facts)):
            yield indeterminate(
                f"页面所载发布日期由 {each.was.day} 改为 {each.now.day}，"
                "可能是更正，不能认定倒填。",
                f"The page said {each.was.day} and says {each.now.day} now; that may be a "
                "correction: whether the day is forged cannot be told.",
                *evidence,
            )
            continue
        yield fail(
            f"页面所载发布日期（{source_zh(each.was)}）原为 {each.was.day}，晚于法定期限 {due}，"
            f"后改为 {each.now.day}。",
            f"The page ({source_en(each.was)}) said {each.was.day} at first, after the due day "
            f"{due}, and says {each.now.day} now.",
            *evidence,
        )


def _due(facts: Facts) -> date | None:
    """Return the last day that may have been the due one."""
    if facts.obligation is not None:
        return facts.obligation.due_on
    if facts.fiscal_year is None:
        return None
    due = due_days(facts.fiscal_year, kind_of(facts), agency_name(facts) or "")
    return due[1] if due else None


def _backdated(
    latest: DateCandidate, first: str, last: str, seen: datetime, evidence: tuple[Evidence, ...]
) -> Finding:
    return fail(
        f"页面所载发布日期为 {latest.day}（据{source_zh(latest)}），但 {first} 至 {last} "
        f"完整读取栏目时均未见该年报，{local_date(seen)} 才首次出现。",
        f"The page says {latest.day} ({source_en(latest)}), but the column, read whole from "
        f"{first} to {last}, did not have the report before {local_date(seen)}.",
        *evidence,
    )


def _may_have_moved(facts: Facts, first_seen: datetime) -> bool:
    """Tell whether the report may have been there under another address; unknown agencies may."""
    if facts.agency is None or facts.agency.id is None or facts.publication is None:
        return True
    elsewhere = facts.publication.seen_elsewhere_at
    return elsewhere is not None and elsewhere < first_seen


def _readings(publication: PublicationFacts, absent: Sequence[int]) -> Iterator[Evidence]:
    """Name the list pages that did not show it, and the capture that first did."""
    column = publication.column.url if publication.column else None
    for number in absent:
        day = local_date(publication.absences[number])
        yield Evidence(quote=f"{day} 读取栏目未见", url=column)
        captures = publication.absence_captures[number : number + 1]
        for capture in (each for pages in captures for each in pages[:_PAGES_SHOWN]):
            yield _capture(f"{day} 列表页未见", capture)
    if publication.seen_capture is not None:
        yield _capture(
            f"{local_date(publication.seen_capture.at)} 首次见到", publication.seen_capture
        )


def _capture(quote: str, capture: CaptureFacts) -> Evidence:
    return Evidence(
        quote=quote,
        url=capture.url,
        sha256=capture.sha256,
        capture=capture.id,
        position=capture.position,
    )
