"""Every form of file that a specimen can be written in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from PIL.Image import Image

from monitor.specimens import printing
from monitor.specimens.bundles import File, rar5_file, zip_file
from monitor.specimens.html_look import random_html_look
from monitor.specimens.html_page import html_page
from monitor.specimens.model import Specimen
from monitor.specimens.ofd import ofd_file
from monitor.specimens.ofd_look import random_ofd_look
from monitor.specimens.pdf import pdf_file
from monitor.specimens.pdf_look import random_pdf_look
from monitor.specimens.scans import (
    Wear,
    as_jpeg,
    as_pdf,
    as_png,
    as_tall_picture,
    scanned_pages,
)
from monitor.specimens.text import RUN_TOGETHER, random_text_look, text_file
from monitor.specimens.word import docx_file
from monitor.specimens.word_look import random_word_look

Case = tuple[Specimen, int]
"""A report and the seed of its look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of file: its name, the ending of its files, how reports are written in it."""

    name: str
    ending: str
    write: Callable[[Sequence[Case]], list[bytes]]
    """Writes several at once, since some programs take long to start."""
    missing: str | None = None
    """The program that is not on this machine; None if the form can be written."""


def _each(write: Callable[[Specimen, int], bytes]) -> Callable[[Sequence[Case]], list[bytes]]:
    return lambda cases: [write(report, seed) for report, seed in cases]


def _html(report: Specimen, seed: int) -> bytes:
    return html_page(report, random_html_look(seed))


def _docx(report: Specimen, seed: int) -> bytes:
    return docx_file(report, random_word_look(seed))


def _pdf(report: Specimen, seed: int) -> bytes:
    return pdf_file(report, random_pdf_look(seed))


def _text(report: Specimen, seed: int) -> bytes:
    return text_file(report, random_text_look(seed))


def _run_together(report: Specimen, seed: int) -> bytes:
    return text_file(report, random_text_look(seed, RUN_TOGETHER))


def _by_chromium(report: Specimen, seed: int) -> bytes:
    return printing.chromium_pdf(printing.printable_page(report, random_pdf_look(seed)))


def _printable(report: Specimen, seed: int) -> bytes:
    # LibreOffice prints tracked deletions, so that the print says something else.
    return docx_file(report, replace(random_word_look(seed), tracked=False))


def _by_libreoffice(to: str) -> Callable[[Sequence[Case]], list[bytes]]:
    write = _printable if to == "pdf" else _docx
    return lambda cases: printing.libreoffice(_each(write)(cases), to=to)


def _ofd(report: Specimen, seed: int) -> bytes:
    return ofd_file(report, random_ofd_look(seed))


def _scanned_pdf(report: Specimen, seed: int) -> bytes:
    wear = random_wear(seed)
    return as_pdf(_pages(report, seed, wear), wear)


def _png(report: Specimen, seed: int) -> bytes:
    return as_png(as_tall_picture(_pages(report, seed, random_wear(seed))))


def _jpeg(report: Specimen, seed: int) -> bytes:
    wear = random_wear(seed)
    return as_jpeg(as_tall_picture(_pages(report, seed, wear)), wear)


def _pages(report: Specimen, seed: int, wear: Wear) -> list[Image]:
    # Smaller type than this is lost on paper already.
    look = replace(random_pdf_look(seed), table_font=9, embedded=True)
    return scanned_pages(pdf_file(report, look), wear, seed)


def random_wear(seed: int) -> Wear:
    """Return the wear of a scan that a person reads without trouble."""
    chance = Random(f"wear {seed}")  # noqa: S311
    return Wear(
        dpi=chance.choice((150, 150, 200, 200, 240)),
        turn=chance.choice((0.0, chance.uniform(-1.2, 1.2))),
        blur=chance.choice((0.0, 0.0, 2.0)),
        noise=chance.choice((0, 0, 8)),
        fade=chance.choice((0.0, 0.0, 0.2)),
        paper=chance.choice((255, 250, 235)),
        stamp=chance.random() < 0.3,
        holes=chance.random() < 0.1,
        specks=chance.choice((0, 0, 20)),
        quality=chance.choice((75, 85, 92)),
    )


_INSIDE = ((_docx, "docx"), (_pdf, "pdf"), (_html, "html"), (_text, "txt"))


def _bundle(pack: Callable[[list[File]], bytes]) -> Callable[[Specimen, int], bytes]:
    def write(report: Specimen, seed: int) -> bytes:
        one, ending = _INSIDE[seed % len(_INSIDE)]
        name = report.title.replace("\n", "")
        return pack([(f"{name}/{name}.{ending}", one(report, seed))])

    return write


_NO_CHROMIUM = None if printing.CHROMIUM else "chromium"
_NO_OFFICE = None if printing.SOFFICE else "soffice"

_KNOWN = (
    Form(name="html", ending="html", write=_each(_html)),
    Form(name="docx", ending="docx", write=_each(_docx)),
    Form(name="pdf", ending="pdf", write=_each(_pdf)),
    Form(name="pdf-chromium", ending="pdf", write=_each(_by_chromium), missing=_NO_CHROMIUM),
    Form(name="pdf-office", ending="pdf", write=_by_libreoffice("pdf"), missing=_NO_OFFICE),
    Form(name="text", ending="txt", write=_each(_text)),
    Form(name="text-run", ending="txt", write=_each(_run_together)),
    Form(name="doc", ending="doc", write=_by_libreoffice("doc"), missing=_NO_OFFICE),
    Form(name="wps", ending="wps", write=_by_libreoffice("doc"), missing=_NO_OFFICE),
    Form(name="rtf", ending="rtf", write=_by_libreoffice("rtf"), missing=_NO_OFFICE),
    Form(name="odt", ending="odt", write=_by_libreoffice("odt"), missing=_NO_OFFICE),
    Form(name="ofd", ending="ofd", write=_each(_ofd)),
    Form(name="zip", ending="zip", write=_each(_bundle(zip_file))),
    Form(name="rar", ending="rar", write=_each(_bundle(rar5_file))),
    Form(name="scan", ending="pdf", write=_each(_scanned_pdf)),
    Form(name="png", ending="png", write=_each(_png)),
    Form(name="jpeg", ending="jpg", write=_each(_jpeg)),
)

FORMS: Mapping[str, Form] = {form.name: form for form in _KNOWN}
