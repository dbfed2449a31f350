"""What is written into a file, the obvious library reads out of it again."""

import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable
from io import BytesIO

import docx
import lxml.html
import pypdfium2 as pdfium
import pytest
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from hypothesis import given, settings
from lxml import etree

from monitor.specimens.chance import Wish, random_specimen
from monitor.specimens.forms import FORMS
from monitor.specimens.html_look import HtmlLook, random_html_look
from monitor.specimens.html_page import html_page
from monitor.specimens.layouts import Shape, contents
from monitor.specimens.model import Heading, Specimen, heading_line
from monitor.specimens.pdf import pdf_file
from monitor.specimens.pdf_look import PdfLook
from monitor.specimens.text import TextLook, text_file
from monitor.specimens.word import docx_file
from monitor.specimens.word_look import WordLook
from tests.monitor.specimens.strategies import (
    html_looks,
    pdf_looks,
    specimens,
    text_looks,
    word_looks,
)

OURS = ("html", "docx", "pdf", "text")


@pytest.mark.parametrize("name", OURS)
def test_a_seed_gives_one_file(name: str) -> None:
    case = (random_specimen(3), 3)

    first, again, other = FORMS[name].write([case, case, (case[0], 4)])

    assert first == again
    assert first != other


# HTML


@given(specimens(), html_looks())
@settings(max_examples=60, deadline=None)
def test_a_browser_shows_the_cells_and_paragraphs_of_a_page(
    report: Specimen, look: HtmlLook
) -> None:
    root = lxml.html.document_fromstring(html_page(report, look).decode(look.encoding))
    shown = [
        squeezed(str(cell.xpath("string()")))
        for cell in root.iter("td", "th")
        if not cell.get("width")  # neither the outer table's nor Word's row of no height
    ]
    side = ["栏目导航", "政府信息公开年报"] if look.nested else []
    assert shown == side + [squeezed(text) for text in cells(report, look.shape)]
    text = squeezed(str(root.xpath("string()")))
    for line in prose(report, look.shape):
        assert squeezed(line) in text


@given(html_looks())
@settings(max_examples=30, deadline=None)
def test_every_page_is_whole_html(look: HtmlLook) -> None:
    page = html_page(random_specimen(8), look).decode(look.encoding)
    parser = etree.HTMLParser(recover=False)
    # libxml2 knows neither Word's conditional comments nor the tags of HTML 5.
    page = re.sub(r"<!\[if .*?\]>|<!\[endif\]>|</?o:p>", "", page)
    page = page.replace("<!DOCTYPE html>", "")

    assert etree.fromstring(page, parser) is not None


def test_the_looks_of_pages_vary() -> None:
    looks = [random_html_look(seed) for seed in range(200)]

    assert len({html_page(random_specimen(1), look) for look in looks}) > 150
    assert len({(look.encoding, look.declared) for look in looks}) == 8


# Word


@given(specimens(), word_looks())
@settings(max_examples=30, deadline=None)
def test_word_holds_the_cells_and_paragraphs(report: Specimen, look: WordLook) -> None:
    body = docx_file(report, look)
    document = docx.Document(BytesIO(body))
    shown = [squeezed(text) for text in word_cells(document)]

    assert shown == [squeezed(text) for text in cells(report, look.shape)]
    text = squeezed("".join(node.text or "" for node in document.element.iter(qn("w:t"))))
    for heading in report.headings:
        assert squeezed(heading.text) in text
    for line in report.title.split("\n"):
        assert squeezed(line) in text
    with zipfile.ZipFile(BytesIO(body)) as package:
        assert package.testzip() is None


# PDF


@given(specimens(), pdf_looks())
@settings(max_examples=12, deadline=None)
def test_a_pdf_holds_every_character_that_is_written(report: Specimen, look: PdfLook) -> None:
    text = pdf_text(pdf_file(report, look))
    for line in prose(report, look.shape):
        # Lines are broken, pages too, and a page number may stand between.
        assert folded(squeezed(line))[:12] in text
    written = Counter(folded(squeezed("".join(cells(report, look.shape)))))
    assert not written - Counter(text)


def test_a_push_moves_the_page_breaks_through_the_tables() -> None:
    report = random_specimen(5, Wish(form="v2021", plain=True))
    last_lines = {page_ends(pdf_file(report, PdfLook(push=push))) for push in range(0, 400, 80)}

    assert len(last_lines) == 5


# Plain text


@given(specimens(), text_looks(tables=("grid", "cells", "dense", "lines")))
@settings(max_examples=40, deadline=None)
def test_text_holds_every_cell_in_order(report: Specimen, look: TextLook) -> None:
    text = text_file(report, look).decode(look.encoding)
    fields = iter(re.split(r"[\t\r\n]+", text))

    for written in cells(report, look.shape):
        assert not written or written in fields


# Helpers of these tests


def cells(report: Specimen, shape: Shape) -> list[str]:
    """The texts of all cells in printed order."""
    tables = [part for part in contents(report, shape) if isinstance(part, list)]
    return [box.text for lines in tables for line in lines for box in line]


def prose(report: Specimen, shape: Shape) -> Iterable[str]:
    """Title, headings and paragraphs in printed order."""
    yield from report.title.split("\n")
    for part in contents(report, shape):
        if isinstance(part, Heading):
            yield heading_line(report, part)
        elif isinstance(part, str):
            yield part


def squeezed(text: str) -> str:
    """A text without blanks."""
    return re.sub(r"\s+", "", text)


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def word_cells(document: WordDocument) -> Iterable[str]:
    """The texts of the innermost cells that begin somewhere, tracked insertions included."""
    for cell in document.element.iter(qn("w:tc")):
        merge = cell.find(f"./{qn('w:tcPr')}/{qn('w:vMerge')}")
        continued = merge is not None and merge.get(qn("w:val")) == "continue"
        if cell.find(f"./{qn('w:tbl')}") is None and not continued:
            yield "".join(node.text or "" for node in cell.iter(qn("w:t")))


def page_ends(body: bytes) -> tuple[str, ...]:
    """The last line of every page."""
    document = pdfium.PdfDocument(body)
    try:
        return tuple(page.get_textpage().get_text_bounded().split()[-1] for page in document)
    finally:
        document.close()


def pdf_text(body: bytes) -> str:
    document = pdfium.PdfDocument(body)
    try:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    return folded(squeezed("".join(pages)))
