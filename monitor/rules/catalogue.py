"""The whole rulebook: every family of rules, put together and applied. A new family is one line."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from monitor.rules import (
    arithmetic,
    citation,
    history,
    identity,
    narrative,
    notes,
    privacy,
    publication,
    similarity,
    structure,
    tables,
    text,
    timeliness,
)
from monitor.rules.engine import (
    judge_rules,
    judge_with,
    registered,
    registered_documentation,
)
from monitor.rules.model import Facts, Outcome, Rule, Verdict

FAMILIES = (
    arithmetic,
    citation,
    history,
    identity,
    narrative,
    notes,
    privacy,
    publication,
    similarity,
    structure,
    tables,
    text,
    timeliness,
)
"""Importing them has registered their rules."""


def rulebook() -> Mapping[str, Rule]:
    """Return all rules by id, in order of id."""
    return _in_order(len(registered()))


@lru_cache(maxsize=1)
def _in_order(_rules: int) -> Mapping[str, Rule]:
    return MappingProxyType(dict(sorted(registered().items())))


def documented_ids() -> Mapping[str, Rule]:
    """Return by id what is documentation only, in order of id; ``rulebook`` has none of them."""
    return dict(sorted(registered_documentation().items()))


def judge(facts: Facts, severities: Mapping[str, str] | None = None) -> tuple[Verdict, ...]:
    """Apply the whole rulebook, in the order of rule ids; rules set to ``off`` are left out."""
    return judge_rules(rulebook, facts, severities or {})


def judge_unread(facts: Facts, severities: Mapping[str, str] | None = None) -> tuple[Verdict, ...]:
    """Apply the rules about a filing of which nothing could be read: is it to blame for that?

    What they have nothing to say about is left out, for nobody has judged the filing.
    """
    severities = severities or {}
    told = (Outcome.FAIL, Outcome.INDETERMINATE)
    return tuple(
        verdict
        for rule in rulebook().values()
        if rule.unread and severities.get(rule.id) != "off"
        for verdict in judge_with(rule, facts, severities)
        if verdict.outcome in told
    )
