"""Entries of a hub: the agencies of a portal, each with a page or a platform of its own. Pure."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.platforms import wording
from crawler.platforms.addresses import canonical_url, host_of
from crawler.platforms.answers import is_json_answer
from crawler.platforms.attachments import is_file
from crawler.platforms.days import day_in_address
from crawler.platforms.lists import in_chrome
from crawler.platforms.markup import parse_markup
from crawler.platforms.model import ColumnLink, Page
from crawler.platforms.subcolumns import (
    NamedAddress,
    listed_addresses,
    menu_of,
    named_addresses,
)

KNOWN = 0.7
"""Score of an entry that names an agency of the registry."""
UNKNOWN = 0.62
"""Score of an entry that names another one, on a page that was reached as a hub."""
BESIDE = 0.4
"""The same on a page that was not: tried only while nothing has been found."""
AGENCY = "agency"
"""``ColumnLink.step`` of such an entry."""
_FEWEST = {True: 2, False: 3}
"""Entries that make a menu one of agencies, by whether the page was reached as a hub."""


def agency_links(
    page: Page, *, is_hub: bool, is_known: Callable[[str], bool]
) -> tuple[ColumnLink, ...]:
    """Return the entries of a page that lead to single agencies, those of the registry first.

    Args:
        page: the page.
        is_hub: whether the link that led to it promised agencies.
        is_known: tells whether a name is that of an agency of the portal.

    An agency that the registry does not have counts only on the page's own host, and beside others.
    """
    menus: dict[HtmlElement | None, list[tuple[str, NamedAddress]]] = {}
    for named in _entries(page):
        if _names_no_agency(wording.compact(named.name)):
            continue
        agency = wording.agency_of_entry(named.name)
        if wording.AGENCY_NAME.match(agency) or is_known(agency):
            menus.setdefault(menu_of(named.element), []).append((agency, named))
    found: dict[str, ColumnLink] = {}
    for menu in menus.values():
        for agency, named in menu:
            score = _score(page, named, known=is_known(agency), is_hub=is_hub, size=len(menu))
            if score:
                link = ColumnLink(
                    url=named.url, text=named.name, score=score, step=AGENCY, why="agency"
                )
                found.setdefault(canonical_url(link.url), link)
    return tuple(sorted(found.values(), key=lambda link: -link.score))


def _names_no_agency(name: str) -> bool:
    """Tell a hub, a platform, a neighbour and a column: their names are no agencies'."""
    return bool(
        wording.HUB_COLUMN.match(name)
        or wording.PLATFORM_COLUMN.fullmatch(name)
        or wording.NEIGHBOUR_COLUMN.search(name)
        or wording.ANNUAL_COLUMN.search(name)
    )


def _entries(page: Page) -> Iterator[NamedAddress]:
    here = canonical_url(page.url)
    if is_json_answer(page):
        entries = listed_addresses(page.text, page.url)
    else:
        entries = named_addresses(parse_markup(page))
    for named in entries:
        article = is_file(named.url) or day_in_address(named.url) is not None
        if canonical_url(named.url) != here and not article:
            yield named


def _score(page: Page, named: NamedAddress, *, known: bool, is_hub: bool, size: int) -> float:
    foreign = host_of(named.url) != host_of(page.url)
    if known and (is_hub or size >= _FEWEST[False]):
        return KNOWN
    if foreign or not urlsplit(named.url).path.strip("/") or size < _FEWEST[is_hub]:
        return 0.0
    if named.element is not None and in_chrome(named.element):
        return 0.0
    return UNKNOWN if is_hub else BESIDE


def predicted(first: ColumnLink, column: str, other: ColumnLink) -> str | None:
    """Return where the column of ``other`` is if it lies as that of ``first`` does.

    The part of the entries' addresses that tells the agencies apart must stand in the column's
    address too. None if nothing tells them apart in that way.
    """
    one, two = _tokens(first.url), _tokens(other.url)
    if len(one) != len(two):
        return None
    differing = [(a, b) for a, b in zip(one, two, strict=True) if a != b]
    if len(differing) != 1 or urlsplit(first.url).netloc != urlsplit(other.url).netloc:
        return None
    (mine, its), parts = differing[0], _tokens(column)
    if mine not in parts:
        return None
    return "".join(its if part == mine else part for part in parts)


def _tokens(url: str) -> list[str]:
    """Return an address in parts: names and values, and the marks between them."""
    found, part = [], ""
    for letter in url:
        if letter in "/?&=;#":
            found += [part, letter]
            part = ""
        else:
            part += letter
    return [each for each in (*found, part) if each]
