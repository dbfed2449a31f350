"""The page of Hanweb's disclosure module that shows one agency's annual report of one year.

``/module/xxgk/xxgkAnnualReport.jsp?area=…&fbtime=2025``: no list is needed, for the page's own menu
names the years. Only years that it names are asked for.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.platforms import generic
from crawler.platforms.addresses import join_address
from crawler.platforms.article import article_of
from crawler.platforms.markup import Markup, parse_markup, text_of
from crawler.platforms.model import ColumnLink, ListItem, ListPage, Page
from crawler.platforms.wording import is_report_title

_PATH = re.compile(r"/module/xxgk/xxgkAnnualReport\.jsp$", re.IGNORECASE)
_MODULE = re.compile(r"/module/xxgk/(?:search|tree)\.jsp", re.IGNORECASE)
_AREA = re.compile(
    r"/module/xxgk/(?:search|tree)\.jsp\?[^\"'\s<>]{0,300}?\barea=(?P<area>\w{6,40})", re.IGNORECASE
)
_YEAR = re.compile(r"^\s*(?P<year>(?:19|20)\d\d)(?:年度?)?\s*$")
_CALLED_YEAR = re.compile(r"\(\s*[\"']?(?P<year>(?:19|20)\d\d)[\"']?\s*\)")
_REPORT = re.compile(r"总体情况")
_SHORTEST = 200


def annual_links(page: Page) -> Iterator[ColumnLink]:
    """Yield the annual page of the agency whose catalogue of this module a page shows."""
    match = _AREA.search(html.unescape(page.text)) if _MODULE.search(page.text) else None
    query = urlencode({"area": match["area"]}) if match else ""
    address = join_address(page.url, f"/module/xxgk/xxgkAnnualReport.jsp?{query}")
    if match and address and not is_annual_page(page):
        yield ColumnLink(
            url=address, text="", score=0.55, step="column", why="annual page of the module"
        )


def is_annual_page(page: Page) -> bool:
    """Tell the page of an annual report from the module's lists."""
    return bool(_PATH.search(urlsplit(page.url).path))


def read_annual_page(page: Page) -> ListPage:
    """Read the page as a column: the report that it shows, and the years on pages of their own."""
    found, markup = generic.read_list(page), parse_markup(page)
    items = found.items or _shown_report(markup, page)
    years = {link.url: link for link in (*_years(markup, page.url), *found.subcolumns)}
    return replace(
        found,
        items=items,
        recognised=bool(items or years) or found.recognised,
        needs_script=found.needs_script and not items and not years,
        number=1,
        next_pages=found.next_pages if found.items else (),
        subcolumns=tuple(years.values()),
        last=found.last if found.items and found.items != items else None,
    )


def _shown_report(markup: Markup, page: Page) -> tuple[ListItem, ...]:
    article = article_of(markup, page)
    if not _REPORT.search(article.text) or len(article.text) < _SHORTEST:
        return ()
    title = article.title or ""
    headed = next(
        (text for element in markup.root.iter("h1", "h2", "h3", "h4", "p", "div", "td")
         if len(text := text_of(element)) < 80 and is_report_title(text)), title
    )  # fmt: skip
    first = article.days[0] if article.days else None
    return (
        ListItem(
            url=page.url,
            title=headed,
            day=first.day if first else None,
            day_text=first.text if first else "",
        ),
    )


def _years(markup: Markup, url: str) -> tuple[ColumnLink, ...]:
    """Return the pages of the other years that the menu of the page names."""
    shown = dict(parse_qsl(urlsplit(url).query)).get("fbtime", "")
    named = dict.fromkeys(
        year
        for element in markup.root.iter("option", "a", "li")
        if (year := _year_of(element.get("value") or "", element.get("onclick") or "",
                             element.get("href") or "", text_of(element)))
    )  # fmt: skip
    return tuple(
        ColumnLink(url=_of_year(url, year), text=f"{year}", score=0.9, step="column", why="year")
        for year in named
        if year != shown
    )


def _year_of(value: str, onclick: str, href: str, text: str) -> str | None:
    told = _YEAR.match(text)
    if told is None:
        return None
    match = _YEAR.match(value) or _CALLED_YEAR.search(f"{onclick} {href}")
    by_link = re.search(rf"[?&]fbtime={told['year']}\b", href)
    return match["year"] if match else told["year"] if by_link else None


def _of_year(url: str, year: str) -> str:
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query) if pair[0] != "fbtime"]
    return urlunsplit(parts._replace(query=urlencode([*kept, ("fbtime", year)]), fragment=""))
