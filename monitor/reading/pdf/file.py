"""Opens and closes PDF files; PDFium serves one thread at a time."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from monitor.reading.model import UnreadableError

_ONE_AT_A_TIME = threading.Lock()
"""PDFium may be called by one thread at a time only."""
_END_MARK = re.compile(rb"%%EOF|startxref")
_END_WITHIN = 8192
"""How far from its end a whole PDF has its end mark, whatever a server wrote behind it."""


@contextmanager
def open_pdf(body: bytes) -> Iterator[pdfium.PdfDocument]:
    """Open a PDF.

    Raises:
        UnreadableError: ``encrypted`` if it asks for a password, ``damaged`` if it is no
            whole PDF.
    """
    if not _END_MARK.search(body[-_END_WITHIN:]):
        raise UnreadableError("damaged", "the PDF is cut short: it has no end mark")
    with _ONE_AT_A_TIME:
        try:
            document = pdfium.PdfDocument(body)
        except pdfium.PdfiumError as error:
            raise _unreadable(error) from error
        try:
            if len(document) == 0:
                raise UnreadableError("damaged", "the PDF has no pages")
            yield document
        finally:
            document.close()


def _unreadable(error: pdfium.PdfiumError) -> UnreadableError:
    if error.err_code in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY):
        return UnreadableError("encrypted", "the PDF asks for a password")
    return UnreadableError("damaged", f"no readable PDF: {error}")


def turned_copy(document: pdfium.PdfDocument, index: int, rotation: int) -> bytes:
    """Return the file with one page turned, for a reader that goes by what the file states."""
    page = document[index]
    page.set_rotation(rotation)
    page.close()
    copy = BytesIO()
    document.save(copy)
    return copy.getvalue()
