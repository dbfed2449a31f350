"""One portal as it answers: its family, the one it moves to, robots.txt, and its troubles."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from monitor.simulator.families import FAMILIES
from monitor.simulator.families.base import Family
from monitor.simulator.model import Item, Portal
from monitor.simulator.server import NOT_FOUND, Answer, Request, Site, page
from monitor.simulator.troubles import TROUBLES

_ROBOTS = Answer(
    body=b"User-agent: *\nDisallow: /admin/\nDisallow: /hdjl/\n",
    headers={"Content-Type": "text/plain"},
)
_GONE = (
    "<html><head><title>页面不存在</title></head><body>您访问的页面不存在或已被删除</body></html>"
)


class PortalSite:
    """A portal over time: before and after it changes its addresses."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.before = FAMILIES[portal.family](portal)
        move = portal.move
        self.after = FAMILIES[move.family](portal, salt=1) if move else None
        self.answer: Site = self._plain
        for trouble in portal.troubles:
            self.answer = TROUBLES[trouble](self.answer)

    def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        return self.answer(request)

    def family(self, at: datetime) -> Family:
        """Return the system that serves the portal."""
        move = self.portal.move
        return self.after if self.after and move and at >= move.at else self.before

    def _plain(self, request: Request) -> Answer:
        if request.path == "/robots.txt":
            return _ROBOTS
        now = self.family(request.at)
        found = now(request)
        if found.status != 404 or now is self.before:
            return found
        return self._at_old_address(request)

    def _at_old_address(self, request: Request) -> Answer:
        """Return what stands where something stood before the move."""
        move = self.portal.move
        assert move is not None
        before = self.before(request)
        if before.status == 404:
            return NOT_FOUND
        if move.keeps_articles and self.before.item_at(request.target) is not None:
            return before
        if move.old == "soft":
            return page(_GONE)
        if move.old == "other":
            assert self.after is not None
            path = self.after.node_path(self.portal.news)
            query = dict(
                pair.split("=", 1) for pair in urlsplit(path).query.split("&") if "=" in pair
            )
            return self.after(replace(request, path=urlsplit(path).path, query=query, target=path))
        return NOT_FOUND

    def item_at(self, target: str, fiscal_year: int | None = None) -> Item | None:
        """Return the row that an address of the host leads to; see ``Family.item_at``."""
        found = self.before.item_at(target, fiscal_year)
        return found if found or self.after is None else self.after.item_at(target, fiscal_year)
