"""Prints a specimen as a PDF with a text layer."""

from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from monitor.specimens.layouts import Box, Lines, contents, header_lines, label_columns, place, size
from monitor.specimens.model import Heading, Specimen, heading_line
from monitor.specimens.pdf_look import PLAIN, PdfLook

NAMED_FONT = "STSong-Light"
_BLACK = (0, 0, 0)
_Command = tuple[object, ...]
EMBEDDED_FONTS = (Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),)
"""Where a TrueType font with Chinese characters may be; reportlab embeds no other kind."""


def pdf_file(report: Specimen, look: PdfLook = PLAIN) -> bytes:
    """Return the report as a PDF with a text layer; tables may break over pages.

    The same look gives the same bytes on machines with the same fonts.
    """
    font = font_name(embedded=look.embedded)
    stream = BytesIO()
    document = SimpleDocTemplate(
        stream,
        pagesize=A4,
        title=report.title.replace("\n", ""),
        author=report.agency,
        leftMargin=look.margin,
        rightMargin=look.margin,
        topMargin=look.margin,
        bottomMargin=look.margin,
        invariant=1,
    )
    draw = _page_text(report, look, font)
    document.build(_story(report, look, font), onFirstPage=draw, onLaterPages=draw)
    return stream.getvalue()


@cache
def font_name(*, embedded: bool) -> str:
    """Register a Chinese font and return its name: one to embed if there is one, else by name."""
    found = next((path for path in EMBEDDED_FONTS if path.exists()), None) if embedded else None
    if found is not None:
        pdfmetrics.registerFont(TTFont("Embedded", str(found), subfontIndex=0))
        return "Embedded"
    pdfmetrics.registerFont(UnicodeCIDFont(NAMED_FONT))
    return NAMED_FONT


def _story(report: Specimen, look: PdfLook, font: str) -> list[Flowable]:
    size = look.font
    body = ParagraphStyle("body", fontName=font, fontSize=size, leading=size * look.leading,
                          firstLineIndent=2 * size, wordWrap="CJK")  # fmt: skip
    head = ParagraphStyle("head", parent=body, fontSize=size * 1.15, firstLineIndent=0,
                          leading=size * 1.15 * look.leading, spaceBefore=8)  # fmt: skip
    title = ParagraphStyle("title", parent=head, fontSize=size * 1.45, leading=size * 2.3,
                           alignment=1)  # fmt: skip
    flow: list[Flowable] = [Paragraph(escape(x), title) for x in report.title.split("\n")]
    flow.append(Spacer(1, 8))
    pushed = not look.push
    for part in contents(report, look.shape):
        if isinstance(part, Heading):
            flow.append(Paragraph(escape(heading_line(report, part)), head))
        elif isinstance(part, str):
            flow.append(Paragraph(escape(part), body))
        else:
            flow += [] if pushed else [Spacer(1, look.push)]
            pushed = True
            flow += [_table(part, look, font), Spacer(1, 6)]
    return flow


def _table(lines: Lines, look: PdfLook, font: str) -> Table:
    rows, columns = size(lines)
    small = ParagraphStyle("cell", fontName=font, fontSize=look.table_font, wordWrap="CJK",
                           leading=look.table_font * 1.27, alignment=int(look.centred))  # fmt: skip
    grid: list[list[Paragraph | str]] = [[""] * columns for _ in range(rows)]
    style = _style(lines, look)
    for row, column, box in place(lines):
        grid[row][column] = Paragraph(escape(box.text), small)
        style += _edges(row, column, box, look, closed=column + box.columns < columns)
        style += _merged(row, column, box, whole=look.split_rows or row < header_lines(lines))
    return Table(
        grid,
        colWidths=_widths(lines, look),
        style=TableStyle(style),
        repeatRows=header_lines(lines) if look.repeat_head else 0,
        splitByRow=1,
        splitInRow=int(look.split_rows),
    )


def _style(lines: Lines, look: PdfLook) -> list[_Command]:
    whole = ((0, 0), (-1, -1))
    style: list[_Command] = [("VALIGN", *whole, "MIDDLE")]
    if look.shaded and header_lines(lines):
        style.append(("BACKGROUND", (0, 0), (-1, header_lines(lines) - 1), (0.85, 0.85, 0.85)))
    style += [(f"{side}PADDING", *whole, look.padding) for side in ("TOP", "BOTTOM")]
    style += [(f"{side}PADDING", *whole, min(look.padding, 4)) for side in ("LEFT", "RIGHT")]
    style += [
        ("LINEBELOW", (0, "splitlast"), (-1, "splitlast"), look.line, _BLACK),
        ("LINEABOVE", (0, "splitfirst"), (-1, "splitfirst"), look.line, _BLACK),
    ]
    return style


def _edges(row: int, column: int, box: Box, look: PdfLook, *, closed: bool) -> list[_Command]:
    """Return the ruling lines around a cell; ``closed`` if another one stands to its right."""
    ends = ((column, row), (column + box.columns - 1, row + box.rows - 1))
    sides = ["LINEABOVE", "LINEBELOW"]
    sides += ["LINEBEFORE"] if column or not look.open_sides else []
    sides += ["LINEAFTER"] if closed or not look.open_sides else []
    (left, top), (right, bottom) = ends
    at = {
        "LINEABOVE": ((left, top), (right, top)),
        "LINEBELOW": ((left, bottom), (right, bottom)),
        "LINEBEFORE": ((left, top), (left, bottom)),
        "LINEAFTER": ((right, top), (right, bottom)),
    }
    return [(side, *at[side], look.line, _BLACK) for side in sides]


def _merged(row: int, column: int, box: Box, *, whole: bool) -> list[_Command]:
    """Return what merges the places of a cell.

    reportlab keeps the rows of a merged cell on one page. Unless the cell is merged as a ``whole``
    its rows stay apart, without lines between them, and the text stands in the first.
    """
    right = column + box.columns - 1
    if whole:
        pieces = (
            [((column, row), (right, row + box.rows - 1))] if box.rows * box.columns > 1 else []
        )
    else:
        rows = range(row, row + box.rows)
        pieces = [((column, r), (right, r)) for r in rows] if box.columns > 1 else []
    return [("SPAN", *ends) for ends in pieces]


def _widths(lines: Lines, look: PdfLook) -> Sequence[float]:
    columns, labels = size(lines)[1], label_columns(lines)
    available = A4[0] - 2 * look.margin - 12
    if columns < 8 or not labels:
        return [available / columns] * columns
    shares = (0.2, 0.25, 0.55) if labels == 3 else (1.0,)
    label = available * look.label_width
    value = (available - label) / (columns - labels)
    return [*(label * share for share in shares), *[value] * (columns - labels)]


def _page_text(
    report: Specimen, look: PdfLook, font: str
) -> Callable[[Canvas, SimpleDocTemplate], None]:
    def draw(canvas: Canvas, document: SimpleDocTemplate) -> None:
        if look.page_text == "none":
            return
        canvas.setFont(font, 9)
        full = look.page_text == "full"
        number = f"第 {document.page} 页" if full else f"- {document.page} -"
        canvas.drawCentredString(A4[0] / 2, 22, number)
        if full:
            canvas.drawString(look.margin, A4[1] - 24, report.agency)

    return draw
