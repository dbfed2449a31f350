"""Invented reports as HTML, PDF and DOCX, with the tables in the printed shape of their format."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from monitor.demo.figures import Cells, ReportFigures
from monitor.formats import TableSpec

_FONT = "STSong-Light"


@dataclass(frozen=True, slots=True)
class Box:
    """A printed cell and the rows and columns it covers."""

    text: str
    rows: int = 1
    columns: int = 1


Lines = list[list[Box]]
"""A printed table: per line the cells that begin there, from left to right."""


def printed_table(report: ReportFigures, key: str) -> Lines:
    """Return one of the three tables in its printed shape."""
    spec = report.format.tables[key]
    cells = report.tables[key]
    if key == "proactive_disclosure":
        return _disclosure_lines(spec, cells)
    return _request_lines(spec, cells) if key == "requests" else _remedy_lines(spec, cells)


def _disclosure_lines(spec: TableSpec, cells: Cells) -> Lines:
    lines: Lines = []
    for block in spec.blocks:
        lines.append([Box(block.caption, columns=4)])
        spans = _shares(3, len(block.columns))
        lines.append(
            [
                Box(block.stub_header),
                *(Box(c.label, columns=n) for c, n in zip(block.columns, spans, strict=True)),
            ]
        )
        lines.extend(
            [
                Box(row.label),
                *(
                    Box(cells[row.key][c.key], columns=n)
                    for c, n in zip(block.columns, spans, strict=True)
                ),
            ]
            for row in block.rows
            if row.key in cells
        )
    return lines


def _shares(whole: int, parts: int) -> list[int]:
    return [whole // parts + (1 if index >= parts - whole % parts else 0) for index in range(parts)]


def _request_lines(spec: TableSpec, cells: Cells) -> Lines:
    columns = spec.rows[0].columns
    inner = [column for column in columns if column.group]
    lines: Lines = [
        [Box(spec.corner or "", rows=3, columns=3), Box("申请人情况", columns=7)],
        [
            Box("自然人", rows=2),
            Box(inner[0].group or "", columns=len(inner)),
            Box("总计", rows=2),
        ],
        [Box(column.label) for column in inner],
    ]
    seen: set[tuple[str, ...]] = set()
    rows = [row for row in spec.rows if row.key in cells]
    for row in rows:
        line = []
        for depth in range(1, len(row.path)):
            prefix = row.path[:depth]
            if prefix not in seen:
                seen.add(prefix)
                covered = sum(other.path[:depth] == prefix for other in rows)
                line.append(Box(prefix[-1], rows=covered))
        line.append(Box(row.label, columns=4 - len(row.path)))
        line.extend(Box(cells[row.key][column.key]) for column in columns)
        lines.append(line)
    return lines


def _remedy_lines(spec: TableSpec, cells: Cells) -> Lines:
    columns = spec.rows[0].columns
    return [
        [Box("行政复议", columns=5), Box("行政诉讼", columns=10)],
        [
            *(Box(column.label, rows=2) for column in columns),
            Box("未经复议直接起诉", columns=5),
            Box("复议后起诉", columns=5),
        ],
        [Box(column.label) for _ in range(2) for column in columns],
        [Box(cells[group.key][column.key]) for group in spec.rows for column in columns],
    ]


def html_body(report: ReportFigures) -> str:
    """Return the report as an HTML fragment: headings, paragraphs and tables."""
    parts = [f"<p>{escape(report.preamble)}</p>"]
    for section in report.format.sections:
        parts.append(f"<p><strong>{section.ordinal}、{escape(section.heading)}</strong></p>")
        if section.table:
            parts.append(_html_table(printed_table(report, section.table)))
        else:
            parts.extend(f"<p>{escape(line)}</p>" for line in _paragraphs(report, section.key))
    return "\n".join(parts)


def _paragraphs(report: ReportFigures, key: str) -> list[str]:
    return [line for line in report.texts.get(key, "").splitlines() if line]


def _html_table(lines: Lines) -> str:
    rows = []
    for line in lines:
        cells = "".join(f"<td{_spans(box)}>{escape(box.text)}</td>" for box in line)
        rows.append(f"<tr>{cells}</tr>")
    return '<table border="1" cellspacing="0">' + "".join(rows) + "</table>"


def _spans(box: Box) -> str:
    counts = {"rowspan": box.rows, "colspan": box.columns}
    return "".join(f' {name}="{count}"' for name, count in counts.items() if count > 1)


def docx_file(report: ReportFigures) -> bytes:
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
        for line in _paragraphs(report, section.key):
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


def place(lines: Lines) -> list[tuple[int, int, Box]]:
    """Return every cell with the row and column it begins at, spans taken into account."""
    taken: set[tuple[int, int]] = set()
    placed = []
    for row, line in enumerate(lines):
        column = 0
        for box in line:
            while (row, column) in taken:
                column += 1
            placed.append((row, column, box))
            taken |= {
                (row + down, column + right)
                for down in range(box.rows)
                for right in range(box.columns)
            }
            column += box.columns
    return placed


def pdf_file(report: ReportFigures) -> bytes:
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
        flow.extend(Paragraph(escape(line), body) for line in _paragraphs(report, section.key))
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
