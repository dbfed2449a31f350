"""The text of fields is read as it was saved, not as a program computes it when it reads."""

import re
from io import BytesIO

import docx
import pytest
from docx.oxml import parse_xml

from monitor.reading.entry import read_document
from monitor.reading.model import Document, Grid, Paragraph
from monitor.reading.office import converter
from monitor.reading.office.fields import freeze_odt, freeze_rtf
from monitor.specimens.printing import libreoffice
from tests.monitor.reading.test_office_odt import cell, odt, row, table

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SAVED = "2019-12-31"
needs_office = pytest.mark.skipif(
    converter.find_program() is None, reason="LibreOffice is not on this machine"
)


def shown(document: Document) -> list[str]:
    lines = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    assert not any(cell.doubtful for grid in grids for cell in grid.cells)
    assert document.damage == ()
    return lines + [cell.text for grid in grids for cell in grid.cells]


def test_fields_of_rtf_lose_their_names_and_what_has_no_saved_text_keeps_them() -> None:
    body = (
        rb"{\field{\*\fldinst DATE \\@ x}{\fldrslt 1}}{\field{\*\fldinst {\rtlch\f1  =1+1}}"
        rb'{\fldrslt 2}}{\field{\*\fldinst SYMBOL 61}{\fldrslt}}{\field{\*\fldinst HYPERLINK "a"}}'
    )
    assert freeze_rtf(body) == body.replace(b"DATE", b"XXXX").replace(b"=1+1", b"X1+1")
    nameless = (
        rb'{\field{\*\fldinst\lang2052"x"}}' + rb"{\field{\*\fldinst" + rb"\a " * 200 + b'"}}'
    )
    assert freeze_rtf(nameless) == nameless


@needs_office
def test_fields_of_rtf_keep_the_text_that_was_saved() -> None:
    fields = "".join(
        rf"{{\field{{\*\fldinst {name} \\@ \"yyyy-MM-dd\"}}{{\fldrslt {SAVED}}}}};"
        for name in ("DATE", "TIME", "PAGE", "FILENAME", "REF x")
    )
    row = rf"\trowd\cellx1000\cellx2000\pard\intbl a\cell {fields}\cell\row\pard"
    document = read_document(rf"{{\rtf1\ansi {row} {fields}\par}}".encode())
    assert shown(document) == [f"{SAVED};" * 5, "a", f"{SAVED};" * 5]


@needs_office
def test_fields_of_odt_keep_the_text_that_was_saved() -> None:
    fields = "".join(
        f"<text:{name}>{SAVED}</text:{name}>;" for name in ("date", "time", "page-number")
    )
    manifest = (
        '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry '
        'm:full-path="/" m:media-type="application/vnd.oasis.opendocument.text"/></m:manifest>'
    )
    members = {"META-INF/manifest.xml": manifest}
    columns = '<table:table-column table:number-columns-repeated="2"/>'
    prose, cells = f"<text:p>{fields}</text:p>", row(cell("a"), cell(fields))
    document = read_document(odt(prose + table(columns, cells), **members))
    assert shown(document) == [f"{SAVED};" * 3, "a", f"{SAVED};" * 3]
    # Without columns LibreOffice drops a cell.
    (damage,) = read_document(odt(prose + table(cells), **members)).damage
    assert damage.code == "pages-lost"
    plain = odt("<text:p>1</text:p>")
    assert freeze_odt(plain) == plain


@needs_office
def test_fields_of_doc_keep_the_text_that_was_saved() -> None:
    def field(name: str) -> str:
        run = f"<w:r><w:t>{SAVED}</w:t></w:r>"
        return f'<w:fldSimple {W} w:instr=" {name} \\@ &quot;yyyy-MM-dd&quot; ">{run}</w:fldSimple>'

    word = docx.Document()
    grid = word.add_table(rows=1, cols=2)
    grid.cell(0, 0).text = "a"
    for paragraph in (grid.cell(0, 1).paragraphs[0], word.add_paragraph("b")):
        for name in ("DATE", "CREATEDATE"):
            paragraph._p.append(parse_xml(field(name)))
    out = BytesIO()
    word.save(out)
    (body,) = libreoffice([out.getvalue()], to="doc")
    # LibreOffice has saved the days it computed; another day is put in their place.
    day = re.compile(rb"(?:[0-9]\x00){4}-\x00(?:[0-9]\x00){2}-\x00(?:[0-9]\x00){2}")
    body, count = day.subn(SAVED.encode("utf-16-le"), body)
    assert count == 4
    assert shown(read_document(body)) == [f"b{SAVED}{SAVED}", "a", f"{SAVED}{SAVED}"]
