"""How long a request must stay behind the one before it; ``crawler.turns`` keeps it so."""

import random
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.run import run_of
from storage.clock import utc_now

if TYPE_CHECKING:
    from typing import Self

LANE = "lane"
"""Request meta: the line of the server that the request stands in."""
GAP = "gap"
"""Request meta: seconds that must pass since the last request in the lane began."""
CRAWL_DELAY = "crawl_delay"
"""Request meta: seconds that robots.txt of the host asks for."""
LONGEST_RETRY_AFTER = 120.0
"""Seconds; who asks for more is left alone for this crawl."""
SIDE_LOAD = "side_load"
"""Request meta: True for what a page in the browser loads."""
SIDE_SHARE = 0.2
"""Part of the usual delay between the loads of one page in a browser, which asks all at once."""
LONGEST_GAP = 300.0
_ASKS_TO_WAIT = frozenset({403, 408, 412, 425, 429})
MOST_JITTER = 1.5
"""Delays vary between once and so many times what is set or asked for: never less."""


class PolitenessMiddleware:
    """Counts the delay of a request: the setting's, that of robots.txt, more where it strains."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._delay = crawler.settings.getfloat("NIANBAO_DELAY")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Self":
        """Build it from the settings."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Note how far the request must stay behind the one before it."""
        own = self._delay * (SIDE_SHARE if request.meta.get(SIDE_LOAD) else 1.0)
        asked = max(own, request.meta.get(CRAWL_DELAY) or 0.0)
        strained = asked * 2 ** run_of(self._crawler).hosts.strain(request.url)
        jitter = random.uniform(1.0, MOST_JITTER)  # noqa: S311 - no secret
        request.meta[GAP] = max(asked, min(LONGEST_GAP, strained)) * jitter


class LeftAloneMiddleware:
    """Lets nothing go to a host that is left alone, by a redirect neither."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Self":
        """Build it; the spider knows the hosts."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Refuse a request to a host that is left alone.

        Raises:
            HostLeftAloneError: if it is one.
        """
        run_of(self._crawler).hosts.require_open(request.url)


def retry_after(response: Response) -> float | None:
    """Return the seconds that a refusal asks to wait (RFC 9110 10.2.3), None if it does not."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    refused = response.status in _ASKS_TO_WAIT or response.status >= 500
    if not refused or not value:
        return None
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - utc_now()).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
