"""Links as a reader would click them: by address, by script, on a word or on a whole row."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.platforms import wording
from crawler.platforms.addresses import join_address, quoted_addresses
from crawler.platforms.markup import Markup, text_of

_SCRIPT_ATTRIBUTES = ("onclick", "data-url", "data-href", "data-link", "data-src")
_NO_LINKS = frozenset({"img", "input", "select", "iframe", "video", "audio", "source"})
_TEMPLATE = re.compile(r"\{\{|\}\}|<%|%>|\$\{|<\?=|\{\$|#\{")


@dataclass(frozen=True, slots=True)
class RowLink:
    """A link that may be that of a row."""

    element: HtmlElement
    url: str
    text: str
    """The words of the link itself."""
    action: bool
    """True if they say what a click does and not what it opens."""


def read_links(markup: Markup) -> Iterator[RowLink]:
    """Yield the links of a page in order, without buttons of the site and unfilled templates."""
    for element in markup.root.iter():
        url = link_address(element, markup.base)
        if url is None or (element.tag != "a" and _holds_a_link(element, markup.base)):
            continue
        text = text_of(element)
        name = wording.compact(text) or wording.compact(element.get("title") or "")
        if name in wording.NOT_ROWS or (name.isdigit() and len(name) < 4) or _TEMPLATE.search(text):
            continue
        yield RowLink(element, url, text, action=not name or name in wording.ACTIONS)


def link_address(element: HtmlElement, base: str) -> str | None:
    """Return where a click on ``element`` leads: its ``href``, else an address in its scripts."""
    href = element.get("href") if element.tag in ("a", "area") else None
    address = join_address(base, href) if href else None
    if address is not None:
        return address
    for name in _SCRIPT_ATTRIBUTES:
        value = element.get(name)
        if value and element.tag not in ("img", "input", "select", "iframe"):
            return next(iter(quoted_addresses(base, value)), None) or _plain_address(base, value)
    return None


def _holds_a_link(element: HtmlElement, base: str) -> bool:
    return any(link_address(inner, base) for inner in element.iter("a"))


def _plain_address(base: str, value: str) -> str | None:
    return join_address(base, value) if value.startswith(("/", "./", "../", "http", "?")) else None
