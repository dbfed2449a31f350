"""The download handler: Scrapy's over HTTP/1.1 and scrapy-playwright's, all in their turn."""

import asyncio
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from twisted.web._newclient import RequestNotSent, RequestTransmissionFailed
from twisted.web.client import ResponseNeverReceived

from crawler.connections import TALK, Pool
from crawler.middlewares.politeness import GAP, LANE, LONGEST_RETRY_AFTER, retry_after
from crawler.pages.urls import host_of
from crawler.rendering import RENDER_SECONDS, close_drawing, document_trail
from crawler.tls import PolicyByHost
from crawler.trail import TRAIL, Talk, Trail
from crawler.turns import Turns
from storage.clock import utc_now

PAGES_PER_BROWSER = 200
"""Pages after which a browser is started anew: its memory grows with every one."""
_UNHEARD = (ResponseNeverReceived, RequestNotSent, RequestTransmissionFailed)
_SAFE_TO_REPEAT = frozenset({"GET", "HEAD"})


class DownloadHandler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """Downloads; pages that ask for it go through a browser."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor  # noqa: PLC0415 - importing it installs one

        width = crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._pool: Any = Pool(reactor, width)
        self._policy = PolicyByHost(self._contextFactory)
        self._contextFactory: Any = self._policy
        self._turns = Turns(Path(crawler.settings["NIANBAO_TURNS"]), width)
        self._drawn = 0

    async def download_request(self, request: Request) -> Response:
        """Download when it is the turn of the request in its lane.

        What must be asked once more waits for another turn: a server sees no request sooner than
        the delay after the one before, whatever came of that.
        """
        trail: Trail = request.meta[TRAIL]
        if request.meta.get("playwright"):
            trail.talks.append(Talk(began_at=utc_now()))
            drawn = await self._draw(request)  # asks for nothing itself
            document = document_trail(request)
            if document is not None and document.talks:
                trail.talks = document.talks  # headers and connection are those of the document
            return drawn
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

    async def _download(self, request: Request, talk: Talk) -> Response:
        TALK.set(talk)
        try:
            response = await super().download_request(request)
        except (RequestNotSent, RequestTransmissionFailed) as error:
            raise DownloadFailedError(str(error)) from error
        assert isinstance(response, Response)
        return response

    def _may_ask_anew(self, request: Request, talk: Talk, error: BaseException) -> bool:
        """Tell whether it was the connection that failed, and another one may do."""
        if self._policy.relax(host_of(request.url), error):
            return True
        # The server had closed a connection that was kept open, which says nothing about it.
        unheard = isinstance(error.__cause__, _UNHEARD)
        return talk.reused and unheard and request.method in _SAFE_TO_REPEAT

    async def _draw(self, request: Request) -> Response:
        """Have a page drawn by the browser within its wall clock."""
        try:
            drawn = await asyncio.wait_for(super().download_request(request), RENDER_SECONDS)
        finally:
            await close_drawing(request)
            await self._renew_browser()
        assert isinstance(drawn, Response)
        return drawn

    async def _renew_browser(self) -> None:
        """Close a browser that has drawn its share while it draws nothing; a new one is started."""
        self._drawn += 1
        if self._drawn >= PAGES_PER_BROWSER and not self.context_wrappers:
            self._drawn = 0
            await self.browser.close()
