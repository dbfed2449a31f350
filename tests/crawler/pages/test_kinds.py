"""What a body is, by its bytes."""

import time
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages import kinds
from tests.crawler.county import PDF


def zipped(*names: str) -> bytes:
    """Return a zip with empty members."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512

CASES = {
    "pdf": (PDF, kinds.PDF),
    "pdf after rubbish": (b"\r\n\r\n" + PDF, kinds.PDF),
    "docx": (zipped("[Content_Types].xml", "word/document.xml"), kinds.DOCX),
    "docx cut short": (zipped("word/document.xml")[:-30], kinds.DOCX),
    "xlsx": (zipped("xl/workbook.xml"), kinds.XLSX),
    "ofd": (zipped("OFD.xml", "Doc_0/Document.xml"), kinds.OFD),
    "zip": (zipped("a.txt"), kinds.ZIP),
    "doc": (OLE + "WordDocument".encode("utf-16-le"), kinds.DOC),
    "other ole": (OLE, kinds.OLE),
    "rtf": (b"{\\rtf1\\ansi x}", kinds.RTF),
    "mht": (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", kinds.MHT),
    "html": (b"<!DOCTYPE html><html></html>", kinds.HTML),
    "html fragment": (b"  <div class='x'>text</div>", kinds.HTML),
    "html in utf-16": (b"\xff\xfe" + "<html><p>x".encode("utf-16-le"), kinds.HTML),
    "xml": (b"<?xml version='1.0'?><datastore><record/></datastore>", kinds.XML),
    "json": (b'{"data": []}', kinds.JSON),
    "text": ("机关名称\n".encode(), kinds.TEXT),
    "png": (b"\x89PNG\r\n\x1a\n" + b"\0" * 30, "image/png"),
    "nothing": (b" \r\n", kinds.EMPTY),
    "rubbish": (b"\x01\x00\x02" * 40, kinds.UNKNOWN),
}


@pytest.mark.parametrize("name", CASES)
def test_the_bytes_decide(name: str) -> None:
    body, expected = CASES[name]
    assert kinds.media_type_of(body) == expected


@given(st.binary(max_size=300))
def test_any_bytes_have_a_kind(body: bytes) -> None:
    assert "/" in kinds.media_type_of(body)


@pytest.mark.parametrize("length", [20, 40])
def test_a_pdf_without_its_end_mark_is_not_whole(length: int) -> None:
    assert not kinds.looks_whole(PDF[:length], kinds.PDF)
    assert kinds.looks_whole(PDF + b"\r\n\0\0\0", kinds.PDF)


def test_a_zip_without_its_directory_is_not_whole() -> None:
    whole = zipped("word/document.xml")
    assert kinds.looks_whole(whole, kinds.DOCX)
    assert not kinds.looks_whole(whole[:-40], kinds.DOCX)


@pytest.mark.timeout(30)
def test_a_zip_of_a_million_members_is_not_listed() -> None:
    entry = b"PK\x01\x02" + b"\0" * 42
    entries = 500_000
    end = b"PK\x05\x06" + b"\0" * 4 + b"\xff\xff" * 2
    size = (len(entry) * entries).to_bytes(4, "little")
    hostile = b"PK\x03\x04" + b"\0" * 26 + entry * entries + end + size + b"\x1e\0\0\0" + b"\0\0"
    began = time.process_time()
    assert kinds.media_type_of(hostile) == kinds.ZIP
    assert time.process_time() - began < 0.5


def test_a_document_beyond_the_bound_is_told_by_its_names() -> None:
    many = zipped("word/document.xml", *(f"{n}.xml" for n in range(kinds.MAX_ZIP_MEMBERS)))
    assert kinds.media_type_of(many) == kinds.DOCX


def test_only_an_end_mark_proves_an_end() -> None:
    assert kinds.proves_its_end(b"<html><p>x</p></HTML>\n", kinds.HTML)
    assert not kinds.proves_its_end(b"<html><p>x</p>", kinds.HTML)
    assert kinds.proves_its_end(b'{"a": [1]}', kinds.JSON)
    assert not kinds.proves_its_end(b'{"a": [1', kinds.JSON)
    assert not kinds.proves_its_end(b"plain", kinds.TEXT)
