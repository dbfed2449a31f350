"""Searching a portal for its annual-report columns: front page, disclosure platform, column."""

from typing import Any

from crawler.fetched import Fetched, Outcome, Purpose
from crawler.fetching import Fetcher
from crawler.frontier import WORTH_A_LOOK, Frontier
from crawler.keeping import Keeper
from crawler.lists import ListReader, ReadList
from crawler.pages.markup import take_apart
from crawler.pages.urls import is_home, is_within, same_site
from crawler.platforms.addresses import canonical_url
from crawler.platforms.links import confirm_column, find_column_links
from crawler.platforms.model import ColumnLink, PageRequest
from crawler.records.assigning import Ownership, whose_reports
from crawler.records.columns import lose_column, note_search, retire_columns, store_column
from crawler.selection import Relevance, relevance_of
from crawler.settling import Settled, settle_search
from crawler.visit import Visit
from storage.clock import utc_now
from storage.columns import REGISTRY
from storage.settings import CrawlerSettings

MAX_PAGES = 60
"""Pages that one search may look at."""
MAX_DEPTH = 4
"""Links from the front page: platform, its menu, the column, its frame."""
WORTH_MORE = 0.6
"""Score of links still followed once a column has been confirmed."""

_GONE = frozenset({Outcome.GONE, Outcome.SOFT_GONE})


class ColumnSearch:
    """Finds the columns of one portal and stores them with their proofs."""

    def __init__(
        self, fetcher: Fetcher, keeper: Keeper, visit: Visit, settings: CrawlerSettings
    ) -> None:
        self._keeper = keeper
        self._visit = visit
        self._lists = ListReader(fetcher, render=settings.render == "auto")
        self._pages = 0
        self._obstacles: list[Fetched] = []
        self._found: dict[str, frozenset[str]] = {}
        """Confirmed columns with the addresses of their rows."""
        self._parts: set[str] = set()
        """Sub-columns of confirmed columns: they are read with them."""

    async def search(self) -> Settled:
        """Check the columns that the registry names; search for others if that is needed."""
        portal = self._visit.portal
        gone = [url for url in portal.known_columns if not await self._stands(url)]
        if not portal.known_columns or gone:
            searched_all = await self._follow_links()
        else:
            searched_all = True
            await self._keeper.write(retire_columns, portal.id, portal.known_columns, utc_now())
        await self._keeper.write(note_search, portal.id, utc_now())
        found = bool(self._found) or len(gone) < len(portal.known_columns)
        self._count()
        return settle_search(self._obstacles, found=found, searched_all=searched_all)

    async def _stands(self, url: str) -> bool:
        """Store a column that the registry names; False if it is not there (any more)."""
        read = await self._lists.read(PageRequest(url=url), purpose=Purpose.LIST)
        if isinstance(read, Fetched):
            self._obstacles.append(read)
            await self._store(url, "", None, REGISTRY, {"registry": True})
            if read.outcome in _GONE:
                await self._keeper.write(lose_column, self._visit.portal.id, url, utc_now())
            return read.outcome not in _GONE
        proof = {"registry": True, **self._proof(read)}
        await self._store(url, take_apart(read.page.text).title, read, REGISTRY, proof)
        return True

    async def _follow_links(self) -> bool:
        """Search from the front page; False if likely links were left or could not be read."""
        portal = self._visit.portal
        home = await self._lists.read(PageRequest(url=portal.url), purpose=Purpose.HOME, draw=False)
        if isinstance(home, Fetched):
            self._obstacles = [home, *self._obstacles]
            return False
        self._remember_home(home)
        frontier = Frontier(home.fetched.url)
        await self._confirm(_front_page(home), home)
        frontier.add(await self._links_of(home), 1)
        while step := frontier.next_own(WORTH_MORE if self._found else WORTH_A_LOOK):
            if self._pages >= MAX_PAGES:
                return bool(self._found)
            await self._look_at(frontier, *step)
        while not self._found and self._pages < MAX_PAGES and (step := frontier.next_foreign()):
            await self._look_at(frontier, *step)
        return not self._obstacles

    def _remember_home(self, home: ReadList) -> None:
        if is_home(home.fetched.url):
            self._visit.home_text = take_apart(home.page.text).text or None

    async def _look_at(self, frontier: Frontier, depth: int, link: ColumnLink) -> None:
        url = canonical_url(link.url)
        if url in self._parts:
            return
        self._pages += 1
        is_column = link.step == "column"
        read = await self._lists.read(
            PageRequest(url=link.url),
            purpose=Purpose.LIST if is_column else Purpose.PLATFORM,
            draw=is_column,
        )
        if isinstance(read, Fetched):
            if read.outcome not in _GONE:
                self._obstacles.append(read)
            return
        if await self._confirm(link, read):
            return
        if depth < MAX_DEPTH:
            frontier.add(await self._links_of(read), depth + 1)

    async def _links_of(self, read: ReadList) -> tuple[ColumnLink, ...]:
        """Return where a page leads; drawn by a browser if its source leads nowhere."""
        links = find_column_links(read.page)
        if links or not read.list_page.needs_script:
            return links
        drawn = await self._lists.drawn(read)
        if isinstance(drawn, Fetched):
            self._obstacles.append(drawn)
            return ()
        return find_column_links(drawn.page)

    async def _confirm(self, link: ColumnLink, read: ReadList) -> bool:
        """Store the page as a column if it proves to be one."""
        proof = self._proof(read)
        if not proof.get("met") or not await self._belongs_here(read):
            return False
        rows = frozenset(canonical_url(item.url) for item in read.list_page.items)
        if rows and any(rows <= known for known in self._found.values()):
            return True  # the same list under another address
        url = canonical_url(read.fetched.url)
        self._found[url] = rows
        self._parts.update(canonical_url(part.url) for part in read.list_page.subcolumns)
        await self._store(url, link.text, read, link.why, proof)
        return True

    async def _belongs_here(self, read: ReadList) -> bool:
        """Tell whether a column off the portal's own address is of its agencies all the same.

        Platforms often stand on the host of the city; and portals link to the platforms of
        others. The agencies that the titles name tell one from the other.
        """
        portal, url = self._visit.portal, read.fetched.url
        if is_within(url, portal.url):
            return True
        titles = [item.title for item in read.list_page.items]
        ownership = await self._keeper.read(whose_reports, portal.id, titles)
        if same_site(url, portal.url):
            return ownership is not Ownership.OTHERS
        return ownership is Ownership.OWN

    def _proof(self, read: ReadList) -> dict[str, Any]:
        proof = confirm_column(read.page, read.list_page)
        if proof is not None:
            return {
                "met": list(proof.met),
                "rows": proof.rows,
                "reports": proof.reports,
                "decoys": proof.decoys,
                "capture": read.fetched.capture_id,
            }
        own = [
            item
            for item in read.list_page.items
            if canonical_url(item.url) == canonical_url(read.page.url)
        ]
        if any(relevance_of(item) is Relevance.REPORT for item in own):
            return {"met": ["report", "link"], "rows": 1, "capture": read.fetched.capture_id}
        return {}

    async def _store(
        self, url: str, name: str, read: ReadList | None, found_by: str, proof: dict[str, Any]
    ) -> None:
        await self._keeper.write(
            store_column,
            self._visit.portal.id,
            url=url,
            name=name,
            platform=read.platform.name if read else "generic",
            rendered=bool(read and read.fetched.ask.rendered),
            found_by=found_by,
            proof=proof,
            now=utc_now(),
        )

    def _count(self) -> None:
        for obstacle in self._obstacles:
            self._visit.count_trouble(obstacle.outcome)


def _front_page(home: ReadList) -> ColumnLink:
    """Return the front page as a link: a registered address may be the column's own."""
    title = take_apart(home.page.text).title
    return ColumnLink(url=home.fetched.url, text=title, score=1, step="column", why="front page")
