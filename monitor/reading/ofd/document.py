"""Reads an OFD document: tables by their ruling lines, the text between them as paragraphs."""

from collections.abc import Sequence

from monitor.reading import scan
from monitor.reading.layout.document import put_together
from monitor.reading.layout.page import Page
from monitor.reading.limits import DEFAULT_LIMITS, Limits
from monitor.reading.model import Damage, Document, UnreadableError
from monitor.reading.ofd.package import open_package
from monitor.reading.ofd.page import READABLE, Reading, read_page
from monitor.reading.ofd.source import Source
from monitor.reading.ofd.structure import Structure, read_structure

MAX_OBJECTS = 600_000
"""Of the whole document; the pages of a report have some hundred each."""


def read_ofd(body: bytes, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Read an OFD document.

    Cells and paragraphs are placed by page and box (points). A page that is a picture is read
    by recognition if that is installed, else it is an ``Image`` and a ``no-text-layer`` damage.
    The method is ``ofd``, ``ofd-scan`` if every page was recognised, ``ofd+scan`` if some were.

    Raises:
        UnreadableError: ``encrypted``, ``damaged``, ``no-text-layer`` if no page has text,
            ``undecodable`` if the characters of every page are unknown, ``limits-exceeded``.
    """
    with open_package(body) as package:
        structure, others = read_structure(package)
        if len(structure.pages) > limits.pages:
            raise UnreadableError(
                "limits-exceeded", f"{len(structure.pages)} pages, more than {limits.pages}"
            )
        reading = Reading(source=Source(package, structure), scan_pages=limits.scan_pages)
        pages = _pages(reading, structure)
    damage = reading.damage
    _refuse_if_nothing_was_read(pages, damage)
    if others:
        detail = f"{others} more documents are in the file; only the first was read"
        damage.append(Damage(code="pages-lost", detail=detail))
    blocks, title = put_together(pages, damage)
    shown, lost = scan.as_shown(blocks, damage, [page.marks for page in pages])
    return Document(
        media_type="application/ofd",
        method=_method(reading.recognised, len(pages)),
        blocks=shown,
        title=title or structure.title,
        labels=structure.labels,
        pages=len(pages),
        damage=lost,
    )


def _pages(reading: Reading, structure: Structure) -> list[Page]:
    pages: list[Page] = []
    for number, ref in enumerate(structure.pages, 1):
        pages.append(read_page(reading, ref, number))
        if reading.objects > MAX_OBJECTS:
            raise UnreadableError("limits-exceeded", f"more than {MAX_OBJECTS} objects")
    return pages


def _method(recognised: int, pages: int) -> str:
    if recognised == 0:
        return "ofd"
    return "ofd-scan" if recognised == pages else "ofd+scan"


def _refuse_if_nothing_was_read(pages: Sequence[Page], damage: Sequence[Damage]) -> None:
    if any(page.lines or page.tables for page in pages):
        return
    codes = {item.code for item in damage}
    if not pages or codes == {"pages-lost"}:
        raise UnreadableError("damaged", "no page of the OFD can be read")
    if "text-undecodable" in codes:
        raise UnreadableError("undecodable", "the OFD does not say which characters it shows")
    if "no-text-layer" not in codes:
        raise UnreadableError("no-text-layer", "the pages of the OFD are blank")
    remedy = "" if scan.can_recognise() else f"; {READABLE}"
    raise UnreadableError("no-text-layer", f"the OFD holds pictures only, no text{remedy}")
