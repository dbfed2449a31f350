"""The rule about pages that do not open although their portal does."""

import re
from collections.abc import Iterator
from datetime import timedelta

from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.model import Address, Evidence, Facts, Finding, PublicationFacts, Severity
from monitor.rules.publication.known import ARTICLE_24, ORDER_492, known_publication
from storage.clock import local_date

_GONE = frozenset({404, 410})
_FAILING = frozenset({500, 501, 502, 504, 505})
_SLOW = re.compile(r"took longer|tim(?:ed\s?)?\s?-?out", re.IGNORECASE)


@rule(
    "page-unreachable",
    zh="页面打不开",
    en="page does not open",
    severity=Severity.ERROR,
    formats=ALL,
    basis=ARTICLE_24,
    basis_2008=ORDER_492,
    needs=frozenset({"publication"}),
    thresholds={"unreachable_crawls": 3, "unreachable_hours": 24},
    unread=True,
)
def page_unreachable(facts: Facts) -> Iterator[Finding]:
    """The list links to the report's page, and the page does not open.

    What it does: Takes the crawls since the page last opened: three, over 24 hours, must each have
        had a server's error, no answer in time, or (if it never opened) 404, and have got other
        pages of the host. Refusals and firewalls may concern the crawler alone: it cannot tell.
    Why it matters: A report that cannot be opened has not been published.
    Legal basis: 《政府信息公开条例》第二十四条: information can be searched, read and downloaded.
    Example that fails: Status 500 on 1, 2 and 3 February, other pages of the site open.
    Example that passes: The page opens; or failed once and opened in the next crawl.
    How to put it right: Mend the page, or correct the link in the list.
    """
    publication = known_publication(facts)
    failures = publication.failures
    if not failures:
        if publication.first_seen_at is None:
            yield not_applicable("没有采集记录。", "It has not been crawled.")
        return
    # what was there and is gone is a matter of report-removed
    if publication.originals and all(_is_gone(item) for item in failures):
        yield not_applicable("页面已撤下，另行认定。", "The page is gone, which is another matter.")
        return
    certain = [item for item in failures if item.host_fine and _is_certain(item, publication)]
    evidence = tuple(_evidence(item, publication) for item in (failures[0], failures[-1]))
    enough = len(certain) == len(failures) >= facts.thresholds["unreachable_crawls"] and failures[
        -1
    ].at - failures[0].at >= timedelta(hours=facts.thresholds["unreachable_hours"])
    if not enough:
        yield indeterminate(
            f"页面连续 {len(failures)} 次采集未能打开，尚不能排除网站整体故障、防护拦截等原因。",
            f"The page did not open in {len(failures)} crawls in a row; the whole site, or a "
            "firewall, may be why.",
            *evidence,
        )
        return
    first, last = (local_date(item.at) for item in (failures[0], failures[-1]))
    yield fail(
        f"栏目链接的年报页面打不开：{first}至{last} 连续 {len(failures)} 次采集均失败"
        f"（{_what(failures[-1])}），同一网站的其他页面正常。",
        f"The page that the list links to did not open in {len(failures)} crawls in a row from "
        f"{first} to {last} ({_what_en(failures[-1])}); other pages of the site did.",
        *evidence,
    )


def _is_gone(item: Address) -> bool:
    return item.status in _GONE or item.to_home


def _is_certain(item: Address, publication: PublicationFacts) -> bool:
    """Tell a failure that is surely the page's from one that may be meant for the crawler."""
    if _is_gone(item):
        return not publication.originals
    if item.status is None:
        return bool(_SLOW.search(item.error or ""))
    return item.status in _FAILING


def _what(item: Address) -> str:
    if item.to_home:
        return "跳转到首页"
    return f"HTTP {item.status}" if item.status else "超时无响应"


def _what_en(item: Address) -> str:
    if item.to_home:
        return "sent to the front page"
    return f"status {item.status}" if item.status else "no answer in time"


def _evidence(item: Address, publication: PublicationFacts) -> Evidence:
    words = f"HTTP {item.status}" if item.status else (item.error or "")[:40]
    return Evidence(
        quote=f"{local_date(item.at)} {words}".strip(), url=item.final_url or publication.url
    )
