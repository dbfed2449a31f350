"""From the rows of a column to its filings: listed first, then those opened that must be."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from crawler.column_reading import WalkedColumn
from crawler.fetched import Outcome
from crawler.keeping import Keeper
from crawler.lists import rows_by_relevance
from crawler.pages.urls import same_page_urls, same_site
from crawler.planning import MOST_REQUESTS, Known, longest_unseen, must_open
from crawler.platforms.model import ListItem
from crawler.records.captures import last_asked, sha256_of
from crawler.records.columns import ColumnFacts
from crawler.records.listing import list_known
from crawler.records.placing import Listing
from crawler.reports import ReportReader
from crawler.selection import Relevance, is_report_page, is_wanted
from crawler.visit import Visit
from storage.clock import iso_utc, parse_instant, utc_now
from storage.crawler_settings import CrawlerSettings
from storage.hosts import is_official_url

_BATCH = 100
"""Reports listed in one transaction: others wait for it."""
Row = tuple[str, ListItem]


@dataclass(slots=True)
class ColumnRows:
    """What the rows of one column turned out to be."""

    reports: list[str] = field(default_factory=list)
    """Addresses of the rows that are reports."""
    unopened: list[str] = field(default_factory=list)
    """Why rows whose title does not tell could not be opened."""
    passed_over: dict[str, Any] = field(default_factory=dict)
    """Rows that were opened and are no reports; see ``Column.passed_over``."""


class RowFiler:
    """Files the rows of one portal's columns."""

    def __init__(
        self,
        keeper: Keeper,
        visit: Visit,
        reports: ReportReader,
        settings: CrawlerSettings,
        fiscal_years: Collection[int],
    ) -> None:
        self._keeper = keeper
        self._visit = visit
        self._reports = reports
        self._settings = settings
        self._fiscal_years = fiscal_years
        self._spare = 0
        """Requests that the columns read so far left of what they may cost together."""

    async def file(
        self, facts: ColumnFacts, column: WalkedColumn, known: Collection[str]
    ) -> ColumnRows:
        """List all reports first, then open them, those never seen before those known.

        ``known`` are the addresses of the reports known in the column.
        """
        rows, told = ColumnRows(), rows_by_relevance(column.walk)
        again = [row for row in told[Relevance.OPEN] if row[0] in known]
        certain = [*told[Relevance.REPORT], *again]
        listed = await self._list(facts, column, rows, certain)
        wanted = [
            (report, item)
            for report, (_, item) in zip(listed, certain, strict=True)
            if report is not None and is_wanted(item.title, self._fiscal_years)
        ]
        opened = self._reports.opened
        for report, item in sorted(wanted, key=lambda each: each[0].opened_at is not None):
            await self._open(facts, column, report, item)
        for url, item in told[Relevance.OPEN]:
            if url not in known:
                await self._maybe(facts, column, rows, url, item)
        self._spare += MOST_REQUESTS - column.asked
        if self._reports.opened == opened and column.asked < MOST_REQUESTS and self._spare > 0:
            await self._look(facts, column, wanted)
        self._spare -= self._reports.opened > opened
        return rows

    async def _look(
        self, facts: ColumnFacts, column: WalkedColumn, listed: Sequence[tuple[Known, ListItem]]
    ) -> None:
        """Ask whether one report is what it was, where the list left a request to spare."""
        open_to_us = [(known, item) for known, item in listed if self._may_open(known)]
        asked = await self._keeper.read(last_asked, [known.url for known, _ in open_to_us])
        known = longest_unseen([known for known, _ in open_to_us], asked)
        if known is None:
            return
        item = next(item for each, item in open_to_us if each is known)
        self._visit.is_first_time(known.url)
        opened = await self._reports.open(known.url, facts.url, column.platform)
        if not opened.fetched.not_modified:
            await self._reports.file(known.filing_id, opened, item, only_if_changed=True)

    async def _list(
        self, facts: ColumnFacts, column: WalkedColumn, rows: ColumnRows, found: Sequence[Row]
    ) -> list[Known | None]:
        """Keep that reports stand in the lists, and return what is known of them."""
        rows.reports += [url for url, _ in found]
        self._visit.reports.update(url for url, _ in found)
        shas = await self._keeper.read(sha256_of, _bodies(column, found))
        known: list[Known | None] = []
        for batch in range(0, len(found), _BATCH):
            listings = [
                self._listing(facts, column, shas, url, item)
                for url, item in found[batch : batch + _BATCH]
            ]
            known += await self._keeper.write(list_known, listings)
        return known

    def _listing(
        self,
        facts: ColumnFacts,
        column: WalkedColumn,
        shas: dict[int, str],
        url: str,
        item: ListItem,
    ) -> Listing:
        page = column.shown_by.get(url)
        return Listing(
            portal_id=self._visit.portal.id,
            column_id=facts.id,
            crawl_id=self._visit.crawl_id,
            url=url,
            item=item,
            seen_at=column.walk.seen_at[url],
            list_url=page.url if page else None,
            list_sha256=shas.get(page.body) if page and page.body else None,
        )

    async def _open(
        self, facts: ColumnFacts, column: WalkedColumn, report: Known, item: ListItem
    ) -> None:
        if not self._is_due(report) or not self._may_open(report):
            self._reports.unfinished += [report.unhad] if report.unhad else []
            return
        self._visit.is_first_time(report.url)
        opened = await self._reports.open(report.url, facts.url, column.platform)
        await self._reports.file(report.filing_id, opened, item)

    def _may_open(self, report: Known) -> bool:
        """Tell whether it may be opened now; one that leads to no official host stays unopened."""
        return report.url not in self._visit.done and self._may_visit(report.url)

    def _is_due(self, report: Known) -> bool:
        settings = self._settings
        near = min(settings.reopen_days, settings.reopen_days_near_due)
        return must_open(report, utc_now(), days=settings.reopen_days, days_near_due=near)

    async def _maybe(
        self, facts: ColumnFacts, column: WalkedColumn, rows: ColumnRows, url: str, item: ListItem
    ) -> None:
        """Open a row whose title does not tell, and let the title of its page decide."""
        if (before := facts.passed_over.get(url)) and self._stands(before, item):
            rows.passed_over[url] = before
            return
        if not self._may_visit(url) or not self._visit.is_first_time(url):
            return
        opened = await self._reports.open(url, facts.url, column.platform)
        if opened.fetched.outcome is Outcome.GONE:
            return
        if not opened.fetched.ok:
            rows.unopened.append(opened.fetched.reason)
            return
        title = (opened.article.title if opened.article else None) or item.title
        if opened.article is not None and not is_report_page(opened.article.title, item):
            rows.passed_over[url] = {"title": item.title, "at": iso_utc(utc_now())}
            return
        [known] = await self._list(facts, column, rows, [(url, item)])
        if known is not None and is_wanted(title or "", self._fiscal_years):
            await self._reports.file(known.filing_id, opened, item)

    def _stands(self, before: dict[str, Any], item: ListItem) -> bool:
        """Tell whether a row that was opened in vain need not be opened again yet."""
        age = utc_now() - parse_instant(before["at"])
        return before["title"] == item.title and age.days < self._settings.reopen_days

    def _may_visit(self, url: str) -> bool:
        portal = self._visit.portal
        return same_site(url, portal.url) or is_official_url(url, portal.official_hosts)


def _bodies(column: WalkedColumn, found: Sequence[Row]) -> set[int]:
    pages = (column.shown_by.get(url) for url, _ in found)
    return {page.body for page in pages if page is not None and page.body is not None}


def every_spelling(urls: Collection[str]) -> set[str]:
    """Return addresses with their twins: portals move from http to https, and to www and back."""
    return {spelling for url in urls for spelling in same_page_urls(url)}
