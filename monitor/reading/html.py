"""Published HTML pages: the report's own text and tables out of whatever surrounds them."""

from lxml import etree

from monitor.reading.encoding import decode
from monitor.reading.html_blocks import blocks_of
from monitor.reading.html_body import find_body
from monitor.reading.html_labels import find_dates, find_page_title, page_labels
from monitor.reading.model import Damage, Document, UnreadableError

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
    content = find_body(root)
    return Document(
        media_type="text/html",
        method="html",
        blocks=tuple(blocks_of(content)),
        title=find_page_title(root, labels),
        labels=labels,
        damage=undecoded(text, body),
        date_candidates=find_dates(root, labels),
    )


def undecoded(text: str, body: bytes) -> tuple[Damage, ...]:
    """Return the damage of characters that could not be decoded, if there are any."""
    lost = text.count("\ufffd") - body.count(b"\xef\xbf\xbd")
    if lost <= 0:
        return ()
    return (Damage(code="text-undecodable", detail=f"{lost} characters could not be decoded"),)


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
