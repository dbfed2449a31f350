"""Central lists whose rows are columns: each leads to the annual reports of one agency. Pure.

A province names its cities and departments on one page, each with a link to that agency's own
column on its own host, or on a sub-site of the directory platform (layout 2 of the map of
families).
"""

import re
from collections.abc import Callable, Collection, Iterator
from urllib.parse import urlsplit

from crawler.platforms import wording
from crawler.platforms.addresses import canonical_url, host_of
from crawler.platforms.agencies import AGENCY
from crawler.platforms.links import told_by_address, words_of_path
from crawler.platforms.lists import in_chrome
from crawler.platforms.markup import parse_markup
from crawler.platforms.model import ColumnLink, Page
from crawler.platforms.subcolumns import NamedAddress, is_article_address, named_addresses

NAMES_COLUMN = 0.8
"""Score of such a row: the list says what stands there, the row says whose it is."""
_FEWEST = 3
"""Agencies that make a list one of agencies, registered or not."""
_FEWEST_KNOWN = 2
_SAYS_WHAT = re.compile(
    r"(?:政府)?(?:信息公开|政务公开|公开)(?:工作)?(?:年度)?(?:工作)?(?:年报|年度报告|报告)?$"
)
_SUBSITE = re.compile(r"/gkmlpt/(?:index|mobile/index)/?$")


def column_rows(
    page: Page, is_known: Callable[[str], bool], taken: Collection[str]
) -> tuple[ColumnLink, ...]:
    """Return the rows of a column's page that lead to the columns of agencies of the registry.

    Args:
        page: what a link calls the column of annual reports.
        is_known: tells whether a name is that of an agency of the portal.
        taken: canonical addresses of what is a part of the column itself.

    On the page's own host the row or its address must say what stands there: menus of departments
    stand on many pages. Rows of agencies that the registry does not have only show what list it is.
    """
    found: dict[str, ColumnLink] = {}
    for agency, url in agencies_listed(page, is_known, taken):
        if is_known(agency):
            link = ColumnLink(url=url, text=agency, score=NAMES_COLUMN, step=AGENCY, why="agency")
            found.setdefault(canonical_url(url), link)
    return tuple(link for url, link in found.items() if url not in taken)


def agencies_listed(
    page: Page, is_known: Callable[[str], bool], taken: Collection[str]
) -> tuple[tuple[str, str], ...]:
    """Return the agencies that a central list names, each with the address of its row.

    Known or not; none if so few are named that the page is no list of agencies. ``page`` and the
    others are as for ``column_rows``.
    """
    named = [(agency, row.url) for agency, row in _agencies(page) if row.url not in taken]
    known = [agency for agency, _ in named if is_known(agency)]
    if len(named) < _FEWEST and len(known) < _FEWEST_KNOWN:
        return ()
    return tuple(named)


def leads_to_column(link: ColumnLink) -> bool:
    """Tell whether a link is such a row: what it leads to is called the column of its agency."""
    return link.step == AGENCY and link.score >= NAMES_COLUMN


def _agencies(page: Page) -> Iterator[tuple[str, NamedAddress]]:
    here = canonical_url(page.url)
    for row in named_addresses(parse_markup(page)):
        name = _SAYS_WHAT.sub("", wording.compact(row.name))
        if not wording.AGENCY_NAME.match(name) or canonical_url(row.url) == here:
            continue
        if row.element is not None and in_chrome(row.element):
            continue
        if _may_be_column(row, page.url):
            yield name, row


def _may_be_column(row: NamedAddress, here: str) -> bool:
    url = row.url
    says_so = wording.names_annual_column(row.name) or bool(
        wording.STRONG_PATH.search(words_of_path(url))
        or told_by_address(url)
        or _SUBSITE.search(urlsplit(url).path)
    )
    return (says_so or host_of(url) != host_of(here)) and not is_article_address(url)
