"""Pages that are not the list themselves: frames, pages scripts draw, shells past a list's end."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.platforms.addresses import canonical_url, host_of, join_address
from crawler.platforms.attachments import is_file
from crawler.platforms.markup import Markup, marks_of, words_of
from crawler.platforms.model import Page

_SIDE_FRAMES = re.compile(
    r"count|visit|login|share|search|weather|tianqi|header|footer|top\.|foot\.|jiucuo|ad\.|map|video|player|viewer",
    re.IGNORECASE,
)
_MOUNT = re.compile(
    r"""<div[^>]{0,300}?\bid\s*=\s*["']?(?:app|root|__nuxt|__next|container-app)["'\s>]""",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"\bv-for\s*=|\bng-repeat\s*=|\{\{[^{}]{1,80}\}\}|<\?=|\bztree\b|text/(?:html|x-template|x-handlebars|template)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\$\.(?:ajax|get|post|getJSON)\s*\(|\baxios\b|\bfetch\s*\(|XMLHttpRequest|\.load\s*\(|laytpl|juicer|template\s*\(|unitbuild",
    re.IGNORECASE,
)
_WRITES = re.compile(r"document\.write|innerHTML|\.(?:append|html|prepend)\s*\(", re.IGNORECASE)
_REFRESH = re.compile(
    r"<meta[^>]*http-equiv\s*=\s*[\"']?refresh[^>]*url\s*=\s*[\"']?(?P<url>[^\"'>\s]+)"
    r"|<meta[^>]*url\s*=\s*(?P<first>[^\"'>\s;]+)[\"'][^>]*http-equiv\s*=\s*[\"']?refresh"
    r"|<script[^>]*>[^<]{0,80}location(?:\.href)?\s*=\s*[\"'](?P<script>[^\"']+)[\"']",
    re.IGNORECASE,
)
_FRAME_SET = re.compile(
    r"""(?:\bsrc["']?\s*[=,]|\battr\(\s*["']src["']\s*,)\s*["'](?P<url>[^"'<>\s]{2,300})["']"""
)
_NO_PAGE = re.compile(r"\.(?:js|css|png|jpe?g|gif|svg|ico)$", re.IGNORECASE)
_LATER_PAGE = re.compile(r"_\d+\.s?html?$")
_LONGEST_SHELL = 1_500


def same_host_frames(markup: Markup, page: Page) -> tuple[str, ...]:
    """Return the frames of the same host that may hold a list: not counters, viewers, trimmings."""
    elements = list(markup.root.iter("iframe", "frame"))
    found = [_frame_address(element, markup.base, page.url) for element in elements]
    if any(not (element.get("src") or "").strip("/") for element in elements):
        found += _told_by_scripts(markup, page.url)
    return tuple(dict.fromkeys(address for address in found if address))


def _told_by_scripts(markup: Markup, url: str) -> Iterator[str]:
    """Yield the addresses that scripts give to frames that have none."""
    for script in markup.scripts:
        for match in _FRAME_SET.finditer(script):
            address = join_address(markup.base, match["url"])
            if address is None or is_file(address) or host_of(address) != host_of(url):
                continue
            if not _SIDE_FRAMES.search(address) and not _NO_PAGE.search(urlsplit(address).path):
                yield address


def _frame_address(element: HtmlElement, base: str, url: str) -> str | None:
    address = join_address(base, element.get("src") or "")
    hidden = "none" in (element.get("style") or "") or "0" in (
        element.get("width"),
        element.get("height"),
    )
    if address is None or hidden or host_of(address) != host_of(url) or is_file(address):
        return None
    return None if _SIDE_FRAMES.search(f"{address} {marks_of(element)}") else address


def is_drawn_by_script(markup: Markup, text: str) -> bool:
    """Tell whether a page without rows has a place for them that only a script fills."""
    if (_MOUNT.search(text) and markup.scripts) or _BOUND.search(text):
        return True
    asking = [script for script in markup.scripts if _ASKS.search(script)]
    return bool(asking) and any(_is_filled_by(element, asking) for element in _vacant(markup))


def may_fill(markup: Markup) -> bool:
    """Tell whether a script in the page asks a server for something, or writes into the page."""
    return any(_ASKS.search(script) or _WRITES.search(script) for script in markup.scripts)


def _vacant(markup: Markup) -> Iterator[HtmlElement]:
    for element in markup.root.iter("ul", "ol", "dl", "tbody", "div"):
        if not len(element) and not words_of(element):
            yield element


def _is_filled_by(element: HtmlElement, scripts: list[str]) -> bool:
    """Tell whether a script that asks a server names the element; an empty list needs no name."""
    names = marks_of(element).split()
    return element.tag != "div" or any(
        name in script.lower() for script in scripts for name in names if len(name) > 2
    )


def is_past_the_end(page: Page) -> bool:
    """Tell the answer for a page after the last: a shell that refreshes to the list's start."""
    match = _REFRESH.search(page.text) if len(page.text) < _LONGEST_SHELL else None
    asked = page.request.number if page.request else None
    if match is None or not (_LATER_PAGE.search(page.url) or (asked or 0) > 1):
        return False
    target = canonical_url(urljoin(page.url, match["url"] or match["first"] or match["script"]))
    start = canonical_url(urljoin(page.url, "."))
    return target in (start, f"{start}index.html", f"{start}index.shtml", f"{start}index.htm")
