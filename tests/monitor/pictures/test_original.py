"""Drawing real files: what was read is framed where it stands in the original."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from monitor.language import Bilingual
from monitor.pictures import PictureError, draw_original
from monitor.pictures.drawing import COLOURS
from monitor.pictures.notes import SpotKind
from monitor.reading.entry import read_report
from monitor.specimens.pdf import pdf_file
from monitor.specimens.word import docx_file
from tests.monitor.scene import a_report, as_page

SPECIMEN = a_report("清河县财政局")


def drawn(body: bytes, name: str, directory: Path) -> Sequence[Path]:
    return draw_original(body, name, read_report(body, name), directory, "zh")


def amount(path: Path, kind: SpotKind) -> int:
    """How many pixels have about the colour of a kind's frames."""
    wanted = COLOURS[kind]
    with Image.open(path) as picture:
        counts = picture.convert("RGB").getcolors(maxcolors=2**24) or []
    near = [n for n, colour in counts if _distance(colour, wanted) < 60]
    return sum(near)


def _distance(colour: object, wanted: tuple[int, int, int]) -> int:
    assert isinstance(colour, tuple)
    return sum(abs(a - b) for a, b in zip(colour, wanted, strict=True))


def test_the_cells_and_headings_of_a_pdf_are_framed(tmp_path: Path) -> None:
    pages = drawn(pdf_file(SPECIMEN), "report.pdf", tmp_path)
    assert sum(amount(page, SpotKind.VALUE) for page in pages) > 5000
    assert sum(amount(page, SpotKind.HEADING) for page in pages) > 1000
    assert amount(pages[0], SpotKind.TITLE) > 500
    assert sum(amount(page, SpotKind.UNREAD) for page in pages) == 0


@pytest.mark.browser
def test_the_cells_of_a_web_page_are_framed_without_running_its_scripts(tmp_path: Path) -> None:
    page = as_page(SPECIMEN).replace(
        b"</body>", b"<script>document.body.innerHTML = ''</script></body>"
    )
    pages = drawn(page, "report.html", tmp_path)
    assert sum(amount(path, SpotKind.VALUE) for path in pages) > 5000


def test_text_is_drawn_with_its_values_framed(tmp_path: Path) -> None:
    text = "清河县财政局2023年政府信息公开工作年度报告\n\n一、总体情况\n\n公开信息12条。\n" * 1
    pages = drawn(text.encode(), "report.txt", tmp_path)
    assert amount(pages[0], SpotKind.HEADING) > 100


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice on this machine")
def test_a_word_document_is_drawn_as_it_is_printed(tmp_path: Path) -> None:
    pages = drawn(docx_file(SPECIMEN), "report.docx", tmp_path)
    assert sum(amount(path, SpotKind.VALUE) for path in pages) > 5000


def test_a_kind_without_pages_is_refused_in_both_languages(tmp_path: Path) -> None:
    report = read_report(pdf_file(SPECIMEN), "a.pdf")
    with pytest.raises(PictureError) as refused:
        draw_original(b"PK\x05\x06" + b"\x00" * 18, "a.zip", report, tmp_path, "zh")
    assert isinstance(refused.value.message, Bilingual)


def test_a_hostile_file_ends_the_child_and_not_the_program(tmp_path: Path) -> None:
    report = read_report(pdf_file(SPECIMEN), "a.pdf")
    with pytest.raises(PictureError):
        draw_original(b"%PDF-1.7 broken", "a.pdf", report, tmp_path, "en")
