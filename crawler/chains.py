"""One list of a column while it is walked: its pages, what it announces, what it holds. Pure."""

import re
from dataclasses import dataclass, field

from crawler.pages.urls import directory_of
from crawler.platforms.model import ListPage, PageRequest

_VARIABLE = re.compile(r"[0-9a-f]{12,}|\d+")


@dataclass(slots=True)
class Chain:
    """One list of the column."""

    first: PageRequest
    name: str = ""
    """What the page before calls it; empty for the column itself."""
    depth: int = 0
    frames: list[str] = field(default_factory=list)
    """Addresses that may hold the list instead of the first page."""
    candidates: list[PageRequest] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    shapes: set[str] = field(default_factory=set)
    pages: int = 0
    rows: int = 0
    announced_items: int | None = None
    announced_pages: int | None = None
    last: bool | None = None
    holders: frozenset[str] = frozenset()
    vacant: frozenset[str] = frozenset()
    emptied_by: set[str] = field(default_factory=set)
    """Services that say of it that it has no rows (``service_of``)."""


def larger(one: int | None, other: int | None) -> int | None:
    """Return the larger of two numbers, of which either may not be told."""
    return max((value for value in (one, other) if value is not None), default=None)


def service_of(request: PageRequest) -> str:
    """Return what requests to one service have in common, whatever list they are about."""
    return _VARIABLE.sub("0", f"{request.method} {request.url.partition('?')[0]}")


def is_none(page: ListPage) -> bool:
    """Tell whether a service says that a list has no rows."""
    return page.recognised and page.announced_items == 0 and not page.items


def says_none(chain: Chain, request: PageRequest, page: ListPage) -> bool:
    """Tell whether the service that a part of the column names says that it has no rows.

    Of a whole column that is not believed, nor of a service that was guessed.
    """
    return is_none(page) and chain.depth > 0 and not chain.rows and not request.probe


def shape_of(url: str) -> str:
    """Return what addresses of one column have in common: the directory, numbers made equal."""
    return _VARIABLE.sub("0", directory_of(url))
