"""Tables drawn in every way that programs draw them: lines in pieces, thin areas, glyph by glyph.

Whatever the way, each number is read in its place or said to be unread, never as another.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Picture
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from monitor.reading.pdf import read_pdf
from tests.monitor.reading.measuring import grids, rows_of, texts
from tests.monitor.reading.printing import draw_pages, draw_table, print_font

Edges = Sequence[float]
Rows = list[list[str]]

LABELS = ("规章", "行政规范性文件", "行政许可", "行政处罚", "行政强制", "行政事业性收费")
HEAD = ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a table is drawn; lengths in points."""

    borders: str
    text: str
    align: str
    font: float
    height: float
    left: float
    top: float
    width: float
    embedded: bool


# Borders ------------------------------------------------------------------------------------


def whole_lines(canvas: Canvas, xs: Edges, ys: Edges) -> None:
    for y in ys:
        canvas.line(xs[0], y, xs[-1], y)
    for x in xs:
        canvas.line(x, ys[0], x, ys[-1])


def boxes(canvas: Canvas, xs: Edges, ys: Edges) -> None:
    for left, right in pairwise(xs):
        for top, bottom in pairwise(ys):
            canvas.rect(left, bottom, right - left, top - bottom)


def pieces(canvas: Canvas, xs: Edges, ys: Edges) -> None:
    """Each side of each cell as three short lines."""
    for left, right in pairwise(xs):
        step = (right - left) / 3
        for y in ys:
            for index in range(3):
                canvas.line(left + index * step, y, left + (index + 1) * step, y)
    for top, bottom in pairwise(ys):
        step = (bottom - top) / 3
        for x in xs:
            for index in range(3):
                canvas.line(x, top + index * step, x, top + (index + 1) * step)


def thin_areas(canvas: Canvas, xs: Edges, ys: Edges) -> None:
    """Each side of each cell as a filled rectangle, as word processors draw them."""
    for left, right in pairwise(xs):
        for y in ys:
            canvas.rect(left, y - 0.24, right - left, 0.48, stroke=0, fill=1)
    for top, bottom in pairwise(ys):
        for x in xs:
            canvas.rect(x - 0.24, bottom, 0.48, top - bottom, stroke=0, fill=1)


def one_path(canvas: Canvas, xs: Edges, ys: Edges) -> None:
    """All lines as areas of one path."""
    path = canvas.beginPath()
    for y in ys:
        path.rect(xs[0], y - 0.24, xs[-1] - xs[0], 0.48)
    for x in xs:
        path.rect(x - 0.24, ys[-1], 0.48, ys[0] - ys[-1])
    canvas.drawPath(path, stroke=0, fill=1)


def double_lines(canvas: Canvas, xs: Edges, ys: Edges) -> None:
    whole_lines(canvas, xs, ys)
    canvas.rect(xs[0] - 1.5, ys[-1] - 1.5, xs[-1] - xs[0] + 3, ys[0] - ys[-1] + 3)


def gaps(canvas: Canvas, xs: Edges, ys: Edges) -> None:
    """White cells over a black ground, so that the gaps between them are the lines."""
    canvas.rect(xs[0] - 0.5, ys[-1] - 0.5, xs[-1] - xs[0] + 1, ys[0] - ys[-1] + 1, stroke=0, fill=1)
    canvas.setFillGray(1)
    for left, right in pairwise(xs):
        for top, bottom in pairwise(ys):
            canvas.rect(left + 0.3, bottom + 0.3, right - left - 0.6, top - bottom - 0.6, 0, 1)
    canvas.setFillGray(0)


def framed(canvas: Canvas, xs: Edges, ys: Edges) -> None:
    """Lines, and a frame around the page."""
    canvas.rect(20, 20, A4[0] - 40, A4[1] - 40)
    whole_lines(canvas, xs, ys)


def no_sides(canvas: Canvas, xs: Edges, ys: Edges) -> None:
    """No outermost vertical lines, as in three-line tables with inner lines."""
    for y in ys:
        canvas.line(xs[0], y, xs[-1], y)
    for x in xs[1:-1]:
        canvas.line(x, ys[0], x, ys[-1])


def shaded(canvas: Canvas, xs: Edges, ys: Edges) -> None:
    """A grey ground under every other row, then lines."""
    canvas.setFillGray(0.85)
    for top, bottom in list(pairwise(ys))[::2]:
        canvas.rect(xs[0], bottom, xs[-1] - xs[0], top - bottom, stroke=0, fill=1)
    canvas.setFillGray(0)
    whole_lines(canvas, xs, ys)


BORDERS: dict[str, Callable[[Canvas, Edges, Edges], None]] = {
    "whole lines": whole_lines,
    "boxes": boxes,
    "pieces": pieces,
    "thin areas": thin_areas,
    "one path": one_path,
    "double lines": double_lines,
    "gaps": gaps,
    "framed": framed,
    "no sides": no_sides,
    "shaded": shaded,
}


# Text ---------------------------------------------------------------------------------------


def as_string(canvas: Canvas, x: float, y: float, text: str, font: str, size: float) -> None:
    canvas.drawString(x, y, text)


def glyph_by_glyph(canvas: Canvas, x: float, y: float, text: str, font: str, size: float) -> None:
    for char in text:
        canvas.drawString(x, y, char)
        x += stringWidth(char, font, size)


def from_the_right(canvas: Canvas, x: float, y: float, text: str, font: str, size: float) -> None:
    """Glyph by glyph, the last first."""
    x += stringWidth(text, font, size)
    for char in reversed(text):
        x -= stringWidth(char, font, size)
        canvas.drawString(x, y, char)


def twice(canvas: Canvas, x: float, y: float, text: str, font: str, size: float) -> None:
    canvas.drawString(x, y, text)
    canvas.drawString(x + 0.02 * size, y, text)


def spaced(canvas: Canvas, x: float, y: float, text: str, font: str, size: float) -> None:
    canvas.drawString(x, y, text, charSpace=0.03 * size)


TEXTS = {
    "as string": as_string,
    "glyph by glyph": glyph_by_glyph,
    "from the right": from_the_right,
    "twice": twice,
    "spaced": spaced,
}


def drawn(rows: Rows, way: Way, *, columnwise: bool = False) -> Callable[[Canvas], None]:
    def page(canvas: Canvas) -> None:
        font = print_font(embedded=way.embedded)
        canvas.setFont(font, way.font)
        xs = [way.left, *(way.left + 110 + index * way.width for index in range(len(rows[0])))]
        ys = [way.top - index * way.height for index in range(len(rows) + 1)]
        BORDERS[way.borders](canvas, xs, ys)
        places = [(i, j) for i in range(len(rows)) for j in range(len(rows[0]))]
        for i, j in sorted(places, key=lambda place: place[::-1]) if columnwise else places:
            text = rows[i][j]
            wide = stringWidth(text, font, way.font)
            room = xs[j + 1] - xs[j] - wide
            indent = {"left": 3.0, "centre": room / 2, "right": room - 3}[way.align]
            y = ys[i + 1] + (way.height - 0.8 * way.font) / 2
            TEXTS[way.text](canvas, xs[j] + indent, y, text, font, way.font)

    return page


@st.composite
def ways(draw: st.DrawFn) -> Way:
    font = draw(st.sampled_from([7.0, 9.0, 10.5, 12.0]))
    return Way(
        borders=draw(st.sampled_from(sorted(BORDERS))),
        text=draw(st.sampled_from(sorted(TEXTS))),
        align=draw(st.sampled_from(["left", "centre", "right"])),
        font=font,
        height=font * draw(st.sampled_from([1.5, 2.0, 3.0])),
        left=draw(st.floats(40, 90)),
        top=draw(st.floats(400, 760)),
        width=draw(st.floats(88, 120)),
        embedded=draw(st.booleans()),
    )


@st.composite
def tables(draw: st.DrawFn) -> Rows:
    count = draw(st.integers(2, 6))
    number = st.one_of(st.just("0"), st.integers(0, 999_999).map(str))
    values = st.lists(number, min_size=3, max_size=3)
    return [HEAD, *([label, *draw(values)] for label in LABELS[:count])]


@given(rows=tables(), way=ways(), columnwise=st.booleans())
@settings(deadline=None, max_examples=80)
def test_a_table_is_read_however_it_is_drawn(rows: Rows, way: Way, columnwise: bool) -> None:
    document = read_pdf(draw_pages(drawn(rows, way, columnwise=columnwise)))
    (grid,) = grids(document)
    read = rows_of(grid)
    assert len(read) == len(rows)
    for line, true in zip(read, rows, strict=True):
        assert [cell for cell in line if cell != "?"] == true
    assert document.damage == ()


@given(rows=tables(), way=ways(), cut=st.integers(1, 5), shift=st.floats(-15, 15))
@settings(deadline=None, max_examples=30)
def test_a_table_cut_by_a_page_break_is_one_table_with_every_number_in_its_row(
    rows: Rows, way: Way, cut: int, shift: float
) -> None:
    cut = min(cut, len(rows) - 1)
    low = Way(**{**vars(way), "top": 60 + cut * way.height})
    high = Way(**{**vars(way), "top": 790.0, "left": way.left + shift})
    document = read_pdf(draw_pages(drawn(rows[:cut], low), drawn(rows[cut:], high)))
    read = [line for grid in grids(document) for line in rows_of(grid)]
    true = {row[0]: row for row in rows}
    for line in read:
        if line[0] in true:
            pairs = zip(line, true[line[0]], strict=True)
            assert all(cell in ("?", written) for cell, written in pairs)
    whole = sum(line in rows for line in read)
    assert whole >= len(rows) - 2


# What is not seen, and what is seen beside the text -------------------------------------------

ROWS = [["规章", "1", "2", "3"], ["行政规范性文件", "44", "", "66"], ["行政许可", "7", "8", "9"]]
BLANK = (72 + 120 + 60 + 6, 700 - 34)
"""Where the blank cell of the second row is."""


def with_table(more: Callable[[Canvas], None], *, before: bool = False) -> Rows:
    def page(canvas: Canvas) -> None:
        canvas.drawString(72, 780, "二、主动公开政府信息情况，以下为本年度的统计数据，特此说明。")
        if before:
            more(canvas)
        canvas.setFillGray(0)
        draw_table(canvas, ROWS)
        if not before:
            more(canvas)

    (grid,) = grids(read_pdf(draw_pages(page)))
    return rows_of(grid)


SECOND_UNREAD = [ROWS[0], ["行政规范性文件", "44", "?", "66"], ROWS[2]]


def white_number(canvas: Canvas) -> None:
    canvas.setFillGray(1)
    canvas.drawString(*BLANK, "55")


def number_without_ink(canvas: Canvas) -> None:
    text = canvas.beginText(*BLANK)
    text.setTextRenderMode(3)
    text.textLine("55")
    canvas.drawText(text)


def covered_number(canvas: Canvas) -> None:
    canvas.drawString(*BLANK, "55")
    canvas.setFillGray(0.9)
    canvas.rect(72 + 120 + 60 + 2, 700 - 38, 56, 16, stroke=0, fill=1)


def picture_of_a_number(canvas: Canvas) -> None:
    picture = ImageReader(Picture.new("RGB", (30, 12), "grey"))
    canvas.drawImage(picture, BLANK[0], BLANK[1] - 2, 30, 12)


@pytest.mark.parametrize(
    "what", [white_number, number_without_ink, covered_number, picture_of_a_number]
)
def test_a_cell_with_more_than_is_seen_is_unread(what: Callable[[Canvas], None]) -> None:
    assert with_table(what) == SECOND_UNREAD


def test_white_text_on_a_dark_ground_is_read() -> None:
    def page(canvas: Canvas) -> None:
        canvas.rect(72, 680, 300, 20, stroke=0, fill=1)
        draw_table(canvas, [["", "", "", ""], *ROWS])
        canvas.setFillGray(1)
        for text, left in zip(HEAD, (72, 192, 252, 312), strict=True):
            canvas.setFontSize(8)
            canvas.drawString(left + 2, 686, text)

    (grid,) = grids(read_pdf(draw_pages(page)))
    assert rows_of(grid) == [HEAD, *ROWS]


def test_a_slanted_watermark_is_no_text() -> None:
    def watermark(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.setFillGray(0.8)
        canvas.setFontSize(60)
        canvas.translate(100, 560)
        canvas.rotate(30)
        canvas.drawString(0, 0, "政府信息公开20240101")
        canvas.restoreState()

    assert with_table(watermark, before=True) == ROWS
    assert with_table(watermark) == ROWS


def test_a_background_picture_behind_the_page_does_no_harm() -> None:
    def background(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(Picture.new("RGB", (60, 85), "#eef")), 0, 0, 595, 842)

    assert with_table(background, before=True) == ROWS


def test_a_filled_in_form_field_is_read_like_print() -> None:
    def field(canvas: Canvas) -> None:
        canvas.acroForm.textfield(
            value="55", x=BLANK[0], y=BLANK[1] - 4, width=40, height=14, fontSize=9, borderWidth=0
        )

    read = with_table(field)
    assert read[1][2] in ("55", "?")
    assert [read[0], read[2]] == [ROWS[0], ROWS[2]]


def test_two_report_pages_on_one_sheet_keep_their_tables_apart() -> None:
    def page(canvas: Canvas) -> None:
        canvas.scale(0.5, 0.5)
        draw_table(canvas, ROWS)
        canvas.translate(590, 0)
        draw_table(canvas, ROWS)

    found = grids(read_pdf(draw_pages(page)))
    assert [rows_of(grid) for grid in found] == [ROWS, ROWS]


def test_a_label_set_upright_in_a_narrow_cell_is_read_downwards() -> None:
    def page(canvas: Canvas) -> None:
        canvas.rect(72, 600, 20, 100)
        canvas.rect(92, 600, 60, 100)
        for index, char in enumerate("行政许可"):
            canvas.drawString(77, 680 - 16 * index, char)
        canvas.drawString(110, 650, "12")

    (grid,) = grids(read_pdf(draw_pages(page)))
    assert rows_of(grid) == [["行政许可", "12"]]


def test_rows_without_lines_keep_their_order_among_the_prose() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(72, 760, "一、总体情况")
        for i, row in enumerate([["规章", "1", "2", "3"], ["行政许可", "7", "8", "9"]]):
            for j, text in enumerate(row):
                canvas.drawString(72 + 90 * j, 740 - 20 * i, text)
        canvas.drawString(72, 690, "二、其他情况")

    document = read_pdf(draw_pages(page))
    assert texts(document) == ["一、总体情况", "二、其他情况"]
    assert rows_of(grids(document)[0]) == [["规章", "1", "2", "3"], ["行政许可", "7", "8", "9"]]


def test_a_page_number_over_a_landscape_page_is_left_out() -> None:
    out = BytesIO()
    canvas = Canvas(out, pagesize=(A4[1], A4[0]))
    for number in range(1, 4):
        canvas.setFont(print_font(embedded=True), 10)
        draw_table(canvas, ROWS, top=450)
        canvas.drawString(410, 20, f"第 {number} 页 共 3 页")
        canvas.showPage()
    canvas.save()
    assert texts(read_pdf(out.getvalue())) == []
