"""Requests go to public addresses over http and https only, one line per server."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler

from crawler.addresses import CheckedResolver, refusal_of_address, refusal_of_host
from crawler.errors import AddressRefusedError
from crawler.middlewares.politeness import LANE

if TYPE_CHECKING:
    from typing import Self


class AddressMiddleware:
    """Refuses addresses, at every hop, and puts each request into the lane of its server.

    Hosts that share an address share a lane (a platform may serve a hundred agencies). Private
    addresses, where they are allowed at all, are test and inside networks: there each port is a
    server of its own.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._allow_private = crawler.settings.getbool("NIANBAO_ALLOW_PRIVATE_ADDRESSES")
        self._longest = crawler.settings.getint("URLLENGTH_LIMIT")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Self":
        """Build it, and tell the reactor's resolver what is allowed once that is installed."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware._tell_resolver, signals.engine_started)
        return middleware

    async def process_request(self, request: Request) -> None:
        """Check where a request would go.

        Raises:
            AddressRefusedError: if that is no public address, no http, or too long to be kept.
        """
        if len(request.url) > self._longest:
            raise AddressRefusedError(f"an address of {len(request.url)} characters")
        parts = urlsplit(request.url)
        if parts.scheme not in {"http", "https"}:
            raise AddressRefusedError(f"{parts.scheme}: is not http or https")
        host = parts.hostname or ""
        refusal = None if self._allow_private else refusal_of_host(host)
        if refusal:
            raise AddressRefusedError(refusal)
        proxied = request.meta.get("proxy")
        request.meta[LANE] = host if proxied else await self._lane(host, parts.port)

    async def _lane(self, host: str, port: int | None) -> str:
        addresses = await _resolver().lookup(host)
        if refusal_of_address(addresses[0]):
            return f"{host}:{port}"
        return addresses[0]

    def _tell_resolver(self) -> None:
        _resolver().allow_private = self._allow_private


def _resolver() -> CheckedResolver:
    from twisted.internet import reactor  # noqa: PLC0415 - importing it installs one

    resolver = reactor.nameResolver
    assert isinstance(resolver, CheckedResolver), "TWISTED_DNS_RESOLVER is not ours"
    return resolver
