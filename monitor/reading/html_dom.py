"""A page as light nodes: what every part of the HTML reader walks.

The tree of the parser is gone through once. Elements whose text nobody sees are left out, what
follows them goes to the node before; the XPath of a node counts them all the same.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

Element = etree._Element

NEVER_SHOWN = frozenset(
    {"script", "style", "head", "select", "button", "iframe", "object", "xml"}
    | {"svg", "canvas", "title", "video", "audio", "map"}
)
KEPT_APART = frozenset({"noscript", "template", "textarea"})
"""Not shown either, but some pages keep the text in them until a script has run."""
BLOCKS = frozenset(
    {"p", "div", "section", "article", "main", "header", "footer", "nav", "aside", "form"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr"}
    | {"td", "th", "tbody", "thead", "tfoot", "caption", "center", "blockquote", "pre", "hr"}
    | {"body", "fieldset", "figure", "figcaption", "address", "ucapcontent", "ucaptitle"}
    | {"textarea", "noscript", "template"}
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|font-size\s*:\s*0(?:px|pt|em)?\s*(?:;|$|!)"
    r"|(?:left|top|text-indent)\s*:\s*-\d{4,}"
)
_BLOCK_STYLE = re.compile(r"display\s*:\s*(?:block|table(?!-column)|flex|grid|list-item)")
_PREFORMATTED = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)")
_BLANKS = re.compile(r"[\s\u00a0\u3000\u200b\ufeff]+")
_MEDIA = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SIMPLE = re.compile(r"[a-z]*([.#][\w-]+)$")
_LONGEST_STYLES = 200_000


class Node:
    """An element that shows; ``text`` is before its first child, ``tail`` behind its end."""

    __slots__ = (
        "_path",
        "_totals",
        "children",
        "element",
        "number",
        "parent",
        "style",
        "tag",
        "tail",
        "text",
    )

    def __init__(self, element: Element, tag: str, parent: "Node | None", number: int) -> None:
        self.element = element
        self.tag = tag
        self.parent = parent
        self.number = number
        """Which of its parent's children of this tag it is (of all, for a prefixed tag)."""
        self.text = element.text or ""
        self.tail = element.tail or ""
        self.style = ""
        self.children: Sequence[Node] = ()
        self._totals: Mapping[str, int] | None = None
        self._path: str | None = None

    def get(self, name: str) -> str | None:
        """Return an attribute."""
        return self.element.get(name)

    @property
    def path(self) -> str:
        """Its XPath, the same that ``getpath`` of lxml gives."""
        if self._path is None:
            above = "" if self.parent is None else self.parent.path
            self._path = f"{above}/{self._step()}"
        return self._path

    @property
    def is_block(self) -> bool:
        """Whether it stands on lines of its own."""
        return self.tag in BLOCKS or ("display" in self.style and self._shown_as_block())

    @property
    def is_preformatted(self) -> bool:
        """Whether line breaks in its text show."""
        if self.tag in ("pre", "textarea"):
            return True
        return "white-space" in self.style and _PREFORMATTED.search(self.style) is not None

    def iter(self) -> Iterator["Node"]:
        """Yield the node and all below it in document order."""
        pending = [self]
        while pending:
            node = pending.pop()
            yield node
            pending.extend(reversed(node.children))

    def _shown_as_block(self) -> bool:
        return _BLOCK_STYLE.search(self.style) is not None

    def _step(self) -> str:
        if self.parent is None:
            return self.tag
        if ":" in self.tag:
            # Prefixes such as o:p of Word are bound to no namespace in HTML.
            return f"*[{self.number}]"
        assert self.parent._totals is not None
        alone = self.parent._totals[self.tag] == 1
        return self.tag if alone else f"{self.tag}[{self.number}]"


def build_nodes(root: Element, *, reveal: bool = False) -> Node:
    """Return the page's elements that show; with ``reveal`` also those that are hidden by style."""
    names = frozenset() if reveal else _hidden_names(root)
    return _Builder(reveal=reveal, names=names).node(root, str(root.tag).lower(), None, 1)


class _Builder:
    def __init__(self, *, reveal: bool, names: frozenset[str]) -> None:
        self.reveal = reveal
        self.skipped = NEVER_SHOWN if reveal else NEVER_SHOWN | KEPT_APART
        self.names = names

    def node(self, element: Element, tag: str, parent: Node | None, number: int) -> Node:
        node = Node(element, tag, parent, number)
        if not len(element):
            return node
        totals: dict[str, int] = {}
        children: list[Node] = []
        node.children, node._totals = children, totals
        for count, child in enumerate(element, start=1):
            name = str(child.tag)
            totals[name] = nth = totals.get(name, 0) + 1
            style = child.get("style")
            style = style.lower() if style else ""
            if name in self.skipped or self._is_hidden(child, name, style):
                _append(node, child.tail)
                continue
            inner = self.node(child, name, node, count if ":" in name else nth)
            inner.style = style
            children.append(inner)
        return node

    def _is_hidden(self, element: Element, tag: str, style: str) -> bool:
        if self.reveal or tag in ("html", "body"):
            # Pages hide their body until a script has run.
            return False
        if style and _HIDDEN.search(style):
            return True
        if tag != "input" and element.get("hidden") is not None:
            return True
        return bool(self.names) and self._has_hidden_name(element)

    def _has_hidden_name(self, element: Element) -> bool:
        identity = element.get("id")
        if identity and f"#{identity}" in self.names:
            return True
        classes = element.get("class") or ""
        return any(f".{name}" in self.names for name in classes.split())


def _append(node: Node, text: str | None) -> None:
    if not text:
        return
    if node.children:
        node.children[-1].tail += text
    else:
        node.text += text


def _hidden_names(root: Element) -> frozenset[str]:
    """Return the classes and ids that the page's own style sheets hide on every screen."""
    names: set[str] = set()
    for style in root.iter("style"):
        text = style.text or ""
        if "display" not in text or len(text) > _LONGEST_STYLES:
            continue
        for selectors, body in _RULE.findall(_MEDIA.sub("", text)):
            if not re.search(r"display\s*:\s*none", body):
                continue
            found = (_SIMPLE.match(selector.strip()) for selector in selectors.split(","))
            names.update(match[1] for match in found if match)
    return frozenset(names)


def visible_text(node: Node) -> str:
    """Return the text that shows in a node, blanks removed."""
    return _BLANKS.sub("", shown_text(node))


def shown_text(node: Node) -> str:
    """Return the text that shows in a node, as it stands."""
    pieces: list[str] = []
    _collect(node, pieces)
    return "".join(pieces)


def _collect(node: Node, pieces: list[str]) -> None:
    pieces.append(node.text)
    for child in node.children:
        _collect(child, pieces)
        pieces.append(child.tail)


def attributes_of(element: Element) -> Mapping[str, str]:
    """Return the attributes of an element, names in lower case."""
    return {str(name).lower(): str(value) for name, value in element.attrib.items()}
