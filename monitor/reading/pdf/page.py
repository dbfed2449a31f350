"""Reads one page of a PDF: its marks, and a second reading of its cells."""

import pypdfium2 as pdfium

from monitor.reading.layout.marks import Marks
from monitor.reading.layout.page import Page, lay_out, picture_page, text_loss, unreadable_page
from monitor.reading.model import Damage, UnreadableError
from monitor.reading.pdf.pages import page_marks, turned_copy
from monitor.reading.pdf.second import SecondPage, SecondReader, second_reader


def read_page(
    document: pdfium.PdfDocument, index: int, second: SecondReader | None, damage: list[Damage]
) -> Page:
    """Read the page ``index``, counted from zero; what is lost is added to ``damage``."""
    try:
        marks = page_marks(document, index)
    except UnreadableError as error:
        return unreadable_page(index + 1, str(error), damage)
    loss = text_loss(marks)
    if loss is not None:
        return picture_page(marks, loss, damage)
    return lay_out(marks, lambda: _second_page(document, marks, second), damage)


def _second_page(
    document: pdfium.PdfDocument, marks: Marks, second: SecondReader | None
) -> SecondPage | None:
    if marks.turned is None:
        return second.page(marks.number) if second else None
    with second_reader(turned_copy(document, marks.number - 1, marks.turned)) as turned:
        return turned.page(marks.number) if turned else None
