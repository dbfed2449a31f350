import pytest

from monitor.formats import load_format
from monitor.reading.model import Report
from monitor.reading.normalise import parse_count
from tests.monitor.building import (
    a_report,
    with_cell,
    with_previous_year,
    with_prose,
    without_row,
    without_section,
)


def _column(report: Report, keys: tuple[str, ...], column: str) -> int:
    values = report.tables["requests"].values
    return sum(parse_count(values[key][column].text) or 0 for key in keys)


@pytest.mark.parametrize("format_id", ["v2019", "v2021"])
def test_the_built_report_keeps_every_sum_of_its_format(format_id: str) -> None:
    report = a_report(format_id)
    form = load_format(format_id)
    for relation in form.relations:
        if relation.table == "requests" and relation.per == "column" and relation.hard:
            if any("@" in key for key in relation.left):
                continue
            for column in report.tables["requests"].values["new"]:
                left = _column(report, relation.left, column)
                assert left == _column(report, relation.right, column), relation.id
    for row in report.tables["requests"].values.values():
        numbers = [parse_count(value.text) or 0 for value in row.values()]
        assert sum(numbers[:6]) == numbers[6]


@pytest.mark.parametrize("format_id", ["v2019", "v2021"])
def test_the_built_report_has_every_row_and_column_of_its_format(format_id: str) -> None:
    report = a_report(format_id)
    for key, table in load_format(format_id).tables.items():
        built = report.tables[key].values
        assert list(built) == [row.key for row in table.rows]
        for row in table.rows:
            assert list(built[row.key]) == [column.key for column in row.columns]


def test_changes_leave_the_original_alone() -> None:
    report = a_report()
    changed = with_cell(report, "requests", "new", "total", "99")
    assert changed.tables["requests"].values["new"]["total"].text == "99"
    assert report.tables["requests"].values["new"]["total"].text == "10"
    assert "new" not in without_row(report, "requests", "new").tables["requests"].values
    assert without_section(report, "problems").section("problems") is None
    assert "换过的" in with_prose(report, "problems", "换过的话。").text


def test_the_year_before_hands_over_what_this_year_takes_in() -> None:
    report = a_report()
    before = with_previous_year(report)
    assert before.fiscal_year == 2022
    handed = before.tables["requests"].values["carried_out"]["total"].text
    assert handed == report.tables["requests"].values["carried_in"]["total"].text
