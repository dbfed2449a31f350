"""gkmlpt (政府信息公开目录平台) of Guangdong: a tree in the page, lists from an API.

The tree stands in ``window._CONFIG``; the list of a node is
``{app}/gkmlpt/api/all/{node}?page=1&sid={sid}``, 100 rows a page. A node with ``jump_url`` has its
list elsewhere.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from crawler.platforms import generic
from crawler.platforms.addresses import join_address
from crawler.platforms.answers import is_json_answer, read_json_answer
from crawler.platforms.article import read_article
from crawler.platforms.model import Article, ColumnLink, ListPage, Page, PageRequest
from crawler.platforms.wording import YEAR_NAME, compact, names_annual_column

_SIGNS = (
    (re.compile(r"window\._CONFIG\s*=\s*\{"), 0.5),
    (re.compile(r"/gkmlpt/gkml/public/|/gkmlpt/(?:pc|mobile)/"), 0.5),
    (re.compile(r"^\S+/gkmlpt/(?:index|api/|content/|policy)"), 0.6),
)
_APP = re.compile(r"\bAPP_URL\s*:\s*['\"](?P<value>[^'\"]+)")
_SITE = re.compile(r"\bSID\s*:\s*['\"]?(?P<value>\d+)")
_TREE = re.compile(r"\bTREE\s*:\s*(?=\[)")
_INDEX = re.compile(r"/gkmlpt/(?:index|mobile/index)/?$")
_MOST_DEPTH = 10
_PAGE = re.compile(r"([?&]page=)(\d{1,4})(?!\d)")
_PAGE_SIZE = 100
_OF_PART = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A column of the tree and where its list is."""

    id: int
    name: str
    url: str
    above: tuple[int, ...] = ()
    """The columns that it is a part of."""


class _Gkmlpt:
    """Adapter ``gkmlpt``."""

    name = "gkmlpt"

    def recognises(self, page: Page) -> float:
        """Return how surely the page is of gkmlpt, by its address and its configuration."""
        text = f"{page.url}\n{page.text}"
        return min(0.97, sum(weight for sign, weight in _SIGNS if sign.search(text)))

    def read_list(self, page: Page) -> ListPage:
        """Read an answer of the API; of the platform's page, name the request for its reports."""
        if is_json_answer(page):
            return read_node(page)
        nodes = tuple(read_tree(page))
        wanted = _wanted(nodes, page.url) if _INDEX.search(urlsplit(page.url).path) else None
        if wanted is None:
            return generic.read_list(page)
        request = PageRequest(url=wanted.url, number=1, headers={"Referer": page.url})
        parts = tuple(_part(node) for node in nodes if wanted.id in node.above)
        last = None if parts else False  # what is divided has no rows of its own, as a rule
        return ListPage(
            items=(), recognised=True, next_pages=(request,), last=last, subcolumns=parts
        )

    def read_article(self, page: Page) -> Article:
        """Read one report page."""
        return read_article(page)


def _part(node: Node) -> ColumnLink:
    why = "year" if YEAR_NAME.match(compact(node.name)) else "agency"
    return ColumnLink(url=node.url, text=node.name, score=_OF_PART, step="column", why=why)


def is_divided_column(page: Page, found: ListPage) -> bool:
    """Tell whether a platform's page is that of its annual reports, in parts: by its tree alone."""
    if not found.subcolumns or not _INDEX.search(urlsplit(page.url).path):
        return False
    wanted = _wanted(tuple(read_tree(page)), page.url)
    return wanted is not None and names_annual_column(wanted.name)


def read_node(page: Page) -> ListPage:
    """Read the API's answer for one node, 100 rows a page; page 0 is page 1 over again.

    Some hosts have no second page: then the first holds the whole list, as its total shows.
    """
    found = read_json_answer(page)
    number = (page.request.number if page.request else None) or max(1, _page_of(page.url))
    total, rows = found.announced_items, len(found.items)
    if total is None or not rows:
        return replace(found, number=number, next_pages=())
    before = (number - 1) * _PAGE_SIZE
    if before + rows == total or (number == 1 and rows >= total):
        pages = -(-total // _PAGE_SIZE) if number > 1 else 1
        return replace(found, number=number, announced_pages=pages, next_pages=(), last=True)
    # A counter that lags behind, or pages of another size: only the next answer can tell.
    unsure = rows < _PAGE_SIZE
    following = _following(page, number + 1, probe=unsure)
    return replace(found, number=number, next_pages=(following,), last=None if unsure else False)


def _following(page: Page, number: int, *, probe: bool) -> PageRequest:
    address, asks = _PAGE.subn(rf"\g<1>{number}", page.url)
    joint = "&" if "?" in page.url else "?"
    return PageRequest(
        url=address if asks else f"{page.url}{joint}page={number}",
        number=number,
        headers=page.request.headers if page.request else {},
        probe=probe,
    )


def _page_of(url: str) -> int:
    match = _PAGE.search(url)
    return int(match[2]) if match else 1


def read_tree(page: Page) -> Iterator[Node]:
    """Yield the columns of the tree that a page's configuration holds, parents first."""
    app, site, start = _APP.search(page.text), _SITE.search(page.text), _TREE.search(page.text)
    if app is None or site is None or start is None:
        return
    try:
        tree, _ = json.JSONDecoder().raw_decode(page.text, start.end())
    except (ValueError, RecursionError):
        return
    yield from _nodes(tree, page.url, f"{app['value'].rstrip('/')}/gkmlpt/api/all/", site["value"])


def _nodes(
    tree: Any, base: str, api: str, site: str, above: tuple[int, ...] = ()
) -> Iterator[Node]:
    for found in tree if isinstance(tree, list) and len(above) < _MOST_DEPTH else ():
        if not isinstance(found, dict):
            continue
        number, name, jump = found.get("id"), found.get("name"), found.get("jump_url")
        written = jump if isinstance(jump, str) and jump else f"{api}{number}?page=1&sid={site}"
        url = join_address(base, written)
        if isinstance(number, int) and isinstance(name, str) and url:
            yield Node(id=number, name=name, url=url, above=above)
        own = number if isinstance(number, int) else 0
        yield from _nodes(found.get("children"), base, api, site, (*above, own))


def _wanted(nodes: tuple[Node, ...], url: str) -> Node | None:
    """Return the column that the address names behind ``#``, else that of annual reports."""
    fragment = urlsplit(url).fragment
    asked = next((node for node in nodes if str(node.id) == fragment), None)
    return asked or next((node for node in nodes if names_annual_column(node.name)), None)


GKMLPT = _Gkmlpt()
