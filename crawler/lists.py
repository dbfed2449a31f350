"""Reading the list pages of one column, by whatever way each page needs."""

import logging
from dataclasses import dataclass, replace

from crawler.fetched import Ask, Fetched, Outcome, Purpose
from crawler.fetching import Fetcher
from crawler.platforms import choose_platform
from crawler.platforms.addresses import is_column_address
from crawler.platforms.model import ListItem, ListPage, Page, PageRequest, Platform
from crawler.platforms.wording import AGENCY_NAME, compact
from crawler.selection import Relevance, is_report_title, relevance_of, says_report
from crawler.visit import Visit
from crawler.walking import ColumnWalk
from storage.clock import utc_now
from storage.crawler_settings import CrawlerSettings

log = logging.getLogger(__name__)

_MOST_SERVICES = 2
"""Services that are asked for the rows of a page that may be a column."""
_MOST_TRIES = 4
"""Ways tried of those to which an answer without rows leads: hosts want to be asked differently."""
_MOST_ASKED = 10
"""Answers in all that are waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadList:
    """A page that was fetched for its list."""

    fetched: Fetched
    page: Page
    platform: Platform
    list_page: ListPage


class ListReader:
    """Fetches and reads list pages for one portal."""

    def __init__(self, fetcher: Fetcher, visit: Visit, settings: CrawlerSettings) -> None:
        self._fetcher = fetcher
        self._visit = visit
        self._render = settings.render == "auto"
        self._max_renders = settings.max_renders_per_portal

    async def read(
        self,
        request: PageRequest,
        *,
        platform: Platform | None = None,
        referer: str | None = None,
        purpose: Purpose = Purpose.LIST,
        rendered: bool = False,
        draw: bool = True,
        conditional: bool = False,
    ) -> ReadList | Fetched:
        """Fetch and read one list page; what came instead if it could not be had.

        Args:
            request: the page.
            platform: the adapter that read the page before; None to choose one by the page.
            referer: the page that leads to it.
            purpose: what its capture says it was for.
            rendered: True to have a browser draw it at once.
            draw: True to have a browser draw it if its list is not in its source.
            conditional: True to take the server's word for it that the page is what it was.
        """
        first = platform is None
        ask = Ask(
            url=request.url,
            purpose=purpose,
            method=request.method,
            body=request.body,
            headers={**({"Referer": referer} if referer else {}), **request.headers},
            rendered=rendered,
            follow_shells=first,
            conditional=conditional and not rendered,
        )
        if rendered and (refused := self._count_render(ask)):
            return refused
        fetched = await self._fetcher.fetch(ask)
        if not fetched.ok:
            return fetched
        if not fetched.is_page:
            reason = f"{request.url}: a file where a list should be"
            return replace(fetched, outcome=Outcome.BROKEN, reason=reason)
        read = read_fetched(fetched, request if not first else None, platform)
        if isinstance(read, Fetched) or not (draw and read.list_page.needs_script):
            return read
        return await self.drawn(read)

    async def drawn(self, plain: ReadList) -> ReadList | Fetched:
        """Have a browser draw a page whose list is not in its source."""
        fetched = plain.fetched
        if fetched.ask.rendered:
            return plain
        if not self._render:
            reason = f"{fetched.url}: its list is drawn by scripts, and crawler.render is 'never'"
            return replace(fetched, outcome=Outcome.BROKEN, reason=reason)
        ask = replace(
            fetched.ask, url=fetched.url, rendered=True, follow_shells=False, conditional=False
        )
        if refused := self._count_render(ask):
            return refused
        drawn = await self._fetcher.fetch(ask)
        return read_fetched(drawn, None, None) if drawn.ok else drawn

    async def with_served_rows(self, read: ReadList) -> tuple[ReadList, int]:
        """Add rows that a service has for a page without rows: they may prove the column.

        A script of the site may first have to tell where the service is; and services that mix the
        rows of all columns may have this one's reports on a later page, so it is asked until one
        came. Tells how many pages were asked for.
        """
        waiting, asked = list(read.list_page.next_pages[:_MOST_SERVICES]), set[tuple[str, str]]()
        rows: tuple[ListItem, ...] = ()
        while waiting and len(asked) < _MOST_ASKED and not any(map(says_report, rows)):
            request = waiting.pop(0)
            if (request.url, request.body) in asked:
                continue
            asked.add((request.url, request.body))
            answer = await self.read(
                request, platform=read.platform, referer=read.fetched.url, draw=False
            )
            if isinstance(answer, Fetched):
                continue
            told = answer.list_page
            rows += told.items
            if told.items or told.onward:
                waiting = [*told.next_pages[:_MOST_TRIES], *(() if told.items else waiting)]
        return replace(read, list_page=replace(read.list_page, items=rows)), len(asked)

    def _count_render(self, ask: Ask) -> Fetched | None:
        """Count a page to be drawn; what to say instead if the portal has had its share."""
        if self._visit.renders < self._max_renders:
            self._visit.renders += 1
            return None
        reason = f"{ask.url}: not drawn: {self._max_renders} pages were"
        return Fetched(
            ask=ask, outcome=Outcome.BUDGET, reason=reason, url=ask.url, fetched_at=utc_now()
        )


def read_fetched(
    fetched: Fetched, request: PageRequest | None, platform: Platform | None
) -> ReadList | Fetched:
    """Have an adapter read a page; one that breaks on it costs this page, not the portal."""
    page = fetched.page(request)
    try:
        platform = platform or choose_platform(page)
        list_page = platform.read_list(page)
        if not list_page.items and request is None:
            list_page = _with_own_text(page, platform, list_page)
    except Exception as error:  # the boundary that keeps one page from the others
        log.exception("%s: no adapter can read this list", fetched.url)
        reason = f"{fetched.url}: its list could not be read: {type(error).__name__}"
        return replace(fetched, outcome=Outcome.BROKEN, reason=reason)
    return ReadList(fetched=fetched, page=page, platform=platform, list_page=list_page)


def _with_own_text(page: Page, platform: Platform, list_page: ListPage) -> ListPage:
    """Take a column that shows the text of its newest report as a list of that one."""
    article = platform.read_article(page)
    if not article.recognised or not is_report_title(article.title):
        return list_page
    first = article.days[0] if article.days else None
    day, text = (first.day, first.text) if first else (None, "")
    own = ListItem(url=page.url, title=article.title or "", day=day, day_text=text)
    return replace(list_page, items=(own,), recognised=True, needs_script=False)


def rows_by_relevance(walk: ColumnWalk) -> dict[Relevance, list[tuple[str, ListItem]]]:
    """Return the rows of a column, by what is to be done about them."""
    rows: dict[Relevance, list[tuple[str, ListItem]]] = {kind: [] for kind in Relevance}
    for url, item in walk.items.items():
        kind = relevance_of(item)
        opens = kind is Relevance.OTHER and _says_only_whose(item)
        rows[Relevance.OPEN if opens else kind].append((url, item))
    return rows


def _says_only_whose(item: ListItem) -> bool:
    """Tell a row that is called by the name of an agency alone, as central lists call reports.

    Its page tells what it is. One without a day may also be an agency's own list of reports.
    """
    named = AGENCY_NAME.match(compact(item.title)) is not None
    return named and bool(item.day_text or not is_column_address(item.url))
