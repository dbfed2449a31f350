"""Hanweb's older disclosure module (大汉 xxgk): rows from ``search.jsp``, asked by POST.

Without ``infotypeId`` the service returns every column of the area: then only rows are kept whose
address bears the number of the column (``art_<column>_``).
"""

import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.platforms import generic
from crawler.platforms.article import read_article
from crawler.platforms.model import Article, ListPage, Page, PageRequest

_MODULE = re.compile(r"/module/xxgk/", re.IGNORECASE)
_PROXY = re.compile(r"dataproxy\.jsp", re.IGNORECASE)
_CALL = re.compile(r"/module/xxgk/(?:search|tree)\.jsp\?(?P<query>[^\"'\s<>]*)", re.IGNORECASE)
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
        return 0.95 if re.search(r"xxgk/(?:search|tree)\.jsp", page.text + page.url) else 0.3

    def read_list(self, page: Page) -> ListPage:
        """Read an answer of the service; of a column page without rows, name the request."""
        if urlsplit(page.url).path.endswith("search.jsp"):
            return read_search_answer(page)
        found = generic.read_list(page)
        request = None if found.items else search_request(page)
        if request is None:
            return found
        return replace(
            found, recognised=True, needs_script=False, next_pages=(request,), last=False
        )

    def read_article(self, page: Page) -> Article:
        """Read one report page."""
        return read_article(page)


def search_request(page: Page) -> PageRequest | None:
    """Return the request for the first rows of a column page; None if it lacks its area."""
    call = _CALL.search(page.text)
    known = {match["key"]: match["value"] for match in _FIELD.finditer(page.text) if match["value"]}
    known |= dict(parse_qsl(call["query"].replace("&amp;", "&")) if call else ())
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
    referer = page.request.headers.get("Referer", page.url)
    column = _COLUMN.search(referer)
    mixed = column is not None and not form.get("infotypeId")
    items = tuple(
        item
        for item in found.items
        if not mixed or column is None or _of_column(item.url, column["id"])
    )
    number, pages = page.request.number or 1, found.announced_pages
    more = pages is not None and number < pages
    following = (_request(page.url, form, number + 1, referer),) if more else ()
    return replace(
        found,
        items=items,
        number=number,
        announced_items=None if mixed else found.announced_items,
        next_pages=following,
        last=None if pages is None else not more,
    )


def _of_column(url: str, column: str) -> bool:
    match = _ARTICLE.search(url)
    return match is None or match["id"] == column


HANWEB_XXGK = _HanwebXxgk()
