"""How a rule is registered, and how it is applied. Pure: same facts and settings, same verdicts.

The rules register themselves here as their modules are imported; ``monitor.rules.catalogue``
imports them all and applies the whole.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from monitor.language import Bilingual
from monitor.reading.model import Report
from monitor.reading.statements import Statements, read_statements
from monitor.rules.asking import (
    ALL_FORMATS,
    Asked,
    Circumstances,
    answers,
    asked,
    certainly_another,
    circumstances,
)
from monitor.rules.model import Facts, Judge, Rule, Severity, Verdict
from monitor.rules.remembering import once

ALL = ALL_FORMATS
NEW = frozenset({"v2019", "v2021"})
V2021 = frozenset({"v2021"})
V2019 = frozenset({"v2019"})

_RULES: dict[str, Rule] = {}
_DOCUMENTED: dict[str, Rule] = {}


def rule(
    rule_id: str,
    *,
    zh: str,
    en: str,
    severity: Severity,
    formats: frozenset[str],
    basis: str,
    basis_2019: str | None = None,
    basis_2008: str | None = None,
    needs: frozenset[str] = frozenset({"report"}),
    version: int = 1,
    thresholds: Mapping[str, float] | None = None,
    on: bool = True,
    unread: bool = False,
) -> Callable[[Judge], Judge]:
    """Register a function as the rule ``rule_id``; its docstring is its manual in English.

    ``Rule`` tells what the arguments mean.
    """

    def register(judge: Judge) -> Judge:
        if rule_id in _RULES:
            msg = f"rule {rule_id} is defined twice"
            raise ValueError(msg)
        _RULES[rule_id] = Rule(
            id=rule_id,
            title=Bilingual(zh, en),
            severity=severity,
            formats=formats,
            basis=basis,
            judge=judge,
            needs=needs,
            version=version,
            thresholds=thresholds or {},
            basis_2019=basis_2019,
            basis_2008=basis_2008,
            on=on,
            unread=unread,
        )
        return judge

    return register


def documented(
    rule_id: str,
    *,
    zh: str,
    en: str,
    formats: frozenset[str],
    basis: str,
    basis_2019: str | None = None,
    basis_2008: str | None = None,
) -> Callable[[Judge], Judge]:
    """Register an id of the catalogue that is documentation only: no program ever judges it.

    The function is never asked; its docstring is the manual, as it is for a rule.
    """

    def register(judge: Judge) -> Judge:
        if rule_id in _DOCUMENTED:
            msg = f"{rule_id} is documented twice"
            raise ValueError(msg)
        _DOCUMENTED[rule_id] = Rule(
            id=rule_id,
            title=Bilingual(zh, en),
            severity=Severity.INFO,
            formats=formats,
            basis=basis,
            judge=judge,
            needs=frozenset(),
            basis_2019=basis_2019,
            basis_2008=basis_2008,
            on=False,
        )
        return judge

    return register


def judge_with(rule_: Rule, facts: Facts, severities: Mapping[str, str]) -> Iterator[Verdict]:
    """Apply one rule; ``severities`` overrides the severity of rules by id."""
    facts = prepared(facts)
    another = certainly_another(facts, severities)
    yield from answers(asked(rule_, circumstances(facts), severities), facts, another)


def judge_rules(
    rules: Callable[[], Mapping[str, Rule]], facts: Facts, severities: Mapping[str, str]
) -> tuple[Verdict, ...]:
    """Apply rules in their order; those set to ``off`` are left out."""
    facts = prepared(facts)
    another = certainly_another(facts, severities)
    asks = _asks(rules, len(_RULES), circumstances(facts), frozenset(severities.items()))
    verdicts: list[Verdict] = []
    for ask in asks:
        verdicts += answers(ask, facts, another)
    return tuple(verdicts)


@lru_cache(maxsize=64)
def _asks(
    rules: Callable[[], Mapping[str, Rule]],
    _registered: int,
    around: Circumstances,
    severities: frozenset[tuple[str, str]],
) -> tuple[Asked, ...]:
    """Return how the rules are asked, worked out again when a rule was added."""
    chosen = dict(severities)
    return tuple(
        asked(rule_, around, chosen) for rule_ in rules().values() if chosen.get(rule_.id) != "off"
    )


def prepared(facts: Facts) -> Facts:
    """Return the facts with all that rules may ask of them."""
    return _with_thresholds(_with_statements(facts))


def _with_thresholds(facts: Facts) -> Facts:
    """Give the facts the defaults of all thresholds that nobody set; names are shared by rules."""
    defaults = _default_thresholds(len(_RULES))
    if defaults.keys() <= facts.thresholds.keys():
        return facts
    return replace(facts, thresholds={**defaults, **facts.thresholds})


@lru_cache(maxsize=1)
def _default_thresholds(_rules: int) -> Mapping[str, float]:
    """Return the defaults, worked out again when a rule was added.

    Raises:
        ValueError: two rules have another default for a threshold of one name.
    """
    defaults: dict[str, float] = {}
    for rule_ in _RULES.values():
        for name, value in rule_.thresholds.items():
            if defaults.setdefault(name, value) != value:
                msg = f"threshold {name} has two defaults"
                raise ValueError(msg)
    return defaults


def _with_statements(facts: Facts) -> Facts:
    if facts.statements is not None or facts.report is None:
        return facts
    return replace(facts, statements=_statements_of(facts.report, facts.fiscal_year))


@once
def _statements_of(report: Report, fiscal_year: int | None) -> Statements:
    return read_statements(report, fiscal_year=fiscal_year)


def registered() -> Mapping[str, Rule]:
    """Return the rules registered so far by id; ``monitor.rules.catalogue`` has all of them."""
    return _RULES


def registered_documentation() -> Mapping[str, Rule]:
    """Return by id what was registered as documentation only."""
    return _DOCUMENTED
