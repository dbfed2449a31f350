"""Links still to follow in a search, the likeliest first. Pure."""

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence

from crawler.hubs import below_agency
from crawler.pages.urls import same_site
from crawler.platforms.addresses import canonical_url
from crawler.platforms.model import ColumnLink
from storage.hosts import is_official_url

WORTH_A_LOOK = 0.3
"""Score under which a link is not followed."""
WORTH_A_JOURNEY = 0.5
"""Score under which a link to another official site is not followed."""

_Entry = tuple[float, int, int, ColumnLink]


class Frontier:
    """Links of the portal's own sites, and apart from them those to other official sites.

    The site of an agency to which a hub of the portal leads is one of its own.
    """

    def __init__(self, portal_url: str, official: Collection[str] = ()) -> None:
        """Begin at a portal; ``official`` are patterns of official hosts besides .gov.cn."""
        self._official = official
        self._sites = [portal_url]
        self._met = {canonical_url(portal_url)}
        self._own: list[_Entry] = []
        self._foreign: list[_Entry] = []
        self._deeper: list[tuple[ColumnLink, ...]] = []

    def add(self, links: Iterable[ColumnLink], depth: int) -> None:
        """Take in links that were not met before; ``depth`` is their distance from the start."""
        for link in links:
            url = canonical_url(link.url)
            if url in self._met:
                continue
            self._met.add(url)
            entry = (-link.score, len(self._met), depth, link)
            if self._is_own(link):
                heapq.heappush(self._own, entry)
            elif is_official_url(url, self._official):
                heapq.heappush(self._foreign, entry)

    def _is_own(self, link: ColumnLink) -> bool:
        if any(same_site(link.url, site) for site in self._sites):
            return True
        return below_agency((link,)) and is_official_url(link.url, self._official)

    def leave(self, links: Iterable[ColumnLink], way: Sequence[ColumnLink]) -> None:
        """Remember links that are too far from the start to be taken in, and the way to them."""
        self._deeper += [(*way, link) for link in links if not link.guessed]

    def left_deeper(self, least: float) -> Iterator[tuple[ColumnLink, ...]]:
        """Yield the ways to what was left so, by score, and not met anywhere else."""
        for way in self._deeper:
            url = canonical_url(way[-1].url)
            if way[-1].score >= least and url not in self._met and self._is_own(way[-1]):
                yield way

    def adopt(self, url: str, way: Sequence[ColumnLink]) -> None:
        """Take the site to which the entry of an agency has led for one of the portal's own."""
        if below_agency(way) and not any(same_site(url, site) for site in self._sites):
            self._sites.append(url)

    def raise_to(self, step: str, least: float) -> None:
        """Give the waiting links of a kind at least that score."""
        self._own = [
            (min(score, -least) if link.step == step else score, number, depth, link)
            for score, number, depth, link in self._own
        ]
        heapq.heapify(self._own)

    def next_own(self, least: float) -> tuple[int, ColumnLink] | None:
        """Return depth and link of the portal's likeliest link of at least that score."""
        return _pop(self._own, least)

    def next_foreign(self) -> tuple[int, ColumnLink] | None:
        """Return depth and link of the likeliest link to another official site."""
        return _pop(self._own, WORTH_A_LOOK) or _pop(self._foreign, WORTH_A_JOURNEY)


def _pop(heap: list[_Entry], least: float) -> tuple[int, ColumnLink] | None:
    if not heap or -heap[0][0] < least:
        return None
    _, _, depth, link = heapq.heappop(heap)
    return depth, link
