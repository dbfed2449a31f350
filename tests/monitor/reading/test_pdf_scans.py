"""Pages of a PDF that are pictures: recognised where the model is installed, else lost."""

from collections.abc import Callable
from io import BytesIO

import pypdfium2 as pdfium
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from monitor.reading.limits import Limits
from monitor.reading.model import UnreadableError
from monitor.reading.pdf import read_pdf
from monitor.reading.scan import can_recognise
from tests.monitor.reading.measuring import grids, rows_of
from tests.monitor.reading.printing import draw_pages, draw_table, print_font

needs_model = pytest.mark.skipif(not can_recognise(), reason="needs the recognition model")
ROWS = [["规章", "12", "205", "3468"], ["行政许可", "7", "891", "940"], ["合计", "19", "64", "55"]]


def printed(canvas: Canvas) -> None:
    canvas.drawString(72, 780, "二、主动公开政府信息情况，以下为本年度的统计数据，特此说明。")
    draw_table(canvas, ROWS)


def scanned(layer: Callable[[Canvas], None] | None = None) -> bytes:
    """The printed page as a picture of 200 dots per inch, with a text layer if there is one."""
    document = pdfium.PdfDocument(draw_pages(printed))
    page = document[0]
    picture = page.render(scale=200 / 72).to_pil()
    page.close()
    document.close()
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.drawImage(ImageReader(picture), 0, 0, *A4)
    if layer is not None:
        canvas.setFont(print_font(embedded=True), 10)
        layer(canvas)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def unseen(rows: list[list[str]]) -> Callable[[Canvas], None]:
    """The text of the page as an invisible layer."""

    def layer(canvas: Canvas) -> None:
        text = canvas.beginText()
        text.setTextRenderMode(3)
        text.setTextOrigin(72, 780)
        text.textOut("二、主动公开政府信息情况，以下为本年度的统计数据，特此说明。")
        for i, row in enumerate(rows):
            for left, value in zip((72, 192, 252, 312), row, strict=True):
                text.setTextOrigin(left + 4, 700 - (i + 0.7) * 20)
                text.textOut(value)
        canvas.drawText(text)

    return layer


def wrong_cells(body: bytes) -> list[tuple[str, str]]:
    (grid,) = grids(read_pdf(body))
    read = rows_of(grid)
    return [
        (true, cell)
        for line, row in zip(read, ROWS, strict=True)
        for cell, true in zip(line, row, strict=True)
        if cell != true
    ]


@needs_model
def test_a_scanned_page_is_recognised_and_says_how() -> None:
    body = scanned()
    document = read_pdf(body)
    assert document.method == "pdf-scan"
    wrong = wrong_cells(body)
    assert all(cell == "?" for _, cell in wrong)
    assert len(wrong) <= 2


@needs_model
def test_a_text_layer_of_another_program_that_agrees_leaves_the_cells_certain() -> None:
    wrong = wrong_cells(scanned(unseen(ROWS)))
    assert all(cell == "?" for _, cell in wrong)
    assert len(wrong) <= 2


@needs_model
def test_a_cell_of_which_the_text_layer_says_otherwise_is_unread() -> None:
    other = [["规章", "12", "205", "3463"], *ROWS[1:]]
    assert ("3468", "?") in wrong_cells(scanned(unseen(other)))


@needs_model
def test_no_more_pages_are_recognised_than_the_limits_allow() -> None:
    with pytest.raises(UnreadableError) as error:
        read_pdf(scanned(), Limits(scan_pages=0))
    assert error.value.code == "no-text-layer"


def test_without_the_model_a_scan_is_refused_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("monitor.reading.scan.can_recognise", lambda: False)
    with pytest.raises(UnreadableError) as error:
        read_pdf(scanned())
    assert error.value.code == "no-text-layer"
    assert "ocr" in str(error.value)
