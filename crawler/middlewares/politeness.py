"""One thing at a time, not too often, and later if the server asks for it."""

import asyncio
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from storage.clock import utc_now

if TYPE_CHECKING:
    from typing import Self

CRAWL_DELAY = "crawl_delay"
"""Request meta: seconds that robots.txt of the host asks for."""
LONGEST_RETRY_AFTER = 120.0
"""Seconds; who asks for more is left alone for this crawl."""
SIDE_LANE = "side_lane"
"""Request meta: the lane for what a browser loads while the page itself holds the main one."""
SIDE_SHARE = 0.2
"""Part of the usual delay between the loads of one page in a browser, which asks all at once."""
_ASKS_TO_WAIT = frozenset({429, 503})
SPREAD = 1.25
"""The mean of a delay that varies between once and one and a half times what is set."""


class PolitenessMiddleware:
    """Keeps the delay that a host asks for, in robots.txt or by Retry-After."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._not_before: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Self":
        """Build it from the settings."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Wait until the lane of the request may be used again."""
        lane = request.meta["download_slot"]
        if request.meta.get(SIDE_LANE):
            self._settings_of(lane).setdefault("delay", self._delay * SIDE_SHARE)
        asked = request.meta.get(CRAWL_DELAY)
        if asked:
            self._slow_down(lane, asked * SPREAD)
        wait = self._not_before.get(lane, 0.0) - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)

    def process_response(self, request: Request, response: Response) -> Response:
        """Note a Retry-After."""
        wait = retry_after(response)
        if wait is not None and wait <= LONGEST_RETRY_AFTER:
            self._not_before[request.meta["download_slot"]] = time.monotonic() + wait
        return response

    def _slow_down(self, lane: str, delay: float) -> None:
        """Set the delay of a lane, whether it is open yet or not; never below the setting."""
        self._settings_of(lane)["delay"] = max(delay, self._delay)
        slot = self._crawler.engine.downloader.slots.get(lane)
        if slot:
            slot.delay = max(slot.delay, delay)

    def _settings_of(self, lane: str) -> dict[str, float]:
        return self._crawler.engine.downloader.per_slot_settings.setdefault(lane, {})


def retry_after(response: Response) -> float | None:
    """Return the seconds that a 429 or 503 asks to wait (RFC 9110 10.2.3), None if it does not."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if response.status not in _ASKS_TO_WAIT or not value:
        return None
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - utc_now()).total_seconds())
    except (ValueError, TypeError):
        return None
