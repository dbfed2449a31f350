"""Writes a specimen as a Word document."""

from io import BytesIO

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT

from monitor.specimens.layouts import Lines, place, printed_table
from monitor.specimens.model import Specimen, paragraphs


def docx_file(report: Specimen) -> bytes:
    """Return the report as a Word document with merged cells."""
    document = docx.Document()
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = page.page_height, page.page_width
    document.add_heading(report.title, level=0)
    document.add_paragraph(report.preamble)
    for section in report.format.sections:
        document.add_paragraph(f"{section.ordinal}、{section.heading}")
        if section.table:
            _add_word_table(document, printed_table(report, section.table))
        for line in paragraphs(report, section.key):
            document.add_paragraph(line)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _add_word_table(document: WordDocument, lines: Lines) -> None:
    placed = place(lines)
    width = max(column + box.columns for _, column, box in placed)
    table = document.add_table(rows=len(lines), cols=width, style="Table Grid")
    for row, column, box in placed:
        cell = table.cell(row, column)
        if box.rows > 1 or box.columns > 1:
            cell = cell.merge(table.cell(row + box.rows - 1, column + box.columns - 1))
        cell.text = box.text
