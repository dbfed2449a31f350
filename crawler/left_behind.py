"""Asking after reports that no list shows any more: are they gone, or only unlisted?"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from crawler.fetched import Ask, Fetched, Outcome, Purpose
from crawler.fetching import Fetcher
from crawler.keeping import Keeper
from crawler.records.absences import (
    GONE_FOR_GOOD,
    Absent,
    mark_absent,
    mark_gone,
    mark_there,
)
from crawler.records.captures import last_asked
from crawler.reports import read_report
from crawler.selection import is_report_title
from storage.clock import utc_now

MOST_ASKED = 8
"""Unlisted reports of one column, or of all lost ones, that a crawl asks for."""
_EARLY = timedelta(hours=1)
"""A crawl begins a little earlier than the one before it on another day."""


class LeftBehind:
    """Asks after the unlisted reports of one portal."""

    def __init__(self, fetcher: Fetcher, keeper: Keeper, *, days: int) -> None:
        """Take after how many ``days`` a report that is known to be unlisted is asked for again."""
        self._fetcher = fetcher
        self._keeper = keeper
        self._days = days

    async def ask(self, absent: Sequence[Absent]) -> dict[int, bool]:
        """Return which filings, of those whose turn it is, are gone; not what could not be told."""
        asked = await self._keeper.read(last_asked, [each.url for each in absent])
        told: dict[int, bool] = {}
        for each in whom_to_ask(absent, asked, utc_now(), days=self._days):
            fetched = await self._fetcher.fetch(
                Ask(url=each.url, purpose=Purpose.PAGE, conditional=True)
            )
            if fetched.outcome is Outcome.GONE:
                told[each.filing_id] = True
            elif fetched.ok and not (each.removed and _is_something_else(fetched)):
                told[each.filing_id] = False
        return told

    async def note(
        self, absent: Sequence[Absent], told: Mapping[int, bool], *, believed: bool
    ) -> None:
        """Keep what was told.

        That reports are not listed, or gone, counts only if the lists that do not show them could
        be ``believed``: servers that lost half their pages get them back.
        """
        if believed:
            await self._keeper.write(mark_absent, [each.filing_id for each in absent])
        for filing_id, gone in told.items():
            if not gone:
                await self._keeper.write(mark_there, filing_id)
            elif believed:
                await self._keeper.write(mark_gone, filing_id)


def _is_something_else(fetched: Fetched) -> bool:
    """Tell whether a page at a removed report's address is no report: it has not returned then."""
    if not fetched.is_page:
        return False
    article = read_report(fetched, None).article
    return article is None or not is_report_title(article.title)


def whom_to_ask(
    absent: Sequence[Absent], asked: Mapping[str, datetime], now: datetime, *, days: int
) -> list[Absent]:
    """Return the reports to ask for now: the suspected first, then the longest not asked for.

    Each crawl asks after those that left their list lately, and after those that were gone once or
    twice; of the others it is known whether they stand, and ``days`` may pass.
    """

    def age(each: Absent) -> timedelta:
        return now - asked[each.url] if each.url in asked else timedelta.max

    due = [
        each for each in absent if _is_undecided(each) or age(each) >= timedelta(days=days) - _EARLY
    ]
    order = sorted(due, key=lambda each: (not _is_suspected(each), -age(each)))
    return order[:MOST_ASKED]


def _is_suspected(each: Absent) -> bool:
    return not each.removed and each.gone_crawls > 0


def _is_undecided(each: Absent) -> bool:
    return not each.removed and (each.gone_crawls > 0 or each.absent_crawls < GONE_FOR_GOOD)
