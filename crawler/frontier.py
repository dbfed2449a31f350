"""Links still to follow in a search, the likeliest first. Pure."""

import heapq
from collections.abc import Iterable

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
    """Links of the portal's own site, and apart from them those to other official sites."""

    def __init__(self, portal_url: str) -> None:
        self._portal_url = portal_url
        self._met = {canonical_url(portal_url)}
        self._own: list[_Entry] = []
        self._foreign: list[_Entry] = []

    def add(self, links: Iterable[ColumnLink], depth: int) -> None:
        """Take in links that were not met before; ``depth`` is their distance from the start."""
        for link in links:
            url = canonical_url(link.url)
            if url in self._met:
                continue
            self._met.add(url)
            entry = (-link.score, len(self._met), depth, link)
            if same_site(url, self._portal_url):
                heapq.heappush(self._own, entry)
            elif is_official_url(url):
                heapq.heappush(self._foreign, entry)

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
