"""What a list page says of its pages in words, marks and scripts: number, pages, items."""

import re
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.platforms.days import fold
from crawler.platforms.markup import Markup, marks_of, words_of
from crawler.platforms.model import Page
from crawler.platforms.pager_addresses import (
    is_first_file,
    is_lone_number,
    number_in_address,
)
from crawler.platforms.pager_calls import PagerCall, find_pager_call
from crawler.platforms.wording import compact

_PAGER = re.compile(
    r"(?<![a-z])pag(?:e|er|es|ing|ination|ediv|e_div|enav|ebar|elist|enum|es_)?(?:$|[\s_\d-])|fenye|yema|pb_sys|flip|p_pages|turnpage"
)
_LONGEST_PAGER = 600
_PAGES = re.compile(
    r"共\s*(?:有|计)?\s*(\d{1,6})\s*页|总\s*(?:共|计)?\s*(\d{1,6})\s*页|页\s*数?\s*[:：]?\s*\d+\s*/\s*(\d{1,6})|第?\s*\d+\s*/\s*(\d{1,6})\s*页"
)
_ITEMS = re.compile(
    r"共\s*(?:有|计)?\s*(\d{1,7})\s*(?:条|篇)|(?:总数|记录数|总记录)\s*[:：]?\s*(\d{1,7})"
)
_NUMBER = re.compile(
    r"(?:当前)?第\s*(\d{1,5})\s*(?:/\s*\d+\s*)?页|当前页?\s*[:：]?\s*(\d{1,5})|页次\s*[:：]?\s*(\d{1,5})"
)
_OPTION = re.compile(r"^第?\s*(\d{1,5})\s*(?:页|/\s*\d+\s*页?)?$")
_FRACTION = re.compile(r"(?<![\d/])(\d{1,5})\s*/\s*(\d{1,5})(?![\d/])")
_CURRENT_MARKS = re.compile(
    r"(?:^|[\s_-])(?:current|cur|active|on|now|thisclass|selected|p_no_d|this)(?:$|[\s_-])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerFacts:
    """Where in its list a page stands, as far as it says."""

    number: int | None = None
    """One-based."""
    pages: int | None = None
    items: int | None = None
    call: PagerCall | None = None
    pagers: tuple[HtmlElement, ...] = ()
    """The elements of the page that hold its pager."""

    @property
    def announces_more(self) -> bool:
        """Whether more pages are announced than this one."""
        return (self.pages or 0) > (self.number or 1)


def read_pager(markup: Markup, page: Page) -> PagerFacts:
    """Return what the page says of its pages; a script's numbers count before words."""
    pagers = tuple(element for element in markup.root.iter() if _is_pager(element))
    call = find_pager_call(markup.scripts, on_first_file=is_first_file(page.url))
    words = fold(" ".join(_words_shown(element) for element in pagers))
    everything = fold(words_of(markup.root))
    fraction = _fraction(words)
    number = (
        _chosen_number(pagers) or _first(_NUMBER, words) or fraction[0] or _marked_number(pagers)
    )
    pages = _first(_PAGES, everything) or fraction[1]
    items = _first(_ITEMS, words) or _first(_ITEMS, everything) or _counted(pagers)
    if call is not None:
        number, pages, items = call.current or number, call.pages or pages, call.items or items
        if pages is None and items and call.size:
            pages = -(-items // call.size)
    number = number or _number_by_address(page, pages, pagers)
    return PagerFacts(number=number, pages=pages, items=items, call=call, pagers=pagers)


def _is_pager(element: HtmlElement) -> bool:
    marks = marks_of(element)
    if (
        not marks.strip()
        or not _PAGER.search(marks)
        or element.tag in ("body", "html", "a", "link", "img")
    ):
        return False
    return len("".join(element.itertext())) < _LONGEST_PAGER


def _words_shown(pager: HtmlElement) -> str:
    """Return what a pager says, without the numbers of all pages that a menu in it offers."""
    said = words_of(pager)
    for menu in pager.iter("select"):
        said = said.replace(words_of(menu), " ", 1)
    return said


def _chosen_number(pagers: tuple[HtmlElement, ...]) -> int | None:
    """Return the number of the page that a menu of all pages has chosen: ``<option selected>``."""
    for pager in pagers:
        for option in pager.iter("option"):
            match = _OPTION.match(fold(words_of(option)))
            if match and option.get("selected") is not None:
                return int(match[1])
    return None


def _fraction(words: str) -> tuple[int | None, int | None]:
    match = _FRACTION.search(words)
    if match is None or not 0 < int(match[1]) <= int(match[2]):
        return None, None
    return int(match[1]), int(match[2])


def _first(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    return next((int(group) for group in match.groups() if group), None) if match else None


def _counted(pagers: tuple[HtmlElement, ...]) -> int | None:
    counts = (element.get("count") for element in pagers)
    return next((int(count) for count in counts if count and count.isdigit()), None)


def _marked_number(pagers: tuple[HtmlElement, ...]) -> int | None:
    """Return the number that the pager shows as the current one."""
    for pager in pagers:
        for element in pager.iter():
            text = compact("".join(element.itertext()))
            if text.isdigit() and len(text) < 5 and _CURRENT_MARKS.search(marks_of(element)):
                return int(text)
    return None


def _number_by_address(
    page: Page, pages: int | None, pagers: tuple[HtmlElement, ...]
) -> int | None:
    if page.request is not None and page.request.number is not None:
        return page.request.number
    number = number_in_address(page.url)
    if number is not None and number > 1 and is_lone_number(page.url):
        # ``/channel/list/12.html`` is column 12; ``/xxgknb/12.html`` page 12 of a long list.
        fits = number <= pages if pages else _links_lone_numbers(pagers)
        number = number if fits else 1
    return number or (1 if is_first_file(page.url) else None)


def _links_lone_numbers(pagers: tuple[HtmlElement, ...]) -> bool:
    links = (link.get("href") or "" for pager in pagers for link in pager.iter("a"))
    return any(is_lone_number(f"/{href}") for href in links)
