"""The download handler: Scrapy's over HTTP/1.1 and scrapy-playwright's, with TLS per host.

Every host is met with verification on. One that fails it is met once more without, so that a
portal with an expired certificate is read all the same; the capture then says that the
connection was not verified.
"""

import asyncio
from pathlib import Path
from typing import Any

from OpenSSL import SSL
from scrapy import Request
from scrapy.core.downloader.contextfactory import _ScrapyClientContextFactory
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from service_identity import VerificationError
from twisted.internet.ssl import CertificateOptions, TLSVersion
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from crawler.failures import causes_of, reason_of
from crawler.middlewares.politeness import GAP, LANE, LONGEST_RETRY_AFTER, retry_after
from crawler.middlewares.wire import RELAXED_TLS
from crawler.pages.urls import host_of
from crawler.rendering import RENDER_SECONDS, close_drawing
from crawler.turns import Turns

PAGES_PER_BROWSER = 200
"""Pages after which a browser is started anew: its memory grows with every one."""
_LONGEST_REASON = 200
_RELAXED_CIPHERS = b"ALL:!aNULL:!eNULL:@SECLEVEL=0"
"""Small Diffie-Hellman keys and SHA-1 signatures of servers nobody renews."""


class _RelaxedFactory(_ScrapyClientContextFactory):
    """Makes connections that servers of twenty years ago can answer, unverified."""

    def _get_cert_options(self) -> CertificateOptions:
        options = super()._get_cert_options()
        # Not by Scrapy's setting: Twisted expands that to names, and so loses the security level.
        options.getContext().set_cipher_list(_RELAXED_CIPHERS)
        return options


@implementer(IPolicyForHTTPS)
class _PolicyByHost:
    """The strict policy, but for the hosts that have failed it."""

    def __init__(self, strict: Any) -> None:
        self._strict = strict
        self._relaxed = _RelaxedFactory(tls_min_version=TLSVersion.TLSv1_0)
        self.relaxed_hosts: dict[str, str] = {}
        """The hosts that failed, and why."""

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
        self._turns = Turns(
            Path(crawler.settings["NIANBAO_TURNS"]),
            crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"),
        )
        self._drawn = 0

    async def download_request(self, request: Request) -> Response:
        """Download when it is the turn of the request in its lane."""
        if request.meta.get("playwright"):
            return await self._draw(request)  # asks for nothing itself
        async with self._turns.turn(request.meta[LANE], request.meta[GAP]) as turn:
            response = await self._download(request)
            asked = retry_after(response)
            if asked is not None and asked <= LONGEST_RETRY_AFTER:
                turn.postpone(asked)
            return response

    async def _download(self, request: Request) -> Response:
        """Download once, and once more with relaxed TLS if that is what failed."""
        host = host_of(request.url)
        relaxed = self._policy.relaxed_hosts
        try:
            response = await super().download_request(request)
        except DownloadFailedError as error:
            if host in relaxed or not _is_tls_failure(error):
                raise
            relaxed[host] = reason_of(error)[:_LONGEST_REASON]
            response = await super().download_request(request)
        assert isinstance(response, Response)
        if host in relaxed and request.url.startswith("https:"):
            response.flags.append(f"{RELAXED_TLS}: {relaxed[host]}")
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
