"""LonSun (龙讯): a shell whose rows are an HTML fragment of the service ``site/label/8888``.

``type=3`` in the address of a column means annual reports (1 rules, 2 guide, 4 catalogue). The path
before ``site/label`` is each site's own and mostly stands in the page's script only. Ordinary lists
(``/content/column/N``) are read from the page, with ``pageIndex`` for what follows.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.platforms import generic
from crawler.platforms.addresses import join_address
from crawler.platforms.article import read_article
from crawler.platforms.model import Article, ListPage, Page, PageRequest

_SIGNS = (
    (re.compile(r"site/label/\d+"), 0.6),
    (re.compile(r"\bLs\.(?:pagination|ajax|label)\b|ls_navjz|Ls-Language"), 0.5),
    (re.compile(r"^\S+/public/column/\d+"), 0.6),
    (re.compile(r"^\S+/content/column/\d+"), 0.5),
    (re.compile(r"^\S+/site/tpl/\d+"), 0.5),
    (
        re.compile(r"/public/\d{3,}/\d{5,}\.html|/(?:public|content)/(?:content|article)/\d{5,}"),
        0.3,
    ),
    (re.compile(r"labelName\s*[=:]\s*[\"']?publicInfoList"), 0.5),
    (re.compile(r"j-fontContent|newscontnet|table_suoyin"), 0.4),
)
_COLUMN = re.compile(r"^(?P<prefix>.*?)/public/column/(?P<organ>\d+)")
_PAGED = re.compile(r"/(?:public|content)/column/\d+/?$")
_WHOLE = re.compile(r"[\"'](?P<url>[^\"'\s]{0,200}/?site/label/\d+\?[^\"'\s]{0,1500})[\"']")
_LABEL = re.compile(r"[\"'](?P<url>[^\"'\s?]{0,200}/?site/label/\d+)[\"']")
_OTHER_LABEL = re.compile(r"labelName=(?!publicInfoList)", re.IGNORECASE)
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
        if "site/label/" in page.url:
            return _as_fragment(found, page)
        asked = tuple(fragment_requests(page, 2 if found.items else 1))
        if found.items:
            return _with_page_numbers(found, page, asked)
        if not asked or found.frames:
            return found
        return replace(found, recognised=True, needs_script=False, next_pages=asked, last=False)

    def read_article(self, page: Page) -> Article:
        """Read one report page."""
        return read_article(page)


def _as_fragment(found: ListPage, page: Page) -> ListPage:
    """Read an answer of the service: one without rows leaves the list unread, not ended."""
    if not found.items:
        number = page.request.number if page.request else None
        return replace(found, next_pages=(), last=False, number=found.number or number)
    headers = dict(page.request.headers) if page.request else {"Ls-Language": "zh"}
    numbered = _numbered(page.url, (found.number or 1) + 1)
    known = found.announced_pages is not None
    following = PageRequest(
        url=numbered, headers=headers, number=(found.number or 1) + 1, probe=not known
    )
    return replace(found, next_pages=() if found.last is True else (following,))


def _with_page_numbers(found: ListPage, page: Page, asked: tuple[PageRequest, ...]) -> ListPage:
    """Add to the rows of a page what its numbered pages are called on these sites."""
    if found.last is True or any(not request.probe for request in found.next_pages):
        return found
    guesses = list[PageRequest]()
    if _PAGED.search(urlsplit(page.url).path):
        number = (found.number or 1) + 1
        guesses.append(
            PageRequest(
                url=_numbered(page.url, number),
                number=number,
                probe=True,
                headers={"Referer": page.url},
            )
        )
    probes = (*guesses, *(replace(each, probe=True) for each in asked))
    return replace(found, next_pages=(*probes, *found.next_pages)) if probes else found


def _numbered(url: str, number: int) -> str:
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(key, value) for key, value in pairs if key != "pageIndex"]
    return urlunsplit(parts._replace(query=urlencode([*kept, ("pageIndex", str(number))])))


def fragment_requests(page: Page, number: int) -> Iterator[PageRequest]:
    """Yield how to ask for the rows of a shell: as its script writes it, else put together."""
    addresses = tuple(dict.fromkeys(_fragment_addresses(page)))
    for address in addresses:
        yield PageRequest(
            url=_numbered(address, number),
            number=number,
            headers={"Referer": page.url, "Ls-Language": "zh"},
            probe=len(addresses) > 1,
        )


def _fragment_addresses(page: Page) -> Iterator[str]:
    written = [match["url"] for match in _WHOLE.finditer(page.text)]
    whole = next((each for each in written if not _OTHER_LABEL.search(each)), None)
    if whole:
        yield from _joined(page.url, whole)
        return
    column = _COLUMN.search(page.url.partition("?")[0])
    label, settings = _LABEL.search(page.text), _settings(page.text)
    if column is None or ("siteId" not in settings and label is None):
        return
    asked = {key: value for key, value in parse_qsl(urlsplit(page.url).query) if key != "nav"}
    query = {**_DEFAULTS, **settings, "organId": column["organ"], **asked, "pageIndex": "1"}
    before = urlsplit(column["prefix"]).path
    places = (label["url"],) if label else (f"{before}/site/label/8888", "/site/label/8888")
    for place in places:
        yield from _joined(page.url, f"{place}?{urlencode(query)}")


def _joined(base: str, written: str) -> Iterator[str]:
    address = join_address(base, written)
    if address:
        yield address


def _settings(text: str) -> dict[str, str]:
    return {
        match["key"]: match["double"] or match["single"] or match["plain"] or ""
        for match in _SETTING.finditer(text)
        if match["plain"] not in ("true", "false", "null", "undefined") or match["key"] == "isDate"
    }


LONSUN = _LonSun()
