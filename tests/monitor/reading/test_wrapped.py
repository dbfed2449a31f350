"""Lines that a converter cut at one width are one paragraph again."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from monitor.reading.model import Block, Grid, GridCell, Paragraph, Place
from monitor.reading.plain import read_text
from monitor.reading.wrapped import unwrapped

LONG = (
    "2007年4月5日，《中华人民共和国政府信息公开条例》以国务院令第492号公布；2019年4月3日，以国务院令"
    "第711号修订。依据修订后的《条例》和有关通知，示范县财政局编制本报告，并在政府门户网站向社会公布，"
    "欢迎社会各界予以监督。一年来，本机关坚持以公开为常态、不公开为例外，及时更新机构职能、领导分工、财政预算"
    "决算和办事指南，健全审核机制，落实专人负责，公开的内容更加充实，程序更加规范，群众查阅更加方便。"
)
TABLE = Grid(cells=(GridCell(text="0", row=0, column=0),), rows=1, columns=1)


def cut(text: str, width: int) -> list[str]:
    return [text[start : start + width] for start in range(0, len(text), width)]


def texts(lines: Sequence[str]) -> list[str]:
    blocks = unwrapped(Paragraph(text=line, place=Place(offset=0)) for line in lines)
    return [block.text for block in blocks if isinstance(block, Paragraph)]


@given(st.integers(20, 40))
def test_a_paragraph_cut_into_lines_is_one_again(width: int) -> None:
    assert "".join(texts(cut(LONG, width))) == LONG
    assert len(texts(cut(LONG, width))) < len(cut(LONG, width)) - 1


def test_a_heading_and_a_list_item_begin_a_paragraph() -> None:
    lines = [*cut(LONG, 38), "一、总体情况", *cut(LONG, 38), "（一）主动公开", *cut(LONG, 38)]

    assert texts(lines) == [LONG, "一、总体情况", LONG, "（一）主动公开", LONG]


def test_paragraphs_of_any_length_stay_as_they_are() -> None:
    lines = [
        "根据有关规定编制本报告，数据截至2023年12月31日",
        "全年主动公开政府信息126条",
        LONG,
        "特此报告",
    ]

    assert texts(lines) == lines


def test_a_line_that_ends_a_sentence_ends_its_paragraph() -> None:
    first = "全年主动公开政府信息一百二十六条，其中通过门户网站公开一百条，其余通过新媒体公开。"
    lines = [first, *cut(LONG, len(first))]

    assert texts(lines) == [first, LONG]


def test_a_title_as_long_as_a_line_stays_the_title() -> None:
    title = "2024年度江北省临川市安平旗人力资源和社会保障局政府信息公开工作年度报告"

    assert texts([title, *cut(LONG, len(title) + 1)]) == [title, LONG]


def test_a_day_cut_in_two_is_whole_again() -> None:
    period = "本报告所列数据的统计期限自2024年1月1日起至2024年12月3"

    lines = [period, "1 日止。", *cut(LONG, len(period))]

    assert texts(lines)[0] == period + "1 日止。"


def test_a_table_parts_paragraphs() -> None:
    lines = cut(LONG, 38)
    blocks: list[Block] = [Paragraph(text=line) for line in lines]
    blocks.insert(1, TABLE)

    found = list(unwrapped(blocks))

    assert found[:2] == [Paragraph(text=lines[0]), TABLE]
    assert found[2] == Paragraph(text="".join(lines[1:]))


def test_a_text_with_a_blank_line_behind_every_line_is_read_in_paragraphs() -> None:
    document = read_text("\n\n".join(cut(LONG, 38)).encode())

    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == [LONG]


def test_labels_of_a_table_without_cells_are_not_prose() -> None:
    labels = [
        "一、本年新收政府信息公开申请数量",
        "二、上年结转政府信息公开申请数量",
        "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
    ]

    assert texts([*labels, *cut(LONG, 28)]) == [*labels, LONG]
