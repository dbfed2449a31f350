"""What a body is, by its bytes alone.

Servers call PDFs ``application/octet-stream`` or ``text/html``, and send error pages under the
name of a file, so neither the header nor the name is asked.
"""

import json
import re
import zipfile
from io import BytesIO

import filetype

HTML = "text/html"
PDF = "application/pdf"
DOC = "application/msword"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
OFD = "application/ofd"
ZIP = "application/zip"
OLE = "application/x-ole-storage"
RTF = "application/rtf"
MHT = "multipart/related"
JSON = "application/json"
XML = "application/xml"
TEXT = "text/plain"
UNKNOWN = "application/octet-stream"
EMPTY = "application/x-empty"

PAGES = frozenset({HTML, JSON, XML, TEXT, EMPTY})
"""Kinds that are read as a page; everything else is a file."""

_HEAD = 4096
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("WordDocument", DOC),
    ("Workbook", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
)
MAX_ZIP_MEMBERS = 10_000
"""Members of a zip up to which it is listed; the largest OFD files have some hundred."""
_ZIP_ENTRY = b"PK\x01\x02"
"""How each entry of a zip's directory begins (APPNOTE 4.3.12)."""
_ZIP_MEMBERS = (
    ("OFD.xml", OFD),
    ("word/document.xml", DOCX),
    ("xl/workbook.xml", XLSX),
    ("ppt/presentation.xml", PPTX),
)
_TEXT_STARTS = (b"<", b"{", b"\r\n<", b"\n<", b" <", b"\xef\xbb\xbf<", b"\xef\xbb\xbf\r\n<")
"""How pages begin and no binary format does: most bodies, told without asking for each format."""
_HTML_TAG = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|meta|title|div|table|tr|td|p|ul|li|a|span|form|"
    rb"frameset|iframe|style|link|br|h[1-6])[\s>/]",
    re.IGNORECASE,
)


def media_type_of(body: bytes) -> str:
    """Return the media type of ``body``; ``application/octet-stream`` if it is not known."""
    if not body.strip():
        return EMPTY
    if b"%PDF-" in body[:1024]:
        return PDF
    if body.startswith(_OLE_MAGIC):
        return _ole_kind(body)
    if body.startswith(b"PK\x03\x04"):
        return _zip_kind(body)
    if body.lstrip().startswith(b"{\\rtf"):
        return RTF
    if body.startswith(_TEXT_STARTS):
        return _text_kind(body)
    guessed = filetype.guess_mime(body)
    return str(guessed) if guessed else _text_kind(body)


def is_page(media_type: str) -> bool:
    """Tell whether a body of this type is read as a page rather than kept as a file."""
    return media_type in PAGES


def looks_whole(body: bytes, media_type: str) -> bool:
    """Tell whether a file has its own end mark, as far as its format has one.

    PDF 32000-1 7.5.5 wants ``%%EOF`` last; zip-based formats end with their directory; PNG and
    JPEG with a marker. Trailing rubbish is common and forgiven. Formats without an end mark are
    taken as whole.
    """
    tail = body[-8192:]
    if media_type == PDF:
        return b"%%EOF" in tail
    if media_type in {ZIP, DOCX, XLSX, PPTX, OFD}:
        return b"PK\x05\x06" in body[-(65536 + 22) :]
    if media_type == "image/png":
        return b"IEND" in tail
    if media_type == "image/jpeg":
        return b"\xff\xd9" in tail
    return True


def proves_its_end(body: bytes, media_type: str) -> bool:
    """Tell whether the bytes themselves show that nothing is missing.

    Asked when the server did not say how long the body is and closed the connection after it:
    then only an end mark tells a whole document from one cut short.
    """
    if media_type == HTML:
        return b"</html>" in body[-2048:].lower()
    if media_type == JSON:
        return _is_json(body)
    if media_type in {PDF, ZIP, DOCX, XLSX, PPTX, OFD, "image/png", "image/jpeg"}:
        return looks_whole(body, media_type)
    return False


def _ole_kind(body: bytes) -> str:
    for stream, kind in _OLE_STREAMS:
        if stream.encode("utf-16-le") in body:
            return kind
    return OLE


def _zip_kind(body: bytes) -> str:
    names = _zip_names(body)
    for member, kind in _ZIP_MEMBERS:
        if member in names:
            return kind
    return ZIP


def _zip_names(body: bytes) -> set[str]:
    """Return the names that tell the kinds of documents apart, as far as a zip has them.

    A zip with more members than any document has is not listed: it may have millions.
    """
    if body.count(_ZIP_ENTRY) <= MAX_ZIP_MEMBERS:
        try:
            with zipfile.ZipFile(BytesIO(body)) as archive:
                return set(archive.namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
            pass  # cut short: the directory at the end is missing, the first names are not
    return {name for name, _ in _ZIP_MEMBERS if name.encode() in body}


def _text_kind(body: bytes) -> str:
    head = _narrow(body[:_HEAD])
    if head[:256].lstrip().lower().startswith(b"mime-version:"):
        return MHT
    if _HTML_TAG.search(head):
        return HTML
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<?xml", b"<")):
        return XML
    if _is_json(body):
        return JSON
    return UNKNOWN if b"\x00" in head else TEXT


def _narrow(head: bytes) -> bytes:
    """Return UTF-16 text as bytes that the patterns above can read."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[2:].replace(b"\x00", b"")
    return head


def _is_json(body: bytes) -> bool:
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return False
    try:
        json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return True
