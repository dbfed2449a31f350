"""LonSun (龙讯): a shell whose rows are an HTML fragment of the service ``site/label/8888``.

``type=3`` in the address of a column means annual reports (1 rules, 2 guide, 4 catalogue).
"""

import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.platforms import generic
from crawler.platforms.addresses import join_address
from crawler.platforms.article import read_article
from crawler.platforms.model import Article, ListPage, Page, PageRequest

_SIGNS = (
    (re.compile(r"site/label/\d+"), 0.6),
    (re.compile(r"\bLs\.(?:pagination|ajax|label)\b|ls_navjz|Ls-Language"), 0.5),
    (re.compile(r"^\S+/public/column/\d+"), 0.6),
    (re.compile(r"labelName\s*[=:]\s*[\"']?publicInfoList"), 0.5),
)
_COLUMN = re.compile(r"^(?P<prefix>.*?)/public/column/(?P<organ>\d+)")
_WHOLE = re.compile(r"[\"'](?P<url>[^\"'\s]*/?site/label/\d+\?[^\"'\s]*)[\"']")
_LABEL = re.compile(r"[\"'](?P<url>[^\"'\s?]*/?site/label/\d+)[\"']")
_SETTING = re.compile(
    r"(?P<key>siteId|organId|type|catId|cId|file|labelName|pageSize|action|isDate|dateFormat|length|result)"
    r"\s*[\"']?\s*[:=]\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<plain>\w+))"
)
_DEFAULTS = {
    "IsAjax": "1",
    "dataType": "html",
    "labelName": "publicInfoList",
    "pageSize": "20",
    "pageIndex": "1",
    "action": "list",
    "isDate": "true",
    "dateFormat": "yyyy-MM-dd",
}


class _LonSun:
    """Adapter ``lonsun``."""

    name = "lonsun"

    def recognises(self, page: Page) -> float:
        """Return how surely the page is of LonSun, by its label service and its addresses."""
        text = f"{page.url}\n{page.text}"
        return min(0.95, sum(weight for sign, weight in _SIGNS if sign.search(text)))

    def read_list(self, page: Page) -> ListPage:
        """Read a page or a fragment with rows; of a shell, name the request for its fragment."""
        found = generic.read_list(page)
        asked = None if found.items else fragment_address(page)
        if asked is None:
            return found
        request = PageRequest(
            url=asked, number=1, headers={"Referer": page.url, "Ls-Language": "zh"}
        )
        return replace(
            found, recognised=True, needs_script=False, next_pages=(request,), last=False
        )

    def read_article(self, page: Page) -> Article:
        """Read one report page."""
        return read_article(page)


def fragment_address(page: Page) -> str | None:
    """Return the address of the rows of a shell: as its script writes it, else put together."""
    if "site/label/" in page.url:
        return None
    whole = _WHOLE.search(page.text)
    if whole:
        return join_address(page.url, whole["url"])
    column = _COLUMN.search(page.url.partition("?")[0])
    label = _LABEL.search(page.text)
    settings = _settings(page.text)
    if column is None or ("siteId" not in settings and label is None):
        return None
    address = label["url"] if label else f"{urlsplit(column['prefix']).path}/site/label/8888"
    asked = {key: value for key, value in parse_qsl(urlsplit(page.url).query) if key != "nav"}
    query = {**_DEFAULTS, **settings, "organId": column["organ"], **asked, "pageIndex": "1"}
    return join_address(page.url, f"{address}?{urlencode(query)}")


def _settings(text: str) -> dict[str, str]:
    return {
        match["key"]: match["double"] or match["single"] or match["plain"] or ""
        for match in _SETTING.finditer(text)
        if match["plain"] not in ("true", "false", "null", "undefined") or match["key"] == "isDate"
    }


LONSUN = _LonSun()
