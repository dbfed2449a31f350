"""Reading one column to its end, with as few requests as a claim of absence allows.

How few, and why, is docs/decisions/0008: every page is asked for, unchanged ones cheaply; and for
some days after a whole reading the middle pages of a list whose first and last page are unchanged
are taken from the archive.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from crawler.chains import Step, is_none
from crawler.fetched import Ask, Fetched, Outcome, Purpose
from crawler.keeping import Keeper
from crawler.lists import ListReader, ReadList, read_fetched
from crawler.planning import MOST_REQUESTS, may_rest
from crawler.platforms.model import Platform
from crawler.read_pages import Before, How, ReadPage, is_as_before, key_of, read_page
from crawler.records.captures import capture_body
from crawler.walking import ColumnWalk
from storage.archive import ArchiveError
from storage.clock import utc_now

_NOT_THERE = frozenset({Outcome.GONE, Outcome.SOFT_GONE, Outcome.UNREACHABLE, Outcome.BROKEN})


@dataclass(slots=True)
class WalkedColumn:
    """A column as it was read."""

    walk: ColumnWalk
    pages: list[ReadPage] = field(default_factory=list)
    platform: Platform | None = None
    """The adapter that read the first page."""
    first: ReadList | None = None
    shown_by: dict[str, ReadPage] = field(default_factory=dict)
    """Which page shows each row first, by the row's address."""
    asked: int = 0
    """List pages that were asked for and not taken from the archive."""
    rests_on_archive: bool = False
    """True if something was not asked for because an earlier reading had it."""


class ColumnReader:
    """Reads the columns of one portal."""

    def __init__(self, lists: ListReader, keeper: Keeper, *, max_pages: int) -> None:
        self._lists = lists
        self._keeper = keeper
        self._max_pages = max_pages

    async def read(
        self, url: str, *, rendered: bool, conditional: bool, before: Before | None
    ) -> WalkedColumn:
        """Read a column from its first page to its end, sub-columns too.

        Args:
            url: of the column.
            rendered: True if a browser must draw its first pages.
            conditional: True to take a server's word that a page has not changed.
            before: an earlier whole reading that this one may rest on.

        What rests on an earlier reading and does not come to its end is read again, whole: the way
        to its rows may have changed.
        """
        column = WalkedColumn(walk=ColumnWalk(url, max_pages=self._max_pages))
        reading = _Reading(self._lists, self._keeper, column, before)
        while step := column.walk.next_step():
            await reading.take(step, url, rendered=rendered, conditional=conditional)
        walk = column.walk
        if column.rests_on_archive and not walk.read_to_end and not _is_kept_from(walk.obstacle):
            again = await self.read(url, rendered=rendered, conditional=False, before=None)
            again.asked += column.asked
            return again
        return column


def _is_kept_from(obstacle: Fetched | None) -> bool:
    return obstacle is not None and obstacle.outcome not in (Outcome.GONE, Outcome.SOFT_GONE)


class _Reading:
    """One column while it is read."""

    def __init__(
        self, lists: ListReader, keeper: Keeper, column: WalkedColumn, before: Before | None
    ) -> None:
        self._lists = lists
        self._keeper = keeper
        self._column = column
        self._before = before
        self._trusted = False
        """True while the list that is walked proved to be what it was."""
        self._leading = False
        """True while the pages of the list that is walked held no rows yet: shells, scripts."""
        self._rests_since: datetime | None = None
        """When the list that is walked was asked for, if it is a part that rests."""
        self._adapter: Platform | None = None
        self._ahead: dict[tuple[str, str, str], ReadList] = {}
        """The last page of a list, fetched before those in between."""
        self._answered_at = utc_now()
        """When the last page that was asked for came: of then is true what it proves of others."""

    async def take(self, step: Step, url: str, *, rendered: bool, conditional: bool) -> None:
        """Have one page, by whatever way, and give it to the walk."""
        if step.is_first:
            self._leading, self._adapter, self._ahead = True, None, {}
            self._rests_since = self._since(step)
            self._trusted = self._rests_since is not None
        if await self._rest_on_before(step):
            return
        ahead = self._ahead.pop(key_of(step.request), None)
        self._column.asked += ahead is None
        read = ahead or await self._lists.read(
            step.request,
            platform=self._adapter,
            referer=None if step.request.url == url else url,
            rendered=rendered and step.is_first,
            conditional=conditional,
        )
        if isinstance(read, ReadList):
            self._answered_at = read.fetched.fetched_at
        self._give(step, read, None)
        if self._leading and isinstance(read, ReadList) and self._before is not None:
            self._leading = not read.list_page.items
            await self._try_last(step, read, conditional=conditional)

    async def _rest_on_before(self, step: Step) -> bool:
        """Take a page from an earlier reading, where this list is known to be as it was then.

        So are the pages that hold no rows but lead to those that do: what they lead to is asked.
        And so are parts that may rest.
        """
        before = self._before
        if before is None or not (self._trusted or self._leading):
            return False
        if (refused := before.refused(step.request)) and not step.is_first:
            self._column.rests_on_archive = True
            self._column.walk.skip(step, was_none=refused.announced_items == 0)
            self._column.pages.append(refused)
            return True
        page = before.page(step.request)
        if page is None or key_of(step.request) in self._ahead:
            return False
        carried = await self._carried(step, page)
        if carried is None:
            return False
        if not self._trusted and not before.leads_to_rows(page):
            return False
        self._column.rests_on_archive = True
        self._give(step, carried, How.CARRIED)
        return True

    def _since(self, step: Step) -> datetime | None:
        """Return when a part of the column that may rest was asked for; None if it must be now."""
        if (before := self._before) is None or not step.part:
            return None
        asked_at, years = before.asked_at(step.of), before.years_of(step.of)
        rests = may_rest(
            step.part,
            years,
            asked_at,
            self._answered_at,
            named_so=before.are_fiscal_years,
            at_once=before.at_once,
        )
        return asked_at if rests else None

    def _give(self, step: Step, read: ReadList | Fetched, how: How | None) -> None:
        column = self._column
        seen = column.walk.pages_seen
        if isinstance(read, Fetched):
            column.walk.miss(step, read)
            if step.request.probe and read.outcome in _NOT_THERE:
                column.pages.append(read_page(step, read, None, None))
            return
        self._adapter = self._adapter or read.platform
        column.platform = column.platform or read.platform
        column.first = column.first or read
        column.walk.take(step, read.list_page, read.fetched.fetched_at)
        accepted = column.walk.pages_seen > seen or not step.request.probe
        page = read_page(step, read.fetched, read.list_page if accepted else None, how)
        if not accepted and is_none(read.list_page):
            page = replace(page, announced_items=0)
        column.pages.append(page)
        for row in page.rows:
            column.shown_by.setdefault(row, page)

    async def _try_last(self, step: Step, read: ReadList, *, conditional: bool) -> None:
        """Trust a list whose first page, and last page, are what they were."""
        before = self._before
        if before is None or not is_as_before(before.page(step.request), read.list_page):
            return
        last = before.last_of(step.of)
        if last is None or last.key == key_of(step.request) or self._may_pass_over(last, read):
            self._trusted = True
            return
        self._column.asked += 1
        end = await self._lists.read(
            last.request,
            platform=self._adapter,
            referer=step.of,
            conditional=conditional,
            draw=False,
        )
        if isinstance(end, ReadList):
            self._answered_at = end.fetched.fetched_at
            self._trusted = is_as_before(last, end.list_page)
            self._ahead[last.key] = end

    def _may_pass_over(self, last: ReadPage, read: ReadList) -> bool:
        """Tell whether the end of a list need not be asked for in this reading.

        In every second one, where the way to the list cost its share of requests already, and the
        first page says how many rows there are: as many as before.
        """
        before = self._before
        if before is None or before.at_once or last.how is How.CARRIED:
            return False
        counted = read.list_page.announced_items is not None
        return counted and self._column.asked >= MOST_REQUESTS

    async def _carried(self, step: Step, page: ReadPage | None) -> ReadList | None:
        """Return a page as an earlier reading had it; None if it must be asked for."""
        if page is None or page.body is None:
            return None
        kept = await self._keeper.read(capture_body, page.body)
        if kept is None:
            return None
        try:
            body = await self._keeper.original(kept.sha256)
        except ArchiveError:
            return None
        fetched = Fetched(
            ask=Ask(url=page.url, purpose=Purpose.LIST, method=page.method, body=page.sent),
            outcome=Outcome.OK,
            url=kept.final_url,
            status=200,
            headers=kept.headers,
            body=body,
            media_type=kept.media_type,
            fetched_at=self._rests_since or self._answered_at,
            capture_id=page.body,
            sha256=kept.sha256,
            not_modified=True,
        )
        request = None if self._adapter is None else step.request
        read = read_fetched(fetched, request, self._adapter)
        return read if isinstance(read, ReadList) else None
