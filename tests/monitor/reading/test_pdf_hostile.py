"""Files made to hurt, and files that were hurt: refused with a code, or read, and nothing else."""

import random
import zlib
from io import BytesIO

import pytest
from reportlab.pdfgen.canvas import Canvas

from monitor.reading.limits import Limits
from monitor.reading.model import Document, UnreadableError
from monitor.reading.pdf import read_pdf
from monitor.reading.pdf.characters import MAX_CHARS
from tests.monitor.reading.printing import Look, print_with_reportlab, true_report

LIMITS = Limits(pages=20, scan_pages=0)


def read(body: bytes) -> Document | str:
    try:
        return read_pdf(body, LIMITS)
    except UnreadableError as error:
        return error.code


@pytest.mark.parametrize("seed", range(40))
def test_a_file_with_changed_bytes_is_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    body = bytearray(print_with_reportlab(true_report(1), Look(push=200), embedded=seed % 2 == 0))
    for _ in range(chance.choice([1, 5, 40, 400])):
        place = chance.randrange(len(body))
        how = chance.randrange(3)
        if how == 0:
            body[place] = chance.randrange(256)
        elif how == 1:
            del body[place : place + chance.randrange(30)]
        else:
            body[place:place] = body[chance.randrange(len(body)) :][: chance.randrange(60)]
    result = read(bytes(body) + b"\n%%EOF")
    assert isinstance(result, Document) or result in {
        "damaged",
        "encrypted",
        "no-text-layer",
        "undecodable",
        "limits-exceeded",
    }


def pdf_of(content: bytes, *, resources: bytes = b"<<>>", more: bytes = b"") -> bytes:
    """A file of one page with this content, its numbers of objects from 5 for ``more``."""
    packed = zlib.compress(content)
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources "
        + resources
        + b">>endobj\n4 0 obj<</Length %d/Filter/FlateDecode>>stream\n" % len(packed)
        + packed
        + b"\nendstream endobj\n"
        + more
        + b"trailer<</Root 1 0 R/Size 99>>\nstartxref\n0\n%%EOF"
    )


FONT = b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"


def test_a_page_with_more_characters_than_any_report_is_read_in_part_and_says_so() -> None:
    line = b"BT /F 1 Tf 1 0 0 1 20 %d Tm (" + b"123456789" * 100 + b") Tj ET\n"
    content = b"".join(line % (20 + 2 * index) for index in range(MAX_CHARS // 800))
    result = read(pdf_of(content, resources=FONT))
    assert isinstance(result, Document)
    assert "rows-lost" in {item.code for item in result.damage}


def test_a_page_with_endless_lines_is_read_in_part_and_says_so() -> None:
    lines = b"".join(b"%d %d m %d %d l S\n" % (i % 500, i % 800, i % 500, 0) for i in range(70_000))
    result = read(pdf_of(b"BT /F 9 Tf 50 50 Td (text of a page) Tj ET\n" + lines, resources=FONT))
    assert isinstance(result, Document)
    assert "rows-lost" in {item.code for item in result.damage}


def test_a_form_that_holds_itself_ends() -> None:
    form = (
        b"5 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</A 5 0 R>>>>"
        b"/Length 7>>stream\n/A Do  \nendstream endobj\n"
    )
    content = b"BT /F 9 Tf 50 50 Td (a text that is long enough to be read) Tj ET\n/A Do"
    fonts = b"<</XObject<</A 5 0 R>>/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    result = read(pdf_of(content, resources=fonts, more=form))
    assert isinstance(result, Document)


@pytest.mark.parametrize("size", ["[0 0 0 0]", "[0 0 1e9 1e9]", "[595 842 0 0]", "[-1e4 0 1 1]"])
def test_a_page_of_odd_size_is_read_or_refused(size: str) -> None:
    out = BytesIO()
    canvas = Canvas(out, pageCompression=0)
    canvas.drawString(72, 700, "1 2 3")
    canvas.rect(70, 690, 100, 30)
    canvas.save()
    body = out.getvalue()
    start = body.index(b"/MediaBox [") + len(b"/MediaBox ")
    end = body.index(b"]", start) + 1
    result = read(body[:start] + size.encode() + body[end:])
    assert isinstance(result, Document) or result in {"damaged", "no-text-layer"}
