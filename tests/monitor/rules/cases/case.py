"""Cases of rules as data: what is known of a filing, and what a rule must answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.formats import format_due
from monitor.reading.model import Report
from monitor.rules.catalogue import rulebook
from monitor.rules.engine import judge_with
from monitor.rules.model import AgencyFacts, Facts, Outcome, Verdict
from tests.monitor.building import AGENCY, a_report

NOON = datetime(2025, 7, 1, 4, tzinfo=UTC)
DEPARTMENT = AgencyFacts(name=AGENCY, kind="department")
CLEAN = a_report()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One filing and the answer of one rule.

    ``facts`` replaces fields of ``Facts``; without ``report`` the clean report is judged, for
    the fiscal year of the report. ``quote`` must stand in the evidence of the first verdict,
    ``says`` in its Chinese message.
    """

    name: str
    rule: str
    outcome: str
    report: Report | None = CLEAN
    severity: str | None = None
    quote: str | None = None
    says: str | None = None
    count: int | None = None
    """How many verdicts there must be; None for any number."""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def verdicts(self) -> tuple[Verdict, ...]:
        """Apply the rule."""
        year = self.facts.get("fiscal_year", self.report.fiscal_year if self.report else 2023)
        known: dict[str, Any] = {
            "as_of": NOON,
            "report": self.report,
            "fiscal_year": year,
            "format": format_due(year) if year else None,
            "agency": DEPARTMENT,
            **self.facts,
        }
        rule = rulebook()[self.rule]
        # a rule that is off by default is judged as if settings had switched it on
        severities = {} if rule.on else {rule.id: str(rule.severity)}
        return tuple(judge_with(rule, Facts(**known), severities))


def parameters(cases: Iterable[Case]) -> list[Any]:
    """Return cases as parameters of a test, named by rule and case."""
    return [pytest.param(case, id=f"{case.rule}: {case.name}") for case in cases]


def check(case: Case) -> None:
    """Compare the rule's answer with the expected one."""
    verdicts = case.verdicts()
    outcomes = {verdict.outcome for verdict in verdicts}
    assert outcomes == {Outcome(case.outcome)}, [v.message.zh for v in verdicts]
    first = verdicts[0]
    if case.severity is not None:
        assert str(first.severity) == case.severity
    if case.quote is not None:
        assert any(case.quote in item.quote for item in first.evidence), first.evidence
    if case.says is not None:
        assert case.says in first.message.zh
    if case.count is not None:
        assert len(verdicts) == case.count, [v.message.zh for v in verdicts]
    for verdict in verdicts:
        _check_form(verdict)


def _check_form(verdict: Verdict) -> None:
    """What holds for every verdict: one sentence each, quotations short."""
    assert verdict.message.zh.endswith("。")
    assert verdict.message.en.endswith(".")
    assert all(len(item.quote) <= 80 for item in verdict.evidence)
