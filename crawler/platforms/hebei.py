"""The platforms of Hebei (河北): columns and blocks named by UUIDs, with the rows in blocks.

A column is ``/columns/{uuid}/index.html``; its further pages are fragments of HTML,
``/columns/{uuid}/templates/{uuid}/blocks/{uuid}?page=2&fix=0``, which repeat nothing of the page
around them. Its neighbours (``/channel/list/12.html``, ``index2.html``) need no adapter.
"""

import re
from dataclasses import replace

from crawler.platforms import generic
from crawler.platforms.addresses import join_address
from crawler.platforms.article import read_article
from crawler.platforms.model import Article, ListPage, Page, PageRequest

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_COLUMN = re.compile(rf"/columns/(?P<id>{_UUID})\b", re.IGNORECASE)
_BLOCK = re.compile(
    rf"(?P<address>(?:https?://[\w.:-]{{1,80}})?/columns/(?P<column>{_UUID})/templates/{_UUID}/blocks/{_UUID})",
    re.IGNORECASE,
)
_ROW_MARKS = re.compile(r"\bxxgk\w*-list-li\b")
_MOST_PAGES = 2_000


class _Hebei:
    """Adapter ``hebei``."""

    name = "hebei"

    def recognises(self, page: Page) -> float:
        """Return how surely the page is of this platform, by its columns and blocks."""
        at_column = 0.5 if _COLUMN.search(page.url) else 0.0
        has_block = 0.4 if _BLOCK.search(f"{page.url}\n{page.text}") else 0.0
        return at_column + has_block + (0.05 if _ROW_MARKS.search(page.text) else 0.0)

    def read_list(self, page: Page) -> ListPage:
        """Read a column page or a block; what follows is the next page of the block."""
        found = generic.read_list(page)
        if _BLOCK.search(page.url):
            return _after_block(found, page)
        block = _own_block(page)
        if block is None or any(not request.probe for request in found.next_pages):
            return found
        if not found.items:
            following = _block_request(block, 1, page.url)
            return replace(
                found, recognised=True, needs_script=False, next_pages=(following,), last=False
            )
        if found.announced_pages is not None and found.announced_pages <= 1:
            return found
        return replace(
            found, number=1, next_pages=(_block_request(block, 2, page.url, probe=True),)
        )

    def read_article(self, page: Page) -> Article:
        """Read one report page."""
        return read_article(page)


def _own_block(page: Page) -> str | None:
    """Return the address of the block that holds this column's rows, without its query."""
    column = _COLUMN.search(page.url)
    for match in _BLOCK.finditer(page.text):
        if column and match["column"].lower() == column["id"].lower():
            return join_address(page.url, match["address"])
    return None


def _block_request(block: str, number: int, referer: str, *, probe: bool = False) -> PageRequest:
    return PageRequest(
        url=f"{block}?page={number}&fix=0",
        number=number,
        headers={"Referer": referer},
        probe=probe,
    )


def _after_block(found: ListPage, page: Page) -> ListPage:
    """Return a block as read. One without rows is the end only of what came before it."""
    number = found.number or 1
    if not found.items:
        return replace(found, next_pages=(), last=found.last)
    pages = found.announced_pages
    if number >= (pages or _MOST_PAGES):
        return replace(found, next_pages=(), last=True if pages else None)
    block = page.url.partition("?")[0]
    following = _block_request(block, number + 1, page.url, probe=pages is None)
    return replace(found, next_pages=(following,), last=False if pages else None)


HEBEI = _Hebei()
