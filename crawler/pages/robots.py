"""robots.txt by RFC 9309: what an answer to it means."""

from dataclasses import dataclass
from enum import StrEnum

from protego import Protego

from crawler.pages.kinds import HTML, media_type_of

MAX_BYTES = 512 * 1024
"""RFC 9309 2.5 asks for at least 500 KiB to be read; what comes after is ignored."""


class RobotsStanding(StrEnum):
    """How binding an answer is."""

    RULES = "rules"
    NONE = "none"
    """There is no robots.txt: everything is allowed (RFC 9309 2.3.1.3)."""
    UNKNOWN = "unknown"
    """A server error: everything is forbidden for now (RFC 9309 2.3.1.4)."""


@dataclass(frozen=True, slots=True)
class Robots:
    """What one host allows one product."""

    standing: RobotsStanding
    product: str
    rules: Protego | None = None

    def allows(self, url: str) -> bool:
        """Tell whether the address may be asked for."""
        if self.rules is None:
            return self.standing == RobotsStanding.NONE
        return bool(self.rules.can_fetch(url, self.product))

    @property
    def crawl_delay(self) -> float | None:
        """Seconds to leave between requests, if the host says so."""
        delay = self.rules.crawl_delay(self.product) if self.rules else None
        return float(delay) if delay is not None else None


def read_robots(status: int, body: bytes, product: str) -> Robots:
    """Return what an answer to robots.txt means for ``product`` (the name in our User-Agent).

    A page or any other file under that name means that there is none: soft 404s answer robots.txt
    too. Bytes in no known encoding are read as far as they are ASCII, which rules are.
    """
    if status >= 500:
        return Robots(RobotsStanding.UNKNOWN, product)
    if status >= 300 or not _is_plain(body):
        return Robots(RobotsStanding.NONE, product)
    text = body[:MAX_BYTES].decode("utf-8-sig", errors="replace").replace("\x00", "")
    return Robots(RobotsStanding.RULES, product, Protego.parse(text))


def _is_plain(body: bytes) -> bool:
    return media_type_of(body) != HTML
