"""From the bytes of a file to a report, or to the reason why there is none."""

from contextlib import suppress
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.reading import entry
from monitor.reading.entry import read_document, read_report
from monitor.reading.limits import Limits
from monitor.reading.model import Block, Damage, Paragraph, Place, UnreadableError
from monitor.reading.pictured import SMALLEST_TABLE
from tests.monitor.reading.measuring import score_report
from tests.monitor.reading.printing import (
    print_with_reportlab,
    report_docx,
    report_html,
    true_report,
)
from tests.monitor.reading.test_kinds import ole, zipped

TRUE = true_report(6)


@pytest.mark.parametrize(
    ("body", "method"),
    [
        (print_with_reportlab(TRUE), "pdf-text"),
        (report_docx(TRUE), "docx"),
        (report_html(TRUE).encode(), "html"),
        (report_html(TRUE).replace("utf-8", "gb2312").encode("gb18030"), "html"),
    ],
    ids=["pdf", "docx", "html", "html in GBK"],
)
def test_the_same_report_is_read_from_every_kind_of_file(body: bytes, method: str) -> None:
    report = read_report(body, "附件.pdf")
    assert report.method == method
    assert score_report(report, TRUE).right == 200
    assert (report.title, report.fiscal_year) == (TRUE.title, 2023)


def test_the_page_inside_a_web_archive_is_read() -> None:
    page = report_html(TRUE).replace('<meta charset="utf-8">', "").encode("gb18030")
    archive = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=cut\r\n\r\n--cut\r\n"
        b"Content-Type: text/html; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + page
        + b"\r\n--cut--\r\n"
    )
    assert score_report(read_report(archive, "年报.mht"), TRUE).right == 200


def test_the_pictures_inside_a_web_archive_are_those_of_its_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[bytes] = []

    def recognise(
        body: bytes, place: Place, limits: Limits
    ) -> tuple[tuple[Block, ...], tuple[Damage, ...]]:
        seen.append(body)
        return (Paragraph(text=f"{limits.pages}", place=place),), ()

    monkeypatch.setattr(entry, "can_recognise", lambda: True)
    monkeypatch.setattr(entry, "read_blocks", recognise)
    shown = [bytes([number]) * SMALLEST_TABLE for number in range(2)]
    archive = MIMEMultipart("related")
    page = "<div><p>一、总体情况 无。</p><img src='cid:a@x'><img src='http://x/b.png'></div>"
    archive.attach(MIMEText(page, "html", "utf-8"))
    for name, value, body in (
        ("Content-ID", "<a@x>", shown[0]),
        ("Content-Location", "http://x/b.png", shown[1]),
    ):
        part = MIMEImage(body, "png")
        part[name] = value
        archive.attach(part)
    report = read_report(
        b"MIME-Version: 1.0\n" + archive.as_bytes().replace(b"MIME-Version: 1.0\n", b"", 1)
    )
    assert seen == shown
    assert [image.recognised for image in report.images] == [True, True]


def test_another_document_is_still_a_report_without_sections() -> None:
    report = read_report("关于召开会议的通知\n各乡镇人民政府：\n现将有关事项通知如下。".encode())
    assert report.tables == {}
    assert [section for section in report.sections if section.key] == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02\x03\x04\x05" * 50, "unknown-type"),
        (ole("WordDocument"), "unsupported-type"),
        (ole("EncryptedPackage"), "encrypted"),
        (zipped("OFD.xml"), "damaged"),
        (zipped("a.pdf"), "unsupported-type"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "unsupported-type"),
        (b"%PDF-1.4 nothing", "damaged"),
        (b"Content-Type: multipart/related; boundary=x\n\n--x--", "damaged"),
    ],
)
def test_what_cannot_be_read_says_why(body: bytes, code: str) -> None:
    with pytest.raises(UnreadableError) as error:
        read_document(body)
    assert error.value.code == code


def test_a_file_too_large_is_not_even_looked_at() -> None:
    with pytest.raises(UnreadableError) as error:
        read_document(b"x" * 11, limits=Limits(body_bytes=10))
    assert error.value.code == "too-large"


PIECES = [print_with_reportlab(TRUE), report_docx(TRUE), report_html(TRUE).encode()]


@settings(deadline=None, max_examples=25)
@given(
    kind=st.integers(0, len(PIECES) - 1),
    share=st.floats(0, 0.999),
    noise=st.binary(min_size=1, max_size=64),
)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(
    kind: int, share: float, noise: bytes
) -> None:
    body = PIECES[kind]
    at = int(share * len(body))
    with suppress(UnreadableError):
        assert read_report(body[:at] + noise + body[at + len(noise) :]).media_type
