"""NFCMS (广东): static lists counted from one, whose menus come as JSON from ``/postmeta/i/``.

Rows, labels and files are read by the same functions as everyone's. Its own are the way of counting
(``index.html``, ``index_2.html``), and menus: ``postmeta/i/{category}.json`` names the sister
columns, each with its place (``pub_point``) below the site's root or a ``jump_url``.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawler.platforms import generic
from crawler.platforms.addresses import join_address
from crawler.platforms.answers import is_json_answer
from crawler.platforms.article import read_article
from crawler.platforms.markup import collapse
from crawler.platforms.model import Article, ListPage, Page, PageRequest
from crawler.platforms.script_rows import json_objects, json_values
from crawler.platforms.subcolumns import NamedAddress

_SIGNS = (
    (re.compile(r"\bNFCMS_(?:SITE|CAT|POST)_ID\b"), 0.7),
    (re.compile(r"statistics\.gd\.gov\.cn/scripts|search\.gd\.gov\.cn/search/"), 0.3),
    (re.compile(r"/content/m?post_\d{4,}\.html"), 0.55),
    (re.compile(r"\bnfw-cms-attachment\b"), 0.4),
)
_GKMLPT = re.compile(r"/gkmlpt/")
_LIST = re.compile(r"^(?P<before>[^?#]*/)(?:index(?:_(?P<file>\d{1,4}))?\.html)?$")


class _Nfcms:
    """Adapter ``nfcms``."""

    name = "nfcms"

    def recognises(self, page: Page) -> float:
        """Return how surely the page is of NFCMS; the directory platform beside it is not."""
        if _GKMLPT.search(page.url):
            return 0.0
        text = f"{page.url}\n{page.text}"
        return min(0.96, sum(weight for sign, weight in _SIGNS if sign.search(text)))

    def read_list(self, page: Page) -> ListPage:
        """Read one list page; files are counted from one, so that a guess is none here."""
        found = generic.read_list(page)
        parts = _LIST.match(page.url)
        if parts is None or not any(request.probe for request in found.next_pages):
            return found
        number = int(parts["file"] or 1)
        following = PageRequest(
            url=f"{parts['before']}index_{number + 1}.html",
            number=number + 1,
            probe=True,
            headers={"Referer": page.url},
        )
        return replace(found, number=number, next_pages=(following,))

    def read_article(self, page: Page) -> Article:
        """Read one report page."""
        return read_article(page)


def read_menu(page: Page) -> Iterator[NamedAddress]:
    """Yield the columns that a menu of NFCMS, an answer in JSON, names with their places."""
    for value in json_values(page.text) if is_json_answer(page) else ():
        for found in json_objects(value):
            name, place, jump = (found.get(key) for key in ("name", "pub_point", "jump_url"))
            if not isinstance(name, str) or not isinstance(place, str):
                continue
            written = jump if isinstance(jump, str) and jump else f"/{place.lstrip('/')}"
            url = join_address(page.url, written)
            if url:
                yield NamedAddress(collapse(name), url, None)


NFCMS = _Nfcms()
