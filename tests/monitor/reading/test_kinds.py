"""Files are known by their bytes, under whatever name they come."""

import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from monitor.reading import kinds
from monitor.reading.kinds import file_kind
from tests.monitor.reading.printing import draw_pages, report_docx, true_report

PAGE = "<html><head><title>年报</title></head><body><p>一、总体情况</p></body></html>"


def zipped(*names: str, **contents: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
        for name, content in contents.items():
            archive.writestr(name, content)
    return out.getvalue()


def ole(*streams: str) -> bytes:
    """An OLE file with these streams in its first directory sector."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<I", header, 48, 1)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    directory = bytearray(512)
    for index, name in enumerate(["Root Entry", *streams][:4]):
        raw = name.encode("utf-16-le")
        directory[128 * index : 128 * index + len(raw)] = raw
        struct.pack_into("<H", directory, 128 * index + 64, len(raw) + 2)
    return bytes(header) + table + bytes(directory)


def picture(kind: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (4, 4)).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", kinds.EMPTY),
        (b" \r\n\x00", kinds.EMPTY),
        (b"\x00\x01\x02\x03\x04\x05" * 50, kinds.UNKNOWN),
        (b"junk before\n%PDF-1.4\n", kinds.PDF),
        (ole("WordDocument", "1Table"), kinds.DOC),
        (ole("Workbook"), kinds.XLS),
        (ole("EncryptionInfo", "EncryptedPackage"), kinds.LOCKED),
        (ole("Something"), kinds.OLE),
        (rb"{\rtf1\ansi text}", kinds.RTF),
        (zipped("OFD.xml", "Doc_0/Document.xml"), kinds.OFD),
        (zipped("a.pdf", "b.docx"), kinds.ZIP),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), kinds.XLSX),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.text"), kinds.ODT),
        (b"Rar!\x1a\x07\x00rest", kinds.RAR),
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("GIF"), "image/gif"),
        (picture("TIFF"), "image/tiff"),
        (picture("BMP"), "image/bmp"),
        (PAGE.encode(), kinds.HTML),
        (PAGE.encode("gb18030"), kinds.HTML),
        (b"\xff\xfe" + PAGE.encode("utf-16-le"), kinds.HTML),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<html xmlns="x"><body/></html>', kinds.HTML),
        (b"<!-- saved -->\n<TABLE><tr><td>1</td></tr></TABLE>", kinds.HTML),
        (b"stray words\n<!DOCTYPE html><html></html>", kinds.HTML),
        (b'<?xml version="1.0"?><rss/>', kinds.XML),
        (
            b"From: <saved>\r\nContent-Type: multipart/related;\r\n\tboundary=x\r\n\r\n--x--",
            kinds.MHT,
        ),
        ("一、总体情况".encode(), kinds.TEXT),
        ("一、总体情况".encode("gb18030"), kinds.TEXT),
        (b"\xff\xfe" + "一、总体情况".encode("utf-16-le"), kinds.TEXT),
    ],
)
def test_each_kind_is_known_by_its_bytes(body: bytes, kind: str) -> None:
    assert file_kind(body) == kind
    assert file_kind(body, "年报.docx") == kind


def test_a_real_pdf_and_a_real_word_file_are_known() -> None:
    assert file_kind(draw_pages(lambda canvas: canvas.drawString(9, 9, "x"))) == kinds.PDF
    assert file_kind(report_docx(true_report(1))) == kinds.DOCX


def test_a_word_file_cut_short_is_still_a_word_file() -> None:
    body = report_docx(true_report(1))
    assert file_kind(body[: len(body) * 2 // 3]) == kinds.DOCX


def test_an_office_file_cut_short_is_still_one() -> None:
    cut = bytearray(ole("WordDocument"))
    struct.pack_into("<I", cut, 48, 5000)
    assert file_kind(bytes(cut)) == kinds.DOC
    assert file_kind(bytes(cut), "年报.wps") == kinds.WPS
    body = zipped(mimetype=kinds.ODT.encode())
    assert file_kind(body[: len(body) - 30]) == kinds.ODT


def test_the_directory_of_a_large_office_file_is_found_by_the_chain_of_its_tables() -> None:
    # Sector 109 * 128 is the first whose place in the table the header does not tell.
    far = 109 * 128
    body = bytearray(ole("x", "y", "z")) + bytes(512 * (far + 4))
    struct.pack_into("<IIII", body, 60, 0, 0, far + 1, 1)
    struct.pack_into("<I", body, 48, far)
    struct.pack_into("<128I", body, 512 * (far + 2), far + 2, *[0xFFFFFFFF] * 126, 0xFFFFFFFE)
    struct.pack_into("<I", body, 512 * (far + 3), 1)
    start = 512 * (far + 1)
    body[start : start + 128] = body[1024:1152]
    assert file_kind(bytes(body)) == kinds.OLE
    name = "WordDocument".encode("utf-16-le")
    body[1024 + 128 : 1024 + 128 + len(name)] = name
    struct.pack_into("<H", body, 1024 + 128 + 64, len(name) + 2)
    assert file_kind(bytes(body)) == kinds.DOC


def test_a_new_wps_file_is_a_word_file_of_the_new_kind() -> None:
    assert file_kind(report_docx(true_report(1)), "年报.wps") == kinds.DOCX


def test_the_name_tells_wps_from_word_and_nothing_else() -> None:
    assert file_kind(ole("WordDocument"), "年报.WPS") == kinds.WPS
    assert file_kind(ole("Workbook"), "年报.wps") == kinds.XLS
    assert file_kind(PAGE.encode(), "年报.wps") == kinds.HTML


def test_a_text_cut_inside_a_character_is_still_text() -> None:
    text = ("政府信息公开" * 2000).encode()
    assert file_kind(b"a" + text) == kinds.TEXT
    assert file_kind(("政府信息公开" * 2000).encode("gb18030")) == kinds.TEXT


def test_the_real_texts_are_texts(corpus: Path) -> None:
    for path in sorted((corpus / "seeds").glob("*.txt")):
        assert file_kind(path.read_bytes()) == kinds.TEXT


@given(st.binary(max_size=2000))
def test_any_bytes_have_a_kind(body: bytes) -> None:
    assert "/" in file_kind(body)
    assert "/" in file_kind(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + body)
    assert "/" in file_kind(b"PK\x03\x04" + body)
