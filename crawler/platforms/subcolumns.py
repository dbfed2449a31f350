"""Parts of a column on pages of their own, by year or agency: links, options, tree nodes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.platforms import wording
from crawler.platforms.addresses import canonical_url, host_of, join_address, looks_like_address
from crawler.platforms.attachments import is_file
from crawler.platforms.days import day_in_address
from crawler.platforms.lists import in_chrome
from crawler.platforms.markup import Markup, collapse, text_of
from crawler.platforms.model import ColumnLink
from crawler.platforms.row_links import link_address
from crawler.platforms.script_rows import json_objects, json_values, object_address

_ARTICLE = re.compile(
    r"(?<!channel_)[0-9a-f]{24,}(?:/index)?(?:\.\w+)?$|_\d{5,}\.|/m?post_\d|/info/\d+/\d|content_\d|/\d{15,}|art_\d+_\d"
    r"|/c\d\d_\d{4,}\.|/[a-z]?\d{5,9}\.s?html?$|/show/\d+\.|/public/(?:content|\d+)/\d{4,}(?:\.\w+)?$",
    re.IGNORECASE,
)
_COLUMN = re.compile(r"/channels?/|/col/|/node|/list", re.IGNORECASE)
_FEWEST_AGENCIES = 3
_YEAR_FOLDER = re.compile(r"^(?:[a-z]*_?)?(?:19|20)\d\d\D{0,12}(?:_\d+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NamedAddress:
    """A name with an address: a link, an option of a menu, or a node of a tree."""

    name: str
    url: str
    element: HtmlElement | None
    """None for a node found in a script."""


def named_addresses(markup: Markup) -> Iterator[NamedAddress]:
    """Yield everything on the page that has a name and leads somewhere."""
    for element in markup.root.iter():
        if element.tag == "option":
            value = (element.get("value") or "").strip()
            url = join_address(markup.base, value) if looks_like_address(value) else None
        else:
            url = link_address(element, markup.base)
        if url is not None:
            yield from (NamedAddress(name, url, element) for name in _names(element))
    for script in markup.scripts:
        for value in json_values(script):
            for found in json_objects(value):
                name, url = (
                    found.get("name") or found.get("title"),
                    object_address(found, markup.base),
                )
                if isinstance(name, str) and url:
                    yield NamedAddress(collapse(name), url, None)


def _names(element: HtmlElement) -> list[str]:
    text = text_of(element)
    return [text or collapse(element.get("title") or "")]


def is_article_address(url: str) -> bool:
    """Tell the address of one article or file from that of a column."""
    path = urlsplit(url).path
    if is_file(url) or day_in_address(url) is not None:
        return True
    return bool(_ARTICLE.search(path)) and not _COLUMN.search(path)


def find_subcolumns(markup: Markup, url: str, taken: frozenset[str]) -> tuple[ColumnLink, ...]:
    """Return the years and agencies this column is divided into; ``taken`` are its rows' pages.

    Only addresses within the column's own directory, or such as annual-report columns have:
    menus of agencies that lead to their home pages stand on many pages.
    """
    here, found = canonical_url(url), dict[str, ColumnLink]()
    agencies: dict[HtmlElement | None, list[NamedAddress]] = {}
    for named in named_addresses(markup):
        key = canonical_url(named.url)
        if key == here or key in taken or not _is_part(key, here):
            continue
        name = wording.compact(named.name)
        if wording.YEAR_NAME.match(name):
            found.setdefault(key, _subcolumn(named, "year"))
        elif wording.AGENCY_NAME.match(name) and not _is_chrome(named.element):
            agencies.setdefault(_menu(named.element), []).append(named)
    for menu in agencies.values():
        if len(menu) >= _FEWEST_AGENCIES:
            for named in menu:
                found.setdefault(canonical_url(named.url), _subcolumn(named, "agency"))
    return tuple(found.values())


def _is_part(there: str, here: str) -> bool:
    """Tell whether an address may be that of a part of the column ``here``, or of a sister part."""
    if is_article_address(there) or host_of(there) != host_of(here):
        return False
    path, own = urlsplit(there).path, urlsplit(here).path
    if path == own:
        return urlsplit(there).query != ""
    folder = own.rpartition("/")[0]
    above, _, name = folder.rpartition("/")
    within = folder if not _YEAR_FOLDER.match(name) else above
    return (len(within) > 1 and path.startswith(f"{within}/")) or bool(
        wording.STRONG_PATH.search(path)
    )


def _menu(element: HtmlElement | None) -> HtmlElement | None:
    """Return the element that holds the choices, two levels above a link, one above an option."""
    if element is None:
        return None
    parent = element.getparent()
    if parent is None or element.tag == "option":
        return parent
    above = parent.getparent()
    return parent if above is None or parent.tag in ("ul", "div", "td", "select") else above


def _is_chrome(element: HtmlElement | None) -> bool:
    return element is not None and in_chrome(element)


def _subcolumn(named: NamedAddress, why: str) -> ColumnLink:
    return ColumnLink(url=named.url, text=named.name, score=0.9, step="column", why=why)
