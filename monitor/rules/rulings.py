"""The rulebook as it holds here: with the settings of the workspace and the local rulings."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from monitor.rules.catalogue import judge, judge_unread, rulebook
from monitor.rules.engine import judge_with
from monitor.rules.model import Facts, Verdict
from monitor.rules.overlay import Overlay, Policy, policy_for
from storage.settings import Settings

DUE_DAY_RULE = "local-deadline-missed"
"""What an overlay that sets a due day changes the verdicts of."""


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
        decisions = dict(policy.decisions)
        due = facts.publication.local_due if facts.publication else None
        if due is not None and due.overlay is not None:
            decisions[DUE_DAY_RULE] = due.overlay
        return tuple(
            replace(verdict, overlay=decisions[verdict.rule])
            if verdict.rule in decisions
            else verdict
            for verdict in verdicts
        )

    def judge_only(self, rules: Collection[str], facts: Facts) -> tuple[Verdict, ...]:
        """Apply some rules by id; those that are switched off are left out."""
        policy = self._policy(facts)
        facts = replace(facts, thresholds={**facts.thresholds, **policy.thresholds})
        return tuple(
            replace(verdict, overlay=policy.decisions.get(rule.id))
            for rule in rulebook().values()
            if rule.id in rules and policy.severities.get(rule.id) != "off"
            for verdict in judge_with(rule, facts, policy.severities)
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


def rulings_of_settings(settings: Settings, overlays: tuple[Overlay, ...] = ()) -> Rulings:
    """Return the rulings of settings, with overlays over them."""
    rules = settings.rules
    return Rulings(severities=rules.severity, thresholds=rules.thresholds, overlays=overlays)


def _local(policy: Policy, facts: Facts) -> tuple[Verdict, ...]:
    return tuple(
        verdict
        for rule in policy.local
        if policy.severities.get(rule.id) != "off"
        for verdict in judge_with(rule, facts, policy.severities)
    )
