"""Reads a PDF: tables by their ruling lines, the text between them as paragraphs."""

from collections.abc import Sequence

import pypdfium2 as pdfium

from monitor.reading.layout.document import put_together
from monitor.reading.layout.page import Page
from monitor.reading.limits import DEFAULT_LIMITS, Limits
from monitor.reading.model import Damage, Document, UnreadableError
from monitor.reading.pdf.page import read_page
from monitor.reading.pdf.pages import open_pdf
from monitor.reading.pdf.second import second_reader


def read_pdf(body: bytes, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Read a PDF whose text can be selected.

    Cells and paragraphs are placed by page and box. A page without text is an ``Image`` and a
    ``no-text-layer`` damage.

    Raises:
        UnreadableError: ``encrypted``, ``damaged``, ``no-text-layer`` if no page has text,
            ``undecodable`` if the characters of every page are unknown, ``limits-exceeded``
            if there are more pages than ``limits`` allow.
    """
    damage: list[Damage] = []
    with open_pdf(body) as document, second_reader(body) as second:
        if len(document) > limits.pages:
            raise UnreadableError(
                "limits-exceeded", f"{len(document)} pages, more than {limits.pages}"
            )
        pages = [read_page(document, index, second, damage) for index in range(len(document))]
        labels = _labels(document)
    _refuse_if_nothing_was_read(pages, damage)
    blocks, title = put_together(pages, damage)
    return Document(
        media_type="application/pdf",
        method="pdf-text",
        blocks=tuple(blocks),
        title=title,
        labels=labels,
        pages=len(pages),
        damage=tuple(damage),
    )


def _refuse_if_nothing_was_read(pages: Sequence[Page], damage: Sequence[Damage]) -> None:
    if any(page.lines or page.tables for page in pages):
        return
    codes = {item.code for item in damage}
    if "text-undecodable" in codes:
        raise UnreadableError("undecodable", "the PDF does not say which characters it shows")
    if codes == {"pages-lost"}:
        raise UnreadableError("damaged", "no page of the PDF can be loaded")
    raise UnreadableError("no-text-layer", "the PDF holds pictures only, no text")


def _labels(document: pdfium.PdfDocument) -> dict[str, str]:
    """Return what the file says about itself; its dates are those of making it, so left out."""
    stated = document.get_metadata_dict(skip_empty=True)
    kept = ("Title", "Author", "Creator", "Producer")
    return {f"pdf:{key.lower()}": stated[key] for key in kept if key in stated}
