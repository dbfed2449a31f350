"""Tunnels through a proxy to servers over TLS (RFC 9110 9.3.6), none left open by a failure."""

from typing import Any

from scrapy.core.downloader.handlers.http11 import TunnelError, _TunnelingTCP4ClientEndpoint
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.python.failure import Failure

LONGEST_REFUSAL = 64 * 1024
"""Bytes that a proxy may answer before the empty line."""


class Tunnel(_TunnelingTCP4ClientEndpoint):
    """Scrapy's own, which forgets the connection of a tunnel that does not come about."""

    _protocol: Any = None

    def connect(self, protocolFactory: Any) -> Deferred[Any]:  # noqa: N803 - Twisted's name
        """Return what fires with a connection to the far end; cancelling it closes what is open."""
        self._protocolFactory = protocolFactory
        connecting = TCP4ClientEndpoint.connect(self, protocolFactory)

        def give_up(failure: Failure) -> Failure:
            connecting.cancel()
            if self._protocol is not None:
                self._protocol.transport.abortConnection()
            return failure

        self._tunnelReadyDeferred.addErrback(give_up)
        connecting.addCallback(self.requestTunnel).addErrback(self.connectFailed)
        return self._tunnelReadyDeferred

    def requestTunnel(self, protocol: Any) -> Any:  # noqa: N802 - Twisted's name
        """Ask the proxy, and notice if it hangs up instead of an answer."""
        lost = protocol.connectionLost

        def closed(reason: Failure) -> None:
            lost(reason)
            self._fail("closed the connection")

        protocol.connectionLost = closed
        return super().requestTunnel(protocol)

    def processProxyResponse(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Take a piece of the proxy's answer."""
        if len(self._connectBuffer) + len(data) > LONGEST_REFUSAL:
            self._fail("answers without an end")
        elif not self._tunnelReadyDeferred.called:
            super().processProxyResponse(data)

    def _fail(self, why: str) -> None:
        if not self._tunnelReadyDeferred.called:
            error = TunnelError(f"the proxy {self._host}:{self._port} {why}")
            self._tunnelReadyDeferred.errback(error)
