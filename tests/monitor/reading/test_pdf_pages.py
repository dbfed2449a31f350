"""Pages that no report should have, and some do."""

from io import BytesIO

import pypdfium2 as pdfium
import pytest
from PIL import Image as Picture
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from monitor.reading.limits import Limits
from monitor.reading.model import Document, Image, UnreadableError
from monitor.reading.pdf import read_pdf
from tests.monitor.reading.measuring import grids, rows_of, score_document, texts
from tests.monitor.reading.printing import (
    WENQUANYI,
    draw_pages,
    draw_table,
    print_font,
    print_pages,
    print_with_reportlab,
    true_report,
)

ROWS = [["规章", "1", "2", "3"], ["行政规范性文件", "44", "55", "66"], ["行政许可", "7", "8", "9"]]


@pytest.fixture(autouse=True)
def no_recognition(monkeypatch: pytest.MonkeyPatch) -> None:
    """These pages are read as on a machine without the recognition model."""
    monkeypatch.setattr("monitor.reading.scan.can_recognise", lambda: False)


def plain_page(canvas: Canvas) -> None:
    canvas.drawString(72, 780, "一、总体情况")
    draw_table(canvas, ROWS)


def codes(document: Document) -> list[str]:
    return [damage.code for damage in document.damage]


def only_rows(document: Document) -> list[list[str]]:
    (grid,) = grids(document)
    return rows_of(grid)


def picture(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Picture.new("RGB", (60, 85), "white")), 0, 0, 595, 842)


# What the page looks like


def turned(body: bytes, degrees: int) -> bytes:
    document = pdfium.PdfDocument(body)
    for index in range(len(document)):
        document[index].set_rotation(degrees)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_that_states_a_wrong_turn_is_read(degrees: int) -> None:
    true = true_report(3)
    score = score_document(read_pdf(turned(print_with_reportlab(true), degrees)), true)
    assert (score.right, score.wrong) == (200, [])


@pytest.mark.parametrize("clockwise", [True, False])
def test_a_table_drawn_sideways_is_read(clockwise: bool) -> None:
    def page(canvas: Canvas) -> None:
        canvas.translate(0 if clockwise else 595, 842 if clockwise else 0)
        canvas.rotate(-90 if clockwise else 90)
        draw_table(canvas, ROWS, top=450)

    assert only_rows(read_pdf(draw_pages(page))) == ROWS


def test_a_cropped_page_is_placed_from_the_corner_that_is_seen() -> None:
    body = draw_pages(plain_page)
    whole, document = read_pdf(body), pdfium.PdfDocument(body)
    document[0].set_cropbox(30, 20, 580, 830)
    out = BytesIO()
    document.save(out)
    cropped = read_pdf(out.getvalue())
    assert only_rows(cropped) == ROWS
    before, after = grids(whole)[0].place.bbox, grids(cropped)[0].place.bbox
    assert before is not None
    assert after is not None
    assert after[0] == pytest.approx(before[0] - 30, abs=0.1)
    assert after[1] == pytest.approx(before[1] - (841.89 - 830), abs=0.1)


def test_a_table_inside_a_form_object_is_read() -> None:
    def page(canvas: Canvas) -> None:
        canvas.beginForm("inside")
        canvas.setFont(print_font(embedded=True), 10)
        plain_page(canvas)
        canvas.endForm()
        canvas.translate(20, -30)
        canvas.doForm("inside")

    assert only_rows(read_pdf(draw_pages(page))) == ROWS


def test_bold_type_printed_twice_is_read_once() -> None:
    def page(canvas: Canvas) -> None:
        plain_page(canvas)
        canvas.translate(0.3, 0)
        plain_page(canvas)

    document = read_pdf(draw_pages(page))
    assert only_rows(document) == ROWS
    assert texts(document) == ["一、总体情况"]


@pytest.mark.parametrize("how", ["dashed", "rectangles", "filled"])
def test_lines_are_found_however_they_are_drawn(how: str) -> None:
    def page(canvas: Canvas) -> None:
        edges = [72, 192, 252, 312, 372]
        if how == "dashed":
            canvas.setDash(2, 2)
            draw_table(canvas, ROWS)
            return
        for index, row in enumerate(ROWS):
            top = 700 - 20 * index
            for left, right, text in zip(edges, edges[1:], row, strict=False):
                canvas.drawString(left + 4, top - 14, text)
                if how == "rectangles":
                    canvas.rect(left, top - 20, right - left, 20)
        if how == "filled":
            for index in range(4):
                canvas.rect(72, 700 - 20 * index, 300, 0.7, stroke=0, fill=1)
            for edge in edges:
                canvas.rect(edge, 640, 0.7, 60.7, stroke=0, fill=1)

    assert only_rows(read_pdf(draw_pages(page))) == ROWS


def test_a_frame_around_text_or_around_the_page_is_no_table() -> None:
    def page(canvas: Canvas) -> None:
        canvas.rect(30, 30, 535, 780)
        canvas.rect(60, 400, 400, 60)
        canvas.drawString(72, 430, "这是一段放在框里的文字，它不是表格。")
        plain_page(canvas)

    document = read_pdf(draw_pages(page))
    assert only_rows(document) == ROWS
    assert "这是一段放在框里的文字，它不是表格。" in texts(document)


def test_rows_of_numbers_without_lines_become_a_table_only_when_they_stand_in_columns() -> None:
    def aligned(canvas: Canvas) -> None:
        for i, row in enumerate(ROWS):
            for j, text in enumerate(row):
                canvas.drawString(72 + 90 * j, 740 - 20 * i, text)

    def loose(canvas: Canvas) -> None:
        canvas.drawString(72, 760, "本年新收")
        for i, left in enumerate((200, 260, 320)):
            canvas.drawString(left, 740, str(i))

    assert only_rows(read_pdf(draw_pages(aligned))) == ROWS
    document = read_pdf(draw_pages(loose))
    assert grids(document) == []
    assert codes(document) == ["cells-flattened"]


# What cannot be said for certain


def test_a_number_that_runs_into_the_next_cell_is_doubtful() -> None:
    def page(canvas: Canvas) -> None:
        draw_table(canvas, [["规章", "", "22", "3"], ["行政许可", "4", "5", "6"]])
        canvas.drawString(72 + 120 + 40, 686, "123456789")

    assert only_rows(read_pdf(draw_pages(page))) == [
        ["规章", "?", "?", "3"],
        ["行政许可", "4", "5", "6"],
    ]


def test_two_numbers_in_one_cell_are_not_taken_for_one() -> None:
    def page(canvas: Canvas) -> None:
        draw_table(canvas, [["规章", "", "2", "3"]], height=40)
        canvas.drawString(200, 688, "11")
        canvas.drawString(200, 668, "22")

    assert only_rows(read_pdf(draw_pages(page))) == [["规章", "?", "2", "3"]]


def test_a_number_wrapped_in_a_narrow_cell_is_one_number() -> None:
    def page(canvas: Canvas) -> None:
        draw_table(canvas, [["规章", "", "2", "3"]], height=40, widths=(120, 27, 60, 60))
        canvas.drawString(195, 688, "1143")
        canvas.drawString(195, 674, "51")

    assert only_rows(read_pdf(draw_pages(page))) == [["规章", "114351", "2", "3"]]


def test_text_printed_over_other_text_is_doubtful() -> None:
    def page(canvas: Canvas) -> None:
        plain_page(canvas)
        canvas.drawString(72 + 120 + 4.5, 700 - 14, "8")

    assert only_rows(read_pdf(draw_pages(page)))[0] == ["规章", "?", "2", "3"]


def test_a_table_without_one_of_its_lines_is_doubtful_where_it_lacks() -> None:
    def page(canvas: Canvas) -> None:
        draw_table(canvas, ROWS)
        canvas.line(192, 690, 215, 690)

    rows = only_rows(read_pdf(draw_pages(page)))
    assert rows[1:] == [["?", "55", "66"], *ROWS[2:]] or "?" in rows[0]
    assert ["行政许可", "7", "8", "9"] in rows


# What breaks between pages


def two_pages(
    above: list[list[str]], below: list[list[str]], *, closed: bool = True
) -> list[list[str]]:
    def first(canvas: Canvas) -> None:
        draw_table(canvas, above, top=40 + 20 * len(above), closed=closed)

    def second(canvas: Canvas) -> None:
        draw_table(canvas, below, top=780)

    return only_rows(read_pdf(draw_pages(first, second)))


HEAD = ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]


@pytest.mark.parametrize("closed", [True, False], ids=["closed", "open"])
def test_a_label_cut_by_a_page_break_is_joined(closed: bool) -> None:
    rows = two_pages(
        [HEAD, ["规章", "1", "2", "3"], ["行政规范", "4", "5", "6"]],
        [["性文件", "", "", ""], ["行政许可", "7", "8", "9"]],
        closed=closed,
    )
    assert rows == [
        HEAD,
        ["规章", "1", "2", "3"],
        ["行政规范性文件", "4", "5", "6"],
        ["行政许可", "7", "8", "9"],
    ]


def test_numbers_that_stand_below_the_break_belong_to_the_label_above() -> None:
    rows = two_pages(
        [HEAD, ["规章", "1", "2", "3"], ["行政规范", "", "", ""]], [["性文件", "4", "5", "6"]]
    )
    assert rows[-1] == ["行政规范性文件", "4", "5", "6"]


def test_a_number_cut_by_a_page_break_is_doubtful() -> None:
    rows = two_pages(
        [HEAD, ["行政规范", "45", "5", "6"]], [["性文件", "1", "", ""], ["行政许可", "7", "8", "9"]]
    )
    assert rows[1] == ["行政规范性文件", "?", "5", "6"]


def test_whole_rows_on_both_sides_of_a_break_stay_two_rows() -> None:
    rows = two_pages([HEAD, ["规章", "1", "2", "3"]], [["行政规范性文件", "4", "5", "6"]])
    assert rows == [HEAD, ["规章", "1", "2", "3"], ["行政规范性文件", "4", "5", "6"]]


def test_a_whole_row_without_numbers_beside_another_at_a_break_is_doubtful_not_blank() -> None:
    rows = two_pages(
        [HEAD, ["规章", "1", "2", "3"], ["规章解释", "", "", ""]], [["行政规范性文件", "", "", ""]]
    )
    assert rows[-1] == ["行政规范性文件", "?", "?", "?"]


def test_a_row_without_numbers_is_blank_where_the_row_across_the_break_has_its_own() -> None:
    rows = two_pages([HEAD, ["规章", "1", "2", "3"]], [["行政规范性文件", "", "", ""]])
    assert rows[-1] == ["行政规范性文件", "", "", ""]
    rows = two_pages([HEAD], [["规章", "", "", ""], ["行政规范性文件", "4", "5", "6"]])
    assert rows == [HEAD, ["规章", "", "", ""], ["行政规范性文件", "4", "5", "6"]]


def test_numbers_below_a_head_with_blanks_are_certain() -> None:
    """The labels of the first columns stand a row higher, over rows that are not merged."""
    head = ["", "", "尚未审结", "总计"]
    rows = two_pages([["总计"] * 4, head], [["0", "—", "2", "3"]])
    assert rows[-2:] == [head, ["0", "—", "2", "3"]]


def test_a_head_repeated_on_the_next_page_is_dropped() -> None:
    rows = two_pages([HEAD, ["规章", "1", "2", "3"]], [HEAD, ["行政规范性文件", "4", "5", "6"]])
    assert rows == [HEAD, ["规章", "1", "2", "3"], ["行政规范性文件", "4", "5", "6"]]


def test_tables_with_a_heading_between_them_stay_two() -> None:
    def second(canvas: Canvas) -> None:
        canvas.drawString(72, 790, "三、收到和处理政府信息公开申请情况")
        draw_table(canvas, ROWS, top=740)

    def first(canvas: Canvas) -> None:
        draw_table(canvas, ROWS, top=100)

    assert len(grids(read_pdf(draw_pages(first, second)))) == 2


def test_a_table_cut_at_the_end_of_the_file_is_doubtful_in_its_last_row() -> None:
    def page(canvas: Canvas) -> None:
        draw_table(canvas, ROWS, top=100, closed=False)

    assert only_rows(read_pdf(draw_pages(page)))[-1] == ["行政许可", "?", "?", "?"]


def test_page_numbers_and_running_heads_are_no_text() -> None:
    def page(number: int):  # type: ignore[no-untyped-def]
        def draw(canvas: Canvas) -> None:
            canvas.drawString(200, 815, "测试县科技局文件")
            canvas.drawString(72, 600, f"第{number}段文字。")
            canvas.drawString(290, 30, f"- {number} -")

        return draw

    document = read_pdf(draw_pages(page(1), page(2), page(3)))
    assert texts(document) == ["第1段文字。", "第2段文字。", "第3段文字。"]


def test_lines_broken_by_the_page_width_are_joined_and_paragraphs_are_not() -> None:
    first = "全年通过政府网站主动公开信息326条，" * 6 + "没有发生泄密事件。"
    second = "严格规范依申请公开办理流程，" * 7 + "按期答复申请人。"
    document = read_pdf(print_pages([f"一、总体情况\n{first}\n{second}\n二、主动公开政府信息情况"]))
    assert texts(document) == ["一、总体情况", first, second, "二、主动公开政府信息情况"]


# What cannot be read


def test_a_file_of_pictures_has_no_text_layer() -> None:
    with pytest.raises(UnreadableError) as error:
        read_pdf(draw_pages(picture, picture))
    assert error.value.code == "no-text-layer"


def test_a_picture_page_among_others_is_named_as_lost() -> None:
    document = read_pdf(draw_pages(picture, plain_page))
    assert isinstance(document.blocks[0], Image)
    assert [(item.code, item.place.page) for item in document.damage] == [("no-text-layer", 1)]
    assert "ocr" in document.damage[0].detail
    assert only_rows(document) == ROWS


def test_text_recognised_by_another_program_is_doubtful() -> None:
    def page(canvas: Canvas) -> None:
        picture(canvas)
        text = canvas.beginText(72, 500)
        text.setTextRenderMode(3)
        for _ in range(5):
            text.textLine("这是识别出来的一段文字，没有任何保证。")
        canvas.drawText(text)
        draw_lines_only(canvas)

    document = read_pdf(draw_pages(page))
    assert "cells-doubtful" in codes(document)


def draw_lines_only(canvas: Canvas) -> None:
    draw_table(canvas, [["", "", "", ""]] * 2)


def test_invisible_text_on_a_page_with_text_is_not_read() -> None:
    def page(canvas: Canvas) -> None:
        plain_page(canvas)
        text = canvas.beginText(72, 300)
        text.setTextRenderMode(3)
        text.textLine("看不见的文字")
        canvas.drawText(text)

    assert texts(read_pdf(draw_pages(page))) == ["一、总体情况"]


@pytest.mark.skipif(not WENQUANYI.exists(), reason="needs a font that can be embedded")
def test_a_font_without_known_characters_is_undecodable_not_garbage() -> None:
    body = draw_pages(plain_page)
    blinded = body.replace(b"/ToUnicode", b"/NoUnicode")
    assert blinded != body
    with pytest.raises(UnreadableError) as error:
        read_pdf(blinded)
    assert error.value.code == "undecodable"


def test_a_password_is_asked_for() -> None:
    with pytest.raises(UnreadableError) as error:
        read_pdf(draw_pages(plain_page, encrypt="secret"))
    assert error.value.code == "encrypted"


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.995])
def test_a_file_that_was_cut_short_is_damaged(share: float) -> None:
    body = print_with_reportlab(true_report(1))
    with pytest.raises(UnreadableError) as error:
        read_pdf(body[: int(share * len(body))])
    assert error.value.code == "damaged"


def test_bytes_that_only_begin_like_a_pdf_are_damaged() -> None:
    with pytest.raises(UnreadableError) as error:
        read_pdf(b"%PDF-1.7\n" + b"nonsense " * 500 + b"\n%%EOF")
    assert error.value.code == "damaged"


def test_more_pages_than_allowed_are_refused() -> None:
    with pytest.raises(UnreadableError) as error:
        read_pdf(draw_pages(plain_page, plain_page), Limits(pages=1))
    assert error.value.code == "limits-exceeded"


def test_what_a_server_wrote_behind_the_file_does_no_harm() -> None:
    assert only_rows(read_pdf(draw_pages(plain_page) + b"\n<html>404</html>\n")) == ROWS
