"""Rules about where a report is published."""

import pytest

from tests.monitor.rules.cases import publication
from tests.monitor.rules.cases.case import Case, check, parameters


@pytest.mark.parametrize("case", parameters(publication.HOSTS))
def test_only_official_hosts_count_as_publication(case: Case) -> None:
    check(case)
