"""Watching one portal: every column to its end, every report with its files."""

from collections.abc import Collection, Sequence
from datetime import datetime

from crawler.column_reading import ColumnReader, WalkedColumn
from crawler.fetching import Fetcher
from crawler.filing_rows import ColumnRows, RowFiler, every_spelling
from crawler.keeping import Keeper
from crawler.left_behind import LeftBehind
from crawler.lists import ListReader, rows_by_relevance
from crawler.pages.decoding import decode_page
from crawler.pages.markup import take_apart
from crawler.planning import plan_reading
from crawler.proofs import drift_of
from crawler.readings import Recognised, judge_reading
from crawler.records.absences import Absent, absent_filings, left_filings
from crawler.records.captures import last_home
from crawler.records.columns import (
    ColumnFacts,
    active_columns,
    keep_passed_over,
    keep_rows,
    lose_column,
    losses,
    note_drift,
    unsearched,
)
from crawler.records.moving import settle_losses
from crawler.records.readings import (
    KnownReport,
    Reading,
    known_reports,
    reading_history,
    same_losses,
    save_reading,
)
from crawler.reports import ReportReader
from crawler.selection import Relevance, fiscal_year_of
from crawler.settling import ColumnEnd, Settled, settle_watch
from crawler.visit import Visit
from storage.archive import ArchiveError
from storage.clock import utc_now
from storage.crawler_settings import CrawlerSettings

DRIFTED = 3
"""Crawls in a row that find another page in the column's place before it counts as lost."""


class Watcher:
    """Reads the columns of one portal."""

    def __init__(
        self,
        fetcher: Fetcher,
        keeper: Keeper,
        visit: Visit,
        settings: CrawlerSettings,
        fiscal_years: Collection[int],
        *,
        grace_days: int = 0,
        at_once: bool = False,
    ) -> None:
        """``at_once``: a person asked for this portal, so that nothing waits for its turn."""
        self._keeper = keeper
        self._visit = visit
        self._settings = settings
        self._grace_days = grace_days
        self._at_once = at_once
        self._reports = ReportReader(fetcher, keeper, visit)
        self._columns = ColumnReader(
            ListReader(fetcher, visit, settings), keeper, max_pages=settings.max_pages_per_column
        )
        self._left = LeftBehind(fetcher, keeper, days=settings.whole_reading_days)
        self._rows = RowFiler(keeper, visit, self._reports, settings, fiscal_years)

    async def watch(self) -> Settled:
        """Read every standing column of the portal and say how it went."""
        portal_id = self._visit.portal.id
        await self._remember_home()
        columns = await self._keeper.read(active_columns, portal_id)
        began = utc_now()
        ends = [await self._read(column) for column in columns]
        await self._keeper.write(settle_losses, portal_id, utc_now())
        lost = await self._keeper.read(losses, portal_id)
        left = await self._keeper.read(unsearched, portal_id)
        settled = settle_watch(ends, self._reports.unfinished, lost, left)
        if not ends or any(end.seen for end in ends):
            await self._look_after_left(began, believed=settled.control_passed)
        return settled

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
        column = await self._walk(facts, began)
        known = await self._keeper.read(known_reports, facts.id, self._visit.crawl_id)
        addresses = every_spelling([url for report in known for url in report.urls])
        rows = await self._rows.file(facts, column, addresses)
        absent = await self._absent(facts, column, rows, began)
        told = await self._left.ask(absent)
        gone = {each.url for each in absent if told.get(each.filing_id)}
        reading = await self._judge(facts, column, rows, known, gone)
        # Of what the lists did not show, this much is certain: it was not there when we began.
        await self._keeper.write(save_reading, self._visit.crawl_id, facts.id, reading, began)
        await self._after_reading(facts, column, rows)
        walk = column.walk
        await self._left.note(absent, told, believed=reading.control_passed)
        return ColumnEnd(
            url=facts.url, reading=reading, obstacle=walk.obstacle, seen=walk.pages_seen > 0
        )

    async def _walk(self, facts: ColumnFacts, now: datetime) -> WalkedColumn:
        history = await self._keeper.read(reading_history, facts.id)
        plan = plan_reading(
            history,
            now,
            days=self._settings.whole_reading_days,
            grace_days=self._grace_days,
            at_once=self._at_once,
        )
        return await self._columns.read(
            facts.url,
            rendered=facts.rendered,
            conditional=plan.conditional,
            before=plan.before,
        )

    async def _judge(
        self,
        facts: ColumnFacts,
        column: WalkedColumn,
        rows: ColumnRows,
        known: Sequence[KnownReport],
        gone: Collection[str],
    ) -> Reading:
        walk = column.walk
        shown = every_spelling(walk.items)
        found = [report for report in known if shown.intersection(report.urls)]
        years = [report.fiscal_year for report in known if report.fiscal_year is not None]
        newest = max(years, default=None)
        titles = [walk.items[url].title for url in rows.reports]
        same = await self._keeper.read(
            same_losses, facts.id, self._visit.crawl_id, len(known), len(found)
        )
        recognised = Recognised(
            reports=len(rows.reports),
            known_before=len(known),
            found_again=len(found),
            unopened=rows.unopened,
            found=[report.urls[0] for report in found],
            missing=[report.urls[0] for report in known if report not in found],
            newest_before=newest,
            newest_missing=newest is not None
            and not any(report.fiscal_year == newest for report in found),
            newest_year=max(filter(None, map(fiscal_year_of, titles)), default=None),
            order_before=facts.order,
            order=rows.reports if walk.is_one_list else (),
            same_before=same,
            gone=sum(report.urls[0] in gone for report in known if report not in found),
            drift=await self._drift(facts, column, known, found),
            rows=rows.reports,
            stood=await self._stood(facts, [report for report in known if report not in found]),
        )
        return judge_reading(walk, recognised, column.pages)

    async def _stood(self, facts: ColumnFacts, missing: Sequence[KnownReport]) -> dict[str, str]:
        """Return in which list each missing report stood when the column was last healthy."""
        if not missing:
            return {}
        history = await self._keeper.read(reading_history, facts.id)
        lists = {row: page.list_url for page in history.pages for row in page.rows}
        places = {report.urls[0]: every_spelling(report.urls) for report in missing}
        return {url: lists[row] for url, rows in places.items() for row in rows if row in lists}

    async def _drift(
        self,
        facts: ColumnFacts,
        column: WalkedColumn,
        known: Sequence[KnownReport],
        found: Sequence[KnownReport],
    ) -> str | None:
        """Say why the page is the column no more; lose the column if that lasts.

        While most of what was known stands in it, it is the column, whatever else it shows.
        """
        if column.first is None:
            return None
        why = None
        if not known or 2 * len(found) < len(known):
            why = drift_of(column.first, facts.proof.get("met", ()))
        times = await self._keeper.write(note_drift, facts.id, why, utc_now())
        if times >= DRIFTED:
            await self._keeper.write(lose_column, self._visit.portal.id, facts.url, utc_now())
        return why

    async def _after_reading(
        self, facts: ColumnFacts, column: WalkedColumn, rows: ColumnRows
    ) -> None:
        walk = column.walk
        if walk.pages_seen:
            ordered = walk.read_to_end and walk.is_one_list
            told = rows_by_relevance(walk)[Relevance.REPORT]
            await self._keeper.write(keep_rows, facts.id, told if ordered else None)
            await self._keeper.write(keep_passed_over, facts.id, rows.passed_over)
        if walk.obstacle is not None:
            self._visit.count_trouble(walk.obstacle.outcome)
        if walk.lost:
            await self._keeper.write(lose_column, self._visit.portal.id, facts.url, utc_now())

    async def _absent(
        self, facts: ColumnFacts, column: WalkedColumn, rows: ColumnRows, since: datetime
    ) -> Sequence[Absent]:
        """Return the reports of a column that its list, read to its end, shows no more."""
        if not (column.walk.read_to_end and rows.reports):
            return ()
        shown = every_spelling(column.walk.items)
        return await self._keeper.read(absent_filings, facts.id, since, shown)

    async def _look_after_left(self, since: datetime, *, believed: bool) -> None:
        """Ask after reports of lost columns that no other one shows.

        Only if the columns that stand could be ``believed`` it counts that they do not show them.
        """
        left = await self._keeper.read(left_filings, self._visit.portal.id, since)
        await self._left.note(left, await self._left.ask(left), believed=believed)
