"""Pages of a PDF that are pictures: drawn to pixels and recognised."""

import pypdfium2 as pdfium

from monitor.reading import scan
from monitor.reading.layout.marks import Marks
from monitor.reading.model import UnreadableError

_DOTS_PER_INCH = 300
"""Thin ruling lines of dense rows are lost at fewer."""
_MOST_PIXELS = 12_000_000
"""An A4 page has 8.7 million at 300 dots per inch."""


def recognised_marks(document: pdfium.PdfDocument, index: int) -> Marks:
    """Return the marks of a page, counted from zero, as recognised from its picture.

    Raises:
        UnreadableError: ``damaged`` if the page cannot be drawn, ``no-recognition`` if the
            model is not installed.
    """
    try:
        page = document[index]
    except pdfium.PdfiumError as error:
        raise UnreadableError("damaged", f"page {index + 1} cannot be loaded") from error
    try:
        width, height = page.get_size()
        bitmap = page.render(scale=_scale(width, height))
        try:
            picture = bitmap.to_pil().convert("RGB")
        finally:
            bitmap.close()
    except pdfium.PdfiumError as error:
        raise UnreadableError("damaged", f"page {index + 1} cannot be drawn") from error
    finally:
        page.close()
    return scan.picture_marks(picture, index + 1, width, height)


def _scale(width: float, height: float) -> float:
    """Return how many pixels a point becomes; fewer for a page that would have too many."""
    wanted = _DOTS_PER_INCH / 72
    return float(min(wanted, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5))
