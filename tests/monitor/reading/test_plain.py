"""Converted text in the shapes in which converters leave it."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.formats import load_format
from monitor.reading.assemble import assemble
from monitor.reading.model import Grid, Paragraph, Report, UnreadableError
from monitor.reading.plain import read_text
from monitor.specimens.model import Specimen
from monitor.specimens.scoring import score_report
from monitor.specimens.text import PLAIN, text_file
from tests.monitor.building import PREAMBLE
from tests.monitor.reading.reading_of import cells, html_report, text_report
from tests.monitor.reading.test_html_tables import assert_all_read, truths
from tests.monitor.reading.writing import Truth, a_truth, write_flattened, write_plain
from tests.monitor.scene import a_report

REMEDIES = ((1, 2, 3, 4), (0, 0, 1, 0), (10, 20, 0, 5))
FORMATS = ("v2019", "v2021")


def _plain(format_id: str = "v2021") -> tuple[Truth, str]:
    truth = a_truth(format_id, remedies=REMEDIES)
    return truth, write_plain(truth).decode()


def _cells_of(text: str, separator: str) -> str:
    lines = (line.split("\t") if "\t" in line else [line] for line in text.split("\n"))
    return separator.join(cell for line in lines for cell in line if cell)


@given(truth=truths(), split=st.sampled_from([None, 1, 2, 5, 12, 18, 22]))
@settings(max_examples=80, deadline=None)
def test_tab_separated_rows_are_read_wherever_the_page_breaks(
    truth: Truth, split: int | None
) -> None:
    assert_all_read(text_report(write_plain(truth, split_after=split)), truth)


@pytest.mark.parametrize("format_id", FORMATS)
def test_markdown_tables_are_read(format_id: str) -> None:
    truth, text = _plain(format_id)
    lines = [f"| {' | '.join(x.split(chr(9)))} |" if "\t" in x else x for x in text.split("\n")]
    at = next(i for i, line in enumerate(lines) if line.startswith("| 信息内容"))
    lines.insert(at + 1, "|------|---------|:-----:|--------|")
    assert_all_read(text_report("\n".join(lines)), truth)


@pytest.mark.parametrize("format_id", FORMATS)
@pytest.mark.parametrize("separator", ["\n", "\n\n"])
def test_one_cell_a_line_is_read(format_id: str, separator: str) -> None:
    truth, text = _plain(format_id)
    assert_all_read(text_report(_cells_of(text, separator)), truth)


@pytest.mark.parametrize("format_id", FORMATS)
def test_rows_laid_out_with_blanks_are_read(format_id: str) -> None:
    truth, text = _plain(format_id)
    assert_all_read(text_report(re.sub("\t+", "    ", text)), truth)


@pytest.mark.parametrize("format_id", FORMATS)
def test_a_page_whose_tables_are_paragraphs_is_read(format_id: str) -> None:
    truth, text = _plain(format_id)
    paragraphs = _cells_of(text, "</p><p>")
    assert_all_read(html_report(f"<html><body><p>{paragraphs}</p></body></html>"), truth)


@given(truth=truths())
@settings(max_examples=10, deadline=None)
def test_no_wrong_cell_comes_from_run_together_digits(truth: Truth) -> None:
    report = text_report(write_flattened(truth))
    read = cells(report)
    for table, rows in truth.cells.items():
        for row, values in rows.items():
            for column, text in values.items():
                assert read[table][row][column] in (text, None), (table, row, column)
            if None in read[table][row].values():
                assert report.doubtful(table=table, row=row)
    assert report.preamble == PREAMBLE
    keys = [spec.key for spec in load_format(truth.format).sections]
    assert [section.key for section in report.sections] == keys


def test_a_single_digit_in_every_cell_is_read_though_run_together() -> None:
    truth = a_truth(
        requests=[(1, 0, 2, 0, 0, 1)] * 25,
        remedies=((1, 2, 3, 1), (0, 0, 1, 0), (2, 2, 0, 5)),
        proactive=lambda row, column: "3",
    )
    assert cells(text_report(write_flattened(truth))) == truth.cells


def test_a_page_number_between_the_cells_makes_the_row_unread_not_wrong() -> None:
    _, text = _plain()
    lines = _cells_of(text, "\n").split("\n")
    at = lines.index("1.属于国家秘密")
    lines.insert(at + 4, "17")
    report = text_report("\n".join(lines))
    row = cells(report)["requests"]["deny_state_secret"]
    assert set(row.values()) == {None}
    assert report.doubtful(table="requests", row="deny_state_secret")
    assert report.doubtful(table="requests", row="deny_other_law") is None


@pytest.mark.parametrize(
    "noise", ["3", "- 3 -", "—3—", "第 3 页 共 9 页", "---", "=====", "--- | ---"]
)
def test_page_numbers_and_rules_are_no_prose(noise: str) -> None:
    _, text = _plain()
    report = text_report(text.replace("五、存在的", f"{noise}\n\n五、存在的"))
    assert noise not in report.text.split("\n")
    assert report.damage == ()


def test_lines_before_the_text_are_labels_of_the_page() -> None:
    _, text = _plain()
    head = "标题: 示例县科技局2023年政府信息公开工作年度报告\n发布时间: 2024-01-30 08:58\n文号: \n"
    report = text_report(f"{head}原文链接: https://www.example.gov.cn/a.htm\n{text}")
    assert report.labels["url"] == "https://www.example.gov.cn/a.htm"
    assert report.published_on is not None
    assert report.published_on.isoformat() == "2024-01-30"
    assert report.preamble == PREAMBLE


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_every_charset(charset: str) -> None:
    truth, text = _plain()
    assert cells(text_report(text.encode(charset))) == truth.cells


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
def test_line_ends_of_every_system(line_end: str) -> None:
    truth, text = _plain()
    assert cells(text_report(text.replace("\n", line_end))) == truth.cells


def test_a_value_knows_its_place_in_run_together_text() -> None:
    truth = a_truth(requests=[(1, 0, 2, 0, 0, 1)] * 25)
    text = write_flattened(truth).decode()
    report = text_report(text)
    value = report.tables["requests"].values["granted"]["total"]
    assert value.place.offset is not None
    assert text[: value.place.offset + 1].endswith("（一）予以公开1020014")


@pytest.mark.parametrize("body", [b"", b" \n\t\n"])
def test_an_empty_text_says_so(body: bytes) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_text(body)
    assert caught.value.code == "empty"


@given(
    st.text(
        alphabet="一二、总体情况\t\n 0123|-=规章第十条（）项信息内容行政复议结果维持总计自然人申请",
        max_size=200,
    )
)
@settings(max_examples=300, deadline=None)
def test_no_text_is_too_odd(text: str) -> None:
    if text.strip():
        assemble(read_text(text.encode()))


def _looked_at(tables: str, **look: object) -> tuple[Specimen, Report]:
    """A report whose tables have one cell a line, or a tab between cells, and its reading."""
    specimen = a_report("清河县财政局")
    written = text_file(specimen, replace(PLAIN, tables=tables, **look))  # type: ignore[arg-type]
    return specimen, text_report(written)


@pytest.mark.parametrize("blank_lines", [True, False])
@pytest.mark.parametrize("page_numbers", [True, False])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_row_and_header_of_one_cell_a_line_belongs_to_its_table(
    seed: int, page_numbers: bool, blank_lines: bool
) -> None:
    specimen, report = _looked_at(
        "lines", seed=seed, page_numbers=page_numbers, blank_lines=blank_lines
    )
    score = score_report(report, specimen)
    assert (score.right, score.wrong, score.faults) == (score.cells, [], [])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_page_numbers_between_rows_are_no_prose(seed: int) -> None:
    specimen, report = _looked_at("grid", seed=seed, page_numbers=True, blank_lines=False)
    assert score_report(report, specimen).faults == []


def test_a_header_label_alone_on_its_line_belongs_to_the_rows_below() -> None:
    text = "\t申请人情况\n自然人\t法人或其他组织\t总计\n商业企业\t科研机构\n"
    (grid,) = read_text(text.encode()).blocks
    assert isinstance(grid, Grid)
    assert [cell.text for cell in grid.cells if cell.row == 0] == ["", "申请人情况"]
    assert [type(x) for x in read_text("\t申请人情况\n正文。\n".encode()).blocks] == [Paragraph] * 2


def test_a_number_alone_that_counts_no_pages_stays() -> None:
    rows = "".join(f"\t规章{i}\n\t1\n\n" for i in range(20))
    texts = [x.text for x in read_text(f"{rows}\n正文。\n7\n正文。\n".encode()).blocks[1:]
             if isinstance(x, Paragraph)]  # fmt: skip
    assert texts == ["正文。", "7", "正文。"]
