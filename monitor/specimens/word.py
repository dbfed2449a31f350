"""Writes a specimen as a Word document (DOCX)."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt

from monitor.specimens.layouts import contents
from monitor.specimens.model import HAN, Heading, Specimen, heading_line
from monitor.specimens.word_look import PLAIN, WordLook
from monitor.specimens.word_markup import NAMESPACES, NUMBERING_ID, boxed, paragraph, space, table

_FONT = "宋体"
_A4 = (595.3, 841.9)
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_ITEM = re.compile(r"（([一二三四五六七八九十]+)）")
_HAN_COUNT = "chineseCountingThousand"
_COUNTED = {
    "han": (_HAN_COUNT, "%1、"),
    "arabic": ("decimal", "%1、"),
    "part": (_HAN_COUNT, "第%1部分 "),
    "paren": (_HAN_COUNT, "（%1）"),
}


def docx_file(report: Specimen, look: WordLook = PLAIN) -> bytes:
    """Return the report as a Word document with merged cells; the same bytes for the same look."""
    document = docx.Document()
    width = _set_page(document, look)
    _set_fonts(document, look)
    if look.auto_numbers:
        _add_numbering(document, report)
    if look.page_text:
        _add_page_text(document, report)
    body = document.element.body
    markup = "".join([*_title(report, look), *_body(report, look, width)])
    for element in reversed(parse_xml(f"<w:body {NAMESPACES}>{markup}</w:body>")):
        body.insert(0, element)
    document.core_properties.title = report.title.replace("\n", "")
    stream = BytesIO()
    document.save(stream)
    return _timeless(stream.getvalue())


def _set_page(document: WordDocument, look: WordLook) -> float:
    """Set size and margins; return the width of the text in points."""
    page = document.sections[0]
    wide, high = reversed(_A4) if look.landscape else _A4
    page.orientation = WD_ORIENT.LANDSCAPE if look.landscape else WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Pt(wide), Pt(high)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(page, side, Pt(look.margin))
    return wide - 2 * look.margin


def _set_fonts(document: WordDocument, look: WordLook) -> None:
    normal = document.styles["Normal"]
    normal.font.size = Pt(look.font)
    normal.font.name = "Times New Roman"
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)


def _title(report: Specimen, look: WordLook) -> Iterator[str]:
    lines = report.title.split("\n")
    if look.title == "style":
        yield from (paragraph(line, look, style="Title") for line in lines)
        return
    made = "".join(paragraph(line, look, size=22, bold=True, centred=True) for line in lines)
    yield boxed(made) if look.title == "box" else made


def _body(report: Specimen, look: WordLook, width: float) -> Iterator[str]:
    counter = 0
    pushed = False
    for part in contents(report, look.shape):
        if isinstance(part, Heading):
            counter = 0
            yield _heading(report, part, look)
        elif isinstance(part, str):
            item = _ITEM.match(part) if look.auto_numbers and report.numbering != "none" else None
            if item and counter < len(HAN) and item[1] == HAN[counter]:
                counter += 1
                yield paragraph(part[item.end() :], look, level=1)
            else:
                yield paragraph(part, look)
        else:
            if look.push and not pushed:
                yield space(look.push)
            pushed = True
            # Tables that touch would be one table.
            yield table(part, look, width=width) + "<w:p/>"


def _heading(report: Specimen, heading: Heading, look: WordLook) -> str:
    style = "Heading1" if look.headings else ""
    if look.auto_numbers and report.numbering != "none" and heading.number is not None:
        return paragraph(heading.text, look, style=style, level=0)
    return paragraph(heading_line(report, heading), look, style=style)


def _add_numbering(document: WordDocument, report: Specimen) -> None:
    """Let Word count headings and items in the way they would be typed."""
    root = document.part.numbering_part.element
    style, text = _COUNTED.get(report.numbering, _COUNTED["han"])
    first = next((h.number for h in report.headings if h.number), 1)
    levels = ((style, text, first), (_HAN_COUNT, "（%2）", 1))
    made = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{shape}"/></w:lvl>'
        for n, (kind, shape, start) in enumerate(levels)
    )
    abstract = (
        f'<w:abstractNum {NAMESPACES} w:abstractNumId="{NUMBERING_ID}">{made}</w:abstractNum>'
    )
    root.insert(0, parse_xml(abstract))
    root.append(
        parse_xml(
            f'<w:num {NAMESPACES} w:numId="{NUMBERING_ID}">'
            f'<w:abstractNumId w:val="{NUMBERING_ID}"/></w:num>'
        )
    )


def _add_page_text(document: WordDocument, report: Specimen) -> None:
    section = document.sections[0]
    section.header.paragraphs[0].text = report.agency
    field = f'<w:fldSimple {NAMESPACES} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    section.footer.paragraphs[0]._p.append(parse_xml(field))


def _timeless(body: bytes) -> bytes:
    """Return a package whose members bear no time of writing."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(body)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, _LONG_AGO)
            new.writestr(member, old.read(name), zipfile.ZIP_DEFLATED)
    return stream.getvalue()
