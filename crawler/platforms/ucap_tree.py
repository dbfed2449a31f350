"""The tree of columns that UCAP's directory pages draw: ``/u/channel/treeNew/{site}``, JSONP.

The page itself is a shell with a frame. A leaf whose address ends in ``null.shtml`` has no template
of its own; its list mostly stands beside that under one of a few names.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from crawler.platforms.addresses import join_address
from crawler.platforms.model import ColumnLink, ListPage, Page, PageRequest
from crawler.platforms.script_rows import json_objects, json_values
from crawler.platforms.wording import names_annual_column

_ADDRESS = re.compile(
    r"[\"'](?P<url>[^\"'\s<>]{0,100}/u/channel/treeNew/)(?P<site>[\w-]{0,60})(?P<query>\?[^\"'\s<>]{0,1500})?[\"']"
)
_SITE = re.compile(r"\bprojectName[\"']?\s*[:=]\s*[\"'](?P<value>[\w-]{1,60})[\"']")
_FIELD = re.compile(
    r"\b(?P<key>level|pid|channelId|catecode|open|target|published_file_name|template_name)[\"']?"
    r"\s*[:=]\s*[\"'](?P<value>[^\"'<>]{0,1000})[\"']"
)
_CALLED = re.compile(r"^\s*[\w$.]{1,60}\s*\(\s*\{")
_NO_TEMPLATE = "null.shtml"
_SIBLINGS = ("xlist.shtml", "xxgkList.shtml", "list.shtml", "index.shtml")


def tree_request(page: Page) -> PageRequest | None:
    """Return the request for the tree that a directory page draws; None if it draws none."""
    named = _ADDRESS.search(page.text)
    if named is None:
        return None
    site = _SITE.search(page.text)
    code = named["site"] or (site["value"] if site else "")
    query = named["query"]
    if query is None:
        fields = {match["key"]: match["value"] for match in _FIELD.finditer(page.text)}
        query = f"?{urlencode({'level': '1', **fields})}"
    address = join_address(page.url, f"{named['url']}{code}{query}") if code else None
    if address is None:
        return None
    return PageRequest(url=address, number=1, headers={"Referer": page.url})


def tree_links(page: Page) -> Iterator[ColumnLink]:
    """Yield the way to the tree that a directory page draws."""
    request = tree_request(page)
    if request is not None:
        yield ColumnLink(url=request.url, text="", score=0.45, step="platform", why="tree")


def is_tree_answer(page: Page) -> bool:
    """Tell the answer with the tree from pages and from rows."""
    return "/u/channel/treeNew/" in page.url and bool(
        _CALLED.match(page.text) or page.text[:1] in "[{"
    )


def read_tree_answer(page: Page) -> ListPage:
    """Read the tree: its columns of annual reports, each with the places it may stand at."""
    found = tuple(tree_columns(page))
    return ListPage(
        items=(),
        recognised=bool(found),
        subcolumns=found,
        onward=bool(found),
        last=None if found else False,
    )


def tree_columns(page: Page) -> Iterator[ColumnLink]:
    """Yield the columns of annual reports in a tree; topics hang in the same tree and are none."""
    for name, url in tree_nodes(page):
        if not names_annual_column(name):
            continue
        places = _places(url)
        yield ColumnLink(
            url=places[0], text=name, score=0.9, step="column", why="tree", others=places[1:]
        )


def tree_nodes(page: Page) -> Iterator[tuple[str, str]]:
    """Yield names and addresses of a tree's nodes."""
    for value in json_values(page.text) if is_tree_answer(page) else ():
        for found in json_objects(value):
            name = found.get("name")
            url = next((join_address(page.url, each) for each in _addresses(found)), None)
            if isinstance(name, str) and name.strip() and url:
                yield name.strip(), url


def _addresses(found: dict[str, Any]) -> Iterator[str]:
    for key in ("iframeurl", "url"):
        value = found.get(key)
        if isinstance(value, str) and value.strip():
            yield value


def _places(url: str) -> tuple[str, ...]:
    folder, _, name = url.rpartition("/")
    if name != _NO_TEMPLATE:
        return (url,)
    return tuple(f"{folder}/{sibling}" for sibling in _SIBLINGS)
