"""Which addresses may be connected to, and a resolver that gives out no others.

The check and the connection use the same answer of the resolver, so that a name cannot point
elsewhere in between (DNS rebinding). Behind an HTTP proxy the proxy resolves the names; then only
literal addresses and names that are private by themselves can be judged here.
"""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache, lru_cache
from typing import Any
from urllib.request import getproxies

from scrapy.exceptions import CannotResolveHostError
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver
from zope.interface import implementer

from crawler.errors import AddressRefusedError
from crawler.pages.urls import host_of

LOOKUP_TIMEOUT = 20.0
"""Seconds that one look-up of a name may take, once it has begun."""
LOOKUPS_AT_ONCE = 32
"""Side by side: the name of a server that is gone takes all of its seconds."""

_REFUSED_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "::ffff:0:0/96",  # IPv4 in disguise
        "::/96",  # the same, older
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",
        "2001::/23",  # Teredo and protocol assignments
        "2002::/16",  # 6to4
        "fec0::/10",
    )
)
_PRIVATE_NAMES = re.compile(
    r"(?:.*\.)?(?:localhost|localdomain|local|internal|intranet|lan|home\.arpa|instance-data|"
    r"metadata)"
)
_NUMERIC_HOST = re.compile(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}", re.IGNORECASE)


@lru_cache(maxsize=4096)
def refusal_of_address(address: str) -> str | None:
    """Return why an IP address is not to be connected to; None if it is a public one."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return f"{address} is no IP address"
    if any(ip in network for network in _REFUSED_NETWORKS if network.version == ip.version):
        return f"{address} is reserved, shared or another address in disguise"
    if ip.is_multicast or ip.is_unspecified or ip.is_loopback or ip.is_link_local:
        return f"{address} is a local or multicast address"
    return None if ip.is_global else f"{address} is a private address"


def refusal_of_host(host: str) -> str | None:
    """Return why a host is not to be asked, as far as its name tells; None if it may be."""
    if not host:
        return "the address names no host"
    literal = _literal(host)
    if literal:
        return refusal_of_address(literal)
    if "." not in host or _PRIVATE_NAMES.fullmatch(host.lower()):
        return f"{host} is a local name"
    return None


def _literal(host: str) -> str | None:
    """Return the IP address that a host is, with the short and odd notations that C accepts."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    if not _NUMERIC_HOST.fullmatch(host):
        return None
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return "0.0.0.0"  # noqa: S104 - all digits yet no address: refused as one


@implementer(IHostnameResolver)
class CheckedResolver:
    """Resolves names once per run, IPv4 and IPv6, and leaves out addresses that are refused.

    Installed for the whole reactor, so that every connection is made to a checked address. The
    proxies of the environment are the operator's own and are exempt.
    """

    def __init__(self, reactor: Any) -> None:
        self.allow_private = False
        self._reactor = reactor
        self._known: dict[str, asyncio.Future[tuple[str, ...]]] = {}
        self._free = asyncio.Semaphore(LOOKUPS_AT_ONCE)
        self._proxies = {host_of(_with_scheme(proxy)) for proxy in getproxies().values()}

    @classmethod
    def from_crawler(cls, _crawler: Any, reactor: Any) -> "CheckedResolver":
        """Build it for a reactor; whether private addresses are allowed is told later."""
        return cls(reactor)

    def install_on_reactor(self) -> None:
        """Make the reactor ask here."""
        self._reactor.installNameResolver(self)

    async def lookup(self, host: str) -> tuple[str, ...]:
        """Return the addresses of a host that may be connected to, at least one.

        Raises:
            AddressRefusedError: if it has none but refused ones.
            CannotResolveHostError: if the name is not known.
        """
        if host not in self._known:
            self._known[host] = asyncio.ensure_future(self._resolve(host))
        return await asyncio.shield(self._known[host])

    async def _resolve(self, host: str) -> tuple[str, ...]:
        try:
            found = await self._look_up(host)
        except (OSError, UnicodeError, TimeoutError) as error:
            raise CannotResolveHostError(f"{host}: {str(error) or 'no answer'}") from error
        # In one order, whatever the server's: hosts that share an address meet in its lane.
        addresses = sorted(found, key=_order)
        if self.allow_private or host in self._proxies:
            return tuple(addresses)
        refusals = {address: refusal_of_address(address) for address in addresses}
        allowed = tuple(address for address, refusal in refusals.items() if refusal is None)
        if not allowed:
            reasons = "; ".join(refusal for refusal in refusals.values() if refusal)
            raise AddressRefusedError(f"{host}: {reasons}")
        return allowed

    async def _look_up(self, host: str) -> set[str]:
        """Ask the system, in a thread of our own that is certainly free.

        The event loop has few, and a name that waits behind others that nobody answers for would
        be given up before anybody was asked for it.
        """
        await self._free.acquire()
        loop = asyncio.get_running_loop()

        def ended(_: object) -> None:  # in that thread, maybe long after the last second
            with suppress(RuntimeError):  # the loop may be closed by then
                loop.call_soon_threadsafe(self._free.release)

        looking: Future[Sequence[Any]] = _threads().submit(
            socket.getaddrinfo, host, None, type=socket.SOCK_STREAM
        )
        looking.add_done_callback(ended)
        entries = await asyncio.wait_for(asyncio.wrap_future(looking), LOOKUP_TIMEOUT)
        return {str(entry[4][0]) for entry in entries}

    def resolveHostName(  # noqa: N802 - the interface is Twisted's
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Any = None,  # noqa: ARG002, N803
        transportSemantics: str = "TCP",  # noqa: ARG002, N803
    ) -> Any:
        """Tell the receiver the checked addresses of a host (IHostnameResolver)."""
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        task = asyncio.ensure_future(self._tell(resolutionReceiver, hostName, portNumber))
        resolution.task = task
        return resolution

    async def _tell(self, receiver: Any, host: str, port: int) -> None:
        try:
            addresses = await self.lookup(host)
        except (AddressRefusedError, CannotResolveHostError):
            addresses = ()
        for address in addresses:
            kind = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(kind("TCP", address, port))
        receiver.resolutionComplete()


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(LOOKUPS_AT_ONCE, "names")


def _order(address: str) -> tuple[bool, str]:
    return ":" in address, address


class _Resolution:
    """One look-up under way (IHostResolution)."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.task: asyncio.Task[None] | None = None

    def cancel(self) -> None:
        """Give the look-up up."""
        if self.task:
            self.task.cancel()


def _with_scheme(proxy: str) -> str:
    return proxy if "://" in proxy else f"http://{proxy}"
