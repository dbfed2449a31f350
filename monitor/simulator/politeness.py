"""Whether an exchange log shows a polite crawler: one at a time, the delay kept, robots obeyed."""

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from urllib.parse import urlsplit

from monitor.simulator.server import Asked

SLACK = 0.02
"""Seconds that clocks and threads may blur."""
LEAST = 0.6
"""Part of the delay that must be seen: on a busy machine arrivals are noted late."""
_EACH_ITS_OWN: Mapping[str, str] = MappingProxyType({})
_DISALLOWED = ("/admin/", "/hdjl/")
"""What the robots.txt of every ordinary portal forbids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """Faults found in a log, each a line that names host and address."""

    requests: int
    at_once: tuple[str, ...]
    """Two exchanges with one host overlapped."""
    too_soon: tuple[str, ...]
    """Less than the delay lay between two exchanges."""
    robots: tuple[str, ...]
    private: tuple[str, ...]
    unnamed: int
    """Requests that did not say who asks."""


def examine(
    log: Iterable[Asked],
    *,
    delay: float,
    denied_hosts: frozenset[str] = frozenset(),
    slower_hosts: frozenset[str] = frozenset(),
    product: str = "nianbao",
    servers: Mapping[str, str] = _EACH_ITS_OWN,
) -> Manners:
    """Return the faults of a log.

    Args:
        log: of the server.
        delay: seconds that were set between two requests to a host.
        denied_hosts: hosts of which only robots.txt may be asked.
        slower_hosts: hosts whose robots.txt asks for 0.3 seconds.
        product: the name that a User-Agent must begin with.
        servers: addresses by host, where hosts share some and that could be seen.
    """
    asked = sorted(log, key=lambda one: one.began)
    by_host: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        by_host[servers.get(one.host, one.host)].append(one)
    at_once, too_soon = [], []
    for host, series in by_host.items():
        at_once += _overlaps(host, series)
        too_soon += _hurried(host, series, delay, slower_hosts)
    return Manners(
        requests=len(asked),
        at_once=tuple(at_once),
        too_soon=tuple(too_soon),
        robots=tuple(f"{one.host}{one.target}" for one in asked if _is_denied(one, denied_hosts)),
        private=tuple(f"{one.host}{one.target}" for one in asked if is_private(one.host)),
        unnamed=sum(not one.user_agent.startswith(product) for one in asked),
    )


def _overlaps(host: str, series: Sequence[Asked]) -> list[str]:
    return [
        f"{after.host}{after.target} began before {before.host}{before.target} had ended ({host})"
        for before, after in pairwise(series)
        if after.began < before.ended - SLACK
    ]


def _hurried(
    host: str, series: Sequence[Asked], delay: float, slower_hosts: frozenset[str]
) -> list[str]:
    return [
        f"{after.host}{after.target} came {after.began - before.began:.3f} s after "
        f"{before.host}{before.target} ({host})"
        for before, after in pairwise(series)
        if after.began - before.began < LEAST * _wanted(before, after, delay, slower_hosts)
    ]


def _wanted(before: Asked, after: Asked, delay: float, slower_hosts: frozenset[str]) -> float:
    is_slower = before.host == after.host and after.host in slower_hosts
    return max(delay, 0.3) if is_slower else delay


def _is_denied(one: Asked, denied_hosts: frozenset[str]) -> bool:
    path = urlsplit(one.target).path
    if path == "/robots.txt":
        return False
    return one.host in denied_hosts or path.startswith(_DISALLOWED)


def is_private(host: str) -> bool:
    """Tell whether a host is an address of a network that is nobody's business."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return not ipaddress.ip_address(name).is_global
    except ValueError:
        return name == "localhost" or name.endswith(".local")
