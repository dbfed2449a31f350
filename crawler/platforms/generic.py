"""The adapter of last resort, which reads what most portals serve: rows of links with days."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urljoin

from lxml.html import HtmlElement

from crawler.platforms.addresses import canonical_url, host_of, join_address
from crawler.platforms.answers import is_json_answer, read_json_answer
from crawler.platforms.article import article_of, read_article
from crawler.platforms.attachments import is_file
from crawler.platforms.lists import list_items, says_empty
from crawler.platforms.markup import Markup, marks_of, parse_fragment, parse_markup, words_of
from crawler.platforms.model import Article, ListItem, ListPage, Page
from crawler.platforms.paging import Paging, read_paging
from crawler.platforms.rows import unique_items
from crawler.platforms.script_rows import (
    quoted_markup,
    script_items,
)
from crawler.platforms.subcolumns import find_subcolumns
from crawler.platforms.wording import is_report_title

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
_REPORT_BODY = re.compile(r"总体情况")
_LONG_TEXT = 200
_REFRESH = re.compile(
    r"<meta[^>]*http-equiv\s*=\s*[\"']?refresh[^>]*url\s*=\s*[\"']?(?P<url>[^\"'>\s]+)"
    r"|<meta[^>]*url\s*=\s*(?P<first>[^\"'>\s;]+)[\"'][^>]*http-equiv\s*=\s*[\"']?refresh",
    re.IGNORECASE,
)
_LATER_PAGE = re.compile(r"_\d+\.s?html?$")
_LONGEST_SHELL = 1_500


def read_list(page: Page) -> ListPage:
    """Read one list page of any system: HTML, or the JSON answer of a list service."""
    if is_json_answer(page):
        return read_json_answer(page)
    if is_past_the_end(page):
        return ListPage(items=(), recognised=True, last=True)
    return list_of(parse_markup(page), page)


def list_of(markup: Markup, page: Page) -> ListPage:
    """Read the list on a parsed page."""
    items = unique_items(list(_all_items(markup, page)))
    taken = frozenset(canonical_url(item.url) for item in items)
    subcolumns = find_subcolumns(markup, page.url, taken)
    empty = not items and says_empty(markup)
    paging = (
        read_paging(markup, page, len(items)) if items else Paging(last=True if empty else None)
    )
    frames = same_host_frames(markup, page) if not items else ()
    return ListPage(
        items=items,
        recognised=bool(items or subcolumns or empty),
        number=paging.number,
        announced_items=paging.items,
        announced_pages=paging.pages,
        next_pages=paging.next_pages,
        frames=frames,
        needs_script=not items
        and not empty
        and not frames
        and is_drawn_by_script(markup, page.text),
        subcolumns=subcolumns,
        last=paging.last,
    )


def _all_items(markup: Markup, page: Page) -> Iterator[ListItem]:
    """Yield rows of the page and of its scripts; of these only reports where both have rows."""
    shown = list_items(markup, page.url)
    yield from shown
    written = list(script_items(markup.scripts, markup.base))
    fragment = quoted_markup(markup.scripts)
    if fragment:
        written += list_items(replace(markup, root=parse_fragment(fragment)), page.url)
    yield from (item for item in written if not shown or is_report_title(item.title))
    yield from _own_text(markup, page)


def _own_text(markup: Markup, page: Page) -> Iterator[ListItem]:
    """Yield the page itself where a column shows the newest report's text and not its link."""
    if not _REPORT_BODY.search(page.text):
        return
    article = article_of(markup, page)
    if (
        article.title
        and is_report_title(article.title)
        and _REPORT_BODY.search(article.text)
        and len(article.text) > _LONG_TEXT
    ):
        first = article.days[0] if article.days else None
        yield ListItem(
            url=page.url,
            title=article.title,
            day=first.day if first else None,
            day_text=first.text if first else "",
        )


def same_host_frames(markup: Markup, page: Page) -> tuple[str, ...]:
    """Return the frames of the same host that may hold a list: not counters, viewers, trimmings."""
    elements = markup.root.iter("iframe", "frame")
    found = (_frame_address(element, markup.base, page.url) for element in elements)
    return tuple(dict.fromkeys(address for address in found if address))


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
    asks = any(_ASKS.search(script) for script in markup.scripts)
    if _MOUNT.search(text) and markup.scripts:
        return True
    if _BOUND.search(text):
        return True
    vacant = any(
        not len(element) and not words_of(element)
        for element in markup.root.iter("ul", "tbody", "ol", "dl", "div")
    )
    return asks and vacant


def is_past_the_end(page: Page) -> bool:
    """Tell the answer for a page after the last: a shell that refreshes to the list's start."""
    match = _REFRESH.search(page.text) if len(page.text) < _LONGEST_SHELL else None
    if match is None or not _LATER_PAGE.search(page.url):
        return False
    target = canonical_url(urljoin(page.url, match["url"] or match["first"]))
    start = canonical_url(urljoin(page.url, "."))
    return target in (start, f"{start}index.html", f"{start}index.shtml", f"{start}index.htm")


class _Generic:
    """Adapter ``generic``: takes every page, sure of none."""

    name = "generic"

    def recognises(self, page: Page) -> float:  # noqa: ARG002  a page of any kind will do
        """Return a certainty that any adapter which knows the page exceeds."""
        return 0.1

    def read_list(self, page: Page) -> ListPage:
        """Read one list page."""
        return read_list(page)

    def read_article(self, page: Page) -> Article:
        """Read one report page."""
        return read_article(page)


GENERIC = _Generic()
