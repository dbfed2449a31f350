"""Reads a PDF: tables by their ruling lines, the text between them as paragraphs."""

from collections.abc import Sequence

import pypdfium2 as pdfium

from monitor.reading import scan
from monitor.reading.layout.document import put_together
from monitor.reading.layout.page import Page
from monitor.reading.limits import DEFAULT_LIMITS, Limits
from monitor.reading.model import Block, Damage, Document, UnreadableError
from monitor.reading.pdf.file import open_pdf
from monitor.reading.pdf.page import READABLE, Reading, read_page
from monitor.reading.pdf.second import SecondReader


def read_pdf(
    body: bytes, limits: Limits = DEFAULT_LIMITS, *, thorough: frozenset[int] = frozenset()
) -> Document:
    """Read a PDF.

    Cells and paragraphs are placed by page and box. The tables are read by their lines and again by
    the order of the file. Pages on which those two differ, and the pages of ``thorough`` (counted
    from one), are read a third time by pdfplumber, which decodes the file and finds the lines with
    code of its own.

    A page without text is recognised from its picture (``scan``); without the model it is an
    ``Image`` and a ``no-text-layer`` damage. The method is ``pdf-text``, ``pdf-scan`` if every
    page was recognised, ``pdf-text+scan`` if some were.

    Raises:
        UnreadableError: ``encrypted``, ``damaged``, ``no-text-layer`` if no page has text,
            ``undecodable`` if the characters of every page are unknown, ``limits-exceeded``
            if there are more pages than ``limits`` allow.
    """
    with open_pdf(body) as document:
        if len(document) > limits.pages:
            raise UnreadableError(
                "limits-exceeded", f"{len(document)} pages, more than {limits.pages}"
            )
        reading = Reading(
            document=document,
            second=SecondReader(body),
            thorough=thorough,
            scan_pages=limits.scan_pages,
        )
        pages = [read_page(reading, index) for index in range(len(document))]
        labels = _labels(document)
    _refuse_if_nothing_was_read(pages, reading.damage)
    blocks, title = put_together(pages, reading.damage)
    shown, damage = _as_shown(blocks, reading, pages)
    return Document(
        media_type="application/pdf",
        method=_method(reading.recognised, len(pages)),
        blocks=shown,
        title=title,
        labels=labels,
        pages=len(pages),
        damage=damage,
    )


def _as_shown(
    blocks: Sequence[Block], reading: Reading, pages: Sequence[Page]
) -> tuple[tuple[Block, ...], tuple[Damage, ...]]:
    """Return blocks and damage, the places of recognised pages as those pages are shown."""
    if not reading.recognised:
        return tuple(blocks), tuple(reading.damage)
    return scan.as_shown(blocks, reading.damage, [page.marks for page in pages])


def _method(recognised: int, pages: int) -> str:
    if recognised == 0:
        return "pdf-text"
    return "pdf-scan" if recognised == pages else "pdf-text+scan"


def _refuse_if_nothing_was_read(pages: Sequence[Page], damage: Sequence[Damage]) -> None:
    if any(page.lines or page.tables for page in pages):
        return
    codes = {item.code for item in damage}
    remedy = "" if scan.can_recognise() else f"; {READABLE}"
    if "text-undecodable" in codes:
        message = f"the PDF does not say which characters it shows{remedy}"
        raise UnreadableError("undecodable", message)
    if codes == {"pages-lost"}:
        raise UnreadableError("damaged", "no page of the PDF can be loaded")
    raise UnreadableError("no-text-layer", f"the PDF holds pictures only, no text{remedy}")


def _labels(document: pdfium.PdfDocument) -> dict[str, str]:
    """Return what the file says about itself; its dates are those of making it, so left out."""
    try:
        stated = document.get_metadata_dict(skip_empty=True)
    except UnicodeDecodeError:
        return {}
    kept = ("Title", "Author", "Creator", "Producer")
    return {f"pdf:{key.lower()}": stated[key] for key in kept if key in stated}
