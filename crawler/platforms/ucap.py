"""UCAP (开普云): lists in the page with ``createPageHTML('page_div', …)``, or JSON services.

Where a column page holds no rows, its scripts name a service or at least its channel
(``ucap_services``), or a tree of columns stands on it (``ucap_tree``). The name of a template says
nothing about the column, and the total in a pager's call may lag behind its rows.
"""

import re
from dataclasses import replace

from crawler.platforms import generic
from crawler.platforms.answers import is_json_answer
from crawler.platforms.article import read_article
from crawler.platforms.model import Article, ListPage, Page, PageRequest
from crawler.platforms.pager_addresses import guessed_addresses, split_address
from crawler.platforms.ucap_answers import read_service_answer
from crawler.platforms.ucap_services import CHANNEL_LABEL, list_requests, query_list_request
from crawler.platforms.ucap_tree import is_tree_answer, read_tree_answer, tree_request

_SIGNS = (
    (CHANNEL_LABEL, 0.6),
    (re.compile(r"createPageHTML\s*\(\s*[\"'][\w-]+[\"']\s*,\s*\d"), 0.5),
    (re.compile(r"<UCAP(?:TITLE|CONTENT)|id\s*=\s*[\"']UCAP-CONTENT", re.IGNORECASE), 0.5),
    (re.compile(r"/c\d{4,7}/(?:20\d{4}/)?[\w]+\.shtml"), 0.4),
    (re.compile(r"/u/channel/treeNew/|getFileListByCodeId|interfacesWebZcwj/loadData"), 0.6),
    (re.compile(r"/(?:common/search|searchList|search)/[0-9a-f]{32}\b"), 0.6),
    (re.compile(r"/(?:common/search|searchList)/[\"'\d]"), 0.5),
    (re.compile(r"\bvar\s+itemObj\s*=\s*\["), 0.4),
    (re.compile(r"^\S+/pc/(?:list|content)\.html|[\"'/]queryList[\"'?]"), 0.4),
    (re.compile(r"webSiteCode"), 0.2),
    (re.compile(r"kaipuyun\.cn|so-gov\.cn"), 0.2),
)
_NFCMS = re.compile(r"NFCMS_SITE_ID")


class _Ucap:
    """Adapter ``ucap``."""

    name = "ucap"

    def recognises(self, page: Page) -> float:
        """Return how surely the page is of UCAP; NFCMS keeps some of its tags and is not."""
        if _NFCMS.search(page.text):
            return 0.0
        text = f"{page.url}\n{page.text}"
        return min(0.94, sum(weight for sign, weight in _SIGNS if sign.search(text)))

    def read_list(self, page: Page) -> ListPage:
        """Read a list page or an answer; of a page without rows, name what gives them."""
        if is_tree_answer(page):
            return read_tree_answer(page)
        if is_json_answer(page):
            return read_service_answer(page)
        found = generic.read_list(page)
        if found.items:
            return _with_more(found, page)
        return _from_services(found, page)

    def read_article(self, page: Page) -> Article:
        """Read one report page."""
        return read_article(page)


def _with_more(found: ListPage, page: Page) -> ListPage:
    """Add what may follow rows of the page: its service, or files where its total is stale."""
    rows = len(found.items)
    served = query_list_request(page, number=2, size=rows)
    if served:
        probes = (replace(served, probe=True), *found.next_pages)
        return replace(found, next_pages=probes, last=False if found.last is False else None)
    if found.last is True and (found.announced_items or rows) < rows:
        return _one_more(found, page)
    return found


def _one_more(found: ListPage, page: Page) -> ListPage:
    """Look for one more page: the number of pages is as old as the total."""
    asked = page.request.number if page.request else None
    number = max(found.number or 1, asked or 1)
    guesses = guessed_addresses(page.url, number=number)
    probes = tuple(
        PageRequest(url=url, number=number + 1, probe=True, headers={"Referer": page.url})
        for url in sorted(guesses, key=lambda each: split_address(each).number or 0)
    )
    return replace(found, next_pages=probes, last=None, announced_items=None, announced_pages=None)


def _from_services(found: ListPage, page: Page) -> ListPage:
    tree = tree_request(page)
    if tree:
        found = replace(found, frames=())  # the frame beside a tree shows its first leaf
    elif found.frames or found.recognised:
        return found
    requests = (tree,) if tree else list_requests(page)
    if not requests:
        return found
    return replace(found, recognised=True, needs_script=False, next_pages=requests, last=False)


UCAP = _Ucap()
