"""Where on a page the article is: the body containers of the known systems, else by density."""

import re

from lxml.html import HtmlElement

from crawler.platforms.lists import in_chrome
from crawler.platforms.markup import block_text_of, marks_of
from crawler.platforms.wording import WORDS

_BODY_MARKS = frozenset(WORDS["marks"]["bodies"])
_COUNTED_MARK = re.compile(r"^vsb_content_\d+")
_BODY_TAGS = ("ucapcontent",)
_CONTAINERS = ("div", "td", "article", "section", "main", "form")
_SHORTEST = 2
_DENSE = 60


def find_body(root: HtmlElement) -> HtmlElement | None:
    """Return the element that holds the article's text; None if the page shows no such element."""
    known = [element for element in root.iter() if _is_known(element)]
    best = max(known, key=lambda element: len(block_text_of(element)), default=None)
    if best is not None and (
        len(block_text_of(best)) >= _SHORTEST
        or next(best.iter("a", "iframe", "embed"), None) is not None
    ):
        return best
    return _densest(root)


def _is_known(element: HtmlElement) -> bool:
    marks = marks_of(element).split()
    return element.tag in _BODY_TAGS or any(
        mark in _BODY_MARKS or _COUNTED_MARK.match(mark) for mark in marks
    )


def _densest(root: HtmlElement) -> HtmlElement | None:
    """Return the container with most of the page's running text outside links."""
    lengths = ((_own_text(element), element) for element in root.iter(*_CONTAINERS))
    dense = [(length, element) for length, element in lengths if length >= _DENSE]
    dense.sort(key=lambda pair: -pair[0])
    return next((element for _, element in dense if not in_chrome(element)), None)


def _own_text(element: HtmlElement) -> int:
    """Return the length of the text in paragraphs and tables directly below ``element``."""
    length = len((element.text or "").strip())
    for child in element:
        length += len((child.tail or "").strip())
        if child.tag in (
            "p",
            "table",
            "span",
            "b",
            "strong",
            "h2",
            "h3",
            "h4",
            "font",
            "blockquote",
        ):
            linked = sum(len("".join(link.itertext()).strip()) for link in child.iter("a"))
            length += len("".join(child.itertext()).strip()) - linked
    return length
