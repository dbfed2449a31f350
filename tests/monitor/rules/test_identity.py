"""Rules about identity: document, title, agency, scope, years."""

import pytest

from tests.monitor.rules.cases import identity, years
from tests.monitor.rules.cases.case import Case, check, parameters


@pytest.mark.parametrize("case", parameters(identity.DOCUMENT))
def test_another_document_is_told_from_the_report(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(identity.TITLES + identity.EXTRA))
def test_faults_of_the_title_are_found(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(identity.AGENCIES))
def test_another_agency_is_found_and_no_variant_of_a_name_accused(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(identity.SCOPE))
def test_the_superiors_results_are_not_the_agencys_own(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(identity.YEARS_OF_TITLE))
def test_the_titles_year_is_held_against_the_report(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(years.LEFTOVER))
def test_leftover_years_are_found_and_harmless_ones_left_alone(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(years.PERIODS))
def test_the_statistical_period_is_read_in_all_its_forms(case: Case) -> None:
    check(case)
