"""A notice as a Word document, laid out after GB/T 9704-2012 as far as fonts at hand allow."""

from io import BytesIO
from typing import Final

import docx
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from monitor.language import Bilingual, Language
from monitor.notices import wording
from monitor.notices.model import Item, Notice
from monitor.plain import plain
from monitor.rules.masking import mask

_BODY, _HEADING, _TITLE = "仿宋", "黑体", "宋体"
_LATIN = "Times New Roman"
_SIZE: Final = Pt(16)
"""三号, as the standard has it."""
_TITLE_SIZE: Final = Pt(22)
_SMALL: Final = Pt(10.5)
_LINE: Final = Pt(28)
_MARGINS = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}
"""Millimetres."""

_BASIS = Bilingual("依据：", "Basis: ")
_LOCALLY = Bilingual("本地口径：", "Locally: ")
_TO_DO = Bilingual("整改办法：", "To do: ")


def notice_document(notice: Notice, language: Language) -> bytes:
    """Return the notice as DOCX; texts of the report are plain, personal data in them masked."""
    document = docx.Document()
    _set_page(document)
    _set_font(document)
    _line(document, wording.title(notice).in_language(language), "title")
    if notice.number:
        called = Bilingual(f"第{notice.number}号", f"No. {notice.number}")
        _line(document, called.in_language(language), "centre")
    _line(document, notice.agency_name + Bilingual("：", ":").in_language(language), "plain")
    _line(document, wording.opening(notice).in_language(language), "body")
    for number, item in enumerate(notice.items, 1):
        _item(document, number, item, language)
    # whom to ask is the office's own word: a mobile number given there is meant to be read
    _line(document, wording.objection(notice).in_language(language), "body", own=True)
    if wording.ending(language):
        _line(document, wording.ending(language), "body")
    if notice.issuer:
        _line(document, notice.issuer, "right", own=True)
    day = wording.chinese_day(notice.issued_on) if language == "zh" else str(notice.issued_on)
    _line(document, day, "right")
    proof = wording.proof(notice)
    if proof is not None:
        _line(document, proof.in_language(language), "small")
    document.core_properties.title = wording.title(notice).in_language(language)
    document.core_properties.author = plain(notice.issuer)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _item(document: WordDocument, number: int, item: Item, language: Language) -> None:
    gap = Bilingual("（", " (").in_language(language)
    end = Bilingual("）", ")").in_language(language)
    title = item.title.in_language(language)
    _line(
        document,
        f"{wording.ordinal(number, language)}{title}{gap}"
        f"{wording.severity(item.severity, language)}{end}",
        "heading",
    )
    _line(document, item.message.in_language(language), "body")
    for quote in item.quotes:
        called, shown = wording.quoted(quote)
        colon = Bilingual("：", ": ").in_language(language)
        _line(document, f"{called.in_language(language)}{colon}{shown}", "body")
    _line(document, _BASIS.in_language(language) + item.basis, "body")
    if item.overlay:
        _line(document, _LOCALLY.in_language(language) + item.overlay, "body")
    _line(document, _TO_DO.in_language(language) + item.remedy.in_language(language), "body")


def _set_page(document: WordDocument) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    for name, millimetres in _MARGINS.items():
        setattr(page, name, Mm(millimetres))


def _set_font(document: WordDocument) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = _LATIN, _SIZE
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _BODY)
    style.paragraph_format.line_spacing = _LINE
    style.paragraph_format.space_after = Pt(0)


def _line(document: WordDocument, text: str, kind: str, *, own: bool = False) -> None:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(plain(text) if own else mask(plain(text)))
    run.font.name = _LATIN
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), {"title": _TITLE, "heading": _HEADING}.get(kind, _BODY))
    if kind == "title":
        run.bold, run.font.size = True, _TITLE_SIZE
    if kind == "small":
        run.font.size = _SMALL
    _place(paragraph, kind)


def _place(paragraph: Paragraph, kind: str) -> None:
    layout = paragraph.paragraph_format
    if kind in ("title", "centre"):
        layout.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if kind == "right":
        layout.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if kind in ("body", "heading"):
        layout.first_line_indent = _SIZE * 2
    if kind == "heading":
        layout.keep_with_next = True
    if kind == "title":
        layout.line_spacing = Pt(34)
        layout.space_after = Pt(14)
    if kind == "small":
        layout.space_before, layout.line_spacing = Pt(20), Pt(16)
