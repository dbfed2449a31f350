"""Every rule has a case that fails, one that passes, and one that cannot or need not be judged."""

from collections import defaultdict

from monitor.rules.catalogue import rulebook
from tests.monitor.rules.cases import (
    chains,
    columns,
    days,
    files,
    history,
    identity,
    labels,
    names,
    outline,
    publication,
    similarity,
    statements,
    structure,
    timeliness,
    versions,
    years,
)
from tests.monitor.rules.cases.case import Case

CASES: tuple[Case, ...] = (
    *timeliness.LATE,
    *timeliness.DATES,
    *timeliness.ABSENCE,
    *timeliness.CHANGES,
    *identity.DOCUMENT,
    *identity.TITLES,
    *identity.AGENCIES,
    *identity.SCOPE,
    *identity.YEARS_OF_TITLE,
    *years.LEFTOVER,
    *years.PERIODS,
    *structure.PRESENCE,
    *structure.ORDER,
    *structure.ANNOUNCED,
    *outline.ALL,
    *statements.OVERVIEW,
    *statements.PROBLEMS,
    *statements.FEES,
    *statements.ACCOUNTABILITY,
    *statements.MISPLACED,
    *history.CARRIED,
    *chains.CHAINS,
    *names.NAMES,
    *publication.HOSTS,
    *similarity.ALL,
    *columns.ALL,
    *files.ALL,
    *labels.ALL,
    *days.ALL,
    *versions.ALL,
)
FAMILIES = ("timeliness", "identity", "structure", "history", "publication", "similarity")


def test_every_rule_of_these_families_is_shown_to_fail_to_pass_and_to_hold_back() -> None:
    outcomes = defaultdict(set)
    for case in CASES:
        outcomes[case.rule].add(case.outcome)
    ours = {
        rule.id for rule in rulebook().values() if rule.judge.__module__.split(".")[2] in FAMILIES
    }
    assert ours == set(outcomes)
    for rule, seen in outcomes.items():
        assert {"pass", "fail"} <= seen, rule
        assert seen & {"indeterminate", "not_applicable"}, rule


def test_no_two_cases_of_a_rule_have_the_same_name() -> None:
    names = [(case.rule, case.name) for case in CASES]
    assert sorted(names) == sorted(set(names))
