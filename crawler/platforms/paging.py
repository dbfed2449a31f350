"""What follows a list page: a link, candidates from a pager's script, or guesses by its address."""

import re
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from crawler.platforms.addresses import canonical_url
from crawler.platforms.markup import Markup
from crawler.platforms.model import Page, PageRequest
from crawler.platforms.pager_addresses import file_addresses, guessed_addresses, split_address
from crawler.platforms.pager_calls import PagerCall
from crawler.platforms.pager_facts import PagerFacts, read_pager
from crawler.platforms.pager_forms import form_request
from crawler.platforms.pager_links import (
    called_pages,
    link_addresses,
    linked_last,
    linked_next,
    offers_unsaid_next,
    page_parameter,
)

_EXTENSION = re.compile(r"\.(s?html?|jspx?|aspx?)$")
_FULL_PAGE = 10
"""Rows from which on a page may be one of several though it does not say so."""
_SILENT_PAGE = 15
"""Rows from which on a full page (a multiple of five) without any pager is probed for another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """Where in the list a page stands and what may follow it."""

    number: int | None = None
    pages: int | None = None
    items: int | None = None
    next_pages: tuple[PageRequest, ...] = ()
    last: bool | None = None


def read_paging(markup: Markup, page: Page, rows: int) -> Paging:
    """Return what the page says of further pages; ``rows`` is how many rows it has itself."""
    facts = read_pager(markup, page)
    linked = linked_next(markup, page, facts)
    if facts.number and facts.pages and facts.number >= facts.pages:
        # It counts itself the last; a link on to another page is followed all the same.
        return _then(facts, (linked,), last=None) if linked else _then(facts, (), last=True)
    if linked:
        return _then(facts, (linked,), last=False)
    addresses = _call_addresses(facts.call, facts, page) if facts.call else ()
    if addresses:
        return _then(facts, _probes(addresses, facts, page), last=False if facts.pages else None)
    form = form_request(markup, page, facts)
    if form:
        following = (
            (form.request,) if form.sure else (*_guesses(facts, markup, page)[:2], form.request)
        )
        return _then(facts, following, last=False if facts.announces_more else None)
    return _by_last_page(facts, markup, page) or _unlinked(facts, markup, page, rows)


def _then(facts: PagerFacts, following: tuple[PageRequest, ...], *, last: bool | None) -> Paging:
    return Paging(
        number=facts.number, pages=facts.pages, items=facts.items, next_pages=following, last=last
    )


def _probes(addresses: tuple[str, ...], facts: PagerFacts, page: Page) -> tuple[PageRequest, ...]:
    number = None if facts.number is None else facts.number + 1
    return tuple(
        PageRequest(url=address, number=number, probe=True, headers={"Referer": page.url})
        for address in addresses
        if canonical_url(address) != canonical_url(page.url)
    )


def _by_last_page(facts: PagerFacts, markup: Markup, page: Page) -> Paging | None:
    """Decide by a link to the last page where there is none to the next."""
    last = linked_last(markup, page)
    if last is None or facts.announces_more or offers_unsaid_next(markup, facts):
        return None
    if canonical_url(last) == canonical_url(page.url):
        return _then(facts, (), last=True)
    end = split_address(last)
    if end.number is None or facts.number is None:
        return None
    own = split_address(page.url)
    if own.before == end.before and own.number is not None:
        addresses: tuple[str, ...] = (f"{own.before}{own.number + 1}{own.after}",)
    elif facts.number == 1:
        addresses = file_addresses(end.before, end.after, page=2, pages=None, from_one=end.from_one)
    else:
        return None
    return _then(facts, _probes(addresses, facts, page), last=False)


def _unlinked(facts: PagerFacts, markup: Markup, page: Page, rows: int) -> Paging:
    """Decide without a link to follow: more is announced, a pager is unseen, or it ends."""
    if facts.pages is None:
        facts = replace(facts, pages=called_pages(facts))
    missing = facts.number == 1 and (facts.items or 0) > rows
    if facts.announces_more or missing:
        return _then(facts, _guesses(facts, markup, page) if rows else (), last=False)
    if facts.number == 1 and facts.items:
        return _then(facts, (), last=True)
    if offers_unsaid_next(markup, facts) or facts.call is not None:
        return _then(facts, _guesses(facts, markup, page) if rows else (), last=None)
    if facts.number == 1 and rows >= _SILENT_PAGE and rows % 5 == 0:
        return _then(facts, _guesses(facts, markup, page)[:2], last=None)
    return _then(facts, (), last=True if 0 < rows < _FULL_PAGE else None)


def _guesses(facts: PagerFacts, markup: Markup, page: Page) -> tuple[PageRequest, ...]:
    addresses = guessed_addresses(
        page.url,
        number=facts.number,
        pages=facts.pages,
        extension=_usual_extension(markup),
        parameter=page_parameter(markup) if "?" in page.url else None,
    )
    return _probes(addresses, facts, page)


def _usual_extension(markup: Markup) -> str | None:
    """Return the ending that most pages linked here have, for lists whose own address has none."""
    endings = [
        match[1]
        for address in link_addresses(markup)
        if (match := _EXTENSION.search(urlsplit(address).path))
    ]
    return max(set(endings), key=endings.count) if endings else None


def _call_addresses(call: PagerCall, facts: PagerFacts, page: Page) -> tuple[str, ...]:
    """Return what the next page may be called, by the file name that a pager's script gives."""
    if call.stem is None or call.extension is None or facts.number is None:
        return ()
    base, end = urljoin(page.url, f"{call.stem}_"), f".{call.extension}"
    shown = split_address(page.url).number
    if facts.number == 1 or shown is None:
        return file_addresses(base, end, page=facts.number + 1, pages=facts.pages)
    numbers = _following_numbers(shown, facts, page)
    return tuple(f"{base}{number}{end}" for number in dict.fromkeys(numbers) if number >= 0)


def _following_numbers(shown: int, facts: PagerFacts, page: Page) -> list[int]:
    """Return the file numbers that may follow ``shown``, the one of page ``facts.number``."""
    if facts.pages is None or facts.number is None or shown != facts.pages - facts.number:
        return [shown + 1]
    if shown in (facts.number - 1, facts.number):
        return [shown + 1, shown - 1]  # in the middle, the ways of counting agree
    # Counted from the end: a first guess may have landed far down the list.
    expected = page.request.number if page.request else None
    resumed = [facts.pages - expected] if expected and expected != facts.number else []
    return [*resumed, shown - 1, shown - 2]
