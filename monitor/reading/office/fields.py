"""Keeps the text of fields as it was saved: LibreOffice would fill in today's date, its own file.

Without this the same file would read otherwise every day. Kinds of field by MS-DOC §2.9.90 (flt)
and by their names; those that have no saved text (SYMBOL, AUTONUM …) are left alone.
"""

import re
import struct
import zipfile
from io import BytesIO

import olefile
from lxml import etree

from monitor.reading.office.odt import FIELDS, TEXT
from monitor.reading.office.ole import WordFile
from monitor.reading.word.package import parse_xml

_WORD_FIELDS = 16
"""Place of PlcfFldMom in the head: the fields of the main text."""
_BEGIN, _UNKNOWN = 0x13, 0x02
_KEPT_KINDS = frozenset((13, 49, 52, 53, 54, 57, 58, 70, 71, 83, 88, 90))
"""TOC, EQ, AUTONUMOUT, AUTONUMLGL, AUTONUM, SYMBOL, EMBED, the form fields, HYPERLINK, LISTNUM."""
_KEPT_NAMES = re.compile(
    rb"(?:TOC|EQ|AUTONUM\w*|SYMBOL|EMBED|FORM\w+|HYPERLINK|LISTNUM)$", re.IGNORECASE
)
_INSTRUCTION = re.compile(
    rb"\\fldinst(?![a-zA-Z])(?:[{}\s]|\\\*|\\[a-zA-Z]++-?+\d*+)*+(?P<name>[a-zA-Z]+|=)"
)
"""The name of a field behind control words; possessive, so that no letter of these is taken."""


def freeze_rtf(body: bytes) -> bytes:
    """Return an RTF whose fields have names that no program knows, so that their text stays."""

    def renamed(match: re.Match[bytes]) -> bytes:
        name = match["name"]
        if _KEPT_NAMES.match(name):
            return match[0]
        return match[0][: match.start("name") - match.start()] + b"X" * len(name)

    return _INSTRUCTION.sub(renamed, body)


def freeze_doc(body: bytes, file: WordFile) -> bytes:
    """Return a DOC whose fields are of a kind that no program knows, so that their text stays."""
    if not file.table:
        return body
    start, length = file.range_of(_WORD_FIELDS)
    count = (length - 4) // 6
    table = bytearray(file.table)
    for index in range(max(0, count)):
        at = start + 4 * (count + 1) + 2 * index
        mark, kind = struct.unpack_from("<BB", table, at)
        if mark & 0x1F == _BEGIN and kind not in _KEPT_KINDS:
            table[at + 1] = _UNKNOWN
    return body if table == file.table else _with_stream(body, file.table_name, bytes(table))


def _with_stream(body: bytes, name: str, content: bytes) -> bytes:
    buffer = BytesIO(body)
    with olefile.OleFileIO(buffer, write_mode=True) as ole:
        ole.write_stream(name, content)
        return buffer.getvalue()


def freeze_odt(body: bytes) -> bytes:
    """Return an ODT whose fields are plain text."""
    with zipfile.ZipFile(BytesIO(body)) as archive:
        content = parse_xml(archive.read("content.xml"))
        fields = list(content.iter(*FIELDS))
        if not fields:
            return body
        for element in fields:
            element.tag = f"{TEXT}span"
            element.attrib.clear()
        return _rewritten(archive, etree.tostring(content, encoding="UTF-8", xml_declaration=True))


def _rewritten(archive: zipfile.ZipFile, content: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for item in archive.infolist():
            same = item.filename != "content.xml"
            new.writestr(item, archive.read(item) if same else content)
    return out.getvalue()
