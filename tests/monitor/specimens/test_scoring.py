"""What was read is held against what was written: nothing wrong passes for right."""

from dataclasses import replace

import pytest

from monitor.reading.assemble import assemble
from monitor.reading.html import read_html
from monitor.reading.model import NOWHERE, Report, Value
from monitor.specimens.chance import Wish, random_specimen
from monitor.specimens.html_page import html_page
from monitor.specimens.model import Specimen
from monitor.specimens.scoring import Score, WrongCell, score_nothing, score_report

TRUE = random_specimen(11, Wish(form="v2021", figures="differing", plain=True))
CELLS = 8 + 1 + 2 - 1 + 175 + 15
"""Of the format of 2021."""


def the_report() -> Report:
    return assemble(read_html(html_page(TRUE)))


def with_value(report: Report, row: str, column: str, value: Value | None) -> Report:
    """The report with another value of the table of requests, or without one."""
    table = report.tables["requests"]
    values = {key: dict(cells) for key, cells in table.values.items()}
    values.setdefault(row, {})
    if value is None:
        del values[row][column]
    else:
        values[row][column] = value
    return replace(report, tables={**report.tables, "requests": replace(table, values=values)})


def test_a_report_read_as_written_is_perfect() -> None:
    score = score_report(the_report(), TRUE)

    assert score.perfect
    assert (score.cells, score.right, score.sections_right) == (CELLS, CELLS, 6)
    assert (score.unplaced, score.strays, score.sections_invented, score.faults) == (0, 0, 0, [])
    assert score.texts_right == 6
    assert score.by_table["requests", "right"] == 175


def test_another_value_is_wrong() -> None:
    place = the_report().tables["requests"].place
    report = with_value(the_report(), "new", "total", Value(text="7", place=place))

    score = score_report(report, TRUE)

    true = TRUE.tables["requests"]["new"]["total"]
    assert score.wrong == [WrongCell("requests", "new", "total", true, "7")]
    assert score.right == CELLS - 1
    assert not score.perfect


def test_a_value_that_was_not_read_is_unread_and_not_wrong() -> None:
    for value in (None, Value(text=None, reason="blurred")):
        score = score_report(with_value(the_report(), "new", "total", value), TRUE)

        assert (len(score.unread), score.wrong, score.right) == (1, [], CELLS - 1)


def test_a_blank_read_for_a_number_is_wrong() -> None:
    score = score_report(with_value(the_report(), "new", "total", Value(text="")), TRUE)

    assert [cell.read for cell in score.wrong] == [""]


def test_a_value_read_where_none_is_written_is_wrong() -> None:
    score = score_report(with_value(the_report(), "of_no_format", "total", Value(text="1")), TRUE)

    assert [(cell.row, cell.true, cell.read) for cell in score.wrong] == [
        ("of_no_format", None, "1")
    ]
    assert score.right == CELLS


def test_a_value_without_a_place_is_counted() -> None:
    text = TRUE.tables["requests"]["new"]["total"]
    report = with_value(the_report(), "new", "total", Value(text=text, place=NOWHERE))

    assert score_report(report, TRUE).unplaced == 1


@pytest.mark.parametrize(
    ("fact", "change"),
    [
        ("title", {"title": "示范县人民政府2019年政府信息公开工作年度报告"}),
        ("agency", {"agency": "示范县财政局"}),
        ("year", {"fiscal_year": 2001}),
        ("preamble", {"preamble": ""}),
    ],
)
def test_another_fact_is_not_right(fact: str, change: dict[str, object]) -> None:
    score = score_report(replace(the_report(), **change), TRUE)  # type: ignore[arg-type]

    assert set(score.facts) == {"title", "agency", "year", "preamble"} - {fact}
    assert any(text.startswith(f"{fact}:") for text in score.faults)


def test_a_section_is_found_by_heading_key_and_number() -> None:
    first, *others = the_report().sections
    for wrong in (replace(first, key="problems"), replace(first, ordinal=7)):
        score = score_report(replace(the_report(), sections=(wrong, *others)), TRUE)
        assert (score.sections, score.sections_right) == (6, 5)

    score = score_report(replace(the_report(), sections=tuple(others)), TRUE)
    assert (score.sections_right, score.sections_invented) == (5, 0)
    score = score_report(
        replace(the_report(), sections=(first, *others, replace(first, heading="七、无"))), TRUE
    )
    assert (score.sections_right, score.sections_invented) == (6, 1)


def test_prose_that_was_lost_is_told() -> None:
    first, *others = the_report().sections
    cut = replace(first, text=first.text[:-5])

    score = score_report(replace(the_report(), sections=(cut, *others)), TRUE)

    assert score.texts_right == 5


def test_of_an_unreadable_file_every_cell_is_unread() -> None:
    score = score_nothing(TRUE)

    assert (score.failed, len(score.unread), score.right, score.sections) == (1, CELLS, 0, 6)


def test_scores_add_up() -> None:
    total = Score()
    for score in (score_report(the_report(), TRUE), score_nothing(TRUE), score_nothing(OLD)):
        total.add(score)

    assert (total.reports, total.failed, total.cells, total.right) == (3, 2, 2 * CELLS, CELLS)
    assert total.by_table["remedies", "unread"] == 15
    assert total.facts["title"] == 1


OLD: Specimen = random_specimen(1, Wish(form="v2008"))
