"""The way into reading: bytes to a document, bytes to a report.

``monitor.reading.isolation.read_original`` does the same in a child process, and is what reads
files from the net.
"""

from collections.abc import Callable, Mapping, Sequence
from email import message_from_bytes
from email.message import Message

from monitor.reading import kinds, office, word
from monitor.reading.assemble import assemble
from monitor.reading.bundle import Member, unpack
from monitor.reading.bundled import join_pages, read_bundle
from monitor.reading.choosing import ANY, Wanted
from monitor.reading.html import read_html
from monitor.reading.limits import DEFAULT_LIMITS, Limits
from monitor.reading.messages import NO_PICTURES
from monitor.reading.model import Document, Image, Report, UnreadableError
from monitor.reading.ofd import read_ofd
from monitor.reading.office import read_office
from monitor.reading.pdf import read_pdf
from monitor.reading.pictured import Lookup, read_pictured
from monitor.reading.plain import read_text
from monitor.reading.scan import can_recognise, read_blocks, read_picture
from monitor.reading.sums import pages_in_doubt
from monitor.reading.word import read_docx


def read_report(
    body: bytes,
    name: str | None = None,
    *,
    limits: Limits = DEFAULT_LIMITS,
    pictures: Mapping[str, bytes] = NO_PICTURES,
    wanted: Wanted = ANY,
) -> Report:
    """Read the bytes of an original as a report; ``name`` is a hint only.

    What is some other document still gives a ``Report``, one without sections and tables: that it
    is none is for a rule to say.

    Args:
        body: the original: a document, a picture, or a bundle of them.
        name: what it is called.
        limits: what reading it may cost.
        pictures: those that a page shows, by their addresses as the page writes them.
        wanted: which report is looked for, where a bundle holds several.

    Raises:
        UnreadableError: if the file cannot be read at all; its ``code`` says why.
    """
    kind = kinds.file_kind(body, name)
    if kind not in kinds.BUNDLES or len(body) > limits.body_bytes:
        return _read_alone(body, name, kind, pictures.get, limits)

    def read(member: Member, lookup: Lookup) -> Report:
        inner = kinds.file_kind(member.body, member.name)
        return _read_alone(member.body, member.name, inner, lookup, limits)

    def read_pages(members: Sequence[Member]) -> Report:
        return assemble(join_pages([read_picture(item.body, limits) for item in members]))

    return read_bundle(unpack(body, kind, limits), kind, read, read_pages, wanted)


def _read_alone(body: bytes, name: str | None, kind: str, lookup: Lookup, limits: Limits) -> Report:
    """Read a file that is no bundle, with the pictures in it or beside it."""
    document = read_document(body, name, limits=limits)
    report = _with_pictures(document, body, kind, lookup, limits)
    pages = pages_in_doubt(report) if document.method == "pdf-text" else frozenset()
    if pages:
        # A sum may be wrong in print, or a cell misread: only a second look tells.
        again = read_pdf(body, limits, thorough=pages)
        return _with_pictures(again, body, kind, lookup, limits)
    return report


def _with_pictures(
    document: Document, body: bytes, kind: str, lookup: Lookup, limits: Limits
) -> Report:
    if not any(isinstance(block, Image) for block in document.blocks):
        return assemble(document)
    recognise = read_blocks if can_recognise() else None
    return read_pictured(document, _pictures_at_hand(body, kind, lookup), recognise, limits)


def _pictures_at_hand(body: bytes, kind: str, lookup: Lookup) -> Lookup:
    """Return how to get at the pictures of a file: inside it if it holds them itself."""
    inside = _PICTURES_INSIDE.get(kind)
    if inside is None:
        return lookup
    try:
        pictures = inside(body)
    except UnreadableError:
        # The text was read, so that there is a report without them.
        pictures = NO_PICTURES
    return pictures.get


def read_document(
    body: bytes, name: str | None = None, *, limits: Limits = DEFAULT_LIMITS
) -> Document:
    """Read the bytes of an original as blocks and grids; its kind is told by the bytes.

    Raises:
        UnreadableError: if the file cannot be read at all; its ``code`` says why.
    """
    if len(body) > limits.body_bytes:
        raise UnreadableError("too-large", f"{len(body)} bytes, more than {limits.body_bytes}")
    kind = kinds.file_kind(body, name)
    if kind in _READERS:
        return _READERS[kind](body, limits)
    if kind in kinds.PICTURES:
        return read_picture(body, limits)
    raise _refusal(kind)


def _refusal(kind: str) -> UnreadableError:
    if kind == kinds.EMPTY:
        return UnreadableError("empty", "the file is empty")
    if kind == kinds.LOCKED:
        return UnreadableError("encrypted", "the document asks for a password")
    if kind == kinds.UNKNOWN:
        return UnreadableError("unknown-type", "the bytes are of no known kind of file")
    message = f"there is no reader for {kind}; the original is kept in the archive unread"
    return UnreadableError("unsupported-type", message)


def _read_web_archive(body: bytes, _limits: Limits) -> Document:
    """Read the page inside an MHT file (RFC 2557)."""
    for part in message_from_bytes(body.lstrip()).walk():
        if part.get_content_type() in (kinds.HTML, "application/xhtml+xml"):
            return read_html(_in_utf8(part))
    raise UnreadableError("damaged", "the web archive holds no page")


def _pictures_of_web_archive(body: bytes) -> Mapping[str, bytes]:
    """Return the pictures inside an MHT file by the addresses its page may write."""
    found: dict[str, bytes] = {}
    for part in message_from_bytes(body.lstrip()).walk():
        payload = part.get_payload(decode=True)
        if part.get_content_maintype() == "image" and isinstance(payload, bytes):
            found[str(part.get("Content-Location", ""))] = payload
            found["cid:" + str(part.get("Content-ID", "")).strip("<>")] = payload
    return found


def _in_utf8(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    body = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset()
    if charset is None:
        return body
    try:
        text = body.decode("gb18030" if charset in ("gb2312", "gbk") else charset)
    except (LookupError, UnicodeDecodeError):
        return body
    # A byte order mark outweighs a charset that the page itself declares.
    return b"\xef\xbb\xbf" + text.lstrip("\ufeff").encode()


_READERS: Mapping[str, Callable[[bytes, Limits], Document]] = {
    kinds.DOC: lambda body, limits: read_office(body, kinds.DOC, limits),
    kinds.DOCX: lambda body, _: read_docx(body),
    kinds.HTML: lambda body, _: read_html(body),
    kinds.MHT: _read_web_archive,
    kinds.ODT: lambda body, limits: read_office(body, kinds.ODT, limits),
    kinds.OFD: read_ofd,
    kinds.PDF: read_pdf,
    kinds.RTF: lambda body, limits: read_office(body, kinds.RTF, limits),
    kinds.TEXT: lambda body, _: read_text(body),
    kinds.WPS: lambda body, limits: read_office(body, kinds.WPS, limits),
}


_PICTURES_INSIDE: Mapping[str, Callable[[bytes], Mapping[str, bytes]]] = {
    kinds.DOC: office.pictures_of,
    kinds.DOCX: word.pictures_of,
    kinds.MHT: _pictures_of_web_archive,
    kinds.ODT: office.pictures_of,
    kinds.RTF: office.pictures_of,
    kinds.WPS: office.pictures_of,
}
"""How to get at the pictures that a file holds itself."""
