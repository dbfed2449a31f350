"""What can go wrong between a request and a usable answer."""

from collections.abc import Mapping
from typing import Any

from scrapy.exceptions import IgnoreRequest

from crawler.pages.obstacles import Block


class CrawlError(Exception):
    """Base of the crawler's own errors."""


class BodyBrokenError(CrawlError):
    """A body is cut short or damaged, so it is not the document the server has."""


class BodyTooLargeError(CrawlError):
    """A body is larger than the settings allow, on the wire or once decoded."""


class AddressRefusedError(CrawlError, IgnoreRequest):
    """A request would have gone to an address that is no public one, or over another scheme."""


class RobotsDeniedError(CrawlError, IgnoreRequest):
    """robots.txt of the host forbids the address to us."""


class RobotsUnknownError(CrawlError, IgnoreRequest):
    """robots.txt answered a server error: the host is forbidden for now (RFC 9309 2.3.1.4)."""


class HostUnreachableError(CrawlError, IgnoreRequest):
    """The host did not answer when asked for its robots.txt; nothing else is asked of it."""


class HostBlockedError(CrawlError, IgnoreRequest):
    """The host answered robots.txt with a challenge; nothing else is asked of it."""

    def __init__(self, reason: str, block: Block) -> None:
        super().__init__(reason)
        self.block = block


class HostLeftAloneError(CrawlError, IgnoreRequest):
    """The host was in trouble when it was asked last, and its rest is not over.

    ``block`` is the obstacle, None if it was only overloaded; ``evidence`` the answer of that time.
    """

    def __init__(self, reason: str, block: Block | None, evidence: Mapping[str, Any]) -> None:
        super().__init__(reason)
        self.block = block
        self.evidence = evidence


class RenderingUnavailableError(CrawlError):
    """A page needs a browser and there is none, or settings forbid it."""


class RenderingFailedError(CrawlError):
    """The browser could not draw a page; what it says of it is the message."""
