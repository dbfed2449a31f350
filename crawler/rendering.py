"""Pages whose list exists only after their scripts ran, drawn by a browser without a network.

Everything the page loads is fetched by the crawler and handed to the browser: so robots.txt,
the address guard, the lanes, the caps and the captures hold for it as for any other request, and
cookies that a script sets never go back, which leaves challenges unsolved. Files are never opened
in the browser.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, Page, Route, WebSocketRoute
from playwright.async_api import Error as PlaywrightError
from scrapy import Request
from scrapy.settings import BaseSettings
from scrapy_playwright.page import PageMethod
from scrapy_playwright.provider import PlaywrightBrowserProvider

from crawler.errors import RenderingUnavailableError
from crawler.fetched import Ask, Fetched
from crawler.pages.kinds import HTML
from crawler.trail import Trail
from storage.browser import NoBrowserError, find_browser

RENDER_SECONDS = 60.0
"""Wall clock that one page may take."""
MAX_LOADS = 80
"""Requests that one page may make."""
DRAWN = "drawn_page"
"""Request meta: what is known of the page while it is drawn."""

_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--disable-gpu",
    # What is not routed through the crawler finds neither names nor a way out.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://127.0.0.1:9",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
_NOT_LOADED = frozenset({"image", "font", "media", "manifest", "texttrack", "websocket"})
_PASSED_ON = ("accept", "content-type", "referer", "x-requested-with")
_SETTLED_POLLS = 3
_POLL = 0.25
_LONGEST_SETTLING = 15.0

Load = Callable[[Ask, Trail], Awaitable[Fetched]]
"""Fetches what a page wants, and fills the trail with how that went."""


def browser_program(configured: str, bundled: str) -> str:
    """Return the path of a Chromium: the configured one, playwright's own, or one on the PATH.

    Raises:
        RenderingUnavailableError: if there is none, or the configured one is not there.
    """
    try:
        return find_browser(configured, bundled)
    except NoBrowserError as error:
        raise RenderingUnavailableError(str(error)) from error


class BrowserProvider(PlaywrightBrowserProvider):  # type: ignore[misc]
    """Starts nothing before the first page that needs it; most crawls need none."""

    async def start(self) -> None:
        """Leave the driver for ``launch_browser``."""

    async def launch_browser(self) -> Browser:
        """Start driver and browser.

        Raises:
            RenderingUnavailableError: if there is no browser, or no driver for it.
        """
        if self.playwright is None:
            await self._start_driver()
        configured = self.config.launch_options.get("executable_path", "")
        browser: Browser = await self.browser_type.launch(
            executable_path=browser_program(configured, self.browser_type.executable_path),
            args=list(_FLAGS),
            chromium_sandbox=os.geteuid() != 0,  # Chromium refuses its sandbox to root
        )
        return browser

    async def _start_driver(self) -> None:
        try:
            await super().start()
        except Exception as error:  # playwright has no kind of its own for it
            self.playwright_context_manager = None  # there is nothing to close
            why = f"playwright's driver does not start: {error}"
            raise RenderingUnavailableError(why) from error


@dataclass
class _Drawing:
    """One page while it is drawn. No slots: playwright notes things on the owner of a handler."""

    ask: Ask
    load: Load
    document: Trail | None = None
    """How the page itself was fetched, once it has been asked for."""
    loads: int = 0
    pending: int = 0

    async def answer(self, route: Route) -> None:
        """Fetch what the page asks for, or refuse it."""
        self.pending += 1
        try:
            await self._answer(route)
        except PlaywrightError:
            return  # the page was closed meanwhile
        finally:
            self.pending -= 1

    async def _answer(self, route: Route) -> None:
        wanted = route.request
        refused = wanted.resource_type in _NOT_LOADED or not wanted.url.startswith("http")
        if refused or self.loads >= MAX_LOADS:
            await route.abort()
            return
        self.loads += 1
        headers = await wanted.all_headers()
        trail = Trail()
        is_document = wanted.resource_type == "document"
        if is_document and wanted.frame.parent_frame is None:
            self.document = trail
        fetched = await self.load(
            Ask(
                url=wanted.url,
                purpose=self.ask.purpose,
                method=wanted.method,
                body=wanted.post_data or "",
                headers={name: headers[name] for name in _PASSED_ON if name in headers},
                follow_shells=False,
            ),
            trail,
        )
        await _hand_over(route, fetched, is_document=is_document)

    async def settle(self, page: Page) -> None:
        """Wait until nothing is loading and the number of links stays the same."""
        quiet, links = 0, -1
        for _ in range(int(_LONGEST_SETTLING / _POLL)):
            count = await page.evaluate("document.querySelectorAll('a').length")
            quiet = quiet + 1 if count == links and not self.pending else 0
            links = count
            if quiet >= _SETTLED_POLLS:
                return
            await asyncio.sleep(_POLL)


async def _hand_over(route: Route, fetched: Fetched, *, is_document: bool) -> None:
    if fetched.status is None or (is_document and fetched.media_type != HTML):
        await route.abort()
        return
    content_type = fetched.headers.get("content-type", fetched.media_type)
    await route.fulfill(
        status=fetched.status,
        headers={"content-type": content_type, "access-control-allow-origin": "*"},
        body=fetched.body,
    )


def rendering_meta(settings: BaseSettings, ask: Ask, load: Load) -> dict[str, Any]:
    """Return the request meta that has a page drawn; ``load`` fetches what it loads."""
    drawing = _Drawing(ask=ask, load=load)
    return {
        DRAWN: drawing,
        "playwright": True,
        "playwright_context": f"page-{id(drawing)}",  # a fresh one, closed after the page
        "playwright_context_kwargs": {
            "user_agent": settings["USER_AGENT"],
            "locale": "zh-CN",
            "service_workers": "block",
            "accept_downloads": False,
        },
        "playwright_page_init_callback": _take_over,
        "playwright_page_goto_kwargs": {"wait_until": "load"},
        "playwright_page_methods": [PageMethod(drawing.settle)],
    }


def document_trail(request: Request) -> Trail | None:
    """Return how the page that a request draws was fetched; None if it never was."""
    drawing: _Drawing = request.meta[DRAWN]
    return drawing.document


async def _take_over(page: Page, request: Request) -> None:
    """Put the crawler between a new page and the net; the last route added goes first."""
    drawing: _Drawing = request.meta[DRAWN]
    await page.route("**", drawing.answer)
    await page.route_web_socket("**", _close_socket)


async def _close_socket(socket: WebSocketRoute) -> None:
    await socket.close()
