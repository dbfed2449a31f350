"""What every part of the HTML reader asks of an element."""

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

Element = etree._Element

SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "head", "select", "button", "iframe", "object"}
    | {"svg", "canvas", "textarea", "title", "video", "audio", "map"}
)
BLOCKS = frozenset(
    {"p", "div", "section", "article", "main", "header", "footer", "nav", "aside", "form"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr"}
    | {"td", "th", "tbody", "thead", "tfoot", "caption", "center", "blockquote", "pre", "hr"}
    | {"body", "fieldset", "figure", "figcaption", "address", "ucapcontent", "ucaptitle"}
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
_BLANKS = re.compile(r"[\s\u00a0\u3000\u200b\ufeff]+")


def tag_of(element: Element) -> str:
    """Return the tag in lower case."""
    return str(element.tag).lower()


def children_of(element: Element, path: str) -> Iterator[tuple[Element, str]]:
    """Yield the children of an element, each with its XPath; ``path`` is the element's own.

    The same as ``getpath`` of lxml, which takes time in proportion to the siblings of each.
    """
    tags = [tag_of(child) for child in element]
    totals = Counter(tags)
    seen: Counter[str] = Counter()
    for number, (child, tag) in enumerate(zip(element, tags, strict=True), start=1):
        seen[tag] += 1
        if ":" in tag:
            # Prefixes such as o:p of Word are bound to no namespace in HTML.
            yield child, f"{path}/*[{number}]"
        else:
            yield child, f"{path}/{tag}[{seen[tag]}]" if totals[tag] > 1 else f"{path}/{tag}"


def is_skipped(element: Element) -> bool:
    """Tell an element whose text nobody sees."""
    tag = tag_of(element)
    if tag in SKIPPED:
        return True
    if tag in ("html", "body"):
        # Pages hide their body until a script has run.
        return False
    if "hidden" in element.attrib and tag != "input":
        return True
    style = element.get("style")
    return style is not None and _HIDDEN.search(style) is not None


def visible_text(element: Element) -> str:
    """Return the text that shows in an element, blanks removed."""
    return _BLANKS.sub("", "".join(_texts(element)))


def _texts(element: Element) -> Iterator[str]:
    if is_skipped(element):
        return
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""
