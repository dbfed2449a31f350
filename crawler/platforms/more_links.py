"""Links that only say 更多: what stands before them says of what."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from crawler.platforms import wording
from crawler.platforms.markup import Markup, collapse, text_of
from crawler.platforms.row_links import link_address
from crawler.platforms.subcolumns import NamedAddress

_MORE = re.compile(r"[\[【>+＋》»\s]*(?:查看|点击)?(?:更多|more)[\]】>+＋》».…\s]*", re.IGNORECASE)
_MOST_LEVELS = 4


def more_links(markup: Markup) -> Iterator[NamedAddress]:
    """Yield links to more of what a box shows, under the name of the box."""
    for link in markup.root.iter("a"):
        if not _MORE.fullmatch(text_of(link) or collapse(link.get("title") or "")):
            continue
        url, name = link_address(link, markup.base), _name_of_box(link)
        if url and wording.names_annual_column(name):
            yield NamedAddress(name, url, link)


def _name_of_box(link: HtmlElement) -> str:
    """Return the first words of the nearest element around a link that has some before it."""
    for level, box in enumerate(link.iterancestors()):
        if level >= _MOST_LEVELS:
            break
        if (first := _first_words(box, link)) is not None:
            return first
    return ""


def _first_words(box: HtmlElement, link: HtmlElement) -> str | None:
    for element in box.iter():
        if element is link:
            return None
        words = collapse(element.text or "") if isinstance(element.tag, str) else ""
        if words:
            return words
    return None
