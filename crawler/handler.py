"""The download handler: Scrapy's over HTTP/1.1 and scrapy-playwright's, with TLS per host.

Every host is met with verification on. One that fails it is met once more without, so that a
portal with an expired certificate is read all the same; the capture then says that the
connection was not verified.
"""

import asyncio
from typing import Any

from OpenSSL import SSL
from scrapy import Request
from scrapy.core.downloader.contextfactory import _ScrapyClientContextFactory
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from service_identity import VerificationError
from twisted.internet.ssl import TLSVersion
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from crawler.failures import causes_of
from crawler.middlewares.wire import RELAXED_TLS
from crawler.pages.urls import host_of
from crawler.rendering import RENDER_SECONDS, close_drawing

PAGES_PER_BROWSER = 200
"""Pages after which a browser is started anew: its memory grows with every one."""
_RELAXED_CIPHERS = "DEFAULT@SECLEVEL=0"
"""Small Diffie-Hellman keys and SHA-1 signatures of servers nobody renews."""


@implementer(IPolicyForHTTPS)
class _PolicyByHost:
    """The strict policy, but for the hosts that have failed it."""

    def __init__(self, strict: Any) -> None:
        self._strict = strict
        self._relaxed = _ScrapyClientContextFactory(
            tls_ciphers=_RELAXED_CIPHERS, tls_min_version=TLSVersion.TLSv1_0
        )
        self.relaxed_hosts: set[str] = set()

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802 - Twisted's
        """Return what makes a TLS connection to a host (IPolicyForHTTPS)."""
        relaxed = hostname.decode("ascii", errors="replace") in self.relaxed_hosts
        policy = self._relaxed if relaxed else self._strict
        return policy.creatorForNetloc(hostname, port)


class DownloadHandler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """Downloads; pages that ask for it go through a browser."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._policy = _PolicyByHost(self._contextFactory)
        self._contextFactory: Any = self._policy
        self._width = crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._lanes: dict[str, asyncio.Semaphore] = {}
        self._drawn = 0

    async def download_request(self, request: Request) -> Response:
        """Download when the lane of the request is free.

        Scrapy's slots count a transfer only once its task runs, so without a delay they let
        everything through that is waiting.
        """
        lane = request.meta["download_slot"]
        async with self._lanes.setdefault(lane, asyncio.Semaphore(self._width)):
            if request.meta.get("playwright"):
                return await self._draw(request)
            return await self._download(request)

    async def _download(self, request: Request) -> Response:
        """Download once, and once more with relaxed TLS if that is what failed."""
        host = host_of(request.url)
        relaxed = self._policy.relaxed_hosts
        try:
            response = await super().download_request(request)
        except DownloadFailedError as error:
            if host in relaxed or not _is_tls_failure(error):
                raise
            relaxed.add(host)
            response = await super().download_request(request)
        assert isinstance(response, Response)
        if host in relaxed:
            response.flags.append(RELAXED_TLS)
        return response

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


def _is_tls_failure(error: BaseException) -> bool:
    return any(isinstance(cause, SSL.Error | VerificationError) for cause in causes_of(error))
