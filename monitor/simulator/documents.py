"""What reports say, and their files: made when asked for, the same bytes each time."""

from functools import lru_cache
from importlib import resources
from io import BytesIO
from random import Random
from threading import Lock

import pypdfium2
from PIL import Image

from monitor.simulator.model import Form, Item
from monitor.specimens.bundles import zip_file
from monitor.specimens.clean import Counts, clean_report
from monitor.specimens.html import html_body
from monitor.specimens.html_look import CELLS, EDITORS, HtmlLook
from monitor.specimens.model import Specimen
from monitor.specimens.ofd import ofd_file
from monitor.specimens.pdf import pdf_file
from monitor.specimens.word import docx_file

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "doc": "application/msword",
    "rtf": "application/rtf",
    "wps": "application/vnd.ms-works",
    "ofd": "application/ofd",
    "zip": "application/zip",
    "png": "image/png",
}


def report_of(item: Item, *, changed: bool = False) -> Specimen:
    """Return what the report of a row says; ``changed`` after it was altered."""
    assert item.agency is not None
    assert item.fiscal_year is not None
    chance = Random(f"report {item.portal} {item.agency.name} {item.fiscal_year}")  # noqa: S311
    counts = Counts(
        new=chance.randint(0, 30),
        normative_in_force=chance.randint(0, 9),
        licensing=chance.randint(0, 400) + (3 if changed else 0),
        penalties=chance.randint(0, 60),
        items=chance.randint(60, 900),
    )
    return clean_report(
        item.agency.name,
        item.fiscal_year,
        item.shown_on,
        counts,
        government=item.agency.kind in ("government", "township"),
    )


@lru_cache(maxsize=4096)
def report_markup(item: Item, editor: str, *, changed: bool = False) -> str:
    """Return a report as the editor of its portal writes it."""
    chance = Random(f"look {item.portal} {item.number}")  # noqa: S311
    look = HtmlLook(
        editor=editor,
        cell=chance.choice(CELLS[:6]),
        header_tag=chance.choice(("td", "td", "th")),
        grouping=chance.choice(("none", "tbody")),
        indent=chance.choice(("none", "css", "nbsp", "ideographic")),
    )
    return html_body(report_of(item, changed=changed), look)


def editor_of(seed: str) -> str:
    """Return the editor in which a portal's reports are written."""
    return Random(f"editor {seed}").choice(EDITORS)  # noqa: S311


_WRITING = Lock()
"""Servers answer from many threads; PDFium and some writers must not be used by two at once."""


@lru_cache(maxsize=1024)
def file_of(item: Item, ending: str, *, changed: bool = False) -> bytes:
    """Return a report as a file."""
    with _WRITING:
        return _file_of(item, ending, changed=changed)


def _file_of(item: Item, ending: str, *, changed: bool) -> bytes:
    report = report_of(item, changed=changed)
    match ending:
        case "docx":
            return docx_file(report)
        case "ofd":
            return ofd_file(report)
        case "rtf":
            return rtf_file(report)
        case "wps":
            return _old_word_file(item, changed=changed)
        case "doc" if item.form is Form.OLE_ATTACHED:
            return _old_word_file(item, changed=changed)
        case "doc":
            page = f"<html><head><meta charset='utf-8'></head><body><h1>{report.title}</h1>"
            return f"{page}{html_body(report)}</body></html>".encode()
        case "zip":
            return zip_file([(f"{report.title}.docx", docx_file(report))])
        case "png":
            return _picture(pdf_file(report))
        case _:
            return pdf_file(report)


def rtf_file(report: Specimen) -> bytes:
    """Return title, prose and the rows of the tables of a report as RTF."""
    rows = (row.values() for table in report.tables.values() for row in table.values())
    lines = [report.title, *report.texts.values(), *map(" ".join, rows), report.agency]
    text = "\\par\n".join("".join(_rtf(letter) for letter in line) for line in lines)
    return f"{{\\rtf1\\ansi\\ansicpg936\\deff0 {text}\\par}}".encode("ascii")


def _rtf(letter: str) -> str:
    if letter.isascii():
        return f"\\{letter}" if letter in "\\{}" else letter
    return f"\\u{(ord(letter) + 2**15) % 2**16 - 2**15}?"


def _old_word_file(item: Item, *, changed: bool) -> bytes:
    """Return a Word file as LibreOffice wrote it, which names nobody, with a sector of its own."""
    made = (resources.files(__package__) / "annual-report.doc").read_bytes()
    return made + f"{item.portal} {item.number} {changed}".encode().ljust(512, b"\0")


def _picture(pdf: bytes) -> bytes:
    """Return the pages of a PDF as one tall picture."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.render(scale=1.7).to_pil().convert("L") for page in document]
    finally:
        document.close()
    tall = Image.new("L", (pages[0].width, sum(page.height for page in pages)), 255)
    top = 0
    for page in pages:
        tall.paste(page, (0, top))
        top += page.height
    stream = BytesIO()
    tall.save(stream, "png")
    return stream.getvalue()
