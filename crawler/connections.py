"""Connections to servers: nothing is asked twice behind our back, and all that is sent is noted.

Twisted's pool repeats a request by itself when a connection that was kept open turns out to be
closed. Here it does not: whoever asks again waits for his turn (``crawler.handler``).
"""

import hashlib
from collections.abc import Hashable
from typing import Any, cast
from weakref import WeakKeyDictionary

from OpenSSL import SSL, crypto
from twisted.internet.interfaces import IHandshakeListener, ISSLTransport
from twisted.web._newclient import HTTP11ClientProtocol, TransportProxyProducer
from twisted.web.client import HTTPConnectionPool, _HTTP11ClientFactory
from zope.interface import implementer

from crawler.parsing import Fields, Parser
from crawler.sending import Sending
from crawler.trail import Link

UNVERIFIED: "WeakKeyDictionary[SSL.Connection, str]" = WeakKeyDictionary()
"""The connections that were made without verifying the server, and why."""


class Pool(HTTPConnectionPool):
    """Keeps connections open."""

    retryAutomatically = False  # noqa: N815 - Twisted's name

    def __init__(self, reactor: Any, per_host: int) -> None:
        super().__init__(reactor, persistent=True)  # type: ignore[no-untyped-call]
        self.maxPersistentPerHost = per_host
        self._factory = _Factory

    def kept(self, key: Hashable) -> "Connection | None":
        """Take a connection that was kept open and is still good, None if there is none."""
        connections = self._connections.get(key)
        while connections:
            connection = connections.pop(0)
            self._timeouts.pop(connection).cancel()
            if connection.state == "QUIESCENT":
                return cast("Connection", connection)
        return None

    def connect(self, key: Hashable, endpoint: Any) -> Any:
        """Return what fires with a new connection."""
        return self._newConnection(key, endpoint)


class _Flowing(TransportProxyProducer):
    """Goes on reading after the head of an answer: its body is always awaited already."""

    def pauseProducing(self) -> None:  # noqa: N802 - Twisted's name
        """Do nothing."""

    def resumeProducing(self) -> None:  # noqa: N802 - Twisted's name
        """Do nothing."""


@implementer(IHandshakeListener)
class Connection(HTTP11ClientProtocol):
    """One connection."""

    reused = False
    """True once it has carried a request."""
    agreed = False
    """True once both ends have agreed on TLS."""
    _link: Link | None = None

    def send(self, sending: Sending) -> tuple[Any, Fields]:
        """Send a request; return what fires with its answer, and its headers as they come."""
        answer = self.request(sending)  # type: ignore[arg-type]
        parser, transport = cast("Any", self._parser), cast("Any", self._transportProxy)
        if parser is None:  # lost in the moment it was made
            return answer, []
        # The classes are written into Twisted's method; Scrapy changes the parser's likewise.
        parser.__class__, transport.__class__ = Parser, _Flowing
        parser.fields = []
        self.reused = True
        return answer, parser.fields

    def _finishResponse_WAITING(self, rest: bytes) -> None:  # noqa: N802 - Twisted's name
        """Let go of a connection that takes no other request, or that said more than its answer.

        What is left over would be read as the beginning of the next answer.
        """
        parser, sent = cast("Any", self._parser), cast("Any", self._currentRequest)
        if parser is not None and (rest or parser.is_last):
            sent.persistent = False
        super()._finishResponse_WAITING(rest)

    def handshakeCompleted(self) -> None:  # noqa: N802 - Twisted's name
        """Note that the server was accepted (IHandshakeListener)."""
        self.agreed = True

    @property
    def link(self) -> Link:
        """What the connection tells of who is at its other end."""
        if self._link is None:
            self._link = _link(self.transport)
        return self._link


class _Factory(_HTTP11ClientFactory):
    noisy = False

    def buildProtocol(self, _address: Any) -> Connection:  # noqa: N802 - Twisted's name
        return Connection(self._quiescentCallback)  # type: ignore[no-untyped-call]


def _link(transport: Any) -> Link:
    address = getattr(transport.getPeer(), "host", None)
    if not ISSLTransport.providedBy(transport):
        return Link(address=address)
    connection = transport.getHandle()
    # Not taken apart: what nobody verified may hold what no library reads.
    chain = connection.get_peer_cert_chain() or ()
    certificates = tuple(crypto.dump_certificate(crypto.FILETYPE_ASN1, each) for each in chain)
    tls = {
        "verified": connection not in UNVERIFIED,
        "problem": UNVERIFIED.get(connection),
        "version": connection.get_protocol_version_name(),
        "cipher": connection.get_cipher_name(),
        "certificates": [hashlib.sha256(der).hexdigest() for der in certificates],
    }
    return Link(address=address, tls=tls, certificates=certificates)
