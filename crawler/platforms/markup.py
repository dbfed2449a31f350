"""HTML as a tree of what a reader sees, with its scripts set apart."""

import re
from dataclasses import dataclass

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from crawler.platforms.addresses import join_address
from crawler.platforms.model import Page

_MOST_CHARACTERS = 16_000_000
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufeff]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ue000-\uf8ff]")
_BLANKS = re.compile(r"\s+")
_UNSEEN = ("script", "style", "noscript", "template")
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "br", "caption", "dd", "div", "dl", "dt"),
        *("fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5"),
        *("h6", "header", "hr", "li", "main", "nav", "ol", "option", "p", "pre", "section"),
        *("table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)


@dataclass(frozen=True, slots=True)
class Markup:
    """A parsed page: the tree without scripts and comments, and the scripts' own text."""

    root: HtmlElement
    base: str
    """What relative addresses are relative to."""
    scripts: tuple[str, ...]


def parse_fragment(text: str) -> HtmlElement:
    """Return the tree of any text taken as HTML; an empty tree if nothing can be made of it."""
    clean = _UNPRINTABLE.sub(" ", text[:_MOST_CHARACTERS])
    parser = lxml.html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = lxml.html.document_fromstring(clean.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError):
        root = lxml.html.document_fromstring("<html><body></body></html>")
    return root


def parse_markup(page: Page) -> Markup:
    """Parse ``page``; never fails, whatever its text is."""
    root = parse_fragment(page.text)
    scripts = tuple(script.text or "" for script in root.iter("script"))
    for element in list(root.iter(*_UNSEEN)):
        if element.getparent() is not None:
            element.drop_tree()
    base = next((element.get("href") for element in root.iter("base") if element.get("href")), "")
    return Markup(
        root=root,
        base=(join_address(page.url, base) if base else None) or page.url,
        scripts=scripts,
    )


def collapse(text: str) -> str:
    """Return ``text`` with each run of blanks as one space and no invisible characters."""
    return _BLANKS.sub(" ", _INVISIBLE.sub("", text)).strip()


def text_of(element: HtmlElement) -> str:
    """Return the text of ``element`` as read: inline parts joined, blanks collapsed."""
    return collapse("".join(element.itertext()))


def words_of(element: HtmlElement) -> str:
    """Return the text of ``element`` with a blank between any two of its parts."""
    return collapse(" ".join(element.itertext()))


def block_text_of(element: HtmlElement) -> str:
    """Return the text of ``element``, a blank between blocks and cells, none inside a line."""
    parts: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end")):
        block = node.tag in _BLOCKS
        if event == "start":
            parts.append(f" {node.text or ''}" if block else node.text or "")
        elif node is not element:
            parts.append(f" {node.tail or ''}" if block else node.tail or "")
    return collapse("".join(parts))


def marks_of(element: HtmlElement) -> str:
    """Return the classes and id of ``element``, in lower case, as one string."""
    return f"{element.get('class') or ''} {element.get('id') or ''}".lower()
