"""The way into reading: bytes to a document, bytes to a report.

``monitor.reading.isolation.read_original`` does the same in a child process, and is what reads
files from the net.
"""

from collections.abc import Callable, Mapping
from email import message_from_bytes
from email.message import Message

from monitor.reading import kinds
from monitor.reading.assemble import assemble
from monitor.reading.html import read_html
from monitor.reading.limits import DEFAULT_LIMITS, Limits
from monitor.reading.model import Document, Report, UnreadableError
from monitor.reading.pdf import read_pdf
from monitor.reading.plain import read_text
from monitor.reading.word import read_docx


def read_report(body: bytes, name: str | None = None, *, limits: Limits = DEFAULT_LIMITS) -> Report:
    """Read the bytes of an original as a report; ``name`` is a hint only.

    What is some other document still gives a ``Report``, one without sections and tables: that it
    is none is for a rule to say.

    Raises:
        UnreadableError: if the file cannot be read at all; its ``code`` says why.
    """
    return assemble(read_document(body, name, limits=limits))


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
    if kind == kinds.PDF:
        return read_pdf(body, limits)
    if kind in _READERS:
        return _READERS[kind](body)
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


def _read_web_archive(body: bytes) -> Document:
    """Read the page inside an MHT file (RFC 2557)."""
    for part in message_from_bytes(body.lstrip()).walk():
        if part.get_content_type() in (kinds.HTML, "application/xhtml+xml"):
            return read_html(_in_utf8(part))
    raise UnreadableError("damaged", "the web archive holds no page")


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


_READERS: Mapping[str, Callable[[bytes], Document]] = {
    kinds.DOCX: read_docx,
    kinds.HTML: read_html,
    kinds.MHT: _read_web_archive,
    kinds.TEXT: read_text,
}
