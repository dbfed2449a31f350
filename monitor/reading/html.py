"""Published HTML pages: the report's own text and tables out of whatever surrounds them."""

from copy import deepcopy

from lxml import etree

from monitor.reading.encoding import decode, undecoded
from monitor.reading.html_blocks import blocks_of
from monitor.reading.html_body import find_body
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
    content = _content(root)
    return Document(
        media_type="text/html",
        method="html",
        blocks=tuple(blocks_of(content)),
        title=find_page_title(root, labels),
        labels=labels,
        damage=undecoded(text, body),
        date_candidates=find_dates(root, labels),
    )


def _content(root: etree._Element) -> etree._Element:
    """Return the element with the report; a hidden one only if none is to be seen.

    Some pages show their text by a script.
    """
    seen = find_body(root)
    if seen.sure:
        return seen.element
    revealed = deepcopy(root)
    for element in revealed.iter():
        for name in ("style", "hidden"):
            element.attrib.pop(name, "")
    hidden = find_body(revealed)
    return hidden.element if hidden.sure else seen.element


def _parse(text: str) -> etree._Element:
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
