"""TrueCMS (南通, 连云港 and neighbours): first rows hidden in the page, the rest by JSONP.

It borrows Hanweb's pager. Its service ``getMessage.do`` gives windows of records, on some servers
no larger than a page of the list, on others no longer at all.
"""

import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.platforms import generic
from crawler.platforms.addresses import join_address
from crawler.platforms.answers import is_json_answer, markup_strings
from crawler.platforms.article import read_article
from crawler.platforms.hanweb_units import read_records, split_records
from crawler.platforms.model import Article, ListPage, Page, PageRequest
from crawler.platforms.script_rows import json_values

_SERVICE = re.compile(r"messageController/getMessage\.do", re.IGNORECASE)
_PROXY = re.compile(r"proxyUrl\s*:\s*[\"'](?P<value>[^\"']+getMessage\.do)[\"']", re.IGNORECASE)
_COLUMN = re.compile(r"columnId\s*[\"']?\s*:\s*[\"'](?P<value>[\w-]+)[\"']", re.IGNORECASE)
_TOTAL = re.compile(
    r"totalRecord\s*:\s*(?P<value>\d{1,7})|<totalrecord>\s*(?P<told>\d{1,7})", re.IGNORECASE
)
_SIZE = re.compile(r"perPage\s*:\s*(?P<value>\d{1,4})", re.IGNORECASE)
_USUAL_SIZE = 10
_LARGEST_WINDOW = 50


class _TrueCms:
    """Adapter ``truecms``."""

    name = "truecms"

    def recognises(self, page: Page) -> float:
        """Return how surely the page is of TrueCMS, by the address of its service."""
        return 0.97 if _SERVICE.search(f"{page.url}\n{page.text}") else 0.0

    def read_list(self, page: Page) -> ListPage:
        """Read an answer of the service, or a column page with its first rows."""
        if is_json_answer(page):
            return read_window(page)
        found = generic.read_list(page)
        proxy, column = _PROXY.search(page.text), _COLUMN.search(page.text)
        total, size = _total(page.text), _SIZE.search(page.text)
        address = join_address(page.url, proxy["value"]) if proxy else None
        if total is None or column is None or address is None:
            return found
        asked = int(size["value"]) if size and int(size["value"]) else _USUAL_SIZE
        sizes = (_LARGEST_WINDOW, asked)
        following = _following(address, column["value"], len(found.items), total, sizes, page.url)
        return replace(
            found,
            recognised=bool(found.items) or total == 0,
            number=1,
            announced_items=total,
            announced_pages=-(-total // asked),
            next_pages=following,
            needs_script=False,
            last=not following,
        )

    def read_article(self, page: Page) -> Article:
        """Read one report page."""
        return read_article(page)


def _total(text: str) -> int | None:
    match = _TOTAL.search(text)
    return int(match["value"] or match["told"]) if match else None


def _following(
    address: str, column: str, seen: int, total: int, sizes: tuple[int, ...], referer: str
) -> tuple[PageRequest, ...]:
    """Return how to ask for the records after the first ``seen``, in windows of each size.

    Some servers give up to 50 records at once, others answer 404 to more than their own ten.
    """
    if seen >= total:
        return ()
    smallest = min(sizes)
    wanted = (smallest,) if total - seen <= smallest else tuple(dict.fromkeys(sizes))
    return tuple(
        _window(address, column, seen, size, referer, probe=size != wanted[-1]) for size in wanted
    )


def _window(
    address: str, column: str, seen: int, size: int, referer: str, *, probe: bool
) -> PageRequest:
    query = urlencode(
        {
            "startrecord": seen + 1,
            "endrecord": seen + size,
            "perpage": size,
            "columnId": column,
            "callback": "cb",
        }
    )
    number = seen // size + 1
    return PageRequest(
        url=f"{address}?{query}", number=number, headers={"Referer": referer}, probe=probe
    )


def read_window(page: Page) -> ListPage:
    """Read an answer of the service. One without records leaves the list unread, not ended."""
    asked = dict(parse_qsl(urlsplit(page.url).query))
    referer = (page.request.headers.get("Referer") if page.request else None) or page.url
    text = "".join(markup_strings(list(json_values(page.text))))
    items, total = read_records(split_records(text), referer), _total(text)
    number = page.request.number if page.request else None
    start, size = asked.get("startrecord", ""), asked.get("perpage", "")
    if not items or not start.isdigit() or not size.isdigit() or not int(size):
        return ListPage(
            items=items, recognised=bool(items), number=number, announced_items=total, last=False
        )
    seen = int(start) - 1 + len(items)
    known = seen + 1 if total is None else total
    following = _following(
        page.url.partition("?")[0], asked.get("columnId", ""), seen, known, (int(size),), referer
    )
    return ListPage(
        items=items,
        recognised=True,
        number=number,
        announced_items=total,
        next_pages=following,
        last=None if total is None else not following,
    )


TRUECMS = _TrueCms()
