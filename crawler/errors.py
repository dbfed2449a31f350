"""What can go wrong between a request and a usable answer."""

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


class RenderingUnavailableError(CrawlError):
    """A page needs a browser and there is none, or settings forbid it."""
