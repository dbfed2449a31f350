"""Links of a pager: the one that says next or bears the next number, told from calendars."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from lxml.html import HtmlElement

from crawler.platforms.addresses import canonical_url, host_of, join_address
from crawler.platforms.markup import Markup, marks_of, words_of
from crawler.platforms.model import Page, PageRequest
from crawler.platforms.pager_addresses import next_counted_down
from crawler.platforms.pager_facts import PagerFacts
from crawler.platforms.row_links import link_address
from crawler.platforms.wording import WORDS, compact

_NEXT = frozenset(WORDS["links"]["next_page"])
_LAST = frozenset(WORDS["links"]["last_page"])
_NEXT_SIGNS = frozenset(WORDS["links"]["next_signs"])
_CALENDAR = frozenset(WORDS["keys"]["calendar_parameters"])
_PARAMETER = re.compile(
    r"[?&](?P<name>"
    + "|".join(name for name in WORDS["keys"]["page_parameters"] if len(name) > 2)
    + r")="
    r"(?:\d{1,4}(?!\d)|[\"'])",
    re.IGNORECASE,
)
_PAGE_CALL = re.compile(
    r"(?:page|next|go|turn|jump|list)\w*\s*\(\s*(?:this\s*,\s*)?['\"]?(\d{1,4})['\"]?\s*[,)]",
    re.IGNORECASE,
)


def linked_next(markup: Markup, page: Page, facts: PagerFacts) -> PageRequest | None:
    """Return the page behind a link that says next, or that bears the next number."""
    number = None if facts.number is None else facts.number + 1
    for element, certain in _next_links(markup, facts.pagers, number):
        address = (
            join_address(markup.base, element.get("href") or "")
            if element.tag == "link"
            else link_address(element, markup.base)
        )
        if address and _leads_on(page.url, address, certain=certain):
            return PageRequest(url=address, number=number, headers={"Referer": page.url})
    offered = _offered_next(markup, page, facts, number)
    if offered:
        return PageRequest(url=offered, number=number, headers={"Referer": page.url})
    hidden = next_counted_down(page.url, tuple(link_addresses(markup)))
    return PageRequest(url=hidden, number=number, headers={"Referer": page.url}) if hidden else None


def _offered_next(markup: Markup, page: Page, facts: PagerFacts, number: int | None) -> str | None:
    """Return the address under the next number in a menu of all pages; values may be numbers."""
    for option in (option for pager in facts.pagers for option in pager.iter("option")):
        value = option.get("value") or ""
        if number is None or compact(words_of(option)).strip("第页") != str(number):
            continue
        address = None if value.isdigit() else join_address(markup.base, value)
        if address and _leads_on(page.url, address, certain=True):
            return address
    return None


def linked_last(markup: Markup, page: Page) -> str | None:
    """Return the address behind a link that says last page, this page's own included."""
    for element in markup.root.iter("a"):
        address = link_address(element, markup.base) if _says(element) in _LAST else None
        if address is None:
            continue
        own = canonical_url(address) == canonical_url(page.url)
        if own or _leads_on(page.url, address, certain=False):
            return address
    return None


def link_addresses(markup: Markup) -> Iterator[str]:
    """Yield the addresses of all links of a page."""
    for element in markup.root.iter("a"):
        address = link_address(element, markup.base)
        if address:
            yield address


def _next_links(
    markup: Markup, pagers: tuple[HtmlElement, ...], number: int | None
) -> Iterator[tuple[HtmlElement, bool]]:
    for element in markup.root.iter("link", "a"):
        if "next" in (element.get("rel") or "").lower().split():
            yield element, True
    for element in markup.root.iter("a"):
        if _says(element) in _NEXT:
            yield element, True
    inside = [element for pager in pagers for element in pager.iter("a")]
    if number is not None:
        yield from ((element, False) for element in inside if _says(element) == str(number))
    yield from ((element, False) for element in inside if _says(element) in _NEXT_SIGNS)


def _says(element: HtmlElement) -> str:
    return compact("".join(element.itertext())) or compact(element.get("title") or "")


def _leads_on(url: str, address: str, *, certain: bool) -> bool:
    """Tell a further page of the same list from the same page, its start, and a calendar."""
    here, there = canonical_url(url), canonical_url(address)
    if there == here or host_of(there) != host_of(here) or _is_start_of(there, here):
        return False
    if _calendar_values(there) != _calendar_values(here):
        return False
    return certain or urlsplit(there).path.rpartition("/")[0].startswith(
        urlsplit(here).path.rpartition("/")[0]
    )


def _is_start_of(there: str, here: str) -> bool:
    folder, _, name = urlsplit(there).path.rpartition("/")
    at_start = not urlsplit(there).query and (not name or name.partition(".")[0] == "index")
    return at_start and urlsplit(here).path.rpartition("/")[0] == folder


def _calendar_values(url: str) -> list[tuple[str, str]]:
    return [pair for pair in parse_qsl(urlsplit(url).query) if pair[0].lower() in _CALENDAR]


def offers_unsaid_next(markup: Markup, facts: PagerFacts) -> bool:
    """Tell whether there is a pager that a script fills, or whose button calls one."""
    return any(_is_unfilled(pager) for pager in facts.pagers) or any(
        _says(element) in _NEXT and _calls_script(element) for element in markup.root.iter("a")
    )


def _calls_script(element: HtmlElement) -> bool:
    calls = f"{element.get('onclick') or ''}{element.get('href') or ''}".replace("void(0)", "")
    return "(" in calls and "disabled" not in marks_of(element)


def _is_unfilled(pager: HtmlElement) -> bool:
    return (
        pager.tag in ("div", "ul", "p", "td", "span")
        and not words_of(pager)
        and next(pager.iter("a"), None) is None
    )


def page_parameter(markup: Markup) -> str | None:
    """Return what the page calls the page number where its links or scripts write addresses."""
    written = (
        *(element.get("onclick") or "" for element in markup.root.iter("a", "li", "span")),
        *(element.get("href") or "" for element in markup.root.iter("a")),
        *markup.scripts,
    )
    for text in written:
        found = _PARAMETER.search(text)
        if found:
            return found["name"]
    return None


def called_pages(facts: PagerFacts) -> int | None:
    """Return the highest page that buttons such as ``toPage(7)`` would turn to."""
    elements = (element for pager in facts.pagers for element in pager.iter())
    calls = " ".join(
        f"{element.get('onclick') or ''} {element.get('href') or ''}" for element in elements
    )
    return max((int(number) for number in _PAGE_CALL.findall(calls)), default=None)
