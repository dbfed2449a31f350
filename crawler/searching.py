"""Searching a portal for its annual-report columns: front page, disclosure platform, column."""

import re
from typing import Any

from crawler.belonging import belongs_to
from crawler.central import CentralLists, has_only, parts_of
from crawler.fetched import Fetched, Outcome, Purpose
from crawler.fetching import Fetcher
from crawler.frontier import WORTH_A_LOOK, Frontier
from crawler.hinting import hints_of, keep_listed, links_of, with_hint
from crawler.hubs import Hubs, below_agency
from crawler.keeping import Keeper
from crawler.lists import ListReader, ReadList
from crawler.pages.markup import take_apart
from crawler.pages.urls import is_home
from crawler.platforms.addresses import canonical_url
from crawler.platforms.agencies import AGENCY
from crawler.platforms.column_rows import leads_to_column
from crawler.platforms.links import find_column_links
from crawler.platforms.model import ColumnLink, PageRequest
from crawler.proofs import FRONT_PAGE, drift_of, names_column, prove
from crawler.records.columns import lose_column, note_search, retire_columns, store_column
from crawler.records.hinting import Hint
from crawler.settling import Settled, settle_search
from crawler.visit import Visit
from crawler.ways import Way, Ways
from storage.clock import utc_now
from storage.columns import REGISTRY
from storage.crawler_settings import CrawlerSettings
from storage.registry.places import leading_places
from storage.registry.queries import agency_names

MAX_PAGES = 60
"""Pages that one search may look at, on a portal of one agency."""
PAGES_PER_AGENCY = 4
"""Pages more for each agency of the portal: its entry, its platform, its column, one in vain."""
WORTH_MORE = 0.6
"""Score of links still followed once a column has been confirmed."""

_PLATFORM = re.compile(r"公开指南.*法定主动公开|法定主动公开.*公开指南", re.DOTALL)
"""What stands in the menu of a disclosure platform (国办公开办函〔2019〕61号)."""
_GONE = frozenset({Outcome.GONE, Outcome.SOFT_GONE})
_GUESS_REFUSED = frozenset({400, 403, 405, 500, 501})
"""Statuses by which servers say of an address they never gave out that there is no such page."""


class ColumnSearch:
    """Finds the columns of one portal and stores them with their proofs."""

    def __init__(
        self, fetcher: Fetcher, keeper: Keeper, visit: Visit, settings: CrawlerSettings
    ) -> None:
        self._keeper = keeper
        self._visit = visit
        self._lists = ListReader(fetcher, visit, settings)
        self._pages = 0
        self._obstacles: list[Fetched] = []
        self._left: dict[str, str] = {}
        """Why likely ways to columns were not followed to their end, and what agency's they are.

        Named as by its entry in a hub; empty if that is not known.
        """
        self._found: dict[str, frozenset[str]] = {}
        """Confirmed columns with the addresses of their rows."""
        self._parts: set[str] = set()
        """Sub-columns of confirmed columns: they are read with them."""
        self._platform: str | None = None
        """The first page that shows itself to be the disclosure platform."""
        self._hubs = Hubs()
        self._ways = Ways(Frontier(visit.portal.url), self._hubs)
        self._centrals = CentralLists()
        self._hints: dict[str, Hint] = {}

    async def search(self) -> Settled:
        """Check the columns that the registry names; search for others if that is needed."""
        portal = self._visit.portal
        gone = [url for url in portal.known_columns if not await self._stands(url)]
        if not portal.known_columns or gone:
            own = await self._keeper.read(agency_names, portal_id=portal.id)
            self._hubs = Hubs(own, leading_places(portal.name))
            searched_all = await self._follow_links()
            await self._keep_centrals()
        else:
            searched_all = True
            await self._keeper.write(retire_columns, portal.id, portal.known_columns, utc_now())
        self._left |= self._hubs.left()
        await self._keeper.write(note_search, portal.id, utc_now(), self._left)
        found = bool(self._found) or len(gone) < len(portal.known_columns)
        self._count()
        return settle_search(
            self._obstacles, found=found, searched_all=searched_all, platform=self._platform
        )

    async def _stands(self, url: str) -> bool:
        """Store a column that the registry names; False if it is not there (any more)."""
        read = await self._lists.read(PageRequest(url=url), purpose=Purpose.LIST)
        if isinstance(read, Fetched):
            self._obstacles.append(read)
            await self._store(url, "", None, REGISTRY, {"registry": True})
            if read.outcome in _GONE:
                await self._keeper.write(lose_column, self._visit.portal.id, url, utc_now())
            return read.outcome not in _GONE
        if drift_of(read, ()):  # something else stands there, and no report
            await self._store(url, "", None, REGISTRY, {"registry": True})
            await self._keeper.write(lose_column, self._visit.portal.id, url, utc_now())
            return False
        proof = {"registry": True, **prove(read, None, ())}
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
        frontier = Frontier(home.fetched.url, portal.official_hosts)
        self._ways = Ways(frontier, self._hubs)
        self._hints = await hints_of(portal.id, self._keeper)
        self._ways.add(links_of(self._hints), (), 1)
        await self._confirm(0, _front_page(home), home)
        await self._add_links(home, (), 1)
        while step := frontier.next_own(WORTH_MORE if self._found else WORTH_A_LOOK):
            if self._is_enough(step[1]):
                return bool(self._found)
            await self._look_at(*step)
        while not self._found and (step := frontier.next_foreign()):
            if self._is_enough(step[1]):
                return False
            await self._look_at(*step)
        self._left |= self._ways.left_deeper(WORTH_MORE if self._found else WORTH_A_LOOK)
        return not (self._obstacles or self._left)

    async def _keep_centrals(self) -> None:
        """Store the central lists that are columns themselves after all."""
        for each in self._centrals.columns(self._hubs.led):
            url = canonical_url(each.read.fetched.url)
            self._found[url] = frozenset()
            await self._store(url, each.link.text, each.read, each.link.why, each.proof)

    def _is_enough(self, link: ColumnLink) -> bool:
        """Tell whether so many pages were looked at that a link is left."""
        if self._pages < self._most_pages:
            return False
        self._left[f"{link.url}: not looked at: {self._most_pages} pages were"] = ""
        return True

    @property
    def _most_pages(self) -> int:
        return MAX_PAGES + PAGES_PER_AGENCY * self._hubs.count

    def _remember_home(self, home: ReadList) -> None:
        if is_home(home.fetched.url):
            self._visit.home_text = take_apart(home.page.text).text or None

    async def _look_at(self, depth: int, link: ColumnLink) -> None:
        url, way = canonical_url(link.url), self._ways.to(link)
        if url in self._parts or (link.step != "column" and self._hubs.is_done(way)):
            return
        for address in (link.url, *link.others):
            read = await self._read(link, address)
            if isinstance(read, Fetched):
                self._miss(link, read)
                continue
            self._ways.frontier.adopt(read.fetched.url, way)
            if await self._confirm(depth, link, read):
                return
            self._note_platform(read)
            await self._add_links(read, way, depth + 1)

    def _miss(self, link: ColumnLink, fetched: Fetched) -> None:
        """Take in that a page could not be had; a guess that is refused was no page."""
        refused = link.guessed and fetched.status in _GUESS_REFUSED
        if fetched.outcome in _GONE or refused:
            return
        self._obstacles.append(fetched)
        if link.score >= WORTH_MORE:
            self._left[fetched.reason] = self._hubs.whose(self._ways.to(link))

    def _note_platform(self, read: ReadList) -> None:
        if self._platform is None and _PLATFORM.search(take_apart(read.page.text).text):
            self._platform = read.fetched.url

    async def _read(self, link: ColumnLink, address: str) -> ReadList | Fetched:
        self._pages += 1
        is_column = link.step == "column" or leads_to_column(link)
        read = await self._lists.read(
            PageRequest(url=address),
            purpose=Purpose.LIST if is_column else Purpose.PLATFORM,
            draw=link.step == "column",
        )
        if not is_column or isinstance(read, Fetched) or read.list_page.items:
            return read
        served, asked = await self._lists.with_served_rows(read)
        self._pages += asked
        return served

    async def _add_links(self, read: ReadList, way: Way, depth: int) -> None:
        """Take in where a page leads, and remember by which way."""
        links = (*self._hubs.entries(read.page, way), *await self._links_of(read))
        if below_agency(way):
            links = tuple(self._hubs.raised(link) for link in links)
        self._ways.add(links, way, depth)

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

    async def _confirm(self, depth: int, link: ColumnLink, read: ReadList) -> bool:
        """Store the page as a column if it proves to be one, and learn from where it is."""
        way = self._ways.to(link)
        proof = prove(read, link, way)
        if await self._is_central(depth, link, read, proof):
            return False
        if not proof or not await belongs_to(self._visit.portal, self._keeper, read, way):
            return False
        url = canonical_url(read.fetched.url)
        has_rows = bool(read.list_page.items or read.list_page.subcolumns)
        for entry, column in self._hubs.learn(way, url, has_rows=has_rows):
            self._ways.add_at_any_depth((column,), self._ways.to(entry), depth)
        if self._hubs.found_any:
            self._ways.frontier.raise_to(AGENCY, WORTH_MORE)
        rows = frozenset(canonical_url(item.url) for item in read.list_page.items)
        if rows and any(rows <= known for known in self._found.values()):
            return True  # the same list under another address
        self._found[url] = rows
        self._parts.update(canonical_url(part.url) for part in read.list_page.subcolumns)
        told = with_hint(proof, (*way, link), self._hints)
        await self._store(url, link.text, read, link.why, told)
        return True

    async def _is_central(
        self, depth: int, link: ColumnLink, read: ReadList, proof: dict[str, Any]
    ) -> bool:
        """Take in the rows that lead to columns of agencies; tell if there is nothing else.

        So it is with a row that leads to a report: that is one of the list, and no column.
        """
        if not (proof or names_column(link)):
            return False
        way = self._ways.to(link)
        if self._centrals.is_report(link, read, proof):
            self._hubs.settle(way)
            return True
        await keep_listed(self._visit.portal.id, self._keeper, self._hubs, read, way)
        rows = self._hubs.rows_of(read.page, way, parts_of(read))
        self._ways.add(rows, way, depth + 1)
        if not has_only(read, rows):
            return False
        if proof:
            self._centrals.add(link, read, proof, rows)
        return True

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
            titles=[item.title for item in read.list_page.items] if read else (),
        )

    def _count(self) -> None:
        for obstacle in self._obstacles:
            self._visit.count_trouble(obstacle.outcome)


def _front_page(home: ReadList) -> ColumnLink:
    """Return the front page as a link: a registered address may be the column's own."""
    title = take_apart(home.page.text).title
    return ColumnLink(url=home.fetched.url, text=title, score=1, step="column", why=FRONT_PAGE)
