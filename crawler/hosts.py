"""The hosts that a crawl process meets: how each stands and behaves, and what is remembered."""

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from crawler.errors import HostLeftAloneError
from crawler.fetched import Fetched
from crawler.keeping import Keeper
from crawler.records.hosts import (
    clear_standing,
    remembered_schemes,
    save_schemes,
    save_standing,
    standings,
)
from crawler.standing import Conduct, Standing, next_standing
from storage.clock import utc_now


class Hosts:
    """Shared by all portals of a process.

    Args:
        keeper: of the workspace.
        first_rest: how long a host is left alone that refuses; zero: never.
        by_hand: True if a person asked for this crawl: hosts in trouble are asked all the same,
            until they refuse again.
    """

    def __init__(self, keeper: Keeper, first_rest: timedelta, *, by_hand: bool = False) -> None:
        self._keeper = keeper
        self._first_rest = first_rest
        self._by_hand = by_hand
        self._standings: dict[str, Standing] = {}
        self._enforced: set[str] = set()
        self._conduct: dict[str, Conduct] = {}
        self.schemes: Mapping[str, str] = {}
        """By host, the scheme that answered where the other one did not."""

    async def recall(self) -> None:
        """Recall what earlier crawls have learnt."""
        self.schemes = await self._keeper.read(remembered_schemes)
        self._standings = await self._keeper.read(standings)
        if self._first_rest and not self._by_hand:
            self._enforced = set(self._standings)

    def is_left_alone(self, url: str) -> bool:
        """Tell whether the host of an address is not to be asked."""
        return self._left_alone(url) is not None

    def require_open(self, url: str) -> None:
        """Do nothing if the host of an address may be asked.

        Raises:
            HostLeftAloneError: if it is left alone.
        """
        standing = self._left_alone(url)
        if standing is not None:
            raise HostLeftAloneError(_why(standing), standing.block, standing.evidence)

    def strain(self, url: str) -> int:
        """Return how often the delay of a host is to be doubled."""
        conduct = self._conduct.get(host_key(url))
        return conduct.strain if conduct else 0

    async def take(self, fetched: Fetched) -> None:
        """Take in an answer, and remember what it changes."""
        if fetched.status is None:
            return
        host = host_key(fetched.url)
        conduct = self._conduct.setdefault(host, Conduct())
        trouble = conduct.take(fetched)
        if trouble is not None and self._first_rest:
            standing = next_standing(
                self._standings.get(host),
                fetched,
                trouble,
                host,
                utc_now(),
                first_rest=self._first_rest,
            )
            if host in self._enforced and self._standings[host].is_left_alone(utc_now()):
                return  # asked before it was known; its rest has been written down already
            self._standings[host] = standing
            self._enforced.add(host)
            await self._keeper.write(save_standing, standing)
        elif fetched.ok and conduct.welcomed and host in self._standings:
            del self._standings[host]
            self._enforced.discard(host)
            await self._keeper.write(clear_standing, host)

    async def remember_scheme(self, url: str) -> None:
        """Remember that the host of an address answers under its scheme only."""
        host, scheme = host_key(url), urlsplit(url).scheme
        if self.schemes.get(host) != scheme:
            self.schemes = {**self.schemes, host: scheme}
            await self._keeper.write(save_schemes, {host: scheme})

    def _left_alone(self, url: str) -> Standing | None:
        host = host_key(url)
        if host not in self._enforced:
            return None
        standing = self._standings.get(host)
        return standing if standing and standing.is_left_alone(utc_now()) else None


@lru_cache(maxsize=4096)
def host_key(url: str) -> str:
    """Return what a host is remembered by: its name, with the port where the address gives one."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    return f"{parts.hostname or ''}{f':{port}' if port else ''}"


def _why(standing: Standing) -> str:
    day = standing.since.date().isoformat()
    return (
        f"not asked: the host has been {standing.trouble} since {day} and is left alone until "
        f"{standing.not_before.isoformat(timespec='minutes')}"
    )
