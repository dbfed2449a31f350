"""Rules about structure: sections, preamble, what sections must say."""

import pytest

from tests.monitor.rules.cases import outline, statements, structure
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


@pytest.mark.parametrize("case", parameters(outline.CONTENT_2008 + outline.OLD_OUTLINE))
def test_the_outline_of_order_492_was_due_then_and_is_not_now(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(outline.HEADINGS + outline.EXTRA))
def test_headings_are_those_of_the_format_and_no_more(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(outline.PLACEMENT))
def test_a_preamble_belongs_before_section_one(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(outline.SUBPARTS + outline.THIN + outline.LONG))
def test_section_one_keeps_to_its_subjects_and_to_a_length(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(outline.PERFUNCTORY))
def test_section_five_is_more_than_stock_phrases(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(outline.NUMBERING))
def test_numbers_of_one_level_are_of_one_style(case: Case) -> None:
    check(case)
