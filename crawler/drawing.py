"""The browser of a crawl process, which draws pages one by one within their wall clock.

A module of its own because few crawls draw a page: what drives the browser takes a third of a
second and thirty megabytes to load.
"""

import asyncio
import logging

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawler.errors import RenderingFailedError, RenderingUnavailableError
from crawler.rendering import RENDER_SECONDS

PAGES_PER_BROWSER = 200
"""Pages after which a browser is started anew: its memory grows with every one."""
CLOSING_SECONDS = 10.0
"""Wall clock that a page, or the browser, may take to close."""

logger = logging.getLogger(__name__)


class Drawer(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """Draws pages; asks for nothing itself (``crawler.rendering``).

    The browser is started by the first page. One that ends by itself takes the drawer with it:
    it is ``lost``, and the next page needs another.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._longest = crawler.settings.getint("URLLENGTH_LIMIT")
        self._drawn = 0
        self._launched = False
        self.lost = False

    async def draw(self, request: Request) -> Response:
        """Have a page drawn by the browser.

        Raises:
            RenderingFailedError: if the browser cannot.
            RenderingUnavailableError: if there is none.
            TimeoutError: if it takes too long.
        """
        try:
            drawn = await asyncio.wait_for(self._drawing(request), RENDER_SECONDS)
        except (RenderingUnavailableError, TimeoutError):
            raise
        except Exception as error:  # what browser and driver say has no common kind
            self.lost = self.lost or not await self._is_alive()
            raise RenderingFailedError(str(error)) from error
        finally:
            await self._tidy(request)
        return drawn

    async def shut(self) -> None:
        """Close the browser, as far as it lets itself be closed."""
        try:
            await asyncio.wait_for(self.close(), CLOSING_SECONDS)
        except Exception as error:  # noqa: BLE001 - whatever a dying browser says
            logger.warning("the browser did not close: %s", error)

    async def _drawing(self, request: Request) -> Response:
        if not self._launched:
            self._launched = True
            await self._launch()
        drawn = await self.download_request(request)
        assert isinstance(drawn, Response)
        # A script may call the page whatever it likes.
        return drawn if len(drawn.url) <= self._longest else drawn.replace(url=request.url)

    async def _tidy(self, request: Request) -> None:
        """Close the context of a page; and a browser that has drawn its share."""
        opened = self.context_wrappers.get(request.meta["playwright_context"])
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                if opened is not None:
                    await opened.context.close()
                await self._renew_browser()
        except Exception:  # noqa: BLE001 - it ended meanwhile, or hangs: another one draws the next
            self.lost = True
        if self.lost:
            await self.shut()

    async def _is_alive(self) -> bool:
        """Tell whether browser and driver still do what they are told, or are not there yet."""
        if not hasattr(self, "browser"):
            return True
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                context = await self.browser.new_context()
                await context.close()
        except Exception:  # noqa: BLE001 - the driver's end is no kind of its own
            return False
        return True

    async def _renew_browser(self) -> None:
        """Close a browser that has drawn its share while it draws nothing; a new one is started."""
        self._drawn += 1
        if self._drawn >= PAGES_PER_BROWSER and not self.context_wrappers:
            self._drawn = 0
            if hasattr(self, "browser"):
                await self.browser.close()
