"""A page taken apart once: its title, what a reader sees of it, its links and scripts."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import cast

from lxml import etree

_UNSEEN = ("script", "style", "noscript", "template", "head")
_MAX_DEPTH_ERRORS = (etree.ParserError, etree.XMLSyntaxError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """What a page consists of, as far as telling content from obstacles needs it."""

    title: str
    text: str
    """What a reader sees, blanks collapsed."""
    links: tuple[str, ...]
    """The ``href`` of every ``a``, as written."""
    inline_scripts: tuple[str, ...]
    script_files: int
    frames: int
    refresh: str | None
    """The ``content`` of a meta refresh outside ``noscript``; attributes in any order."""
    description: str


@lru_cache(maxsize=8)
def take_apart(html: str) -> Markup:
    """Return the parts of an HTML page; all empty if it is none.

    lxml stops at 256 levels of nesting, resolves no external entities and follows no links.
    """
    try:
        tree = etree.fromstring(_without_declaration(html), etree.HTMLParser())
    except _MAX_DEPTH_ERRORS:
        return _EMPTY
    if tree is None:
        return _EMPTY
    return Markup(
        title=_squeeze("".join(_strings(tree, "//title[1]//text()"))),
        links=tuple(_strings(tree, "//a/@href | //area/@href")),
        inline_scripts=tuple(_strings(tree, "//script[not(@src)]/text()")),
        script_files=len(_strings(tree, "//script/@src")),
        frames=len(_strings(tree, "//iframe/@src | //frame/@src")),
        refresh=_refresh(tree),
        description=_squeeze(" ".join(_strings(tree, _DESCRIPTION))),
        text=_visible(tree),  # last: it takes away what is not seen
    )


_EMPTY = Markup(
    title="",
    text="",
    links=(),
    inline_scripts=(),
    script_files=0,
    frames=0,
    refresh=None,
    description="",
)
_LOWER = "translate(@{0}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"
_DESCRIPTION = (
    f"//meta[{_LOWER.format('name')}='description' or {_LOWER.format('name')}='keywords']/@content"
)
_REFRESH = (
    f"//meta[{_LOWER.format('http-equiv')}='refresh'][not(ancestor::noscript)][@content]/@content"
)


def _without_declaration(html: str) -> str:
    """Drop an XML declaration: lxml refuses text that names its own encoding."""
    stripped = html.lstrip("\ufeff \t\r\n")
    if not stripped.startswith("<?xml"):
        return stripped
    return stripped.partition("?>")[2]


def _visible(tree: etree._Element) -> str:
    etree.strip_elements(tree, *_UNSEEN, with_tail=False)
    return _squeeze(" ".join(_strings(tree, "//text()")))


def _refresh(tree: etree._Element) -> str | None:
    return next(iter(_strings(tree, _REFRESH)), None)


def _strings(tree: etree._Element, path: str) -> list[str]:
    """Return what an XPath for texts or attributes finds."""
    return cast("list[str]", _compiled(path)(tree))


@cache
def _compiled(path: str) -> etree.XPath:
    # Strings that know where they stand make an object of every element: most of the time.
    return etree.XPath(path, smart_strings=False)


def _squeeze(text: str) -> str:
    return " ".join(text.split())
