"""The download handler: requests over HTTP/1.1, each in its turn, and pages in a browser."""

import asyncio
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response
from twisted.web._newclient import RequestNotSent, RequestTransmissionFailed
from twisted.web.client import ResponseNeverReceived

from crawler.asking import Asker
from crawler.connections import Pool
from crawler.middlewares.politeness import GAP, LANE, LONGEST_RETRY_AFTER, retry_after
from crawler.pages.urls import host_of
from crawler.tls import PolicyByHost
from crawler.trail import TRAIL, Talk, Trail
from crawler.turns import Turns
from storage.clock import utc_now

if TYPE_CHECKING:
    from crawler.drawing import Drawer

_UNHEARD = (ResponseNeverReceived, RequestNotSent, RequestTransmissionFailed)
_SAFE_TO_REPEAT = frozenset({"GET", "HEAD"})


class DownloadHandler(HTTP11DownloadHandler):
    """Downloads; pages that ask for it go through a browser."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor  # noqa: PLC0415 - importing it installs one

        settings = crawler.settings
        self._width = settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._timeout = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._pool: Any = Pool(reactor, self._width)  # closed by Scrapy's own
        self._policy = PolicyByHost(self._contextFactory)
        self._asker = Asker(reactor, self._pool, self._policy, self._default_maxsize)
        self._turns = Turns(Path(settings["NIANBAO_TURNS"]), self._width)
        self._lanes: dict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(self._width)
        )
        """Of pages to be drawn: one after the other, as for what is asked for."""
        self._drawer: Drawer | None = None

    async def download_request(self, request: Request) -> Response:
        """Download when it is the turn of the request in its lane.

        What must be asked once more waits for another turn: a server sees no request sooner than
        the delay after the one before, whatever came of that.
        """
        trail: Trail = request.meta[TRAIL]
        if request.meta.get("playwright"):
            return await self._draw(request, trail)
        while True:
            async with self._turns.turn(request.meta[LANE], request.meta[GAP]) as turn:
                talk = Talk(began_at=utc_now())
                trail.talks.append(talk)
                try:
                    response = await self._download(request, talk)
                except DownloadFailedError as error:
                    if not self._may_ask_anew(request, talk, error):
                        raise
                    continue
                asked = retry_after(response)
                if asked is not None and asked <= LONGEST_RETRY_AFTER:
                    turn.postpone(asked)
                return response

    async def close(self) -> None:
        """Close connections and browser."""
        if self._drawer is not None:
            await self._drawer.shut()
        await super().close()

    async def _download(self, request: Request, talk: Talk) -> Response:
        timeout = request.meta.get("download_timeout") or self._timeout
        try:
            return await self._asker.ask(request, talk, timeout)
        except (RequestNotSent, RequestTransmissionFailed) as error:
            raise DownloadFailedError(str(error)) from error

    def _may_ask_anew(self, request: Request, talk: Talk, error: BaseException) -> bool:
        """Tell whether it was the connection that failed, and another one may do."""
        # Once agreed, anybody on the way may have broken it: no reason to go unverified.
        if not talk.agreed and self._policy.relax(host_of(request.url), error):
            return True
        # The server had closed a connection that was kept open, which says nothing about it.
        unheard = isinstance(error.__cause__, _UNHEARD)
        return talk.reused and unheard and request.method in _SAFE_TO_REPEAT

    async def _draw(self, request: Request, trail: Trail) -> Response:
        """Have a page drawn, and note how its document was fetched."""
        from crawler.rendering import document_trail  # noqa: PLC0415 - see crawler.drawing

        async with self._lanes[request.meta[LANE]]:
            trail.talks.append(Talk(began_at=utc_now()))
            drawn = await self._browser().draw(request)  # asks for nothing itself
        document = document_trail(request)
        if document is not None and document.talks:
            trail.talks = document.talks  # headers and connection are those of the document
        return drawn

    def _browser(self) -> "Drawer":
        """Return what draws pages: a new one if the last one's browser has ended by itself."""
        if self._drawer is None or self._drawer.lost:
            from crawler.drawing import Drawer  # noqa: PLC0415 - few crawls need it

            self._drawer = Drawer(self._crawler)
        return self._drawer
