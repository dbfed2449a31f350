"""Writes a specimen as a PDF with a text layer."""

from collections.abc import Sequence
from html import escape
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from monitor.specimens.layouts import Lines, place, printed_table
from monitor.specimens.model import Specimen, paragraphs

_FONT = "STSong-Light"


def pdf_file(report: Specimen) -> bytes:
    """Return the report as a PDF with a text layer; tables may break over pages."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    body = ParagraphStyle("body", fontName=_FONT, fontSize=10.5, leading=17, firstLineIndent=21)
    head = ParagraphStyle("head", parent=body, fontSize=12, firstLineIndent=0, spaceBefore=8)
    title = ParagraphStyle("title", parent=head, fontSize=15, leading=24, alignment=1)
    small = ParagraphStyle("cell", fontName=_FONT, fontSize=7.5, leading=9.5, wordWrap="CJK")
    flow: list[Flowable] = [Paragraph(escape(report.title), title), Spacer(1, 8)]
    flow.append(Paragraph(escape(report.preamble), body))
    for section in report.format.sections:
        flow.append(Paragraph(f"{section.ordinal}、{escape(section.heading)}", head))
        if section.table:
            flow.append(_pdf_table(printed_table(report, section.table), small))
        flow.extend(Paragraph(escape(line), body) for line in paragraphs(report, section.key))
    stream = BytesIO()
    SimpleDocTemplate(
        stream,
        pagesize=A4,
        title=report.title,
        author=report.agency,
        leftMargin=56,
        rightMargin=56,
        topMargin=56,
        bottomMargin=56,
    ).build(flow)
    return stream.getvalue()


def _pdf_table(lines: Lines, style: ParagraphStyle) -> Table:
    placed = place(lines)
    width = max(column + box.columns for _, column, box in placed)
    grid: list[list[Paragraph | str]] = [[""] * width for _ in lines]
    spans: list[tuple[object, ...]] = []
    for row, column, box in placed:
        grid[row][column] = Paragraph(escape(box.text), style)
        if box.rows > 1 or box.columns > 1:
            spans.append(("SPAN", (column, row), (column + box.columns - 1, row + box.rows - 1)))
    return Table(
        grid,
        colWidths=_widths(width),
        style=TableStyle([("GRID", (0, 0), (-1, -1), 0.5, (0, 0, 0)), *spans]),
        splitByRow=True,
    )


def _widths(columns: int) -> Sequence[float]:
    available = A4[0] - 112
    if columns == 10:  # the table of requests: three label columns
        return [48, 58, 122, *([(available - 228) / 7] * 7)]
    return [available / columns] * columns
