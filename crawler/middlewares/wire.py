"""Next to the wire: notes every answer as served, then undoes its content coding."""

from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.pages.coding import decode_body
from crawler.trail import TRAIL, Served, Trail
from storage.clock import utc_now

if TYPE_CHECKING:
    from typing import Self


class WireMiddleware:
    """Notes answers in the trail of each request.

    It must be the innermost middleware: it alone sees bodies as served.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._max_bytes = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Self":
        """Build it from the settings."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Note what was served, and return it decoded.

        Raises:
            BodyBrokenError, BodyTooLargeError: if the body cannot be decoded within the caps.
        """
        trail: Trail = request.meta[TRAIL]
        served = Served(
            url=response.url,
            status=response.status,
            headers=trail.talks[-1].headers,
            received_at=utc_now(),
            link=trail.link,
            length_unknown="partial" in response.flags,
        )
        trail.served.append(served)
        codings = [
            coding.strip().decode("ascii", errors="replace").lower()
            for value in response.headers.getlist("Content-Encoding")
            for coding in value.split(b",")
            if coding.strip()
        ]
        if not codings or request.method == "HEAD":
            return response
        body = decode_body(response.body, codings, self._max_bytes)
        served.wire_body = response.body
        headers = response.headers.copy()
        headers.pop("Content-Encoding")
        return response.replace(body=body, headers=headers)
