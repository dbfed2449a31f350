"""The way to the annual-report columns: which links of a page lead there."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

from crawler.platforms import wording
from crawler.platforms.addresses import (
    canonical_url,
    host_of,
    is_column_address,
    join_address,
    looks_like_address,
)
from crawler.platforms.answers import is_json_answer
from crawler.platforms.attachments import is_file
from crawler.platforms.days import day_in_address
from crawler.platforms.gkmlpt import read_tree
from crawler.platforms.hanweb_annual import annual_links
from crawler.platforms.markup import Markup, collapse, parse_markup
from crawler.platforms.model import ColumnLink, Page
from crawler.platforms.more_links import more_links
from crawler.platforms.nfcms import read_menu
from crawler.platforms.shells import same_host_frames
from crawler.platforms.shortcuts import shortcuts
from crawler.platforms.subcolumns import (
    NamedAddress,
    is_article_address,
    listed_addresses,
    named_addresses,
)
from crawler.platforms.ucap_tree import tree_columns, tree_links

_QUOTED_PAIR = re.compile(
    r"""["'](?P<name>[^"'<>\n]{2,30})["']\s*,[^;\n]{0,60}?["'](?P<url>[^"'\s<>]{2,300})["']"""
)
_PAGER_WORDS = frozenset(
    (*wording.WORDS["links"]["next_page"], *wording.WORDS["links"]["last_page"])
)
HUB = "hub"
"""``ColumnLink.step`` of an entry that leads to the pages of several agencies."""
_OF_HUB = 0.65
_OF_GROUP = 0.45
"""Score of a hub that says so, and of one that only names a group of agencies."""
_OF_SITE_MAP = 0.31
"""Score of the page that names every column: looked at when nothing likelier is left."""
_FOREIGN = 0.85
"""A link to another host may well be the column, but belongs to another portal more often."""


def find_column_links(page: Page) -> tuple[ColumnLink, ...]:
    """Return the links of ``page`` that may lead to an annual-report column, best first.

    Looks at links, options, tree nodes and pairs of strings in scripts, and same-host frames;
    leaves out what is known to be another yearly report, and single articles.
    """
    markup = parse_markup(page)
    best: dict[str, ColumnLink] = {}
    addresses = tuple(_named(markup, page))
    for named in addresses:
        link = _judge(named, page.url)
        if link and canonical_url(link.url) != canonical_url(page.url):
            _keep_better(best, link)
    for address in same_host_frames(markup, page):
        _keep_better(best, _frame_link(address))
    for link in (*shortcuts(markup, page, addresses), *_of_family(page)):
        _keep_better(best, link)
    return tuple(sorted(best.values(), key=lambda link: -link.score))


def _of_family(page: Page) -> Iterator[ColumnLink]:
    """Yield what systems tell of their columns in ways of their own."""
    yield from tree_columns(page)
    yield from tree_links(page)
    yield from annual_links(page)


def _named(markup: Markup, page: Page) -> Iterator[NamedAddress]:
    """Yield all that has a name and an address: on the page, in its scripts, in an answer."""
    if is_json_answer(page):
        yield from listed_addresses(page.text, page.url)
        yield from read_menu(page)
        return
    yield from named_addresses(markup)
    yield from more_links(markup)
    yield from _quoted_pairs(markup)
    yield from (NamedAddress(node.name, node.url, None) for node in read_tree(page))


def _keep_better(best: dict[str, ColumnLink], link: ColumnLink) -> None:
    key = canonical_url(link.url)
    if key not in best or best[key].score < link.score:
        best[key] = link


def _quoted_pairs(markup: Markup) -> Iterator[NamedAddress]:
    """Yield names that scripts write beside an address: ``tree.add(3, 0, '年报', '/nb/')``."""
    for script in markup.scripts:
        for match in _QUOTED_PAIR.finditer(script):
            url = (
                join_address(markup.base, match["url"])
                if looks_like_address(match["url"])
                else None
            )
            if url:
                yield NamedAddress(collapse(match["name"]), url, None)


def _judge(named: NamedAddress, url: str) -> ColumnLink | None:
    name = wording.compact(named.name)
    if named.url.endswith("/null.shtml"):  # a node of UCAP's trees without a page of its own
        return None
    if name in _PAGER_WORDS or (name.isdigit() and len(name) < 4):
        return None
    if _is_lookalike(name, named.url) or len(name) > 40:
        return None
    if is_article_address(named.url) and not _names_what_it_may_be(name, named.url):
        return None
    if wording.is_report_title(named.name) and not is_column_address(named.url):
        return None
    step, score, why = _weigh(name, named.url)
    if not score:
        return None
    if host_of(named.url) != host_of(url):
        score *= _FOREIGN
    return ColumnLink(url=named.url, text=named.name, score=round(score, 3), step=step, why=why)


def _names_what_it_may_be(name: str, url: str) -> bool:
    """Tell a column whose address only looks like an article's: its name says what it is.

    Small systems number columns as they number articles; a day or a file is never a column.
    """
    if is_file(url) or day_in_address(url) is not None:
        return False
    return bool(
        wording.PLATFORM_COLUMN.search(name)
        or wording.NEIGHBOUR_COLUMN.search(name)
        or wording.HUB_COLUMN.match(name)
        or wording.BARE_ANNUAL_COLUMN.match(name)
        or wording.names_annual_column(name)
    )


def _is_lookalike(name: str, url: str) -> bool:
    """Tell a column of something else; 部门年报 is one unless its address says whose reports."""
    said = wording.without_agency(name)
    if not wording.LOOKALIKE_COLUMN.search(said) or wording.NEIGHBOUR_COLUMN.search(name):
        return False
    group = wording.GROUP_NAME.match(name) is not None
    path = words_of_path(url)
    return not (group and (wording.STRONG_PATH.search(path) or wording.WEAK_PATH.search(path)))


def _weigh(name: str, url: str) -> tuple[str, float, str]:
    """Return the step a link would take, how surely, and what says so."""
    path = words_of_path(url)
    strong = bool(wording.STRONG_PATH.search(path))
    if wording.names_annual_column(name):
        return "column", 0.95 if strong else 0.9, "name"
    told = told_by_address(url)
    if told:
        return "column", 0.9, told
    if wording.BARE_ANNUAL_COLUMN.match(name):
        return "column", 0.85 if strong else 0.65, "short name"
    if strong:
        return "column", 0.75 if wording.YEAR_NAME.match(name) else 0.6, "path"
    if wording.WEAK_PATH.search(path) and wording.YEAR_NAME.match(name):
        return "column", 0.4, "path of a year"
    if wording.WEAK_PATH.search(path) and wording.GROUP_NAME.match(name):
        return "column", 0.4, "path of a group"
    if wording.HUB_COLUMN.match(name):
        return HUB, _OF_HUB if "公开" in name else _OF_GROUP, "agencies"
    if wording.PLATFORM_COLUMN.search(name):
        return "platform", 0.6 if name.startswith("政府信息公开") else 0.5, "platform"
    if wording.NEIGHBOUR_COLUMN.search(name):
        return "platform", 0.35, "neighbour"
    if wording.SITE_MAP.match(name):
        return "platform", _OF_SITE_MAP, "site map"
    return "", 0.0, ""


def words_of_path(url: str) -> str:
    """Return path and query of an address, unquoted."""
    parts = urlsplit(url)
    return unquote(f"{parts.path}?{parts.query}")


def told_by_address(url: str) -> str | None:
    """Return what in the address itself names the column, on systems that say it there."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    if re.search(r"/public/column/\d+", parts.path) and query.get("type") == ["3"]:
        return "type of the list"
    titles = (*query.get("righttitle", ()), *query.get("title", ()))
    return (
        "title in the address"
        if any(wording.names_annual_column(title) for title in titles)
        else None
    )


def _frame_link(address: str) -> ColumnLink:
    strong = bool(wording.STRONG_PATH.search(words_of_path(address)))
    return ColumnLink(url=address, text="", score=0.6 if strong else 0.3, step="frame", why="frame")
