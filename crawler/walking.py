"""Walking a column: which list page comes next, and whether the end was reached. Pure.

A column is one list or several (year folders, tabs): each is a chain of pages. No page number is
ever trusted by itself: a page counts only if it brings rows that were not seen before, and a
guessed page only if they look like the rows of the first.
"""

from collections.abc import Sequence
from datetime import datetime

from crawler.chains import (
    Chain,
    Part,
    Step,
    is_none,
    is_of_list,
    larger,
    parts_of,
    says_none,
    service_of,
    shape_of,
)
from crawler.fetched import Fetched, Outcome
from crawler.platforms.addresses import canonical_url
from crawler.platforms.model import ListItem, ListPage, PageRequest

MAX_DEPTH = 2
"""Sub-columns of sub-columns are followed, no further."""
STALE_SHARE = 0.9
"""Part of an announced total that must be found: counters lag behind, whole pages do not."""
_NOT_THERE = frozenset({Outcome.GONE, Outcome.SOFT_GONE})
_GUESS_REFUSED = frozenset({400, 405, 500, 501})
"""Statuses by which servers say of an address they never gave out that there is no such page."""


class ColumnWalk:
    """The walk through one column."""

    def __init__(self, url: str, *, max_pages: int) -> None:
        self.items: dict[str, ListItem] = {}
        """Every row met, by canonical address, in order."""
        self.seen_at: dict[str, datetime] = {}
        """When the list page that shows each row was fetched."""
        self._given_up: list[str] = []
        self.lost = False
        """True if the column's own page is gone."""
        self.obstacle: Fetched | None = None
        """What kept us from a page of it, if something did."""
        self._max_pages = max_pages
        self._waiting = [Chain(first=PageRequest(url=url, number=1))]
        self._done: list[Chain] = []
        self._rowless: list[tuple[Chain, str]] = []
        """Parts that may be empty, and what is wrong if they are not."""
        self._served: set[str] = set()
        """Services that had rows of the column."""
        self._asked: set[tuple[str, ...]] = set()

    @property
    def problems(self) -> list[str]:
        """Why the column was not read to its end."""
        return [*(why for chain in self._chains for why in chain.problems), *self._given_up]

    @property
    def parts(self) -> tuple[Part, ...]:
        """What the column is divided into; empty if something is amiss that is of no one part."""
        amiss = self._given_up or any(chain.problems and not chain.top for chain in self._chains)
        return () if amiss else parts_of(self._chains)

    @property
    def _chains(self) -> list[Chain]:
        return [*self._done, *self._waiting]

    @property
    def pages_seen(self) -> int:
        """How many list pages were read."""
        return sum(chain.pages for chain in self._chains)

    @property
    def announced(self) -> int | None:
        """How many rows the lists say they have, None if none says."""
        said = [chain.announced_items for chain in self._chains]
        return (
            sum(count for count in said if count is not None)
            if any(count is not None for count in said)
            else None
        )

    @property
    def is_one_list(self) -> bool:
        """True if all rows are of one list, so that their order is the list's own."""
        return len(self._chains) == 1

    @property
    def holders(self) -> frozenset[str]:
        """What the elements are like that hold its rows (``ListPage.holders``)."""
        return frozenset[str]().union(*(chain.holders for chain in self._done))

    @property
    def vacant(self) -> frozenset[str]:
        """What those are like that could, of a column that is one list without any row."""
        alone = len(self._done) == 1 and not self._waiting and not self.items
        return self._done[0].vacant if alone else frozenset()

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
        self._decide_rowless()
        return None

    def take(self, step: Step, page: ListPage, fetched_at: datetime) -> None:
        """Take in a list page that was fetched and read."""
        chain = self._waiting[0]
        if step.is_first and not page.items and self._turn_to_frame(chain, page.frames):
            return
        new = [item for item in page.items if canonical_url(item.url) not in chain.seen]
        if page.obstacle and not page.items:
            self._fail(chain, f"{step.request.url}: {page.obstacle}")
        elif page.onward and not step.is_first:
            self._go_onward(chain, page)
        elif step.is_first and not page.recognised and not page.items and not page.subcolumns:
            chain.vacant = page.vacant
            url = step.request.url
            not_understood = f"{url}: its layout is not understood"
            self._fail(chain, _not_followed(url, page.unread) if page.unread else not_understood)
        elif step.is_first or self._brings_on(chain, step.request, page, new):
            self._served |= {service_of(step.request)} if new and not step.is_first else set()
            self._accept(chain, page, new, fetched_at)
        else:
            if is_none(page):
                chain.emptied_by.add(service_of(step.request))
            self._reject(chain, step.request, "brings no row that was not seen before")

    def _go_onward(self, chain: Chain, page: ListPage) -> None:
        """Follow a page that holds no rows but says where they are."""
        led = [each for each in page.next_pages if self._is_unasked(each)]
        chain.candidates = [*led, *chain.candidates[1:]]
        if not led:
            chain.last = page.last
        self._add_parts(chain, page)

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
        chain.vacant = frozenset()  # its page was not had: nothing tells that it is empty
        self._fail(chain, fetched.reason)

    def skip(self, step: Step, *, was_none: bool = False) -> None:
        """Leave a guess that an earlier reading tried in vain; ``was_none`` if it said: no rows."""
        if was_none:
            self._waiting[0].emptied_by.add(service_of(step.request))
        self._reject(self._waiting[0], step.request, "brought nothing before")

    def _turn_to_frame(self, chain: Chain, frames: Sequence[str]) -> bool:
        """Look for the list in a frame of its page; False if there is none left to try."""
        chain.frames += frames
        while chain.frames:
            url = chain.frames.pop(0)
            if self._is_unasked(first := PageRequest(url=url, number=1)):
                chain.first = first
                return True
        return False

    def _step(self, request: PageRequest, *, is_first: bool) -> Step:
        self._asked.add(self._key(request))
        chain = self._waiting[0]
        return Step(request=request, is_first=is_first, of=chain.first.url, part=chain.name)

    def _accept(
        self, chain: Chain, page: ListPage, new: list[ListItem], fetched_at: datetime
    ) -> None:
        chain.pages += 1
        chain.rows += len(page.items)
        chain.seen.update(canonical_url(item.url) for item in new)
        chain.shapes.update(shape_of(item.url) for item in new)
        chain.last = page.last
        chain.holders |= page.holders
        chain.vacant = frozenset() if chain.rows else page.vacant
        chain.announced_items = larger(chain.announced_items, page.announced_items)
        chain.announced_pages = larger(chain.announced_pages, page.announced_pages)
        for item in new:
            url = canonical_url(item.url)
            self.items.setdefault(url, item)
            self.seen_at.setdefault(url, fetched_at)
        chain.candidates = [each for each in page.next_pages if self._is_unasked(each)]
        self._add_parts(chain, page)
        if page.unread and chain.pages == 1:
            chain.problems.append(_not_followed(chain.first.url, page.unread))

    def _is_unasked(self, request: PageRequest) -> bool:
        return self._key(request) not in self._asked

    def _key(self, request: PageRequest) -> tuple[str, ...]:
        """Return what tells a request from others.

        What an answer means to a list that must be known to read it, it means to that list only: a
        script that several parts of a column share says to each where its own rows are.
        """
        own = self._waiting[0].first.url if request.known and self._waiting else ""
        return request.method + request.body, request.url, own

    def _add_parts(self, chain: Chain, page: ListPage) -> None:
        if chain.depth >= MAX_DEPTH:
            return
        known = {other.first.url for other in self._chains}
        for part in page.subcolumns:
            request = PageRequest(url=part.url, number=1)
            if part.url not in known and self._is_unasked(request):
                known.add(part.url)
                self._waiting.append(
                    Chain(
                        first=request,
                        name=part.text,
                        depth=chain.depth + 1,
                        top=chain.top or part.text,
                        frames=list(part.others),
                    )
                )

    def _brings_on(
        self, chain: Chain, request: PageRequest, page: ListPage, new: list[ListItem]
    ) -> bool:
        is_of_it = bool(new) and is_of_list(chain, request, new)
        return is_of_it or says_none(chain, request, page)

    def _reject(self, chain: Chain, request: PageRequest, why: str) -> None:
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

    def _finish(self, chain: Chain) -> None:
        self._waiting.remove(chain)
        self._done.append(chain)
        if chain.last is False:
            self._note(chain, f"{chain.first.url}: announces more pages than could be found")
        elif (chain.announced_items or 0) * STALE_SHARE > chain.rows:
            announced = f"announces {chain.announced_items} rows, has {chain.rows}"
            chain.problems.append(f"{chain.first.url}: {announced}")

    def _fail(self, chain: Chain, reason: str) -> None:
        self._waiting.remove(chain)
        self._done.append(chain)
        self._note(chain, reason)

    def _note(self, chain: Chain, reason: str) -> None:
        if chain.depth and not chain.rows and (chain.vacant or chain.emptied_by):
            self._rowless.append((chain, reason))
        else:
            chain.problems.append(reason)

    def _decide_rowless(self) -> None:
        """Believe that a part is empty if it has room for rows where other parts have theirs.

        Or if the service that says so is the one that serves other parts.
        """
        for chain, reason in self._rowless:
            if not (self.holders & chain.vacant or self._served & chain.emptied_by):
                chain.problems.append(reason)
        self._rowless = []

    def _give_up(self, reason: str) -> None:
        self._decide_rowless()
        self._given_up.append(reason)
        self._done += self._waiting
        self._waiting = []


def _not_followed(url: str, parts: Sequence[str]) -> str:
    return f"{url}: only a script leads to {', '.join(parts[:3])}"
