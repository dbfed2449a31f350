"""Hanweb's older disclosure module (大汉 xxgk): rows from ``search.jsp``, asked by POST.

Without ``infotypeId`` the service returns every column of the area: then only rows are kept whose
address bears the number of the column (``art_<column>_``).
"""

import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.platforms import generic
from crawler.platforms.article import read_article
from crawler.platforms.hanweb_annual import is_annual_page, read_annual_page
from crawler.platforms.model import Article, ListItem, ListPage, Page, PageRequest
from crawler.platforms.services import referer_of
from crawler.platforms.wording import is_report_title

_SERVED = re.compile(r"xxgk/(?:search|tree|xxgkAnnualReport)\.jsp", re.IGNORECASE)
_MODULE = re.compile(r"/module/xxgk/", re.IGNORECASE)
_PROXY = re.compile(r"dataproxy\.jsp", re.IGNORECASE)
_CALL = re.compile(
    r"/module/xxgk/(?P<page>search|tree)\.jsp\?(?P<query>[^\"'\s<>]*)", re.IGNORECASE
)
_TREE = re.compile(r"/module/xxgk/tree\.jsp", re.IGNORECASE)
_FIELD = re.compile(
    r"(?P<key>infotypeId|jdid|divid|area|texttype|sortfield)[\"']?\s*(?:[:=]|[\"']?\s+value\s*=)\s*[\"']?(?P<value>[\w:]*)"
)
_COLUMN = re.compile(r"/col/col(?P<id>\d+)/")
_ARTICLE = re.compile(r"art_(?P<id>\d+)_\d+")
_ASKED = ("infotypeId", "jdid", "divid", "area", "texttype", "sortfield")
_EMPTY = {"vc_title": "", "vc_number": "", "vc_filenumber": "", "vc_all": "", "fbtime": ""}


class _HanwebXxgk:
    """Adapter ``hanweb-xxgk``."""

    name = "hanweb-xxgk"

    def recognises(self, page: Page) -> float:
        """Return how surely the page is of this module and not of a jpage list beside it."""
        if _PROXY.search(page.text) or not _MODULE.search(f"{page.url}\n{page.text}"):
            return 0.0
        return (
            0.95
            if re.search(r"xxgk/(?:search|tree|xxgkAnnualReport)\.jsp", page.text + page.url)
            else 0.3
        )

    def read_list(self, page: Page) -> ListPage:
        """Read an answer of the service; of a column page without rows, name the request."""
        if urlsplit(page.url).path.endswith("search.jsp"):
            return read_search_answer(page)
        if is_annual_page(page):
            return read_annual_page(page)
        found = generic.read_list(page)
        request = None if found.items else search_request(page)
        if request is None:
            return found
        # The tree beside the rows leads to other areas and columns: it is not this list.
        frames = tuple(each for each in found.frames if not _TREE.search(each))
        return replace(
            found,
            recognised=True,
            needs_script=False,
            frames=frames,
            next_pages=(request,),
            last=False,
        )

    def read_article(self, page: Page) -> Article:
        """Read one report page."""
        return read_article(page)


def search_request(page: Page) -> PageRequest | None:
    """Return the request for the first rows of a column page; None if it lacks its area."""
    calls = sorted(_CALL.finditer(page.text), key=lambda match: match["page"].lower() == "search")
    known = {match["key"]: match["value"] for match in _FIELD.finditer(page.text) if match["value"]}
    for call in calls:  # what the call for rows says counts more than what that for a tree says
        known |= dict(parse_qsl(call["query"].replace("&amp;", "&")))
    number = dict(parse_qsl(urlsplit(page.url).query)).get("number")
    known |= {"infotypeId": number} if number else {}
    if not known.get("area") and not known.get("infotypeId"):
        return None
    form = {**{key: known.get(key, "") for key in _ASKED}, **_EMPTY, "currpage": "1"}
    return _request(urljoin(page.url, "/module/xxgk/search.jsp"), form, 1, page.url)


def _request(address: str, form: dict[str, str], number: int, referer: str) -> PageRequest:
    headers = {"Referer": referer, "Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({**form, "currpage": str(number)})
    return PageRequest(url=address, method="POST", body=body, headers=headers, number=number)


def read_search_answer(page: Page) -> ListPage:
    """Read a fragment of rows, keeping this column's where the service mixes all."""
    found = generic.read_list(page)
    if page.request is None:
        return found
    form = dict(parse_qsl(page.request.body, keep_blank_values=True))
    column = _COLUMN.search(referer_of(page))
    items = _own_items(found.items, column["id"], form) if column else found.items
    number, pages = page.request.number or 1, found.announced_pages
    more = bool(found.items) and (pages is None or number < pages)
    following = _request(page.url, form, number + 1, referer_of(page))
    ended = pages is not None and number >= pages and bool(found.items)
    # Without a category the total counts the rows of all columns of the area.
    is_own_total = bool(form.get("infotypeId")) and len(items) == len(found.items)
    return replace(
        found,
        items=items,
        number=number,
        announced_items=found.announced_items if is_own_total else None,
        next_pages=(replace(following, probe=pages is None and bool(items)),) if more else (),
        last=ended or (None if pages is None and items else False),
        onward=bool(found.items) and not items,
    )


def _own_items(
    items: tuple[ListItem, ...], column: str, form: dict[str, str]
) -> tuple[ListItem, ...]:
    """Return the rows of the column; some servers give all of the area whatever is asked.

    Where a category was asked for, reports under another number stay: they may be of a column
    below it, and are of the same agency.
    """
    asked = bool(form.get("infotypeId"))
    return tuple(
        item
        for item in items
        if _of_column(item.url, column) or (asked and is_report_title(item.title))
    )


def _of_column(url: str, column: str) -> bool:
    match = _ARTICLE.search(url)
    return match is None or match["id"] == column


HANWEB_XXGK = _HanwebXxgk()
