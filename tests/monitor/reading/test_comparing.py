"""In what two readings of one report differ, and that what is uncertain says nothing."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.reading.comparing import compare_reports
from monitor.reading.entry import read_report
from monitor.reading.model import Damage, Report, Value
from monitor.specimens.word import docx_file
from tests.monitor.scene import a_report, as_page, with_cell

SPECIMEN = a_report("清河县财政局")
PAGE = read_report(as_page(SPECIMEN))
FILE = read_report(docx_file(SPECIMEN))
CELLS = [
    (table, row, column)
    for table, rows in SPECIMEN.tables.items()
    for row, cells in rows.items()
    for column in cells
]


def with_text(report: Report, key: str, text: str) -> Report:
    sections = tuple(
        replace(item, text=text) if item.key == key else item for item in report.sections
    )
    return replace(report, sections=sections)


def test_a_page_and_the_file_attached_to_it_are_the_same() -> None:
    found = compare_reports(PAGE, FILE)
    assert (found.cells, found.texts, found.only_here, found.only_there) == ((), (), (), ())
    assert found.compared == len(CELLS) + 6


@settings(max_examples=30, deadline=None)
@given(cell=st.sampled_from(CELLS), text=st.sampled_from(["4711", "", "/", "12.5"]))
def test_the_one_cell_that_differs_is_told_with_both_places(
    cell: tuple[str, str, str], text: str
) -> None:
    table, row, column = cell
    other = read_report(as_page(with_cell(SPECIMEN, table, row, column, text)))
    found = compare_reports(FILE, other)
    printed = SPECIMEN.tables[table][row][column]
    (difference,) = found.cells if text != printed else (None,)
    if difference is not None:
        assert (difference.table, difference.row, difference.column) == cell
        assert (difference.text, difference.other) == (printed, text)
        assert "w:tbl" in (difference.place.path or "")
        assert (difference.other_place.path or "").startswith("/html")


@pytest.mark.parametrize(("one", "other"), [("1,234", "1234"), ("３", "3"), ("1 234", "1234件")])
def test_the_same_number_in_another_form_is_no_difference(one: str, other: str) -> None:
    a = read_report(as_page(with_cell(SPECIMEN, "requests", "new", "natural", one)))
    b = read_report(as_page(with_cell(SPECIMEN, "requests", "new", "natural", other)))
    assert compare_reports(a, b).cells == ()


def test_what_was_not_read_for_certain_differs_from_nothing() -> None:
    other = read_report(as_page(with_cell(SPECIMEN, "requests", "new", "natural", "99")))
    rows = {**other.tables["requests"].values}
    rows["new"] = {**rows["new"], "natural": Value(text=None, reason="smudged")}
    table = replace(other.tables["requests"], values=rows)
    unread = replace(other, tables={**other.tables, "requests": table})
    assert compare_reports(PAGE, unread).cells == ()
    damage = Damage(
        code="cells-doubtful", detail="", tables=frozenset({"requests"}), rows=frozenset({"new"})
    )
    assert compare_reports(PAGE, replace(other, damage=(damage,))).cells == ()
    assert compare_reports(replace(PAGE, damage=(damage,)), other).cells == ()


def test_a_text_that_differs_is_told_from_where_it_parts() -> None:
    text = PAGE.section("problems")
    assert text is not None
    changed = with_text(PAGE, "problems", text.text[:40] + "另一种说法。")
    (found,) = compare_reports(PAGE, changed).texts
    assert found.section == "problems"
    assert "另一种说法" in found.other
    assert len(found.text) <= 80
    assert 0 < found.alike < 1


def test_blanks_punctuation_and_forms_of_characters_are_no_difference() -> None:
    changed = with_text(PAGE, "problems", "问题 （一）：１０件,改进;")
    other = with_text(PAGE, "problems", "问题(一):10件，\n改进；")
    assert compare_reports(changed, other).texts == ()


def test_what_only_one_of_them_has_is_named() -> None:
    without = replace(FILE, tables={k: v for k, v in FILE.tables.items() if k != "remedies"})
    assert compare_reports(PAGE, without).only_here == ("table:remedies",)
    assert compare_reports(without, PAGE).only_there == ("table:remedies",)


def test_of_very_many_differences_a_hundred_are_listed_and_all_counted() -> None:
    other = SPECIMEN
    for cell in CELLS:
        other = with_cell(other, *cell, "77")
    found = compare_reports(PAGE, read_report(as_page(other)))
    assert len(found.cells) == 100
    assert found.cells_in_all == len(CELLS)
