"""Rules about copies."""

import pytest

from tests.monitor.likeness.writing import with_other_digits
from tests.monitor.rules.cases import similarity
from tests.monitor.rules.cases.case import Case, check, parameters


@pytest.mark.parametrize("case", parameters(similarity.SAME_YEAR))
def test_a_report_is_not_last_years(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(similarity.OTHER_AGENCY))
def test_a_report_is_not_another_agencys(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(similarity.OTHER_FIGURES))
def test_figures_are_not_another_agencys(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(similarity.OTHER_PROBLEMS))
def test_problems_are_not_everybodys(case: Case) -> None:
    check(case)


def test_both_passages_are_quoted_side_by_side() -> None:
    [verdict] = similarity.SAME_YEAR[0].verdicts()
    ours, theirs = (item.quote for item in verdict.evidence[:2])
    assert len(verdict.evidence) % 2 == 0
    assert ours != theirs
    assert with_other_digits(ours) == theirs
