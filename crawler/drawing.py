"""The browser of a crawl process, which draws pages one by one within their wall clock.

A module of its own because few crawls draw a page: what drives the browser takes a third of a
second and thirty megabytes to load.
"""

import asyncio

from playwright.async_api import Error as PlaywrightError
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawler.errors import RenderingFailedError
from crawler.rendering import RENDER_SECONDS, close_drawing

PAGES_PER_BROWSER = 200
"""Pages after which a browser is started anew: its memory grows with every one."""


class Drawer(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """Draws pages; asks for nothing itself (``crawler.rendering``)."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._drawn = 0

    @classmethod
    async def opened(cls, crawler: Crawler) -> "Drawer":
        """Return one that is ready; the browser itself is started by the first page."""
        drawer = cls(crawler)
        await drawer._launch()
        return drawer

    async def draw(self, request: Request) -> Response:
        """Have a page drawn by the browser.

        Raises:
            RenderingFailedError: if the browser cannot.
            RenderingUnavailableError: if there is none.
            TimeoutError: if it takes too long.
        """
        try:
            drawn = await asyncio.wait_for(self.download_request(request), RENDER_SECONDS)
        except PlaywrightError as error:
            raise RenderingFailedError(str(error)) from error
        finally:
            await close_drawing(request)
            await self._renew_browser()
        assert isinstance(drawn, Response)
        return drawn

    async def _renew_browser(self) -> None:
        """Close a browser that has drawn its share while it draws nothing; a new one is started."""
        self._drawn += 1
        if self._drawn >= PAGES_PER_BROWSER and not self.context_wrappers:
            self._drawn = 0
            await self.browser.close()
