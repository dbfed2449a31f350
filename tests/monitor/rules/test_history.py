"""Rules across years."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.monitor.building import with_cell, with_row
from tests.monitor.rules.cases import chains, history
from tests.monitor.rules.cases.case import CLEAN, Case, check, parameters


@pytest.mark.parametrize("case", parameters(history.CARRIED))
def test_what_is_carried_in_is_what_was_carried_out(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(chains.CHAINS))
def test_what_follows_from_last_year_is_held_against_it(case: Case) -> None:
    check(case)


@settings(deadline=None)
@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(-3, 3))
def test_the_chain_of_documents_in_force_is_exact(
    before: int, issued: int, repealed: int, slip: int
) -> None:
    due = before + issued - repealed
    here = {"issued": f"{issued}", "repealed": f"{repealed}", "in_force": f"{due + slip}"}
    report = with_row(CLEAN, *chains.DOCUMENTS, here)
    previous = with_row(chains.BEFORE, *chains.DOCUMENTS, {"in_force": f"{before}"})
    case = Case(
        name="drawn",
        rule="history-in-force",
        outcome="fail" if slip else "pass",
        report=report,
        facts={"previous": previous},
    )

    check(case)


@settings(deadline=None)
@given(st.integers(0, 5000), st.integers(0, 5000))
def test_an_outlier_is_one_seen_from_either_year(one: int, other: int) -> None:
    def fails(here: int, before: int) -> bool:
        cell = ("proactive_disclosure", "licensing", "decisions")
        case = Case(
            name="drawn",
            rule="history-outlier",
            outcome="pass",
            report=with_cell(CLEAN, *cell, f"{here}"),
            facts={"previous": with_cell(chains.BEFORE, *cell, f"{before}")},
        )
        return {str(verdict.outcome) for verdict in case.verdicts()} == {"fail"}

    assert fails(one, other) == fails(other, one)
    assert fails(one, other) == (
        abs(one - other) >= 50 and max(one, other) > 10 * max(1, min(one, other))
    )
