"""Reports whose every cell is known, printed by several programs, for readers to be measured on.

The numbers of one report all differ, so that a number in a wrong cell is always seen.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from playwright.sync_api import sync_playwright
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, SimpleDocTemplate, Spacer, Table, TableStyle
from reportlab.platypus import Paragraph as Flowing

from monitor.formats import TABLE_KEYS, load_format
from monitor.specimens import printing
from monitor.specimens.layouts import Lines, place, printed_table, size
from monitor.specimens.model import Specimen
from monitor.specimens.printing import libreoffice

CHROMIUM, SOFFICE = printing.CHROMIUM, printing.SOFFICE
WENQUANYI = Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")

HEADINGS = tuple(
    f"{section.ordinal}、{section.heading}" for section in load_format("v2021").sections
)

Layout = Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueReport:
    """A report of the 2021 format, its numbers by row key in printed order."""

    agency: str
    fiscal_year: int
    proactive: dict[str, tuple[str, ...]]
    requests: dict[str, tuple[str, ...]]
    remedies: dict[str, tuple[str, ...]]
    prose: tuple[str, ...]
    fee: str

    @property
    def title(self) -> str:
        return f"{self.agency}{self.fiscal_year}年政府信息公开工作年度报告"

    def tables(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """The values of the three tables by table key and row key."""
        return {
            "proactive_disclosure": self.proactive,
            "requests": self.requests,
            "remedies": self.remedies,
        }


def true_report(seed: int, *, digits: int = 5, filler: int = 0, zeros: float = 0.0) -> TrueReport:
    """Return a report whose numbers have up to ``digits`` digits, the share ``zeros`` being 0."""
    chance = random.Random(seed)
    numbers = iter(chance.sample(range(1, 10**digits), min(10**digits - 1, 260)))

    def values(count: int) -> tuple[str, ...]:
        return tuple("0" if chance.random() < zeros else str(next(numbers)) for _ in range(count))

    tables = load_format("v2021").tables
    prose = tuple(_PROSE[index % len(_PROSE)] for index in range(2 + filler))
    return TrueReport(
        agency="测试县科技和工业信息化局",
        fiscal_year=2023,
        proactive={
            row.key: values(len(row.columns)) for row in tables["proactive_disclosure"].rows
        },
        requests={row.key: values(7) for row in tables["requests"].rows},
        remedies={row.key: values(5) for row in tables["remedies"].rows},
        prose=prose,
        fee=f"本年度未收取信息处理费，其他事项共{next(numbers)}件。",
    )


_PROSE = (
    (
        "2023年，本机关认真贯彻落实《中华人民共和国政府信息公开条例》，坚持以公开为常态、不公开为例外，"
        "全年通过政府网站主动公开信息326条，通过政务新媒体发布信息1208条，没有发生泄密事件。"
    ),
    (
        "严格规范依申请公开办理流程，明确登记、审核、办理、答复、归档各环节的责任，对每一件申请认真研究，"
        "依法依规按期答复申请人，全年没有因答复不当引起的行政复议和行政诉讼案件。"
    ),
    (
        "加强政府信息管理，建立健全信息发布审核制度，坚持先审后发，定期对已公开的信息进行清理，"
        "及时更新失效内容；优化平台建设，完善监督保障机制，组织业务培训2次，参训人员45人次。"
    ),
)


# The tables as boxes -------------------------------------------------------------------------


def specimen(report: TrueReport) -> Specimen:
    """The report as the generator's specimens say it."""
    tables = load_format("v2021").tables
    return Specimen(
        agency=report.agency,
        fiscal_year=report.fiscal_year,
        title=report.title,
        preamble="",
        texts={},
        tables={
            key: {
                row.key: {
                    column.key: text
                    for column, text in zip(row.columns, values[row.key], strict=True)
                }
                for row in tables[key].rows
            }
            for key, values in report.tables().items()
        },
        published_on=date(report.fiscal_year + 1, 1, 20),
    )


def layouts(report: TrueReport) -> list[Layout]:
    made = specimen(report)
    return [printed_table(made, key) for key in TABLE_KEYS]


def parts(report: TrueReport) -> Iterator[str | Layout]:
    """The report in printed order without its title: lines of text and tables."""
    first, second, third = layouts(report)
    yield "根据《中华人民共和国政府信息公开条例》，现公布本机关2023年政府信息公开工作年度报告。"
    yield HEADINGS[0]
    yield from report.prose
    yield HEADINGS[1]
    yield first
    yield HEADINGS[2]
    yield second
    yield HEADINGS[3]
    yield third
    yield HEADINGS[4]
    yield "存在的主要问题：公开的深度还不够。改进情况：下一步将加强学习培训，进一步细化公开内容。"
    yield HEADINGS[5]
    yield report.fee


# HTML, by Chromium ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a report is printed; sizes in points."""

    font: float = 10.5
    table_font: float = 9
    margin: float = 60
    padding: float = 3
    line: float = 0.6
    push: float = 0
    """Space above the first table, to move the page breaks."""
    label_width: float = 0.46
    """Share of the width that the label columns of the second table take."""
    repeat_head: bool = False
    split_rows: bool = True


def report_html(report: TrueReport, look: Look = Look()) -> str:
    style = f"""@page {{ size: A4; margin: {look.margin}pt }}
body {{ font: {look.font}pt 'WenQuanYi Zen Hei', 'Noto Sans CJK SC'; margin: 0 }}
h1 {{ text-align: center; font-size: {look.font * 1.6}pt }}
p {{ text-indent: 2em; margin: 4pt 0; line-height: 1.6 }}
table {{ border-collapse: collapse; width: 100%; table-layout: fixed;
         font-size: {look.table_font}pt }}
td {{ border: {look.line}pt solid; padding: {look.padding}pt; text-align: center;
      overflow-wrap: anywhere; {"" if look.split_rows else "break-inside: avoid"} }}
tr {{ {"" if look.split_rows else "break-inside: avoid"} }}"""
    body = [f"<h1>{escape(report.title)}</h1>"]
    pushed = False
    for part in parts(report):
        if isinstance(part, str):
            body.append(f"<p>{escape(part)}</p>")
            continue
        if not pushed:
            body.append(f'<div style="height: {look.push}pt"></div>')
            pushed = True
        body.append(_html_table(part, look))
    return (
        f'<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>{escape(report.title)}'
        f"</title><style>{style}</style></head><body>{''.join(body)}</body></html>"
    )


def _html_table(layout: Layout, look: Look) -> str:
    lines = ["<table>"]
    columns = size(layout)[1]
    if columns == 10:
        label = look.label_width / 3 * 100
        lines.append(f'<col style="width:{label}%">' * 3)
    head = 3 if columns == 10 and look.repeat_head else 0
    for index, row in enumerate(layout):
        if index == 0 and head:
            lines.append("<thead>")
        cells = "".join(
            f'<td rowspan="{box.rows}" colspan="{box.columns}">{escape(box.text)}</td>'
            for box in row
        )
        lines.append(f"<tr>{cells}</tr>")
        if head and index == head - 1:
            lines.append("</thead>")
    return "".join([*lines, "</table>"])


def print_with_chromium(pages: Sequence[str]) -> list[bytes]:
    """Print pages, all of them with one browser, which takes most of the time to start."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        shown = browser.new_page()
        printed = []
        for html in pages:
            shown.set_content(html)
            printed.append(shown.pdf(prefer_css_page_size=True))
        browser.close()
    return printed


# reportlab -----------------------------------------------------------------------------------


@cache
def print_font(*, embedded: bool) -> str:
    """Register a Chinese font: WenQuanYi embedded in the file, or STSong-Light by name only."""
    if embedded and WENQUANYI.exists():
        pdfmetrics.registerFont(TTFont("WenQuanYi", str(WENQUANYI), subfontIndex=0))
        return "WenQuanYi"
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    return "STSong-Light"


def print_with_reportlab(
    report: TrueReport,
    look: Look = Look(),
    *,
    embedded: bool = True,
    page_numbers: bool = True,
) -> bytes:
    font = print_font(embedded=embedded)
    out = BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, **dict.fromkeys(_MARGINS, look.margin), title=report.title
    )
    text = ParagraphStyle(
        "text",
        fontName=font,
        fontSize=look.font,
        leading=look.font * 1.6,
        wordWrap="CJK",
        firstLineIndent=2 * look.font,
    )
    title = replace_style(text, fontSize=look.font * 1.6, leading=look.font * 2.2, alignment=1)
    story: list[Flowable] = [Flowing(report.title, title)]
    pushed = False
    for part in parts(report):
        if isinstance(part, str):
            story.append(Flowing(escape(part), text))
            continue
        if not pushed and look.push:
            story.append(Spacer(1, look.push))
        pushed = True
        story.append(_platypus_table(part, look, font, A4[0] - 2 * look.margin - 12))
    number = _page_number(font) if page_numbers else None
    document.build(story, **({"onFirstPage": number, "onLaterPages": number} if number else {}))
    return out.getvalue()


_MARGINS = ("leftMargin", "rightMargin", "topMargin", "bottomMargin")


def replace_style(style: ParagraphStyle, **changes: object) -> ParagraphStyle:
    return ParagraphStyle("changed", parent=style, firstLineIndent=0, **changes)


def _page_number(font: str):  # type: ignore[no-untyped-def]
    def draw(canvas, document) -> None:  # type: ignore[no-untyped-def]
        canvas.setFont(font, 9)
        canvas.drawCentredString(A4[0] / 2, 1 * cm, f"- {document.page} -")

    return draw


def _platypus_table(layout: Layout, look: Look, font: str, width: float) -> Table:
    rows, columns = size(layout)
    small = ParagraphStyle(
        "cell",
        fontName=font,
        fontSize=look.table_font,
        leading=look.table_font * 1.3,
        wordWrap="CJK",
        alignment=1,
    )
    data: list[list[object]] = [[""] * columns for _ in range(rows)]
    style: list[tuple[object, ...]] = [
        ("GRID", (0, 0), (-1, -1), look.line, colors.black),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), look.padding),
        ("RIGHTPADDING", (0, 0), (-1, -1), look.padding),
        ("TOPPADDING", (0, 0), (-1, -1), look.padding),
        ("BOTTOMPADDING", (0, 0), (-1, -1), look.padding),
    ]
    for row, column, box in place(layout):
        data[row][column] = Flowing(escape(box.text), small)
        end = (column + box.columns - 1, row + box.rows - 1)
        style.append(("SPAN", (column, row), end))
    widths = [width / columns] * columns
    if columns == 10:
        widths = [width * look.label_width / 3] * 3 + [width * (1 - look.label_width) / 7] * 7
    return Table(
        data,
        colWidths=widths,
        repeatRows=0,
        style=TableStyle(style),
        splitInRow=1,
    )


def print_pages(texts: Sequence[str], *, embedded: bool = True, font_size: float = 12) -> bytes:
    """Print one page of plain text for each of ``texts``."""
    font = print_font(embedded=embedded)
    out = BytesIO()
    style = ParagraphStyle(
        "text",
        fontName=font,
        fontSize=font_size,
        leading=font_size * 1.6,
        wordWrap="CJK",
        firstLineIndent=2 * font_size,
    )
    story: list[Flowable] = []
    for text in texts:
        story += [Flowing(escape(line), style) for line in text.splitlines()] + [PageBreak()]
    SimpleDocTemplate(out, pagesize=A4).build(story)
    return out.getvalue()


# Word, and what LibreOffice prints from it ---------------------------------------------------


def report_docx(report: TrueReport, look: Look = Look()) -> bytes:
    word = docx.Document()
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Pt(look.margin))
    word.styles["Normal"].font.size = Pt(look.font)
    word.styles["Normal"].font.name = "WenQuanYi Zen Hei"
    word.add_paragraph(report.title, style="Title")
    pushed = False
    for part in parts(report):
        if isinstance(part, str):
            word.add_paragraph(part)
            continue
        if not pushed and look.push:
            word.add_paragraph().paragraph_format.space_before = Pt(look.push)
        pushed = True
        _word_table(word, part, look)
        word.add_paragraph()
    out = BytesIO()
    word.save(out)
    return out.getvalue()


def _word_table(word, layout: Layout, look: Look) -> None:  # type: ignore[no-untyped-def]
    rows, columns = size(layout)
    table = word.add_table(rows=rows, cols=columns, style="Table Grid")
    grid = [list(row.cells) for row in table.rows]
    for row, column, box in place(layout):
        cell = grid[row][column]
        if box.rows > 1 or box.columns > 1:
            cell = cell.merge(grid[row + box.rows - 1][column + box.columns - 1])
        paragraph = cell.paragraphs[0]
        paragraph.add_run(box.text).font.size = Pt(look.table_font)
    for row_of_table in table.rows[: 3 if columns == 10 and look.repeat_head else 0]:
        row_of_table._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    if not look.split_rows:
        for row_of_table in table.rows:
            flag = OxmlElement("w:cantSplit")
            flag.set(qn("w:val"), "1")
            row_of_table._tr.get_or_add_trPr().append(flag)


def print_with_libreoffice(documents: Sequence[bytes]) -> list[bytes]:
    """Print Word files to PDF in one run, which is much cheaper than one run each."""
    return libreoffice(documents)


# Pages drawn by hand ------------------------------------------------------------------------


def draw_pages(*pages: Callable[[Canvas], None], encrypt: str | None = None) -> bytes:
    """Draw each page with a function of its own."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, encrypt=encrypt)
    for page in pages:
        canvas.setFont(print_font(embedded=True), 10)
        page(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def draw_table(
    canvas: Canvas,
    rows: Sequence[Sequence[str]],
    *,
    top: float = 700,
    left: float = 72,
    widths: Sequence[float] = (120, 60, 60, 60),
    height: float = 20,
    closed: bool = True,
) -> None:
    """Draw a table with all its lines; without the last one if it is not ``closed``."""
    edges = [left]
    for width in widths:
        edges.append(edges[-1] + width)
    for index in range(len(rows) + closed):
        canvas.line(edges[0], top - index * height, edges[-1], top - index * height)
    for edge in edges:
        canvas.line(edge, top, edge, top - len(rows) * height)
    for index, row in enumerate(rows):
        for edge, text in zip(edges, row, strict=False):
            canvas.drawString(edge + 4, top - (index + 0.7) * height, text)
