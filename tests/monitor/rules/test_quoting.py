"""Quotations are what is printed, however the words were found."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from monitor.reading.model import Paragraph, Place
from monitor.rules.quoting import (
    LONGEST_QUOTE,
    cell_evidence,
    flatten,
    heading_evidence,
    passage,
    passages,
    quote,
    title_evidence,
)
from tests.monitor.building import a_report, a_section, with_cell

PRINTED = st.text(alphabet="公开2023年，。 \n（）()　\u200b\u00a0ａ１", max_size=200)


def test_words_are_found_across_blanks_and_full_width_forms() -> None:
    item = passage("统计期限自 2023 年１月 1 日起（止）")
    assert item.flat == "统计期限自2023年1月1日起(止)"


def test_a_quotation_keeps_the_printed_blanks_and_brackets() -> None:
    item = passage("截至 2022 年 12 月 31 日（含）", section="overview", place=Place(page=3))
    evidence = item.evidence(2, 7)
    assert evidence.quote == "截至 2022 年 12 月 31 日（含）"
    assert evidence.section == "overview"
    assert evidence.place == Place(page=3)


def test_a_long_passage_is_cut_around_the_words() -> None:
    item = passage("前" * 300 + "这里" + "后" * 300)
    found = item.evidence(300, 302).quote
    assert len(found) == LONGEST_QUOTE
    assert "前这里后" in found


@given(PRINTED, st.integers(0, 250), st.integers(0, 250))
def test_any_span_of_any_text_can_be_quoted(printed: str, start: int, length: int) -> None:
    item = passage(printed)
    found = item.evidence(start, start + length).quote
    assert len(found) <= LONGEST_QUOTE
    assert flatten(found) in item.flat


@given(PRINTED)
def test_every_sentence_stands_where_it_is_said_to(printed: str) -> None:
    item = passage(printed)
    for start, sentence in item.sentences():
        assert item.flat[start : start + len(sentence)] == sentence


def test_passages_know_their_section_and_place() -> None:
    section = replace(
        a_section("overview", "一、总体情况", "甲", "乙"),
        paragraphs=(Paragraph(text="甲", place=Place(page=1)), Paragraph(text="乙")),
    )
    found = list(passages(a_report(preamble="导语", sections=(section,))))
    assert [(item.printed, item.section) for item in found] == [
        ("导语", None),
        ("甲", "overview"),
        ("乙", "overview"),
    ]
    assert found[1].place == Place(page=1)


def test_a_report_without_sections_is_read_as_one_text() -> None:
    found = list(passages(a_report(sections=(), text="第一行\n\n第二行")))
    assert [item.printed for item in found] == ["第一行", "第二行"]


def test_cells_headings_and_titles_are_quoted() -> None:
    report = with_cell(a_report(), "requests", "new", "total", "１２")
    cell = cell_evidence(report, "requests", "new", "total")
    assert (cell.quote, cell.table, cell.row, cell.column) == ("１２", "requests", "new", "total")
    assert cell_evidence(report, "requests", "nowhere", "total").quote == ""
    assert heading_evidence(report.sections[0]).quote == "一、总体情况"
    assert title_evidence(report)[0].quote == report.title
    assert title_evidence(replace(report, title=None)) == ()
    assert len(quote("长" * 200)) == LONGEST_QUOTE
