"""Parts of a column on pages of their own, by year or agency: links, options, tree nodes."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml.html import HtmlElement

from crawler.platforms import wording
from crawler.platforms.addresses import (
    canonical_url,
    host_of,
    join_address,
    looks_like_address,
)
from crawler.platforms.attachments import is_file
from crawler.platforms.days import day_in_address
from crawler.platforms.lists import in_chrome
from crawler.platforms.markup import Markup, collapse, text_of
from crawler.platforms.model import ColumnLink, ListItem
from crawler.platforms.row_links import link_address
from crawler.platforms.script_rows import json_objects, json_values, object_address

_ARTICLE = re.compile(
    r"(?<!channel_)[0-9a-f]{24,}(?:/index)?(?:\.\w+)?$|_\d{5,}\.|/m?post_\d|/info/\d+/\d|content_\d|/\d{15,}|art_\d+_\d"
    r"|/(?:show\w*|\w*detail|description)/\w*\d{4,}(?:\.\w+)?$|/c\d\d_\d{4,}\.|/[a-z]?\d{5,9}\.s?html?$|/show/\d+\.|/public/(?:content|\d+)/\d{4,}(?:\.\w+)?$",
    re.IGNORECASE,
)
_NAMED_BY_ID = re.compile(
    r"/content/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.html$|/[\w-]*-show-\d{5,}(?:\.\w+)?$"
    r"|/\w*(?:details?|show|info|view|content|article)\.(?:aspx?|php|jspx?|do)\?(?:.*&)?\w*id=\d{4,}",
    re.IGNORECASE,
)
_COLUMN = re.compile(r"/channels?/|/col/|/node|/list", re.IGNORECASE)
_FEWEST_AGENCIES = 3
_FEWEST_CHOICES = 2
_ALL = re.compile(r"^(?:全部.{0,4}|所有.{0,4}|不限|各年度?|历年)$")
_NUMBER = re.compile(r"(?=[0-9a-f-]*\d)[0-9a-f]{8,}(?:-[0-9a-f]{4,})*|\d+", re.IGNORECASE)
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
            url = option_address(element, markup.base)
        else:
            url = link_address(element, markup.base)
        if url is not None:
            yield NamedAddress(_name(element), url, element)
    for script in markup.scripts:
        yield from listed_addresses(script, markup.base)


def listed_addresses(text: str, base: str) -> Iterator[NamedAddress]:
    """Yield the named addresses in the JSON of ``text``: a script, or the answer of a tree."""
    for value in json_values(text):
        for found in json_objects(value):
            name, url = found.get("name") or found.get("title"), object_address(found, base)
            if isinstance(name, str) and url:
                yield NamedAddress(collapse(name), url, None)


def option_address(option: HtmlElement, base: str) -> str | None:
    """Return where choosing ``option`` leads: its value, or the page with another parameter.

    The latter only where the menu is named like a parameter of the page's own address, or belongs
    to a form that is sent by GET.
    """
    value = (option.get("value") or "").strip()
    if looks_like_address(value):
        return join_address(base, value)
    menu = next((node for node in option.iterancestors() if node.tag == "select"), None)
    name = (menu.get("name") or menu.get("id") or "") if menu is not None else ""
    if not value or not name or menu is None:
        return None
    query = dict(parse_qsl(urlsplit(base).query, keep_blank_values=True))
    form = next((node for node in menu.iterancestors() if node.tag == "form"), None)
    if name in query:
        return urlsplit(base)._replace(query=urlencode({**query, name: value})).geturl()
    if form is None or not form.get("action") or (form.get("method") or "get").lower() != "get":
        return None
    address = join_address(base, form.get("action") or "")
    return f"{address.partition('?')[0]}?{urlencode({name: value})}" if address else None


def _name(element: HtmlElement) -> str:
    """Return what the link says: its words, its title, or the words of a picture in or under it."""
    told = collapse(element.get("title") or element.get("alt") or "")
    pictured = (
        collapse(node.get("alt") or node.get("title") or "") for node in element.iter("img")
    )
    return text_of(element) or told or next((name for name in pictured if name), "")


def is_article_address(url: str) -> bool:
    """Tell the address of one article or file from that of a column."""
    path = urlsplit(url).path
    if is_file(url) or day_in_address(url) is not None:
        return True
    named = _ARTICLE.search(path) or _NAMED_BY_ID.search(_without_host(url))
    return bool(named) and not _COLUMN.search(path)


def _without_host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def find_subcolumns(markup: Markup, url: str, taken: frozenset[str]) -> tuple[ColumnLink, ...]:
    """Return the years, groups and agencies of this column; ``taken`` are its rows' pages.

    Addresses within the column's own directory, or such as annual-report columns have, count
    singly; others in a menu of several, agencies only where their addresses are built like the
    column's: menus of agencies that lead to their home pages stand on many pages.
    """
    here, found = canonical_url(url), dict[str, ColumnLink]()
    menus: dict[tuple[str, HtmlElement | None], list[NamedAddress]] = {}
    for named in named_addresses(markup):
        key = canonical_url(named.url)
        kind = _kind_of_part(named)
        if not kind or key == here or key in taken or not _may_be_part(key, here, kind):
            continue
        if kind != "agency" and _is_part(key, here, year=kind == "year"):
            found.setdefault(key, _subcolumn(named, kind))
        elif kind != "group":
            menus.setdefault((kind, menu_of(named.element)), []).append(named)
    for (kind, _), menu in menus.items():
        for named in _parts_of_menu(menu, here, kind):
            found.setdefault(canonical_url(named.url), _subcolumn(named, kind))
    return tuple(found.values())


def _kind_of_part(named: NamedAddress) -> str:
    name = wording.compact(named.name)
    if wording.YEAR_NAME.match(name):
        return "year"
    if _is_chrome(named.element):
        return ""
    if wording.GROUP_NAME.match(name):
        return "group"
    return "agency" if wording.AGENCY_NAME.match(name) else ""


def _parts_of_menu(menu: list[NamedAddress], here: str, kind: str) -> list[NamedAddress]:
    """Return the entries of a menu that are parts of the column: none of a menu of one."""
    addresses = {canonical_url(named.url) for named in menu}
    chosen = menu[0].element is not None and menu[0].element.tag == "option"
    if len(addresses) < (_FEWEST_AGENCIES if kind == "agency" and not chosen else _FEWEST_CHOICES):
        return []
    if kind == "year":
        narrows = chosen and stands_at_all(menu[0].element)
        return [named for named in menu if not narrows and not _is_chrome(named.element)]
    return [
        named
        for named in menu
        if _is_part(key := canonical_url(named.url), here, year=False)
        or _shape(key) == _shape(here)
        or (chosen and _is_built_like(key, here))
    ]


def stands_at_all(choice: HtmlElement | None) -> bool:
    """Tell whether its first sister says 全部: then the others only narrow the list down."""
    menu = choice.getparent() if choice is not None else None
    first = next(iter(menu), None) if menu is not None else None
    return first is not None and bool(_ALL.match(wording.compact(text_of(first))))


def _is_built_like(there: str, here: str) -> bool:
    """Tell addresses that begin and end alike and are as deep: /htmls/a1_nb/list-1.html."""
    one, two = urlsplit(there).path.split("/"), urlsplit(here).path.split("/")
    return len(one) == len(two) > 2 and (one[1], one[-1]) == (two[1], two[-1])


def _shape(url: str) -> str:
    """Return how an address is built, its numbers made equal."""
    return _NUMBER.sub("0", _without_host(url))


def years_among(items: Sequence[ListItem], here: str) -> frozenset[str]:
    """Return the addresses of the rows that may be lists of years: they say only that, undated.

    One address at least must be no article's; then the others are its like, however they look. Or
    they are built like that of the page itself, ``here``, and the reports on it are not.
    """
    years = [item.url for item in items if item.day is None and _is_year(item.title)]
    lists = [url for url in years if not (is_file(url) or day_in_address(url) is not None)]
    if all(is_article_address(url) for url in lists) and not _are_its_like(lists, items, here):
        return frozenset()
    return frozenset(map(canonical_url, lists))


def _are_its_like(lists: Sequence[str], items: Iterable[ListItem], here: str) -> bool:
    own = _shape(here)
    others = [
        _shape(item.url)
        for item in items
        if item.url not in lists and wording.is_report_title(item.title)
    ]
    alike = all(_shape(url) == own for url in lists)
    return len(lists) >= _FEWEST_CHOICES and alike and own not in others


def _is_year(name: str) -> bool:
    return wording.YEAR_NAME.match(wording.compact(name)) is not None


def _may_be_part(there: str, here: str, kind: str) -> bool:
    """Tell whether an address may be a part's; 2023n_5967157.htm is no article if named 2023年."""
    if kind == "year":
        article = is_file(there) or day_in_address(there) is not None
    else:
        article = is_article_address(there) and _shape(there) != _shape(here)
    return host_of(there) == host_of(here) and not article


def _is_part(there: str, here: str, *, year: bool) -> bool:
    """Tell by the address whether it is that of a part of the column ``here``, or of a sister."""
    if year and wording.YEAR_PATH.search(urlsplit(there).path):
        return True
    path, own = urlsplit(there).path, urlsplit(here).path
    if path == own:
        return urlsplit(there).query != ""
    folder = own.rpartition("/")[0]
    above, _, name = folder.rpartition("/")
    within = folder if not _YEAR_FOLDER.match(name) else above
    return (len(within) > 1 and path.startswith(f"{within}/")) or bool(
        wording.STRONG_PATH.search(path)
    )


def menu_of(element: HtmlElement | None) -> HtmlElement | None:
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
