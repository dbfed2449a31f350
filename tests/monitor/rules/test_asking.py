"""Rules are asked alike whether one is asked or all of them, and the same for all filings."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.formats import load_format
from monitor.rules.asking import answers, asked, circumstances
from monitor.rules.catalogue import judge, rulebook
from monitor.rules.engine import judge_with
from monitor.rules.model import AgencyFacts, Facts, Outcome, Severity
from tests.monitor.building import AGENCY, a_report, with_previous_year

REPORT = a_report()
KNOWN = Facts(
    as_of=datetime(2024, 6, 1, tzinfo=UTC),
    report=REPORT,
    fiscal_year=2023,
    format=load_format("v2021"),
    agency=AgencyFacts(name=AGENCY, kind="department"),
    previous=with_previous_year(REPORT),
)
NOTICE = replace(REPORT, title="示例县科技局关于召开年度工作会议的通知", tables={}, sections=())
CASES = {
    "known": KNOWN,
    "of another format": replace(KNOWN, format=load_format("v2008"), fiscal_year=2015),
    "of no known year": replace(KNOWN, format=None, fiscal_year=None),
    "without text": replace(KNOWN, report=None),
    "another document": replace(KNOWN, report=NOTICE),
}


@pytest.mark.parametrize("severities", [{}, {"cell-blank": "error", "wrong-doc-type": "off"}])
@pytest.mark.parametrize("facts", CASES.values(), ids=CASES)
def test_a_rule_answers_alone_as_among_all(facts: Facts, severities: Mapping[str, str]) -> None:
    alone = [
        verdict
        for rule in rulebook().values()
        if severities.get(rule.id) != "off"
        for verdict in judge_with(rule, facts, severities)
    ]

    assert list(judge(facts, severities)) == alone


def test_severities_of_one_run_are_not_those_of_the_next() -> None:
    strict = {verdict.rule: verdict for verdict in judge(KNOWN, {"cell-blank": "error"})}
    usual = {verdict.rule: verdict for verdict in judge(KNOWN)}

    assert strict["cell-blank"].severity is Severity.ERROR
    assert usual["cell-blank"].severity is Severity.WARNING


def test_a_rule_that_does_not_apply_gives_one_verdict_for_all_filings() -> None:
    old = CASES["of another format"]
    ask = asked(rulebook()["cell-blank"], circumstances(old), {})

    [first], [second] = answers(ask, old, None), answers(ask, replace(old, agency=None), None)

    assert first is second
    assert first.outcome is Outcome.NOT_APPLICABLE
