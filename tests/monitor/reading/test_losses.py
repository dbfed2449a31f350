"""Torn conversions: what is lost is named, what is left is read, what is whole is not doubted."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.formats import load_format
from monitor.reading.model import Report
from tests.monitor.reading.reading_of import cells, html_report, text_report
from tests.monitor.reading.writing import Style, a_truth, write_html, write_plain

TRUTH = a_truth(remedies=((1, 2, 3, 4), (0, 0, 1, 0), (10, 20, 0, 5)))
LINES = write_plain(TRUTH).decode().split("\n")


def _line(beginning: str) -> int:
    return next(i for i, line in enumerate(LINES) if line.lstrip("\t").startswith(beginning))


FIRST, LAST = _line("规章"), _line("四、结转下年度")


def _torn(first: int, last: int) -> Report:
    """Return the report without the lines from ``first`` to before ``last``: a page is lost."""
    return text_report("\n".join([*LINES[:first], "", *LINES[last:]]))


def _assert_honest(report: Report) -> None:
    read = cells(report)
    for key, table in load_format("v2021").tables.items():
        for row in table.rows:
            shown = read.get(key, {}).get(row.key)
            if shown is None:
                assert report.doubtful(table=key, row=row.key), (key, row.key)
            else:
                assert shown == TRUTH.cells[key][row.key]
    for section in load_format("v2021").sections:
        found = report.section(section.key) is not None
        assert found or report.doubtful(section=section.key), section.key


@given(st.integers(FIRST + 1, LAST - 1), st.integers(1, 40))
@settings(max_examples=150, deadline=None)
def test_rows_and_headings_of_a_lost_page_are_doubtful_and_all_others_right(
    first: int, length: int
) -> None:
    last = min(first + length, LAST)
    if any("结果" in line or "四、政府" in line for line in LINES[first:last]):
        return
    removed = [line for line in LINES[first:last] if line.strip()]
    on_one_row = all(line.startswith(("第二十条", "信息内容")) for line in removed)
    if not removed or on_one_row or _whole_section(first, last):
        return
    _assert_honest(_torn(first, last))


def _whole_section(first: int, last: int) -> bool:
    """Tell a gap that takes a table with its heading and nothing beside it: no edge is torn."""
    return not any(line.strip() for line in LINES[_line("行政事业性收费") + 1 : first])


def test_a_page_from_the_first_table_into_the_second() -> None:
    report = _torn(_line("第二十条第（六）项"), _line("二、上年结转"))
    _assert_honest(report)
    assert report.doubtful(section="requests")
    assert report.doubtful(table="proactive_disclosure", row="penalties")
    assert report.doubtful(table="proactive_disclosure", row="licensing") is None
    assert report.doubtful(table="requests", row="new")
    assert report.doubtful(table="requests", row="granted") is None
    assert report.doubtful(section="problems") is None


def test_a_row_missing_in_one_piece_is_no_damage() -> None:
    for label in ("2.重复申请", "（二）部分公开", "四、结转下年度"):
        at = next(i for i, line in enumerate(LINES) if label in line)
        report = text_report("\n".join([*LINES[:at], *LINES[at + 1 :]]))
        assert report.damage == (), label


def test_a_label_cut_at_its_beginning_gives_no_blank_row() -> None:
    at = _line("一、本年新收")
    head = _line("三、收到和处理")
    cut = "请数量" + "\t" * 9
    report = text_report("\n".join([*LINES[:head], "", cut, *LINES[at + 1 :]]))
    assert "new" not in cells(report)["requests"]
    assert report.doubtful(table="requests", row="new")
    assert report.doubtful(section="requests")


def test_a_row_cut_by_a_page_break_is_joined() -> None:
    at = next(i for i, line in enumerate(LINES) if "2.其他法律行政法规禁止公开" in line)
    values = LINES[at].split("2.其他法律行政法规禁止公开")[1]
    torn = [*LINES[:at], f"\t\t2.其他法律行{values}", "", "\t\t政法规禁止公开" + "\t" * 7]
    report = text_report("\n".join([*torn, *LINES[at + 1 :]]))
    assert cells(report) == TRUTH.cells
    assert report.damage == ()


@pytest.mark.parametrize("key", ["requests", "remedies", "proactive_disclosure"])
def test_a_published_page_without_a_heading_lost_nothing(key: str) -> None:
    spec = load_format("v2021").section(key)
    page = write_html(TRUTH, Style()).decode()
    page = page.replace(f"<p><b>{spec.ordinal}、{spec.heading}</b></p>", "")
    report = html_report(page)
    assert report.section(key) is None
    assert report.damage == ()
    assert cells(report) == TRUTH.cells
