"""What a file is, by its bytes: names and headers of portals are wrong too often.

Sources: the signatures of each format; MS-CFB (OLE files); ECMA-376 (DOCX); GB/T 33190 (OFD).
"""

import re
import struct
import zipfile
from io import BytesIO

import filetype

from monitor.reading.word.package import BROKEN_ZIP

EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
DOC = "application/msword"
WPS = "application/vnd.ms-works"
XLS = "application/vnd.ms-excel"
PPT = "application/vnd.ms-powerpoint"
OLE = "application/x-ole-storage"
LOCKED = "application/x-ole-encrypted"
"""An office document under a password, whatever is inside."""
RTF = "application/rtf"
OFD = "application/ofd"
ODT = "application/vnd.oasis.opendocument.text"
ZIP = "application/zip"
RAR = "application/vnd.rar"
SEVEN_ZIP = "application/x-7z-compressed"
HTML = "text/html"
MHT = "multipart/related"
XML = "application/xml"
TEXT = "text/plain"

_HEAD = 8192
_MOST_ENTRIES = 20_000
"""Files in a ZIP beyond which its directory is not even listed: no document has so many."""
_PDF_WITHIN = 1024
"""A PDF may begin with other bytes; every reader looks for its signature this far."""
_MOST_LISTS = 64
"""Sectors that list the sectors of the table; these are enough for 500 MB."""
_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (
    ("EncryptedPackage", LOCKED),
    ("WordDocument", DOC),
    ("WpsDocument", WPS),
    ("MatOST", WPS),
    ("Workbook", XLS),
    ("Book", XLS),
    ("PowerPoint Document", PPT),
)
_TAG = re.compile(
    r"<(?:!doctype\s+html|html|head|body|meta|title|script|style|table|div|p|span|h[1-6]|center|"
    r"font|form|link|iframe|ul|br)\b",
    re.IGNORECASE,
)
_MHT = re.compile(
    rb"^(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?content-type:\s*multipart/related", re.IGNORECASE
)
PICTURES = frozenset(
    ("image/png", "image/jpeg", "image/gif", "image/tiff", "image/bmp", "image/webp", "image/jp2")
)
BUNDLES = frozenset((ZIP, RAR, SEVEN_ZIP))
"""Kinds that hold other files, a report perhaps among them."""
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROL = 0.002


def file_kind(body: bytes, name: str | None = None) -> str:
    """Return the media type of a file.

    ``name`` only tells a document of WPS Office from one of Word, whose bytes are alike.
    """
    if not body.strip(b"\x00 \t\r\n"):
        return EMPTY
    if b"%PDF-" in body[:_PDF_WITHIN]:
        return PDF
    if body.startswith(_OLE_SIGNATURE):
        kind = _ole_kind(body)
        return WPS if kind == DOC and (name or "").lower().endswith((".wps", ".wpt")) else kind
    if body.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(body)
    if body.startswith(b"Rar!\x1a\x07"):
        return RAR
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        return RTF
    if _MHT.match(body[:_HEAD].replace(b"\r\n", b"\n").lstrip()):
        return MHT
    guessed = filetype.guess_mime(body[:_HEAD])
    if guessed in PICTURES:
        return str(guessed)
    text = _decoded_head(body)
    if text is not None:
        return _text_kind(text)
    return str(guessed) if guessed else UNKNOWN


def _text_kind(text: str) -> str:
    start = text.lstrip("\ufeff \t\r\n\f\x00")
    if start.startswith("<"):
        if _TAG.search(start):
            return HTML
        return XML if start.startswith("<?xml") else TEXT
    # Some portals write blank code or a stray word before the page.
    return HTML if re.search(r"<html\b|<!doctype\s+html", start, re.IGNORECASE) else TEXT


def _decoded_head(body: bytes) -> str | None:
    """Return the beginning of a text in one of the charsets portals use, None if it is none."""
    head = body[:_HEAD]
    for mark, charset in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return _plausible(head[len(mark) :].decode(charset, errors="replace"))
    for charset in ("utf-8", "gb18030"):
        text = head.decode(charset, errors="replace")
        # The cut after the head may fall inside a character.
        if text.count("\ufffd") <= max(1, len(text) // 500):
            return _plausible(text)
    return None


def _plausible(text: str) -> str | None:
    control = len(_CONTROL.findall(text.replace("\x00", "")))
    nul = text.count("\x00")
    return None if control > _MOST_CONTROL * len(text) or nul > len(text) // 4 else text


def _zip_kind(body: bytes) -> str:
    if body.count(b"PK\x01\x02") > _MOST_ENTRIES:
        return ZIP
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            names = {item.filename.replace("\\", "/") for item in archive.infolist()}
            stated = _stated_kind(archive, names)
    except BROKEN_ZIP:
        return _broken_zip_kind(body)
    if any(name.upper().rpartition("/")[2] == "OFD.XML" for name in names):
        return OFD
    if "[Content_Types].xml" in names:
        for folder, kind in (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX)):
            if any(name.startswith(folder) for name in names):
                return kind
    return stated or ZIP


def _stated_kind(archive: zipfile.ZipFile, names: set[str]) -> str | None:
    """Return the kind that an OpenDocument file states in its first member."""
    if "mimetype" not in names or archive.getinfo("mimetype").file_size > 200:
        return None
    try:
        stated = archive.read("mimetype").decode("ascii", errors="replace").strip()
    except BROKEN_ZIP:
        return None
    return stated if stated.startswith("application/") else None


def _broken_zip_kind(body: bytes) -> str:
    """Return the kind of a zip that was cut short, by the names of its first members."""
    if b"OFD.xml" in body[:_HEAD]:
        return OFD
    if b"mimetype" + ODT.encode() in body[:_HEAD]:
        return ODT
    return DOCX if b"[Content_Types].xml" in body and b"word/" in body else ZIP


def _ole_kind(body: bytes) -> str:
    names = _ole_names(body)
    if not names:
        # Its directory was cut off, so that it is damaged whatever it was; here, a document.
        return DOC
    return next((kind for name, kind in _STREAMS if name in names), OLE)


def _ole_names(body: bytes) -> set[str]:
    """Return the names of the streams in the first level of an OLE file (MS-CFB §2.6)."""
    if len(body) < 512:
        return set()
    size = 1 << min(max(struct.unpack_from("<H", body, 30)[0], 7), 16)
    sector = struct.unpack_from("<I", body, 48)[0]
    table = _table_sectors(body, size)
    names: set[str] = set()
    seen: set[int] = set()
    while sector not in seen and (sector + 1) * size < len(body):
        seen.add(sector)
        start = (sector + 1) * size
        for entry in range(start, min(start + size, len(body) - 127), 128):
            length = struct.unpack_from("<H", body, entry + 64)[0]
            if 2 <= length <= 64:
                raw = body[entry : entry + length - 2]
                names.add(raw.decode("utf-16-le", errors="replace"))
        sector = _next_sector(body, sector, size, table)
    return names


def _table_sectors(body: bytes, size: int) -> list[int]:
    """Return the sectors of the file allocation table; large files list them in a chain."""
    table = list(struct.unpack_from("<109I", body, 76))
    sector, left = struct.unpack_from("<II", body, 68)
    for _ in range(min(left, _MOST_LISTS)):
        start = (sector + 1) * size
        if start + size > len(body):
            break
        *listed, sector = struct.unpack_from(f"<{size // 4}I", body, start)
        table += listed
    return table


def _next_sector(body: bytes, sector: int, size: int, table: list[int]) -> int:
    """Return the sector after ``sector`` by the file allocation table, or a number past the end."""
    end = 0xFFFFFFFE
    per_sector = size // 4
    index, place = divmod(sector, per_sector)
    if index >= len(table):
        return end
    at = (table[index] + 1) * size + 4 * place
    if at + 4 > len(body):
        return end
    return int(struct.unpack_from("<I", body, at)[0])
