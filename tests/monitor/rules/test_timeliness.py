"""Rules about time: due days, dates that disagree, absence, change."""

import pytest

from tests.monitor.rules.cases import days, timeliness, versions
from tests.monitor.rules.cases.case import Case, check, parameters


@pytest.mark.parametrize("case", parameters(timeliness.LATE))
def test_late_and_early_reports_are_told_from_those_in_time(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(timeliness.DATES))
def test_missing_and_contradicting_dates_are_found(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(timeliness.ABSENCE))
def test_nobody_is_called_missing_without_proof(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(timeliness.CHANGES))
def test_changes_after_publication_are_found(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(versions.CHANGES))
def test_a_change_is_named_cell_by_cell_with_the_captures_of_both_versions(case: Case) -> None:
    check(case)
    captures = [each.capture for each in case.verdicts()[0].evidence if each.capture]
    assert case.outcome in ("pass", "not_applicable") or captures == [7, 9]


@pytest.mark.parametrize("case", parameters(versions.REMOVED))
def test_a_removal_is_proved_by_its_captures_and_ends_when_the_page_is_back(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(versions.BACKDATED))
def test_a_forged_day_is_proved_by_list_pages_and_the_first_sight(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(days.LOCAL))
def test_local_due_days_are_noted_where_they_are_set(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(days.BACKDATED))
def test_a_day_is_called_forged_only_if_two_readings_did_not_find_the_report(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(days.GAPS))
def test_a_missing_year_is_told_only_where_everything_was_read(case: Case) -> None:
    check(case)
