"""Hanweb JPaaS (大汉, since 2023): the page names a unit, a service gives its rows as HTML.

The unit is a ``script`` whose ``queryData`` goes back to its ``url`` with ``paramJson``; bare page
numbers are ignored there. Some networks get page 1 for every number: such a list stays unread.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.platforms import generic
from crawler.platforms.addresses import join_address
from crawler.platforms.answers import is_json_answer, read_json_answer
from crawler.platforms.article import read_article
from crawler.platforms.model import Article, ListPage, Page, PageRequest
from crawler.platforms.services import answer_page, referer_of, rows_before

_SCRIPT = re.compile(r"<script\b(?P<attributes>[^<>]{1,3000})>", re.IGNORECASE)
_UNIT = re.compile(r"unitbuild", re.IGNORECASE)
_URL = re.compile(
    r"\burl\s*=\s*\"(?P<value>[^\"]+)\"|\burl\s*=\s*'(?P<single>[^']+)'", re.IGNORECASE
)
_QUERY = re.compile(
    r"queryData\s*=\s*(?:\"(?P<value>\{[^\"]*\})\"|'(?P<single>\{[^']*\})')", re.IGNORECASE
)
_PAIR = re.compile(r"['\"](?P<key>\w+)['\"]\s*:\s*['\"]?(?P<value>[^'\",}]*)['\"]?")
_LIST_UNIT = re.compile(r"列表|list|栏目\d*板块|信息", re.IGNORECASE)
_OTHER_UNIT = re.compile(r"导航|位置|面包屑|友情|头部|尾部|底部|轮播|banner|搜索", re.IGNORECASE)
_COUNT = re.compile(r"\bcount\s*=\s*\\?[\"']?(?P<value>\d{1,7})")
_ROWS = re.compile(r"\brows\s*=\s*\\?[\"']?(?P<value>\d{1,4})")
_SIZE = 15


class _Jpaas:
    """Adapter ``jpaas``."""

    name = "jpaas"

    def recognises(self, page: Page) -> float:
        """Return how surely the page is of JPaaS, by its unit script or the service's address."""
        if "jpaas-publish-server" in page.url:
            return 0.97
        return 0.97 if "jpaas-publish-server" in page.text or _UNIT.search(page.text) else 0.0

    def read_list(self, page: Page) -> ListPage:
        """Read an answer of the service; of a column page, its rows and the request for more."""
        if is_json_answer(page):
            return read_unit_answer(page)
        found = generic.read_list(page)
        rows = len(found.items)
        count, shown = _COUNT.search(page.text), _ROWS.search(page.text)
        total = int(count["value"]) if count and rows else None
        size = int(shown["value"]) if shown and int(shown["value"]) else rows
        requests = unit_requests(page, number=2 if rows else 1, size=size or _SIZE, seen=rows)
        if not requests:
            return found
        if total is not None and total == rows:
            return replace(found, number=1, announced_items=total, next_pages=(), last=True)
        return replace(
            found,
            recognised=True,
            needs_script=False,
            number=1,
            announced_items=total,
            next_pages=requests,
            last=False,
        )

    def read_article(self, page: Page) -> Article:
        """Read one report page."""
        return read_article(page)


def unit_requests(page: Page, *, number: int, size: int, seen: int) -> tuple[PageRequest, ...]:
    """Return the requests for one page of the list that a column page names.

    Of several units those called lists come first; then each is a try, for one may be a menu.
    """
    units = sorted(_units(page), key=lambda unit: not _LIST_UNIT.search(unit[1].get("tagId", "")))
    requests = (
        _request(address, parameters, number, size, page.url, seen=seen)
        for address, parameters in units
    )
    return tuple(replace(each, probe=len(units) > 1) for each in requests)


def _units(page: Page) -> Iterator[tuple[str, dict[str, str]]]:
    for match in _SCRIPT.finditer(page.text):
        url, query = _URL.search(match["attributes"]), _QUERY.search(match["attributes"])
        if url is None or query is None or not _UNIT.search(match["attributes"]):
            continue
        parameters = _parameters(html.unescape(query["value"] or query["single"]))
        tag = parameters.get("tagId", "")
        address = join_address(page.url, url["value"] or url["single"])
        if address and not (_OTHER_UNIT.search(tag) and not _LIST_UNIT.search(tag)):
            yield address, parameters


def _parameters(written: str) -> dict[str, str]:
    return {match["key"]: match["value"] for match in _PAIR.finditer(written)}


def _request(
    address: str, parameters: dict[str, str], number: int, size: int, referer: str, *, seen: int
) -> PageRequest:
    asked = json.dumps({"pageNo": number, "pageSize": size}, separators=(",", ":"))
    query = urlencode({**parameters, "paramJson": asked})
    return PageRequest(
        url=f"{address}?{query}",
        number=number,
        headers={"Referer": referer},
        known={"seen": str(seen)},
    )


def read_unit_answer(page: Page) -> ListPage:
    """Read an answer of the service. One without rows leaves the list unread, not ended."""
    referer = referer_of(page)
    rows = read_json_answer(replace(page, url=referer))
    query = dict(parse_qsl(urlsplit(page.url).query, keep_blank_values=True))
    number, asked = _asked_page(query.pop("paramJson", ""))
    count, shown = _COUNT.search(page.text), _ROWS.search(page.text)
    total = int(count["value"]) if count else None
    size = int(shown["value"]) if shown and int(shown["value"]) else None
    seen = rows_before(page) + len(rows.items)
    if total is not None and size and rows.items and number * size >= total:
        seen = max(seen, total)  # the last page by the service's own numbers
    address = page.url.partition("?")[0]
    following = _request(address, query, number + 1, size or asked, referer, seen=seen)
    return answer_page(
        rows.items, number=number, total=total, seen=seen, following=(following,), size=size
    )


def _asked_page(written: str) -> tuple[int, int]:
    try:
        asked = json.loads(written)
        number, size = int(asked["pageNo"]), int(asked["pageSize"])
    except (ValueError, TypeError, KeyError):
        return 1, _SIZE
    return max(number, 1), max(size, 1)


JPAAS = _Jpaas()
