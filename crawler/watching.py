"""Watching one portal: every column to its end, every report with its files."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crawler.fetched import Ask, Outcome, Purpose
from crawler.fetching import Fetcher
from crawler.keeping import Keeper
from crawler.lists import ListReader, rows_by_relevance, walk_column
from crawler.pages.decoding import decode_page
from crawler.pages.markup import take_apart
from crawler.pages.urls import same_site
from crawler.platforms.model import ListItem, Platform
from crawler.readings import Recognised, judge_reading
from crawler.records.captures import last_home
from crawler.records.columns import (
    ColumnFacts,
    active_columns,
    keep_rows,
    known_urls,
    lose_column,
    losses,
    save_reading,
)
from crawler.records.filings import (
    Listing,
    absent_filings,
    list_filings,
    mark_absent,
    mark_gone,
    mark_there,
)
from crawler.reports import ReportReader
from crawler.selection import Relevance, is_report_title, is_wanted
from crawler.settling import ColumnEnd, Settled, settle_watch
from crawler.visit import Visit
from crawler.walking import ColumnWalk
from storage.archive import ArchiveError
from storage.clock import utc_now
from storage.hosts import is_official_url
from storage.settings import CrawlerSettings

_BATCH = 100
"""Reports listed in one transaction: others wait for it."""


@dataclass(slots=True)
class _Column:
    """One column while it is read."""

    facts: ColumnFacts
    walk: ColumnWalk
    platform: Platform | None
    reports: int = 0
    unopened: list[str] = field(default_factory=list)


class Watcher:
    """Reads the columns of one portal."""

    def __init__(
        self,
        fetcher: Fetcher,
        keeper: Keeper,
        visit: Visit,
        settings: CrawlerSettings,
        fiscal_years: Collection[int],
    ) -> None:
        self._fetcher = fetcher
        self._keeper = keeper
        self._visit = visit
        self._settings = settings
        self._fiscal_years = fiscal_years
        self._lists = ListReader(fetcher, render=settings.render == "auto")
        self._reports = ReportReader(fetcher, keeper, visit)

    async def watch(self) -> Settled:
        """Read every standing column of the portal and say how it went."""
        portal_id = self._visit.portal.id
        await self._remember_home()
        columns = await self._keeper.read(active_columns, portal_id)
        ends = [await self._read(column) for column in columns]
        lost = await self._keeper.read(losses, portal_id)
        return settle_watch(ends, self._reports.unfinished, lost)

    async def _remember_home(self) -> None:
        """Recall the front page: some servers answer it for whatever is not there."""
        home = await self._keeper.read(last_home, self._visit.portal.id)
        if home is None:
            return
        try:
            body = await self._keeper.original(home.sha256)
        except ArchiveError:
            return
        text, _ = decode_page(body, home.headers)
        self._visit.home_text = take_apart(text).text or None

    async def _read(self, facts: ColumnFacts) -> ColumnEnd:
        began = utc_now()
        walk, platform = await walk_column(
            self._lists,
            facts.url,
            rendered=facts.rendered,
            max_pages=self._settings.max_pages_per_column,
        )
        column = _Column(facts=facts, walk=walk, platform=platform)
        known = await self._keeper.read(known_urls, facts.id, self._visit.crawl_id)
        await self._read_reports(column, known)
        recognised = Recognised(
            reports=column.reports,
            known_before=len(known),
            found_again=len(known & _under_both_schemes(walk.items)),
            unopened=column.unopened,
        )
        reading = judge_reading(walk, recognised)
        # Of what the lists did not show, this much is certain: it was not there when we began.
        await self._keeper.write(save_reading, self._visit.crawl_id, facts.id, reading, began)
        if walk.pages_seen:
            ordered = walk.read_to_end and walk.is_one_list
            told = rows_by_relevance(walk)[Relevance.REPORT]
            await self._keeper.write(keep_rows, facts.id, told if ordered else None)
        await self._after_reading(column)
        if reading.control_passed:
            await self._look_after_absent(column, began)
        return ColumnEnd(
            url=facts.url, reading=reading, obstacle=walk.obstacle, seen=walk.pages_seen > 0
        )

    async def _read_reports(self, column: _Column, known: Collection[str]) -> None:
        """List all reports first, then fetch them, those never seen before those known."""
        rows = rows_by_relevance(column.walk)
        told = rows[Relevance.REPORT]
        ids = await self._list(column, told)
        wanted = [
            (filing_id, url)
            for filing_id, (url, item) in zip(ids, told, strict=True)
            if is_wanted(item.title, self._fiscal_years)
        ]
        for filing_id, url in sorted(wanted, key=lambda row: row[1] in known):
            await self._fetch_report(column, filing_id, url)
        for url, item in rows[Relevance.OPEN]:
            await self._maybe_report(column, url, item)

    async def _after_reading(self, column: _Column) -> None:
        if column.walk.obstacle is not None:
            self._visit.count_trouble(column.walk.obstacle.outcome)
        if column.walk.lost:
            await self._keeper.write(
                lose_column, self._visit.portal.id, column.facts.url, utc_now()
            )

    async def _list(self, column: _Column, rows: Sequence[tuple[str, ListItem]]) -> list[int]:
        """Keep that reports stand in the lists, and return the ids of their filings."""
        column.reports += len(rows)
        self._visit.reports.update(url for url, _ in rows)
        ids: list[int] = []
        for batch in range(0, len(rows), _BATCH):
            listings = [
                self._listing(column, url, item) for url, item in rows[batch : batch + _BATCH]
            ]
            ids += await self._keeper.write(list_filings, listings)
        return ids

    async def _fetch_report(self, column: _Column, filing_id: int, url: str) -> None:
        if not self._visit.is_first_time(url):
            return
        if not self._may_visit(url):
            self._reports.unfinished.append(f"{url}: not an official host")
            self._visit.count_trouble(Outcome.REFUSED)
            return
        opened = await self._reports.open(url, column.facts.url, column.platform)
        await self._reports.file(filing_id, opened)

    async def _maybe_report(self, column: _Column, url: str, item: ListItem) -> None:
        """Open a row whose title does not tell, and let the title of its page decide."""
        if not self._may_visit(url) or not self._visit.is_first_time(url):
            return
        opened = await self._reports.open(url, column.facts.url, column.platform)
        if opened.fetched.outcome is Outcome.GONE:
            return
        if not opened.fetched.ok:
            column.unopened.append(opened.fetched.reason)
            return
        title = opened.article.title if opened.article else item.title
        if opened.article is not None and not is_report_title(title):
            return
        [filing_id] = await self._list(column, [(url, item)])
        if is_wanted(title or "", self._fiscal_years):
            await self._reports.file(filing_id, opened)

    def _listing(self, column: _Column, url: str, item: ListItem) -> Listing:
        return Listing(
            portal_id=self._visit.portal.id,
            column_id=column.facts.id,
            crawl_id=self._visit.crawl_id,
            url=url,
            item=item,
            seen_at=column.walk.seen_at[url],
        )

    def _may_visit(self, url: str) -> bool:
        portal = self._visit.portal
        return same_site(url, portal.url) or is_official_url(url, portal.official_hosts)

    async def _look_after_absent(self, column: _Column, since: datetime) -> None:
        """Ask after reports that a healthy reading no longer shows: are they gone, or unlisted?"""
        absent = await self._keeper.read(absent_filings, column.facts.id, since)
        await self._keeper.write(mark_absent, [filing_id for filing_id, _ in absent])
        for filing_id, url in absent:
            fetched = await self._fetcher.fetch(
                Ask(url=url, purpose=Purpose.PAGE, conditional=True)
            )
            if fetched.outcome is Outcome.GONE:
                await self._keeper.write(mark_gone, filing_id)
            elif fetched.ok:
                await self._keeper.write(mark_there, filing_id)


def _under_both_schemes(urls: Collection[str]) -> set[str]:
    """Return addresses with their twins, since a portal may move from http to https."""
    bare = {url.partition(":")[2] for url in urls}
    return {f"{scheme}:{rest}" for scheme in ("http", "https") for rest in bare}
