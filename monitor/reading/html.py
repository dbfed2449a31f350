"""Published HTML pages: the report's own text and tables out of whatever surrounds them."""

from lxml import etree

from monitor.reading.encoding import decode, undecoded
from monitor.reading.html_blocks import blocks_of
from monitor.reading.html_body import find_body
from monitor.reading.html_dom import Element, Node, build_nodes
from monitor.reading.html_labels import find_dates, find_page_title, page_labels
from monitor.reading.model import Document, UnreadableError

MOST_BYTES = 20_000_000
_TOO_DEEP = "depth"


def read_html(body: bytes, *, charset: str | None = None) -> Document:
    """Read an HTML page as a document; ``charset`` is what the server said.

    The part that holds the report is found by its headings and its running text. Hidden
    elements, scripts and links to attachments are left out; no entity and no address is
    fetched.

    Raises:
        UnreadableError: ``empty``, ``too-large``, ``undecodable``, ``limits-exceeded``.
    """
    if len(body) > MOST_BYTES:
        raise UnreadableError("too-large", f"a page of more than {MOST_BYTES} bytes")
    text = decode(body, charset=charset, html=True)
    root = _parse(text)
    labels = page_labels(root)
    page = build_nodes(root)
    nodes = list(page.iter())
    return Document(
        media_type="text/html",
        method="html",
        blocks=tuple(blocks_of(_content(root, page))),
        title=find_page_title(root, nodes, labels),
        labels=labels,
        damage=undecoded(text, body),
        date_candidates=find_dates(nodes, labels),
    )


def _content(root: Element, page: Node) -> Node:
    """Return the node with the report; a hidden one only if none is to be seen.

    Some pages show their text by a script.
    """
    seen = find_body(page)
    if seen.sure:
        return seen.node
    hidden = find_body(build_nodes(_unescaped(root), reveal=True))
    return hidden.node if hidden.sure else seen.node


def parse_page(body: bytes) -> Element:
    """Return the root of a page as it is read; the element paths of places lead through it.

    Raises:
        UnreadableError: ``empty``, ``undecodable``, ``limits-exceeded``.
    """
    return _parse(decode(body, html=True))


def _unescaped(root: Element) -> Element:
    """Return the page with the markup parsed that stands as text in a text area."""
    for area in root.iter("textarea"):
        text = area.text or ""
        if len(area) == 0 and "<" in text:
            area.text = None
            area.append(_parse(text))
    return root


def _parse(text: str) -> Element:
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = etree.fromstring(text.encode("utf-8", errors="replace"), parser=parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableError("empty", "the page holds no markup and no text") from error
    if root is None:
        raise UnreadableError("empty", "the page holds no markup and no text")
    if any(_TOO_DEEP in entry.message.lower() for entry in parser.error_log):
        raise UnreadableError("limits-exceeded", "elements are nested too deeply")
    return root
