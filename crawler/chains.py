"""One list of a column while it is walked: its pages, what it announces, what it holds. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from crawler.pages.urls import directory_of
from crawler.platforms.model import ListItem, ListPage, PageRequest
from crawler.selection import may_stand_in_column

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
    problems: list[str] = field(default_factory=list)
    """Why it was not read to its end."""
    top: str = ""
    """What the column calls the part of it to which the list belongs, itself or below it."""
    emptied_by: set[str] = field(default_factory=set)
    """Services that say of it that it has no rows (``service_of``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The next page to fetch."""

    request: PageRequest
    is_first: bool
    """True for the first page of a chain."""
    of: str = ""
    """The first page of its list."""
    part: str = ""
    """What the column calls this list, if it is one of its parts: 2024年."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a column as it was walked, with the lists below it."""

    name: str
    whole: bool
    """True if its lists were read to their end."""
    lists: frozenset[str]
    """The first pages of its lists."""
    rows: frozenset[str]
    """Addresses of the rows that it shows."""


def parts_of(chains: Sequence[Chain]) -> tuple[Part, ...]:
    """Return the named parts of a column, by the lists that were walked."""
    names = dict.fromkeys(chain.top for chain in chains if chain.top)
    lists = {name: [chain for chain in chains if chain.top == name] for name in names}
    return tuple(
        Part(
            name=name,
            whole=not any(chain.problems for chain in own),
            lists=frozenset(chain.first.url for chain in own),
            rows=frozenset[str]().union(*(chain.seen for chain in own)),
        )
        for name, own in lists.items()
    )


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


def is_of_list(chain: Chain, request: PageRequest, new: Sequence[ListItem]) -> bool:
    """Tell whether rows of a guessed page are of this list: some servers answer any number.

    Where no row was met yet, the page gave none and the guesses are at what serves them. Even a
    page that is linked as the next one may be another column's: without a report, or its like, on
    it, it must have rows like those before.
    """
    if not chain.shapes or any(shape_of(item.url) in chain.shapes for item in new):
        return True
    return not request.probe and any(may_stand_in_column(item) for item in new)
