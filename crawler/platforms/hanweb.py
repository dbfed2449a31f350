"""Hanweb (大汉) JCMS lists of the ``jpage`` kind: XML in the page, the rest from a proxy.

A column holds its first records in ``<script type="text/xml"><datastore>``, three pages' worth; the
proxy ``dataproxy.jsp`` gives further ones by ``startrecord``/``endrecord``, on some servers only by
``page``, and on others nothing at all. An empty answer is never the end of a list.
"""

import html
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.platforms import generic
from crawler.platforms.addresses import join_address
from crawler.platforms.article import read_article
from crawler.platforms.markup import Markup, parse_fragment
from crawler.platforms.model import Article, ListItem, ListPage, Page, PageRequest
from crawler.platforms.rows import read_rows, unique_items
from crawler.platforms.wording import is_report_title

_SIGNS = (
    (re.compile(r"dataproxy\.jsp", re.IGNORECASE), 0.6),
    (re.compile(r"<datastore>", re.IGNORECASE), 0.4),
    (re.compile(r"\.jpage\s*\(|jquery\.jpage", re.IGNORECASE), 0.3),
    (re.compile(r"/art/20\d\d/\d{1,2}/\d{1,2}/art_\d+_\d+\.html"), 0.55),
    (re.compile(r"/module/(?:download/downfile|xxgk/|jpage/|web/)", re.IGNORECASE), 0.4),
    (re.compile(r"^\S*/col/col\d+/"), 0.3),
)
_TRUECMS = re.compile(r"messageController/getMessage", re.IGNORECASE)
_STORE = re.compile(r"<datastore\b[^>]*>", re.IGNORECASE)
_RECORD = re.compile(r"<record\b[^>]*>", re.IGNORECASE)
_RECORD_END = re.compile(r"</record>", re.IGNORECASE)
_NEXT_GROUP = re.compile(
    r"<nextgroup\b[^>]*>(?P<inner>[^<]*(?:<(?!/?nextgroup)[^<]*){0,20})", re.IGNORECASE
)
_HREF = re.compile(r"href\s*=\s*[\"'](?P<url>[^\"']+)[\"']", re.IGNORECASE)
_TOTAL = re.compile(r"<totalrecord>\s*(\d+)", re.IGNORECASE)
_TOTAL_PAGES = re.compile(r"<totalpage>\s*(\d+)", re.IGNORECASE)
_COLUMN = re.compile(r"/col/col(?P<id>\d+)/")
_JPAGE = re.compile(
    r"\$\(\s*[\"']#(?P<unit>[\w-]+)[\"']\s*\)\s*\.jpage\s*\(\s*\{(?P<settings>.{0,3000}?)\}\s*\)",
    re.DOTALL,
)
_SETTING = re.compile(
    r"(?P<key>\w+)\s*:\s*(?:'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<plain>[\w./-]+))"
)
_AJAX = re.compile(r"ajaxParam\s*:\s*\{(?P<inner>[^{}]*)\}", re.DOTALL)
_LARGEST_WINDOW = 100
_USUAL_SIZE = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One jpage list: its records as HTML and how to ask for more of them."""

    records: tuple[str, ...]
    proxy: str = ""
    """Address of the proxy, as written."""
    parameters: tuple[tuple[str, str], ...] = ()
    total: int | None = None
    size: int | None = None
    """Rows of one page as shown to readers."""

    def counts_for(self, column: str) -> tuple[bool, int, int, int]:
        """Return how well the unit fits a column: as its own, by addresses, titles and length."""
        own = sum(1 for record in self.records if f"art_{column}_" in record)
        reports = sum(1 for record in self.records if is_report_title(record))
        return own > 0, reports, own + (("columnid", column) in self.parameters), len(self.records)


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
        units = find_units(page)
        return read_column(page, units) if units else generic.read_list(page)

    def read_article(self, page: Page) -> Article:
        """Read one report page."""
        return read_article(page)


def is_proxy_answer(page: Page) -> bool:
    """Tell an answer of the proxy from a column page."""
    asked = urlsplit(page.url).path.lower().endswith("dataproxy.jsp")
    return asked or bool(
        re.match(r"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<datastore", page.text, re.DOTALL)
    )


def find_units(page: Page) -> tuple[Unit, ...]:
    """Return the jpage lists of a column page."""
    settings = {match["unit"]: match["settings"] for match in _JPAGE.finditer(page.text)}
    return tuple(_unit(store, settings) for store in _STORE.split(page.text)[1:])


def _unit(store: str, settings: dict[str, str]) -> Unit:
    group = _NEXT_GROUP.search(store)
    href = _HREF.search(html.unescape(group["inner"])) if group else None
    written = href["url"] if href else ""
    query = dict(parse_qsl(urlsplit(written).query, keep_blank_values=True))
    drawn = settings.get(query.get("unitid", "")) or (
        next(iter(settings.values())) if len(settings) == 1 else ""
    )
    ajax = _AJAX.search(drawn)
    own = _settings(ajax["inner"]) if ajax else {}
    shown = _settings(_AJAX.sub("", drawn))
    parameters = {
        **{key: value for key, value in query.items() if key not in ("page", "perpage")},
        **own,
    }
    total = _TOTAL.search(store)
    return Unit(
        records=split_records(store),
        proxy=shown.get("proxyUrl") or written.partition("?")[0],
        parameters=tuple(parameters.items()),
        total=_number(shown.get("totalRecord")) or (int(total[1]) if total else None),
        size=_number(shown.get("perPage")) or _number(query.get("perpage")),
    )


def _settings(text: str) -> dict[str, str]:
    return {
        match["key"]: next(
            value
            for value in (match["single"], match["double"], match["plain"], "")
            if value is not None
        )
        for match in _SETTING.finditer(text)
    }


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() and 0 < int(text) < 10_000_000 else None


def split_records(text: str) -> tuple[str, ...]:
    """Return the records in ``text``, as HTML; one that is not closed was cut off."""
    opened = (_RECORD_END.split(part, maxsplit=1) for part in _RECORD.split(text)[1:])
    return tuple(_record(parts[0]) for parts in opened if len(parts) > 1)


def _record(inner: str) -> str:
    bare = inner.strip().removeprefix("<![CDATA[").removesuffix("]]>")
    return html.unescape(bare) if "<" not in bare else bare


def read_column(page: Page, units: tuple[Unit, ...]) -> ListPage:
    """Read a column page: of several units, the one whose records are this column's."""
    match = _COLUMN.search(urlsplit(page.url).path)
    column = match["id"] if match else ""
    unit = max(units, key=lambda unit: unit.counts_for(column))
    items = read_records(unit.records, page.url)
    whole = unit.total is not None and len(unit.records) >= unit.total
    beside = generic.read_list(page)
    size = unit.size or _USUAL_SIZE
    return ListPage(
        items=items,
        recognised=bool(items) or unit.total == 0 or beside.recognised,
        number=1,
        announced_items=unit.total,
        announced_pages=-(-unit.total // size) if unit.total else None,
        next_pages=()
        if whole or not unit.records
        else _requests(unit, page.url, seen=len(unit.records)),
        subcolumns=beside.subcolumns,
        last=True if whole else (None if unit.total is None else False),
    )


def read_records(records: tuple[str, ...], base: str) -> tuple[ListItem, ...]:
    """Return the rows of records, each parsed alone so that a broken one spoils no other."""
    items = (_record_item(record, base) for record in records)
    return unique_items([item for item in items if item is not None])


def _record_item(record: str, base: str) -> ListItem | None:
    opened = (
        f"<table>{record}</table>" if record.lower().startswith("<tr") else f"<ul>{record}</ul>"
    )
    rows = read_rows(Markup(root=parse_fragment(opened), base=base, scripts=()))
    best = max(rows, key=lambda row: (row.is_report, row.item.day is not None), default=None)
    return best.item if best else None


def _requests(unit: Unit, referer: str, *, seen: int) -> tuple[PageRequest, ...]:
    """Return how to ask for the records after the first ``seen``: by window, then by page."""
    address = join_address(referer, unit.proxy) if unit.proxy else None
    if address is None or (unit.total is not None and seen >= unit.total):
        return ()
    size = unit.size or _USUAL_SIZE
    window = max(size, _LARGEST_WINDOW // size * size)
    end = min(seen + window, unit.total) if unit.total else seen + window
    headers = {"Referer": referer, "Content-Type": "application/x-www-form-urlencoded"}
    number = seen // size + 1
    body = urlencode(unit.parameters)
    by_window = PageRequest(
        url=f"{address}?startrecord={seen + 1}&endrecord={end}&perpage={size}",
        method="POST", body=body, headers=headers, number=number, probe=True,
    )  # fmt: skip
    return by_window, _by_page(address, unit.parameters, number, size, referer)


def _by_page(
    address: str, parameters: tuple[tuple[str, str], ...], number: int, size: int, referer: str
) -> PageRequest:
    kept = [(key, value) for key, value in parameters if key not in ("page", "perpage")]
    query = urlencode([("page", str(number)), *kept, ("perpage", str(size))])
    return PageRequest(
        url=f"{address}?{query}", headers={"Referer": referer}, number=number, probe=True
    )


def read_proxy_answer(page: Page) -> ListPage:
    """Read an answer of the proxy. One without records leaves the list unread, not ended."""
    asked = dict(parse_qsl(urlsplit(page.url).query, keep_blank_values=True))
    referer = (page.request.headers.get("Referer") if page.request else None) or page.url
    records = split_records(page.text)
    total = _TOTAL.search(page.text)
    announced = int(total[1]) if total else None
    pages = _TOTAL_PAGES.search(page.text)
    number = page.request.number if page.request else _number(asked.get("page"))
    if not records:
        return ListPage(
            items=(), recognised=False, number=number, announced_items=announced, last=False
        )
    following, last = _after_answer(page, asked, referer, announced, len(records))
    return ListPage(
        items=read_records(records, referer),
        recognised=True,
        number=number,
        announced_items=announced,
        announced_pages=int(pages[1]) if pages else None,
        next_pages=following,
        last=last,
    )


def _after_answer(
    page: Page, asked: dict[str, str], referer: str, total: int | None, count: int
) -> tuple[tuple[PageRequest, ...], bool | None]:
    """Return what follows an answer, and whether it was the last."""
    size = _number(asked.get("perpage")) or _USUAL_SIZE
    group = _NEXT_GROUP.search(page.text)
    href = _HREF.search(html.unescape(group["inner"])) if group else None
    body = page.request.body if page.request else ""
    known = parse_qsl(body, keep_blank_values=True) or (
        parse_qsl(urlsplit(href["url"]).query, keep_blank_values=True) if href else [*asked.items()]
    )
    parameters = tuple(
        pair for pair in known if pair[0] not in ("page", "perpage", "startrecord", "endrecord")
    )
    start, shown = _number(asked.get("startrecord")), _number(asked.get("page"))
    seen = start - 1 + count if start else (shown - 1) * size + count if shown else None
    if seen is None or (total is not None and seen >= total):
        return (), True if seen is not None else None
    unit = Unit(
        records=(), proxy=page.url.partition("?")[0], parameters=parameters, total=total, size=size
    )
    by_window, *by_page = _requests(unit, referer, seen=seen) or (None,)
    if by_window is None:
        return (), None
    asked_by_page = start is None and shown is not None
    following = (
        _by_page(page.url.partition("?")[0], parameters, shown + 1, size, referer)
        if asked_by_page and shown
        else by_window
    )
    return (following, *by_page) if not asked_by_page else (
        following,
    ), None if total is None else False


HANWEB = _Hanweb()
