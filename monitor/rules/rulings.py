"""The rulebook as it holds here: with the settings of the workspace and the local rulings."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from monitor.rules.engine import judge, judge_unread, judge_with, rulebook
from monitor.rules.model import Facts, Verdict
from monitor.rules.overlay import Overlay, Policy, policy_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulings:
    """What differs from the rulebook, and for whom."""

    severities: Mapping[str, str] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    overlays: tuple[Overlay, ...] = ()

    def judge(self, facts: Facts) -> tuple[Verdict, ...]:
        """Apply the rulebook and the local rules; verdicts say which ruling changed their rule.

        Of a filing that could not be read only the rules are asked that are about that.
        """
        policy = self._policy(facts)
        facts = replace(facts, thresholds={**facts.thresholds, **policy.thresholds})
        if facts.report is None:
            verdicts = judge_unread(facts, policy.severities)
        else:
            verdicts = (*judge(facts, policy.severities), *_local(policy, facts))
        return tuple(
            replace(verdict, overlay=policy.decisions.get(verdict.rule)) for verdict in verdicts
        )

    def inputs(self) -> dict[str, Any]:
        """Return all that verdicts depend on here, as plain data."""
        return {
            "severity": dict(self.severities),
            "thresholds": dict(self.thresholds),
            "overlays": [overlay.model_dump(mode="json") for overlay in self.overlays],
        }

    def _policy(self, facts: Facts) -> Policy:
        agency = facts.agency
        return policy_for(
            self.severities,
            self.thresholds,
            self.overlays,
            rulebook(),
            division=agency.division if agency else None,
            kind=agency.kind if agency else None,
            fiscal_year=facts.fiscal_year,
        )


def _local(policy: Policy, facts: Facts) -> tuple[Verdict, ...]:
    return tuple(
        verdict
        for rule in policy.local
        if policy.severities.get(rule.id) != "off"
        for verdict in judge_with(rule, facts, policy.severities)
    )
