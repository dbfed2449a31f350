"""robots.txt is asked first and obeyed, at every hop (RFC 9309)."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.errors import (
    HostBlockedError,
    HostUnreachableError,
    RobotsDeniedError,
    RobotsUnknownError,
)
from crawler.fetched import Ask, Fetched, Outcome, Purpose
from crawler.middlewares.politeness import CRAWL_DELAY
from crawler.pages.robots import Robots, read_robots
from crawler.records.captures import has_answered, robots_of_a_day
from crawler.run import run_of
from storage.archive import ArchiveError

if TYPE_CHECKING:
    from typing import Self

FETCH = "fetch_robots"
"""Request meta: the function that fetches robots.txt on behalf of the same portal."""
PURPOSE = "purpose"
LONGEST_CRAWL_DELAY = 300.0
"""Seconds; a host that asks for more does not want to be crawled."""

RobotsFetch = Callable[[Ask], Awaitable[Fetched]]


class RobotsMiddleware:
    """Scrapy's own takes a failed fetch for permission and does not obey Crawl-delay."""

    def __init__(self, crawler: Crawler) -> None:
        self._product = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._crawler = crawler
        self._known: dict[str, asyncio.Future[Robots]] = {}
        self._recalled: set[str] = set()
        """Hosts whose rules are those that an earlier run was told, less than a day ago."""
        self._renewed: set[str] = set()
        """Hosts of which such rules were not enough."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Self":
        """Build it from the settings."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request pass if robots.txt of its host does.

        Raises:
            RobotsDeniedError: if a rule forbids it.
            RobotsUnknownError: if robots.txt answers with a server error.
            HostUnreachableError, HostBlockedError: if it cannot be asked for.
        """
        if request.meta[PURPOSE] == Purpose.ROBOTS:
            return
        robots = await self._robots(request)
        if not _lets_pass(robots, request) and self._forget_recalled(request):
            robots = await self._robots(request)  # a refusal is told by what stands there now
        if not robots.allows(request.url):
            raise RobotsDeniedError(f"robots.txt forbids {request.url}")
        delay = robots.crawl_delay or 0.0
        if delay > LONGEST_CRAWL_DELAY:
            raise RobotsDeniedError(f"robots.txt asks for {delay:g} s between requests")
        request.meta[CRAWL_DELAY] = delay

    async def _robots(self, request: Request) -> Robots:
        host = _host(request)
        if host not in self._known:
            self._known[host] = asyncio.ensure_future(self._ask(request.meta[FETCH], host))
        known = self._known[host]
        return known.result() if known.done() else await asyncio.shield(known)

    def _forget_recalled(self, request: Request) -> bool:
        """Forget rules of an earlier run, so that they are asked for; tell whether there were."""
        host = _host(request)
        if host not in self._recalled:
            return False
        self._recalled.discard(host)
        self._renewed.add(host)
        del self._known[host]
        return True

    async def _ask(self, fetch: RobotsFetch, host: str) -> Robots:
        run, url = run_of(self._crawler), f"{host}/robots.txt"
        known = await run.keeper.read(robots_of_a_day, url)
        if known is not None and (known.run_id == run.run_id or host not in self._renewed):
            with suppress(ArchiveError):
                body = await run.keeper.original(known.sha256)
                if known.run_id != run.run_id:
                    self._recalled.add(host)
                return read_robots(known.status, body, self._product)
        # A host that is not there is asked once; one that has answered may only have stumbled.
        met = known is not None or await run.keeper.read(has_answered, url)
        ask = Ask(url=url, purpose=Purpose.ROBOTS, follow_shells=False, insistent=met)
        answer = await fetch(ask)
        if answer.status is None:
            return _without_answer(answer, self._product)
        if answer.status >= 500:
            if answer.block is not None:
                raise HostBlockedError(answer.reason, answer.block)
            raise RobotsUnknownError(f"robots.txt answered {answer.status}: forbidden for now")
        return read_robots(answer.status, answer.body, self._product)


def _host(request: Request) -> str:
    parts = urlsplit(request.url)
    return f"{parts.scheme}://{parts.netloc}"


def _lets_pass(robots: Robots, request: Request) -> bool:
    return robots.allows(request.url) and (robots.crawl_delay or 0.0) <= LONGEST_CRAWL_DELAY


def _without_answer(answer: Fetched, product: str) -> Robots:
    """Judge a robots.txt that gave no answer to read.

    Raises:
        HostUnreachableError: if the host could not be reached, or not safely.
    """
    if answer.outcome == Outcome.TOO_MANY_REDIRECTS:
        return read_robots(404, b"", product)  # RFC 9309 2.3.1.2: as if there were none
    raise HostUnreachableError(answer.reason)
