"""Rules about identity: document, title, agency, scope, years."""

import pytest

from monitor.rules.identity.divisions import codes_of, is_outside
from tests.monitor.rules.cases import identity, names, years
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


@pytest.mark.parametrize("case", parameters(names.NAMES))
def test_names_of_others_are_found_and_no_partner_or_superior_accused(case: Case) -> None:
    check(case)


@pytest.mark.parametrize(
    ("one", "other", "outside"),
    [
        ("宜宾市", "威海市", True),
        ("银川市", "兴庆区", False),
        ("宁夏回族自治区", "兴庆区", False),
        ("兴庆区", "贺兰县", True),
        ("襄樊市", "襄阳市", False),
        ("鼓楼区", "南京市", False),
        ("鼓楼区", "徐州市", False),
        ("鼓楼区", "成都市", True),
    ],
)
def test_the_codes_of_divisions_tell_what_lies_where(one: str, other: str, outside: bool) -> None:
    assert is_outside(codes_of(one), codes_of(other)) == outside
    assert is_outside(codes_of(other), codes_of(one)) == outside
