"""Where a search may still go, and by which links it got to each address. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from crawler.frontier import Frontier
from crawler.hubs import Hubs, is_frame
from crawler.platforms.addresses import canonical_url
from crawler.platforms.model import ColumnLink

MAX_DEPTH = 5
"""Links from the front page: platform, hub, agency, its platform, its column."""

Way = tuple[ColumnLink, ...]
"""The links from the front page to a page, the one that leads to it last."""


@dataclass(slots=True)
class Ways:
    """The links of one search."""

    frontier: Frontier
    hubs: Hubs
    _to: dict[str, Way] = field(default_factory=dict)

    def to(self, link: ColumnLink) -> Way:
        """Return the way to what a link leads to; empty if no page gave the link."""
        return self._to.get(canonical_url(link.url), ())

    def add(self, links: Sequence[ColumnLink], way: Way, depth: int) -> None:
        """Take in the links of a page that are near enough to the front page; note the others."""
        if depth > MAX_DEPTH:
            self.frontier.leave([link for link in links if not is_frame(link)], way)
            links = tuple(filter(is_frame, links))
        self.add_at_any_depth(links, way, depth)

    def add_at_any_depth(self, links: Iterable[ColumnLink], way: Way, depth: int) -> None:
        """Take in links, however far from the front page."""
        taken = [link for link in links if self.hubs.is_wanted(link)]
        for link in taken:
            self._to.setdefault(canonical_url(link.url), (*way, link))
        # What a page shows in a frame is as near as the page itself.
        self.frontier.add([link for link in taken if is_frame(link)], depth - 1)
        self.frontier.add(taken, depth)

    def left_deeper(self, least: float) -> Iterator[tuple[str, str]]:
        """Yield why likely ways were left for their distance, with the agency they lead to."""
        for way in self.frontier.left_deeper(least):
            if self.hubs.is_wanted(way[-1]) and not self.hubs.is_done(way):
                why = f"not looked at: more than {MAX_DEPTH} links from the front page"
                yield f"{way[-1].url}: {why}", self.hubs.whose(way)
