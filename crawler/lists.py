"""Reading the list pages of one column, by whatever way each page needs."""

import logging
from dataclasses import dataclass, replace

from crawler.fetched import Ask, Fetched, Outcome, Purpose
from crawler.fetching import Fetcher
from crawler.platforms import choose_platform
from crawler.platforms.model import ListItem, ListPage, Page, PageRequest, Platform
from crawler.selection import Relevance, is_report_title, relevance_of
from crawler.walking import ColumnWalk

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadList:
    """A page that was fetched for its list."""

    fetched: Fetched
    page: Page
    platform: Platform
    list_page: ListPage


class ListReader:
    """Fetches and reads list pages for one portal."""

    def __init__(self, fetcher: Fetcher, *, render: bool) -> None:
        self._fetcher = fetcher
        self._render = render

    async def read(
        self,
        request: PageRequest,
        *,
        platform: Platform | None = None,
        referer: str | None = None,
        purpose: Purpose = Purpose.LIST,
        rendered: bool = False,
        draw: bool = True,
    ) -> ReadList | Fetched:
        """Fetch and read one list page; what came instead if it could not be had.

        Args:
            request: the page.
            platform: the adapter that read the page before; None to choose one by the page.
            referer: the page that leads to it.
            purpose: what its capture says it was for.
            rendered: True to have a browser draw it at once.
            draw: True to have a browser draw it if its list is not in its source.
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
        )
        fetched = await self._fetcher.fetch(ask)
        if not fetched.ok:
            return fetched
        if not fetched.is_page:
            reason = f"{request.url}: a file where a list should be"
            return replace(fetched, outcome=Outcome.BROKEN, reason=reason)
        read = _read(fetched, request if not first else None, platform)
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
        drawn = await self._fetcher.fetch(
            replace(fetched.ask, url=fetched.url, rendered=True, follow_shells=False)
        )
        return _read(drawn, None, None) if drawn.ok else drawn


def _read(
    fetched: Fetched, request: PageRequest | None, platform: Platform | None
) -> ReadList | Fetched:
    """Have an adapter read a page; one that breaks on it costs this page, not the portal."""
    page = fetched.page(request)
    try:
        platform = platform or choose_platform(page)
        list_page = platform.read_list(page)
        if not list_page.items and request is None:
            list_page = _with_own_text(page, platform, list_page)
    except Exception as error:
        log.exception("%s: no adapter can read this list", fetched.url)
        reason = f"{fetched.url}: its list could not be read: {type(error).__name__}"
        return replace(fetched, outcome=Outcome.BROKEN, reason=reason)
    return ReadList(fetched=fetched, page=page, platform=platform, list_page=list_page)


def _with_own_text(page: Page, platform: Platform, list_page: ListPage) -> ListPage:
    """Take a column that shows the text of its newest report as a list of that one."""
    article = platform.read_article(page)
    if not article.recognised or not is_report_title(article.title):
        return list_page
    own = ListItem(url=page.url, title=article.title or "")
    return replace(list_page, items=(own,), recognised=True, needs_script=False)


async def walk_column(
    reader: ListReader, url: str, *, rendered: bool, max_pages: int
) -> tuple[ColumnWalk, Platform | None]:
    """Read a column from its first page to its end, sub-columns too.

    Returns:
        The walk with all rows met, and the adapter that read the first page.
    """
    walk = ColumnWalk(url, max_pages=max_pages)
    adapter: Platform | None = None
    chain_adapter: Platform | None = None
    while step := walk.next_step():
        if step.is_first:
            chain_adapter = None
        read = await reader.read(
            step.request,
            platform=chain_adapter,
            referer=None if step.request.url == url else url,
            rendered=rendered and step.is_first,
        )
        if isinstance(read, Fetched):
            walk.miss(step, read)
            continue
        chain_adapter = chain_adapter or read.platform
        adapter = adapter or read.platform
        walk.take(step, read.list_page, read.fetched.fetched_at)
    return walk, adapter


def rows_by_relevance(walk: ColumnWalk) -> dict[Relevance, list[tuple[str, ListItem]]]:
    """Return the rows of a column, by what is to be done about them."""
    rows: dict[Relevance, list[tuple[str, ListItem]]] = {kind: [] for kind in Relevance}
    for url, item in walk.items.items():
        rows[relevance_of(item)].append((url, item))
    return rows
