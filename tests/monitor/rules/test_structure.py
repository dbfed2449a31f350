"""Rules about structure: sections, preamble, what sections must say."""

import pytest

from tests.monitor.rules.cases import statements, structure
from tests.monitor.rules.cases.case import Case, check, parameters


@pytest.mark.parametrize("case", parameters(structure.PRESENCE))
def test_missing_sections_and_headings_are_found_unless_the_reader_lost_them(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(structure.ORDER))
def test_order_numbers_and_emptiness_are_judged(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(structure.ANNOUNCED))
def test_announced_parts_are_held_against_the_actual_ones(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(statements.OVERVIEW + statements.UNRECOGNISED))
def test_aspects_count_as_sub_headings_or_as_sentences(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(statements.PROBLEMS))
def test_problems_and_improvements_are_both_due(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(statements.FEES))
def test_the_fee_statement_counts_in_any_words(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(statements.ACCOUNTABILITY))
def test_only_governments_owe_appraisal_review_and_accountability(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(statements.MISPLACED))
def test_content_of_other_sections_is_found_in_section_six(case: Case) -> None:
    check(case)
