"""Connections to servers: nothing is asked twice behind our back, and all that is sent is noted.

Twisted's pool repeats a request by itself when a connection that was kept open turns out to be
closed. Here it does not: whoever asks again waits for his turn (``crawler.handler``).
"""

import hashlib
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any
from weakref import WeakKeyDictionary

from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL import SSL
from scrapy.core.downloader.handlers.http11 import _LenientHTTPClientParser
from twisted.internet.interfaces import ISSLTransport
from twisted.web._newclient import HTTP11ClientProtocol
from twisted.web.client import HTTPConnectionPool, _HTTP11ClientFactory

from crawler.trail import Link, Talk, header_text
from storage.clock import utc_now

TALK: ContextVar[Talk] = ContextVar("talk")
"""The talk that a request made in this context is part of."""
UNVERIFIED: "WeakKeyDictionary[SSL.Connection, str]" = WeakKeyDictionary()
"""The connections that were made without verifying the server, and why."""
_SECRET = b"proxy-authorization"
"""The one header that is sent and not noted: it is between the operator and his proxy."""


class Pool(HTTPConnectionPool):
    """Keeps connections open, and tells each which talk it carries."""

    retryAutomatically = False  # noqa: N815 - Twisted's name

    def __init__(self, reactor: Any, per_host: int) -> None:
        super().__init__(reactor, persistent=True)  # type: ignore[no-untyped-call]
        self.maxPersistentPerHost = per_host
        self._factory = _Factory

    def getConnection(self, key: Any, endpoint: Any) -> Any:  # noqa: N802 - Twisted's name
        """Return a connection, a kept one or a new one, for the talk of this context."""
        talk = TALK.get()

        def begin(protocol: Any) -> Any:
            protocol.talk = talk
            return protocol

        return super().getConnection(key, endpoint).addCallback(begin)


class _Parser(_LenientHTTPClientParser):
    """Reads the head of an answer; Twisted's headers lose case, order and the connection's own."""

    talk: Talk

    def statusReceived(self, status: bytes) -> None:  # noqa: N802 - Twisted's name
        """Begin a head: the last one counts, those before it were interim (1xx)."""
        self.talk.headers.clear()
        super().statusReceived(status)  # type: ignore[no-untyped-call]

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802 - Twisted's name
        """Note one header."""
        self.talk.headers.append((name.decode("latin-1"), header_text(value)))
        super().headerReceived(name, value)  # type: ignore[no-untyped-call]


class _Protocol(HTTP11ClientProtocol):
    """One connection."""

    talk: Talk
    _link: Link | None = None
    _asked = False

    def request(self, request: Any) -> Any:
        """Send a request, and note what is sent and over which connection the answer comes."""
        talk = self.talk
        talk.reused, self._asked = self._asked, True
        write_headers = request._writeHeaders

        def write(transport: Any, length: bytes | None) -> None:
            write_headers(_Noting(transport, talk), length)

        request._writeHeaders = write

        def answered(response: Any) -> Any:
            if self._link is None:
                self._link = _link(self.transport)
            talk.link = self._link
            return response

        response = super().request(request)
        # The class of the parser is written into Twisted's method; Scrapy changes it likewise.
        parser: Any = self._parser
        parser.__class__, parser.talk = _Parser, talk
        return response.addCallback(answered)


class _Factory(_HTTP11ClientFactory):
    noisy = False

    def buildProtocol(self, _address: Any) -> _Protocol:  # noqa: N802 - Twisted's name
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _Noting:
    """Stands before a transport while the head of a request is written."""

    def __init__(self, transport: Any, talk: Talk) -> None:
        self._transport = transport
        self._talk = talk

    def writeSequence(self, lines: Sequence[bytes]) -> None:  # noqa: N802 - Twisted's name
        """Note the lines of a head (the first is the request line, the last empty); send them."""
        self._talk.sent_at = utc_now()
        self._talk.request_headers = tuple(
            (name.decode("latin-1"), header_text(value))
            for name, _, value in (line[:-2].partition(b": ") for line in lines[1:-1])
            if name.lower() != _SECRET
        )
        self._transport.writeSequence(lines)


def _link(transport: Any) -> Link:
    address = getattr(transport.getPeer(), "host", None)
    if not ISSLTransport.providedBy(transport):
        return Link(address=address)
    connection = transport.getHandle()
    chain = connection.get_peer_cert_chain(as_cryptography=True) or ()
    certificates = tuple(each.public_bytes(Encoding.DER) for each in chain)
    tls = {
        "verified": connection not in UNVERIFIED,
        "problem": UNVERIFIED.get(connection),
        "version": connection.get_protocol_version_name(),
        "cipher": connection.get_cipher_name(),
        "certificates": [hashlib.sha256(der).hexdigest() for der in certificates],
    }
    return Link(address=address, tls=tls, certificates=certificates)
