"""One request on its way out and the body that comes back, as Twisted's connections want them."""

import asyncio
from collections.abc import Sequence
from typing import Any

from scrapy import Request
from scrapy.exceptions import DownloadCancelledError, ResponseDataLossError
from twisted.internet.defer import Deferred, succeed
from twisted.web.client import ResponseDone
from twisted.web.http import PotentialDataLoss

from crawler.trail import Talk, header_text
from storage.clock import utc_now

_SECRET = b"proxy-authorization"
"""The one header that is sent and not noted: it is between the operator and his proxy."""
_WITH_LENGTH = frozenset({"POST", "PUT"})
"""Methods whose length is told even of an empty body (RFC 9110 8.6)."""

Body = tuple[bytes, bool]
"""The bytes of a body; True if its end is only the end of the connection."""


def header_lines(request: Request, host: bytes, *, to_proxy: bool) -> list[bytes]:
    """Return the lines of a request's head below the first, in the order they are sent.

    The authorization for a proxy is for a request that the proxy itself reads; a server never
    sees it, behind a tunnel neither.
    """
    lines = []
    if request.body or request.method in _WITH_LENGTH:
        lines.append(b"Content-Length: %d" % len(request.body))
    for name, values in request.headers.items():
        if not to_proxy and name.lower() == _SECRET:
            continue
        lines += [name + b": " + _in_one_line(value) for value in values]
    lines.append(b"Host: " + host)
    return lines


def _in_one_line(value: bytes) -> bytes:
    """Return a value that ends no line: some repeat what a server once sent."""
    return b" ".join(value.splitlines()) if b"\n" in value or b"\r" in value else value


class Sending:
    """A request as ``HTTP11ClientProtocol`` sends it, noted in its talk as it goes out."""

    persistent = True
    """False once it is known that the connection ends with the answer."""

    def __init__(
        self, request: Request, target: bytes, headers: Sequence[bytes], talk: Talk
    ) -> None:
        self.method = request.method.encode("ascii")
        self._target = target
        self._headers = headers
        self._body = request.body
        self._talk = talk

    def writeTo(self, transport: Any) -> Deferred[None]:  # noqa: N802 - Twisted's name
        """Note the head, and send all of the request."""
        self._talk.sent_at = utc_now()
        self._talk.request_headers = tuple(
            (name.decode("latin-1"), header_text(value))
            for name, _, value in (line.partition(b": ") for line in self._headers)
            if name.lower() != _SECRET
        )
        first = b"%b %b HTTP/1.1" % (self.method, self._target)
        transport.write(b"\r\n".join((first, *self._headers, b"", self._body)))
        return succeed(None)

    def stopWriting(self) -> None:  # noqa: N802 - Twisted's name
        """Do nothing: all was written at once."""


class Receiving:
    """Takes the body of one answer to its end, or to the end of patience with it."""

    def __init__(self, came: asyncio.Future[Body], transport: Any, max_bytes: int) -> None:
        self._came = came
        self._transport = transport
        self._max_bytes = max_bytes
        self._pieces: list[bytes] = []
        self._size = 0

    def makeConnection(self, _transport: Any) -> None:  # noqa: N802 - Twisted's name
        """Begin (IProtocol)."""

    def expect(self, size: int) -> bool:
        """Tell whether a body of so many bytes is taken; give it up if not."""
        if size <= self._max_bytes:
            return True
        self.give_up(
            DownloadCancelledError(f"a body of {size} bytes, larger than {self._max_bytes}")
        )
        return False

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Take a piece (IProtocol)."""
        self._size += len(data)
        if not self._came.done() and self.expect(self._size):
            self._pieces.append(data)

    def connectionLost(self, reason: Any) -> None:  # noqa: N802 - Twisted's name
        """Take the end of the body (IProtocol)."""
        if self._came.done():
            return
        partial = bool(reason.check(PotentialDataLoss))
        if partial or reason.check(ResponseDone):
            self._came.set_result((b"".join(self._pieces), partial))
            return
        cut = ResponseDataLossError()
        cut.__cause__ = reason.value
        self._came.set_exception(cut)

    def give_up(self, error: Exception) -> None:
        """Take no more, and let the connection go."""
        self._pieces.clear()
        self._came.set_exception(error)
        self._transport.abortConnection()
