"""Pages that show several reports: one is read, the others are named."""

import pytest

from monitor.formats import load_format
from tests.monitor.reading.reading_of import cells, html_report
from tests.monitor.reading.writing import a_truth, write_html

TRUTH = a_truth(remedies=((1, 2, 3, 4), (0, 0, 1, 0), (10, 20, 0, 5)))
OTHER = a_truth(requests=[(9, 9, 9, 9, 9, 9)] * 25)
KEYS = [spec.key for spec in load_format("v2021").sections]


def _text(page: str) -> str:
    start = page.index("<div class='text'>") + len("<div class='text'>")
    return page[start : page.index("</div></div>\n<div class='foot'")]


PAGE = write_html(TRUTH).decode()
OWN = _text(PAGE)
EARLIER = _text(write_html(OTHER).decode()).replace("2023年", "2022年")


@pytest.mark.parametrize("text", [OWN + EARLIER, EARLIER + OWN, EARLIER + OWN + EARLIER])
def test_the_report_whose_title_the_page_states_is_read_and_no_other(text: str) -> None:
    report = html_report(PAGE.replace(OWN, text))
    assert cells(report) == TRUTH.cells
    assert [section.key for section in report.sections] == KEYS
    assert report.fiscal_year == 2023
    assert not any(table.unknown_rows for table in report.tables.values())
    (damage,) = report.damage
    assert damage.code == "other-reports"
    assert not damage.sections
    assert not damage.tables
    assert damage.place.path


def test_the_same_report_twice_is_one() -> None:
    report = html_report(
        PAGE.replace(OWN, OWN + OWN.replace("<h1>", "<p>").replace("</h1>", "</p>"))
    )
    assert cells(report) == TRUTH.cells
    assert [section.key for section in report.sections] == KEYS
    assert report.damage == ()


def test_a_list_of_contents_is_no_report() -> None:
    headings = [f"{spec.ordinal}、{spec.heading}" for spec in load_format("v2021").sections]
    contents = "".join(f"<p>{heading}</p>" for heading in headings)
    report = html_report(PAGE.replace("</h1>", f"</h1><p>目录</p>{contents}", 1))
    assert [section.key for section in report.sections] == KEYS
    assert report.damage == ()
