"""One request and its answer, over a connection that is kept open or a new one.

What Scrapy's own handler does, without what it does for every page and nobody here wants: an agent
and an endpoint for each request, signals for each piece of a body, and headers copied four times.
"""

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import SplitResult, urlsplit

from scrapy import Request
from scrapy.exceptions import DownloadTimeoutError, UnsupportedURLSchemeError
from scrapy.http import Headers, Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import deferred_to_future
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.python.failure import Failure
from twisted.web.iweb import UNKNOWN_LENGTH

from crawler.connections import Connection, Pool
from crawler.parsing import Fields
from crawler.sending import Body, Receiving, Sending, header_lines
from crawler.tls import PolicyByHost
from crawler.trail import Talk, header_text
from crawler.tunnels import Tunnel

_PORTS = {"http": 80, "https": 443}
_OF_THE_CONNECTION = frozenset(
    {
        *(b"connection", b"content-length", b"keep-alive", b"proxy-connection", b"te"),
        *(b"trailers", b"transfer-encoding", b"upgrade"),
    }
)
"""Headers that say nothing about the document (RFC 9110 7.6.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How to come to a server."""

    key: Hashable
    """Equal for requests that one connection may carry."""
    host: bytes
    """For the header of that name."""
    target: bytes
    """What the request line names."""
    proxy: SplitResult | None = None
    tunnel: bool = False
    """True if the proxy is to pass bytes on, without reading them."""


class Asker:
    """Makes requests."""

    def __init__(self, reactor: Any, pool: Pool, policy: PolicyByHost, max_bytes: int) -> None:
        self._reactor = reactor
        self._pool = pool
        self._policy = policy
        self._max_bytes = max_bytes

    async def ask(self, request: Request, talk: Talk, seconds: float) -> Response:
        """Make a request, and note in its talk what was said.

        Raises:
            DownloadFailedError and its like: if no whole answer comes, with what Twisted says of
                it as the cause.
        """
        try:
            async with asyncio.timeout(seconds):
                return await self._ask(request, talk, seconds)
        except TimeoutError as error:
            reason = f"Getting {request.url} took longer than {seconds:g} seconds."
            raise DownloadTimeoutError(reason) from error
        except Exception:  # raised again, by the names that Scrapy has for what Twisted says
            with wrap_twisted_exceptions():
                raise

    async def _ask(self, request: Request, talk: Talk, seconds: float) -> Response:
        way = way_of(request)
        connection = self._pool.kept(way.key) or await self._connect(request, way, seconds)
        talk.reused = connection.reused
        headers = header_lines(request, way.host, to_proxy=bool(way.proxy) and not way.tunnel)
        answer, fields = connection.send(Sending(request, way.target, headers, talk))
        came: asyncio.Future[Body] = asyncio.get_running_loop().create_future()
        head: list[Any] = []

        def begin(response: Any) -> None:
            talk.link = connection.link
            head.append(response)
            self._receive(response, came, connection.transport)

        def fail(failure: Failure) -> None:
            talk.agreed = connection.agreed
            if not came.done():
                came.set_exception(cast("Exception", failure.value))

        answer.addCallback(begin).addErrback(fail)
        try:
            body, partial = await came
        except asyncio.CancelledError:
            cast("Any", connection.transport).abortConnection()
            raise
        talk.headers = [(name.decode("latin-1"), header_text(value)) for name, value in fields]
        return _response(request, head[0], fields, body, partial=partial)

    def _receive(self, response: Any, came: asyncio.Future[Body], transport: Any) -> None:
        """Have the body of an answer delivered, as far as there is one and it is not too large."""
        if came.done():
            return
        receiving = Receiving(came, transport, self._max_bytes)
        if response.length == 0:
            came.set_result((b"", False))
        elif response.length is UNKNOWN_LENGTH or receiving.expect(response.length):
            response.deliverBody(receiving)

    async def _connect(self, request: Request, way: _Way, seconds: float) -> Connection:
        endpoint = self._endpoint(request, way, seconds)
        made = self._pool.connect(way.key, endpoint)
        connecting = deferred_to_future(made)
        try:
            return cast("Connection", await connecting)
        except asyncio.CancelledError:
            if connecting.done() and not connecting.cancelled() and not connecting.exception():
                connecting.result().transport.abortConnection()  # made in this very moment
            raise

    def _endpoint(self, request: Request, way: _Way, seconds: float) -> IStreamClientEndpoint:
        if not way.tunnel:
            return self._direct(way.proxy or urlsplit(request.url), seconds)
        there, proxy = urlsplit(request.url), cast("SplitResult", way.proxy)
        if proxy.scheme == "https":
            raise UnsupportedURLSchemeError("a proxy over https for an address over https")
        authorization = request.headers.get(b"Proxy-Authorization")
        tunnel: Any = Tunnel(
            self._reactor,
            (there.hostname or "").encode("ascii"),  # type: ignore[arg-type]
            _port(there),
            (proxy.hostname or "", _port(proxy), authorization),
            cast("Any", self._policy),
            seconds,
        )
        return cast("IStreamClientEndpoint", tunnel)

    def _direct(self, there: SplitResult, seconds: float) -> IStreamClientEndpoint:
        host = (there.hostname or "").encode("ascii")
        endpoint: Any = HostnameEndpoint(self._reactor, host, _port(there), timeout=seconds)
        if there.scheme == "https":
            endpoint = wrapClientTLS(self._policy.creatorForNetloc(host, _port(there)), endpoint)
        return cast("IStreamClientEndpoint", endpoint)


def way_of(request: Request) -> _Way:
    """Return how to come to the server of a request, by a proxy if its meta names one.

    Raises:
        ValueError: if its address cannot be written as one.
    """
    parts = urlsplit(request.url)
    proxy: str = request.meta.get("proxy") or ""
    host = _host_header(parts)
    place = (parts.scheme, parts.hostname, parts.port)
    path = parts.path or "/"
    target = f"{path}?{parts.query}" if parts.query else path
    if not proxy:
        return _Way(key=place, host=host, target=_written(target))
    if parts.scheme == "https":
        key = (*place, proxy, request.headers.get(b"Proxy-Authorization"))
        return _Way(key=key, host=host, target=_written(target), proxy=urlsplit(proxy), tunnel=True)
    # Made anew: a name and a password in the address are nobody's business.
    whole = _written(f"{parts.scheme}://{host.decode()}{target}")
    return _Way(key=("proxy", proxy), host=host, target=whole, proxy=urlsplit(proxy))


def _port(parts: SplitResult) -> int:
    return parts.port or _PORTS[parts.scheme]


def _written(target: str) -> bytes:
    if not target.isascii() or not target.isprintable() or " " in target:
        msg = f"not to be written in a request line: {target!r}"
        raise ValueError(msg)
    return target.encode("ascii")


def _host_header(parts: SplitResult) -> bytes:
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    if parts.port and parts.port != _PORTS.get(parts.scheme):
        shown = f"{shown}:{parts.port}"
    return shown.encode("ascii")


def _response(
    request: Request, head: Any, fields: Fields, body: bytes, *, partial: bool
) -> Response:
    """Return an answer as Scrapy's middlewares want it: without the headers of the connection."""
    headers = Headers(field for field in fields if field[0].lower() not in _OF_THE_CONNECTION)
    if head.length is not UNKNOWN_LENGTH:
        headers[b"Content-Length"] = str(head.length)
    return Response(
        request.url.partition("#")[0],
        status=int(head.code),
        headers=headers,
        body=body,
        flags=["partial"] if partial else None,
    )
