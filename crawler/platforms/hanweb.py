"""Hanweb (大汉) JCMS lists of the ``jpage`` kind: XML in the page, the rest from a proxy.

A column holds its first records in ``<script type="text/xml"><datastore>``, three pages' worth; the
proxy ``dataproxy.jsp`` gives further ones by ``startrecord``/``endrecord``, on some servers only by
``page``, and on others nothing at all. An empty answer is never the end of a list.
"""

import re
from urllib.parse import urlsplit

from crawler.platforms import generic
from crawler.platforms.article import read_article
from crawler.platforms.hanweb_proxy import (
    USUAL_SIZE,
    is_proxy_answer,
    read_proxy_answer,
    record_requests,
)
from crawler.platforms.hanweb_units import Unit, find_units, has_unread, read_records
from crawler.platforms.model import Article, ListPage, Page

_SIGNS = (
    (re.compile(r"dataproxy\.jsp", re.IGNORECASE), 0.6),
    (re.compile(r"<datastore>", re.IGNORECASE), 0.4),
    (re.compile(r"\.jpage\s*\(|jquery\.jpage", re.IGNORECASE), 0.3),
    (re.compile(r"/art/20\d\d/\d{1,2}/\d{1,2}/art_\d+_\d+\.html"), 0.55),
    (re.compile(r"/module/(?:download/downfile|xxgk/|jpage/|web/)", re.IGNORECASE), 0.4),
    (re.compile(r"^\S*/col/col\d+/"), 0.3),
    (re.compile(r"/jcms/jcms_files/jcms\d*/"), 0.5),
)
_TRUECMS = re.compile(r"messageController/getMessage", re.IGNORECASE)
_COLUMN = re.compile(r"/col/col(?P<id>\d+)/")


class _Hanweb:
    """Adapter ``hanweb``."""

    name = "hanweb"

    def recognises(self, page: Page) -> float:
        """Return how surely the page is of Hanweb JCMS; TrueCMS borrows its pager and is not."""
        if _TRUECMS.search(page.text):
            return 0.0
        text = f"{page.url}\n{page.text}"
        return min(0.96, sum(weight for sign, weight in _SIGNS if sign.search(text)))

    def read_list(self, page: Page) -> ListPage:
        """Read a column page or an answer of its proxy."""
        if is_proxy_answer(page):
            return read_proxy_answer(page)
        units = find_units(page.text)
        return read_column(page, units) if units else generic.read_list(page)

    def read_article(self, page: Page) -> Article:
        """Read one report page."""
        return read_article(page)


def read_column(page: Page, units: tuple[Unit, ...]) -> ListPage:
    """Read a column page: of several units, the one whose records are this column's."""
    match = _COLUMN.search(urlsplit(page.url).path)
    column = match["id"] if match else ""
    unit = max(units, key=lambda unit: unit.counts_for(column))
    items = read_records(unit.records, page.url)
    whole = unit.total is not None and len(unit.records) >= unit.total
    broken = whole and has_unread(unit.records, page.url)
    beside = generic.read_list(page)
    size = unit.size or USUAL_SIZE
    return ListPage(
        items=items,
        recognised=bool(items) or unit.total == 0 or beside.recognised,
        number=1,
        announced_items=unit.total,
        announced_pages=-(-unit.total // size) if unit.total else None,
        next_pages=()
        if whole or not unit.records
        else record_requests(unit, page.url, seen=len(unit.records)),
        subcolumns=beside.subcolumns,
        unread=beside.unread,
        last=not broken if whole else None if unit.total is None else False,
    )


HANWEB = _Hanweb()
