"""Reads one page of a PDF: its marks, and further readings of its cells."""

from dataclasses import dataclass, field, replace

import pypdfium2 as pdfium

from monitor.reading import scan
from monitor.reading.layout.marks import Marks
from monitor.reading.layout.page import (
    Page,
    lay_out,
    picture_page,
    text_loss,
    unreadable_page,
)
from monitor.reading.model import Damage, UnreadableError
from monitor.reading.pdf.file import turned_copy
from monitor.reading.pdf.pages import page_marks
from monitor.reading.pdf.pictures import recognised_marks
from monitor.reading.pdf.second import SecondPage, SecondReader

READABLE = "the extra “ocr” would read it"


@dataclass(slots=True, kw_only=True)
class Reading:
    """The reading of one file, page after page."""

    document: pdfium.PdfDocument
    second: SecondReader
    thorough: frozenset[int]
    """Pages, counted from one, to be read once more by the second reader."""
    scan_pages: int
    """How many more pages may be recognised from their pictures."""
    recognised: int = 0
    """How many were."""
    damage: list[Damage] = field(default_factory=list)


def read_page(reading: Reading, index: int) -> Page:
    """Read the page ``index``, counted from zero; what is lost is added to the damage.

    A page whose text is missing, unknown or made by a recognition program is recognised from its
    picture where the model is installed.
    """
    try:
        marks = page_marks(reading.document, index)
    except UnreadableError as error:
        return unreadable_page(index + 1, str(error), reading.damage)
    loss = text_loss(marks)
    if loss is not None or marks.recognised:
        seen = _recognised(reading, index)
        if seen is not None and any(char.text.strip() for char in seen.chars):
            reading.recognised += 1
            return _laid_out_picture(seen, marks, reading.damage)
    if loss is not None:
        return picture_page(marks, _with_remedy(loss), reading.damage)
    return lay_out(
        marks,
        lambda: _second_page(reading, marks),
        reading.damage,
        thorough=index + 1 in reading.thorough,
    )


def _recognised(reading: Reading, index: int) -> Marks | None:
    if reading.scan_pages <= 0 or not scan.can_recognise():
        return None
    reading.scan_pages -= 1
    try:
        return recognised_marks(reading.document, index)
    except UnreadableError:
        return None


def _laid_out_picture(seen: Marks, layer: Marks, damage: list[Damage]) -> Page:
    """Return a recognised page; a text layer of another program is held against it."""
    page = scan.lay_out_recognised(seen, damage)
    if not layer.recognised:
        return page
    # The layer says nothing about cells, so what both see inside our cell is compared.
    other = SecondPage(layer.chars, ())
    tables = tuple(
        replace(
            table,
            pieces=tuple(
                replace(piece, doubtful=piece.doubtful or other.doubt(piece))
                for piece in table.pieces
            ),
        )
        for table in page.tables
    )
    return replace(page, tables=tables)


def _with_remedy(loss: Damage) -> Damage:
    return loss if scan.can_recognise() else replace(loss, detail=f"{loss.detail}; {READABLE}")


def _second_page(reading: Reading, marks: Marks) -> SecondPage | None:
    if marks.turned is None:
        return reading.second.page(marks.number)
    try:
        copy = turned_copy(reading.document, marks.number - 1, marks.turned)
    except pdfium.PdfiumError:
        return None
    return SecondReader(copy).page(marks.number)
