"""Walking a column: which list page comes next, and whether the end was reached. Pure.

A column is one list or several (year folders, tabs): each is a chain of pages. No page number is
ever trusted by itself: a page counts only if it brings rows that were not seen before, and a
guessed page only if they look like the rows of the first.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crawler.fetched import Fetched, Outcome
from crawler.pages.urls import directory_of
from crawler.platforms.addresses import canonical_url
from crawler.platforms.model import ListItem, ListPage, PageRequest

MAX_DEPTH = 2
"""Sub-columns of sub-columns are followed, no further."""
STALE_SHARE = 0.9
"""Part of an announced total that must be found: counters lag behind, whole pages do not."""
_NOT_THERE = frozenset({Outcome.GONE, Outcome.SOFT_GONE})
_GUESS_REFUSED = frozenset({400, 405, 500, 501})
"""Statuses by which servers say of an address they never gave out that there is no such page."""
_VARIABLE = re.compile(r"[0-9a-f]{12,}|\d+")


@dataclass(slots=True)
class _Chain:
    """One list of the column."""

    first: PageRequest
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The next page to fetch."""

    request: PageRequest
    is_first: bool
    """True for the first page of a chain."""


class ColumnWalk:
    """The walk through one column."""

    def __init__(self, url: str, *, max_pages: int) -> None:
        self.items: dict[str, ListItem] = {}
        """Every row met, by canonical address, in order."""
        self.seen_at: dict[str, datetime] = {}
        """When the list page that shows each row was fetched."""
        self.problems: list[str] = []
        """Why the column was not read to its end."""
        self.lost = False
        """True if the column's own page is gone."""
        self.obstacle: Fetched | None = None
        """What kept us from a page of it, if something did."""
        self._max_pages = max_pages
        self._waiting = [_Chain(first=PageRequest(url=url, number=1))]
        self._done: list[_Chain] = []
        self._asked: set[tuple[str, str]] = set()

    @property
    def pages_seen(self) -> int:
        """How many list pages were read."""
        return sum(chain.pages for chain in (*self._done, *self._waiting))

    @property
    def announced(self) -> int | None:
        """How many rows the lists say they have, None if none says."""
        said = [chain.announced_items for chain in (*self._done, *self._waiting)]
        return (
            sum(count for count in said if count is not None)
            if any(count is not None for count in said)
            else None
        )

    @property
    def is_one_list(self) -> bool:
        """True if all rows are of one list, so that their order is the list's own."""
        return len(self._done) + len(self._waiting) == 1

    @property
    def read_to_end(self) -> bool:
        """True if every list was read to its end and nothing contradicts that."""
        return not self.problems and not self._waiting and self.pages_seen > 0

    def next_step(self) -> Step | None:
        """Return what to fetch next, None when there is nothing left."""
        while self._waiting:
            chain = self._waiting[0]
            if self.pages_seen >= self._max_pages:
                self._give_up(f"stopped after {self._max_pages} list pages")
                return None
            if not chain.pages:
                return self._step(chain.first, is_first=True)
            if chain.candidates:
                return self._step(chain.candidates[0], is_first=False)
            self._finish(chain)
        return None

    def take(self, step: Step, page: ListPage, fetched_at: datetime) -> None:
        """Take in a list page that was fetched and read."""
        chain = self._waiting[0]
        if step.is_first and not page.items and self._turn_to_frame(chain, page.frames):
            return
        new = [item for item in page.items if canonical_url(item.url) not in chain.seen]
        if step.is_first and not page.recognised and not page.items and not page.subcolumns:
            self._fail(chain, f"{step.request.url}: its layout is not understood")
        elif step.is_first or (new and self._is_of_column(chain, step.request, new)):
            self._accept(chain, page, new, fetched_at)
        else:
            self._reject(chain, step.request, "brings no row that was not seen before")

    def miss(self, step: Step, fetched: Fetched) -> None:
        """Take in that a page could not be had."""
        chain = self._waiting[0]
        if step.is_first and self._turn_to_frame(chain, ()):
            return
        not_there = fetched.outcome in _NOT_THERE
        guess_refused = step.request.probe and fetched.status in _GUESS_REFUSED
        if not step.is_first and (not_there or guess_refused):
            self._reject(chain, step.request, "is not there")
            return
        self.lost = self.lost or (not_there and chain.depth == 0 and not self._done)
        self.obstacle = self.obstacle or fetched
        self._fail(chain, fetched.reason)

    def _turn_to_frame(self, chain: _Chain, frames: Sequence[str]) -> bool:
        """Look for the list in a frame of its page; False if there is none left to try."""
        chain.frames += frames
        while chain.frames:
            url = chain.frames.pop(0)
            if ("GET", url) not in self._asked:
                chain.first = PageRequest(url=url, number=1)
                return True
        return False

    def _step(self, request: PageRequest, *, is_first: bool) -> Step:
        self._asked.add((request.method + request.body, request.url))
        return Step(request=request, is_first=is_first)

    def _accept(
        self, chain: _Chain, page: ListPage, new: list[ListItem], fetched_at: datetime
    ) -> None:
        chain.pages += 1
        chain.rows += len(page.items)
        chain.seen.update(canonical_url(item.url) for item in new)
        chain.shapes.update(_shape(item.url) for item in new)
        chain.last = page.last
        chain.announced_items = _larger(chain.announced_items, page.announced_items)
        chain.announced_pages = _larger(chain.announced_pages, page.announced_pages)
        for item in new:
            url = canonical_url(item.url)
            self.items.setdefault(url, item)
            self.seen_at.setdefault(url, fetched_at)
        chain.candidates = [each for each in page.next_pages if self._is_unasked(each)]
        self._add_parts(chain, page)

    def _is_unasked(self, request: PageRequest) -> bool:
        return (request.method + request.body, request.url) not in self._asked

    def _add_parts(self, chain: _Chain, page: ListPage) -> None:
        if chain.depth >= MAX_DEPTH:
            return
        known = {other.first.url for other in (*self._waiting, *self._done)}
        for part in page.subcolumns:
            request = PageRequest(url=part.url, number=1)
            if part.url not in known and self._is_unasked(request):
                known.add(part.url)
                self._waiting.append(_Chain(first=request, depth=chain.depth + 1))

    def _is_of_column(self, chain: _Chain, request: PageRequest, new: list[ListItem]) -> bool:
        """Tell whether rows of a guessed page are of this list: some servers answer any number."""
        return not request.probe or any(_shape(item.url) in chain.shapes for item in new)

    def _reject(self, chain: _Chain, request: PageRequest, why: str) -> None:
        """Leave a candidate; without another one the list has ended, or not been read."""
        chain.candidates = [each for each in chain.candidates if each != request]
        if chain.candidates and request.probe:
            return
        announced = chain.announced_pages or 0
        if not request.probe and (chain.last is False or (request.number or 0) <= announced):
            self._fail(chain, f"{request.url}: page {request.number or '?'} {why}")
            return
        chain.candidates = []
        self._finish(chain)

    def _finish(self, chain: _Chain) -> None:
        self._waiting.remove(chain)
        self._done.append(chain)
        if chain.last is False:
            self.problems.append(f"{chain.first.url}: announces more pages than could be found")
        elif (chain.announced_items or 0) * STALE_SHARE > chain.rows:
            self.problems.append(
                f"{chain.first.url}: announces {chain.announced_items} rows, has {chain.rows}"
            )

    def _fail(self, chain: _Chain, reason: str) -> None:
        self._waiting.remove(chain)
        self._done.append(chain)
        self.problems.append(reason)

    def _give_up(self, reason: str) -> None:
        self.problems.append(reason)
        self._done += self._waiting
        self._waiting = []


def _larger(one: int | None, other: int | None) -> int | None:
    return max((value for value in (one, other) if value is not None), default=None)


def _shape(url: str) -> str:
    """Return what addresses of one column have in common: the directory, numbers made equal."""
    return _VARIABLE.sub("0", directory_of(url))
