"""gkmlpt (政府信息公开目录平台) of Guangdong: a tree in the page, lists from an API.

The tree stands in ``window._CONFIG``; the list of a node is
``{app}/gkmlpt/api/all/{node}?page=1&sid={sid}``, 100 rows a page. A node with ``jump_url`` has its
list elsewhere.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from crawler.platforms import generic
from crawler.platforms.addresses import join_address
from crawler.platforms.answers import is_json_answer, read_json_answer
from crawler.platforms.article import read_article
from crawler.platforms.model import Article, ListPage, Page, PageRequest
from crawler.platforms.wording import names_annual_column

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A column of the tree and where its list is."""

    id: int
    name: str
    url: str


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
            return read_json_answer(page)
        nodes = tuple(read_tree(page))
        wanted = _wanted(nodes, page.url) if _INDEX.search(urlsplit(page.url).path) else None
        if wanted is None:
            return generic.read_list(page)
        request = PageRequest(url=wanted.url, number=1, headers={"Referer": page.url})
        return ListPage(items=(), recognised=True, next_pages=(request,), last=False)

    def read_article(self, page: Page) -> Article:
        """Read one report page."""
        return read_article(page)


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


def _nodes(tree: Any, base: str, api: str, site: str, depth: int = 0) -> Iterator[Node]:
    for found in tree if isinstance(tree, list) and depth < _MOST_DEPTH else ():
        if not isinstance(found, dict):
            continue
        number, name, jump = found.get("id"), found.get("name"), found.get("jump_url")
        written = jump if isinstance(jump, str) and jump else f"{api}{number}?page=1&sid={site}"
        url = join_address(base, written)
        if isinstance(number, int) and isinstance(name, str) and url:
            yield Node(id=number, name=name, url=url)
        yield from _nodes(found.get("children"), base, api, site, depth + 1)


def _wanted(nodes: tuple[Node, ...], url: str) -> Node | None:
    """Return the column that the address names behind ``#``, else that of annual reports."""
    fragment = urlsplit(url).fragment
    asked = next((node for node in nodes if str(node.id) == fragment), None)
    return asked or next((node for node in nodes if names_annual_column(node.name)), None)


GKMLPT = _Gkmlpt()
