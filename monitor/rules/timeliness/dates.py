"""Rules about the dates of publication that a page shows."""

from collections.abc import Iterator

from monitor.rules.answers import fail, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.model import DateCandidate, Facts, Finding, Severity
from monitor.rules.timeliness.known import (
    date_evidence,
    shown_dates,
    source_en,
    source_zh,
    stated_dates,
    url_dates,
)

_PUBLICATION = frozenset({"publication"})


@rule(
    "pubdate-missing",
    zh="无发布日期",
    en="no day of publication",
    severity=Severity.WARNING,
    formats=ALL,
    basis="《政府网站发展指引》（国办发〔2017〕47号）页面标签要求",
    basis_2008="国务院令第492号第三十一条（公布期限，须有发布日期方可核对）",
    needs=_PUBLICATION,
)
def pubdate_missing(facts: Facts) -> Iterator[Finding]:
    """Neither page label, nor page, nor list says when the report was published.

    What it does: Looks for a date in PubDate, on the page and in the list of the column.
    Why it matters: Without it nobody can tell whether the report was in time.
    Legal basis: 《政府网站发展指引》（国办发〔2017〕47号）: article pages carry PubDate.
    Example that fails: A page with title and text, but neither label nor 发布日期.
    Example that passes: <meta name="PubDate" content="2024-01-25 09:00">.
    How to put it right: Print the day of publication on the page and in its PubDate label.
    """
    publication = facts.publication
    assert publication is not None
    if stated_dates(facts):
        return
    crawled = publication.first_seen_at is not None or publication.list_title is not None
    is_page = facts.report is not None and facts.report.media_type in (
        "text/html",
        "application/xhtml+xml",
    )
    if not crawled and not is_page:
        yield not_applicable(
            "未取得发布页面，无从判断。", "The page it was published on is not at hand."
        )
        return
    yield fail(
        "页面标签、页面文字和栏目列表均未载明发布日期。",
        "Neither page label, nor page, nor list gives a day of publication.",
        *date_evidence(facts, *url_dates(facts)),
    )


@rule(
    "pubdate-conflict",
    zh="发布日期矛盾",
    en="dates of publication disagree",
    severity=Severity.WARNING,
    formats=ALL,
    basis="《中华人民共和国政府信息公开条例》第四十九条（公布期限据发布日期核对）；发布日期前后一致的通行要求",
    basis_2008="国务院令第492号第三十一条（公布期限，须有确切的发布日期）",
    needs=_PUBLICATION,
    thresholds={"date_conflict_days": 3},
)
def pubdate_conflict(facts: Facts) -> Iterator[Finding]:
    """The places that give a day of publication disagree.

    What it does: Compares page label, page, list and URL; more than three days apart is a
        conflict. If only the URL is later, that is usual after a migration and only noted.
    Why it matters: One of the dates is wrong, and with it whether the report was in time.
    Legal basis: 《政府信息公开条例》第四十九条 sets a day, which the day of publication must show.
    Example that fails: PubDate 2024-01-25, on the page 发布日期：2024-02-28.
    Example that passes: List 2024-01-25, page 2024-01-26.
    How to put it right: Find the true day and put it everywhere.
    """
    publication = facts.publication
    assert publication is not None
    shown = sorted(shown_dates(facts), key=lambda item: item.day)
    in_url = sorted(url_dates(facts), key=lambda item: item.day)
    if len(shown) + len(in_url) < 2:
        yield not_applicable("不足两个日期来源。", "There are not two dates to compare.")
        return
    apart = facts.thresholds["date_conflict_days"]
    if shown and (shown[-1].day - shown[0].day).days > apart:
        yield _conflict(facts, shown[0], shown[-1], None)
    elif shown and in_url and (shown[0].day - in_url[0].day).days > apart:
        yield _conflict(facts, in_url[0], shown[0], None)
    elif shown and in_url and (in_url[-1].day - shown[-1].day).days > apart:
        yield _conflict(facts, shown[-1], in_url[-1], Severity.INFO)


def _conflict(
    facts: Facts, one: DateCandidate, other: DateCandidate, severity: Severity | None
) -> Finding:
    return fail(
        f"发布日期互相矛盾：{source_zh(one)}为 {one.day}，{source_zh(other)}为 {other.day}。",
        f"The dates disagree: {one.day} by the {source_en(one)}, {other.day} by the "
        f"{source_en(other)}.",
        *date_evidence(facts, one, other),
        severity=severity,
    )
