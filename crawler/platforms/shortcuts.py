"""Ways to the annual reports that no link names: where they must be by what else the page shows.

One address each, and tried only as a last resort: beside an entry that stands beside the annual
reports on every platform, or by what a family of systems calls them.
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from crawler.platforms import wording
from crawler.platforms.addresses import (
    canonical_url,
    host_of,
    join_address,
    looks_like_address,
)
from crawler.platforms.markup import Markup
from crawler.platforms.model import ColumnLink, Page
from crawler.platforms.openness import annual_reports_beside
from crawler.platforms.subcolumns import NamedAddress, is_article_address

_LONSUN = re.compile(r"^(?P<before>.*/public/column/\d+)/?$")
_QUOTED = re.compile(r"""["'](?P<url>[^"'\s<>]{4,300})["']""")
_MENU = re.compile(r"/postmeta/i/\d+\.json$")
_LAST_RESORT = 0.3
_MOST = 3


def shortcuts(markup: Markup, page: Page, named: Sequence[NamedAddress]) -> Iterator[ColumnLink]:
    """Yield addresses at which the annual reports, or the platform around them, should be.

    ``named`` are the addresses that the page itself gives.
    """
    yield from _quoted_in_scripts(markup, page)
    near = [page.url, *(each.url for each in named if host_of(each.url) == host_of(page.url))]
    linked = {_of_kind(url) for url in near}
    for kind in (_of_family, _parent):
        found = {_of_kind(link.url): link for url in near if (link := kind(url))}
        yield from [link for key, link in found.items() if key not in linked][:_MOST]


def _of_kind(url: str) -> str:
    """Return what tells addresses of one agency's reports apart: other parameters do not."""
    parts = urlsplit(canonical_url(url))
    query = parse_qs(parts.query)
    kind = [f"{name}={query[name]}" for name in ("type", "branch_id") if name in query]
    return f"{parts.netloc}{parts.path.rstrip('/')}?{'&'.join(kind)}".lower()


def _of_family(url: str) -> ColumnLink | None:
    """Return the annual reports of the same agency, on systems that number kinds of information."""
    parts = urlsplit(url)
    column = _LONSUN.match(parts.path)
    address = annual_reports_beside(url)
    if column:
        query = urlencode({"type": "3", "action": "list"})
        address = urlunsplit((parts.scheme, parts.netloc, column["before"], query, ""))
    if address is None:
        return None
    return ColumnLink(
        url=address, text="", score=0.55, step="column", why="same agency", guessed=True
    )


def _parent(url: str) -> ColumnLink | None:
    """Return the directory above a guide, a catalogue or the rules: the platform's own."""
    match = wording.NEIGHBOUR_PATH.search(urlsplit(url).path)
    if match is None or match.start() == 0:
        return None
    parts = urlsplit(url)
    address = urlunsplit((parts.scheme, parts.netloc, parts.path[: match.start() + 1], "", ""))
    return ColumnLink(
        url=address,
        text="",
        score=_LAST_RESORT,
        step="platform",
        why="around a neighbour",
        guessed=True,
    )


def _quoted_in_scripts(markup: Markup, page: Page) -> Iterator[ColumnLink]:
    """Yield addresses without a name that scripts hold: by their path, or of a menu in JSON."""
    for script in markup.scripts:
        for match in _QUOTED.finditer(script):
            url = (
                join_address(markup.base, match["url"])
                if looks_like_address(match["url"])
                else None
            )
            if url is None or host_of(url) != host_of(page.url):
                continue
            if _MENU.search(urlsplit(url).path):
                yield ColumnLink(url=url, text="", score=_LAST_RESORT, step="frame", why="menu")
            elif wording.STRONG_PATH.search(urlsplit(url).path) and _may_be_column(url):
                yield ColumnLink(url=url, text="", score=0.5, step="column", why="path in a script")


def _may_be_column(url: str) -> bool:
    scripted = re.search(r"\.(?:js|css|png|jpe?g|gif|svg|json)$", urlsplit(url).path, re.IGNORECASE)
    return not scripted and not is_article_address(url)
