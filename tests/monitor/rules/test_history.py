"""Rules across years."""

import pytest

from tests.monitor.rules.cases import history
from tests.monitor.rules.cases.case import Case, check, parameters


@pytest.mark.parametrize("case", parameters(history.CARRIED))
def test_what_is_carried_in_is_what_was_carried_out(case: Case) -> None:
    check(case)
