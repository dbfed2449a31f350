"""Takes the marks off the pages of a PDF; a page is closed before the next is opened."""

from collections.abc import Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from monitor.reading.layout.marks import Box, Char, Marks, area
from monitor.reading.model import UnreadableError
from monitor.reading.pdf import raw
from monitor.reading.pdf.characters import Glyphs, page_glyphs, placed_chars
from monitor.reading.pdf.drawings import Drawings, page_drawings
from monitor.reading.pdf.geometry import Frame
from monitor.reading.pdf.visible import Seen, gap_rulings, seen_chars

_FILLED_IN = frozenset(
    (pdfium_c.FPDF_ANNOT_WIDGET, pdfium_c.FPDF_ANNOT_FREETEXT, pdfium_c.FPDF_ANNOT_STAMP)
)
"""Annotations that may show text where the page itself has none: form fields, typed notes."""
_MOST_NOTES = 2_000


def page_marks(document: pdfium.PdfDocument, index: int) -> Marks:
    """Return the marks of one page, counted from zero.

    Raises:
        UnreadableError: ``damaged`` if the page cannot be loaded.
    """
    page = _loaded(document, index)
    try:
        if _has_filled_in_text(page):
            pdfium_c.FPDFPage_Flatten(page.raw, pdfium_c.FLAT_NORMALDISPLAY)
            page.close()
            page = _loaded(document, index)
        return _marks(page, index + 1)
    finally:
        page.close()


def _loaded(document: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    try:
        return document[index]
    except pdfium.PdfiumError as error:
        raise UnreadableError("damaged", f"page {index + 1} cannot be loaded") from error


def _has_filled_in_text(page: pdfium.PdfPage) -> bool:
    for index in range(min(pdfium_c.FPDFPage_GetAnnotCount(page.raw), _MOST_NOTES)):
        note = pdfium_c.FPDFPage_GetAnnot(page.raw, index)
        if not note:
            continue
        kind = pdfium_c.FPDFAnnot_GetSubtype(note)
        pdfium_c.FPDFPage_CloseAnnot(note)
        if kind in _FILLED_IN:
            return True
    return False


def _marks(page: pdfium.PdfPage, number: int) -> Marks:
    try:
        textpage = page.get_textpage()
    except pdfium.PdfiumError as error:
        raise UnreadableError("damaged", f"page {number} cannot be loaded") from error
    try:
        glyphs = page_glyphs(raw.handle(textpage.raw))
        frame, turned = _frame(page, glyphs)
        drawn = page_drawings(raw.handle(page.raw), frame)
        shown, unseen, objects = placed_chars(glyphs, frame, frozenset(drawn.unseen))
    finally:
        textpage.close()
    return _marks_of(number, drawn, seen_chars(shown, objects, drawn), unseen, glyphs, turned)


def _frame(page: pdfium.PdfPage, glyphs: Glyphs) -> tuple[Frame, int | None]:
    """Return the page's frame and its turn if most text stands upright at another than stated."""
    upright = glyphs.upright()
    if upright is None or upright == page.get_rotation():
        return Frame(page.get_bbox(), page.get_rotation()), None
    return Frame(page.get_bbox(), upright), upright


def _marks_of(
    number: int,
    drawn: Drawings,
    seen: Seen,
    unseen: Sequence[Char],
    glyphs: Glyphs,
    turned: int | None,
) -> Marks:
    pictures = tuple(picture.box for picture in drawn.pictures)
    over, under = gap_rulings(drawn.fills)
    covered = sum(map(area, pictures)) >= 0.5 * drawn.frame.area
    layer = [*unseen, *seen.hidden] or list(seen.under_pictures)
    recognised = bool(layer) and covered and len(seen.printed) == len(seen.under_pictures)
    return Marks(
        number=number,
        width=drawn.frame.width,
        height=drawn.frame.height,
        chars=tuple(layer) if recognised else seen.printed,
        across=(*drawn.across, *over),
        down=(*drawn.down, *under),
        pictures=pictures,
        paths=drawn.paths,
        recognised=recognised,
        turned=turned,
        skipped=drawn.skipped or glyphs.skipped,
        veiled=() if recognised else _boxes((*unseen, *seen.hidden, *seen.under_pictures)),
    )


def _boxes(chars: Sequence[Char]) -> tuple[Box, ...]:
    return tuple(char.box for char in chars if char.text.strip())
