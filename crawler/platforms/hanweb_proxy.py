"""Hanweb's proxy for further records of a jpage list: how it is asked, and its answers.

Some servers honour ``startrecord``/``endrecord``, some only ``page``, others give nothing at all.
An empty answer is never the end of a list.
"""

import html
import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.platforms.addresses import join_address
from crawler.platforms.hanweb_units import (
    HREF,
    NEXT_GROUP,
    TOTAL,
    Unit,
    read_records,
    split_records,
    whole_number,
)
from crawler.platforms.model import ListPage, Page, PageRequest

USUAL_SIZE = 15
"""Rows of a page where none is told."""

_TOTAL_PAGES = re.compile(r"<totalpage>\s*(\d+)", re.IGNORECASE)
_LARGEST_WINDOW = 100


def is_proxy_answer(page: Page) -> bool:
    """Tell an answer of the proxy from a column page."""
    asked = urlsplit(page.url).path.lower().endswith("dataproxy.jsp")
    return asked or bool(
        re.match(r"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<datastore", page.text, re.DOTALL)
    )


def record_requests(unit: Unit, referer: str, *, seen: int) -> tuple[PageRequest, ...]:
    """Return how to ask for the records after the first ``seen``: by window, then by page."""
    address = join_address(referer, unit.proxy) if unit.proxy else None
    if address is None or (unit.total is not None and seen >= unit.total):
        return ()
    size = unit.size or USUAL_SIZE
    window = max(size, _LARGEST_WINDOW // size * size)
    end = min(seen + window, unit.total) if unit.total else seen + window
    headers = {"Referer": referer, "Content-Type": "application/x-www-form-urlencoded"}
    number = seen // size + 1
    body = urlencode(unit.parameters)
    by_window = PageRequest(
        url=f"{address}?startrecord={seen + 1}&endrecord={end}&perpage={size}",
        method="POST", body=body, headers=headers, number=number, probe=True,
    )  # fmt: skip
    return by_window, _by_page(address, unit.parameters, number, size, referer)


def _by_page(
    address: str, parameters: tuple[tuple[str, str], ...], number: int, size: int, referer: str
) -> PageRequest:
    kept = [(key, value) for key, value in parameters if key not in ("page", "perpage")]
    query = urlencode([("page", str(number)), *kept, ("perpage", str(size))])
    return PageRequest(
        url=f"{address}?{query}", headers={"Referer": referer}, number=number, probe=True
    )


def read_proxy_answer(page: Page) -> ListPage:
    """Read an answer of the proxy. One without records leaves the list unread, not ended."""
    asked = dict(parse_qsl(urlsplit(page.url).query, keep_blank_values=True))
    referer = (page.request.headers.get("Referer") if page.request else None) or page.url
    records = split_records(page.text)
    total = TOTAL.search(page.text)
    announced = int(total[1]) if total else None
    pages = _TOTAL_PAGES.search(page.text)
    number = page.request.number if page.request else whole_number(asked.get("page"))
    if not records:
        return ListPage(
            items=(), recognised=False, number=number, announced_items=announced, last=False
        )
    following, last = _after_answer(page, asked, referer, announced, len(records))
    return ListPage(
        items=read_records(records, referer),
        recognised=True,
        number=number,
        announced_items=announced,
        announced_pages=int(pages[1]) if pages else None,
        next_pages=following,
        last=last,
    )


def _after_answer(
    page: Page, asked: dict[str, str], referer: str, total: int | None, count: int
) -> tuple[tuple[PageRequest, ...], bool | None]:
    """Return what follows an answer, and whether it was the last."""
    size = whole_number(asked.get("perpage")) or USUAL_SIZE
    group = NEXT_GROUP.search(page.text)
    href = HREF.search(html.unescape(group["inner"])) if group else None
    body = page.request.body if page.request else ""
    known = parse_qsl(body, keep_blank_values=True) or (
        parse_qsl(urlsplit(href["url"]).query, keep_blank_values=True) if href else [*asked.items()]
    )
    parameters = tuple(
        pair for pair in known if pair[0] not in ("page", "perpage", "startrecord", "endrecord")
    )
    start, shown = whole_number(asked.get("startrecord")), whole_number(asked.get("page"))
    seen = start - 1 + count if start else (shown - 1) * size + count if shown else None
    if seen is None or (total is not None and seen >= total):
        return (), True if seen is not None else None
    unit = Unit(
        records=(), proxy=page.url.partition("?")[0], parameters=parameters, total=total, size=size
    )
    by_window, *by_page = record_requests(unit, referer, seen=seen) or (None,)
    if by_window is None:
        return (), None
    asked_by_page = start is None and shown is not None
    following = (
        _by_page(page.url.partition("?")[0], parameters, shown + 1, size, referer)
        if asked_by_page and shown
        else by_window
    )
    return (following, *by_page) if not asked_by_page else (
        following,
    ), None if total is None else False
