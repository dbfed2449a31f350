"""What is asked of a rule in given circumstances, and what it answers. Pure.

Most of what an answer says depends on the rule, the format due and the severities alone, so it is
worked out once for all filings of the same circumstances; a rule that does not apply to them, or
that finds nothing, gives one verdict for all of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from monitor.language import Bilingual
from monitor.rules.doctype import OtherDocument, other_document
from monitor.rules.model import Facts, Finding, Outcome, Rule, Severity, Verdict

ALL_FORMATS = frozenset({"v2008", "v2019", "v2021"})

_NO_TEXT = Bilingual("没有可读的年报正文。", "There is no report that could be read.")
_MISSING_FACTS = {
    "publication": Bilingual("没有发布信息。", "Nothing is known about its publication."),
    "previous": Bilingual("没有上一年度年报。", "Last year's report is not at hand."),
    "obligation": Bilingual("没有报告义务信息。", "Nothing is known about the obligation."),
    "agency": Bilingual("没有机关信息。", "Nothing is known about the agency."),
}
_TEXTS = frozenset({"document", "report", "outline"})
_SWITCHED_OFF = Bilingual(
    "本规则默认关闭，可以在设置中指定级别启用。",
    "Switched off by default; a severity in the settings switches it on.",
)
_DOCUMENT_RULE = "wrong-doc-type"
_ANOTHER_DOCUMENT = Bilingual(
    f"该文件不是年报（由 {_DOCUMENT_RULE} 指出），本规则不适用。",
    f"The document is not the annual report (see {_DOCUMENT_RULE}).",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What decides whether a rule is asked about a filing at all."""

    format_id: str | None
    """The format due; None if the fiscal year is not known."""
    has_text: bool
    missing: frozenset[str]
    """Which of the facts that rules may need are not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A rule as it is asked in some circumstances."""

    rule: Rule
    severity: Severity
    overridden: bool
    """Whether the settings chose the severity, whatever a finding says."""
    basis: str
    not_asked: Verdict | None
    """What stands for its answer where it does not apply; None if it does."""
    another_document: Verdict
    passed: Verdict


def circumstances(facts: Facts) -> Circumstances:
    """Return what decides which rules are asked about a filing."""
    return Circumstances(
        format_id=facts.format.id if facts.format is not None else None,
        has_text=facts.report is not None,
        missing=frozenset(need for need in _MISSING_FACTS if getattr(facts, need) is None),
    )


def asked(rule: Rule, around: Circumstances, severities: Mapping[str, str]) -> Asked:
    """Return how a rule is asked; ``severities`` overrides the severity of rules by id."""
    override = severities.get(rule.id)
    severity = rule.severity if override is None else Severity(override)
    basis = rule.basis_in(around.format_id)
    switched_on = rule.on or override is not None
    missing = _first_missing(rule, around) if switched_on else _SWITCHED_OFF
    unasked = (
        Finding(outcome=Outcome.NOT_APPLICABLE, message=message)
        for message in (missing or _ANOTHER_DOCUMENT, _ANOTHER_DOCUMENT)
    )
    not_asked, another = (_verdict(rule, finding, severity, basis) for finding in unasked)
    return Asked(
        rule=rule,
        severity=severity,
        overridden=override is not None,
        basis=basis,
        not_asked=not_asked if missing is not None else None,
        another_document=another,
        passed=_verdict(rule, _passed(rule.title), severity, basis),
    )


def certainly_another(facts: Facts, severities: Mapping[str, str]) -> OtherDocument | None:
    """Return what shows beyond doubt that the text is not the report, if rules are to mind it."""
    # where nobody wants to be told of other documents, their faults must not vanish with them
    if facts.report is None or severities.get(_DOCUMENT_RULE) == "off":
        return None
    other = other_document(facts)
    return other if other is not None and other.is_certain else None


def answers(ask: Asked, facts: Facts, another: OtherDocument | None) -> Iterable[Verdict]:
    """Return the verdicts of a rule on facts that are prepared."""
    if ask.not_asked is not None:
        return (ask.not_asked,)
    if another is not None and _concerns(ask.rule, another):
        return (ask.another_document,)
    own = ask.rule.thresholds
    findings = list(ask.rule.judge(_with_thresholds(facts, own) if own else facts))
    if not findings:
        return (ask.passed,)
    return [_verdict(ask.rule, item, _severity(ask, item), ask.basis) for item in findings]


def _severity(ask: Asked, finding: Finding) -> Severity:
    return ask.severity if ask.overridden or finding.severity is None else finding.severity


def _with_thresholds(facts: Facts, own: Mapping[str, float]) -> Facts:
    """Give a rule that is not of the rulebook the defaults of its own thresholds."""
    if own.keys() <= facts.thresholds.keys():
        return facts
    return replace(facts, thresholds={**own, **facts.thresholds})


def _first_missing(rule: Rule, around: Circumstances) -> Bilingual | None:
    if not around.has_text and rule.needs & _TEXTS:
        return _NO_TEXT
    for need, message in _MISSING_FACTS.items():
        if need in rule.needs and need in around.missing:
            return message
    if around.format_id is not None and around.format_id not in rule.formats:
        return Bilingual(
            f"该年度适用 {around.format_id} 格式，本规则不适用。",
            f"Does not apply to the format of that year ({around.format_id}).",
        )
    if around.format_id is None and rule.formats != ALL_FORMATS:
        return Bilingual("报告年度不明，无法确定适用格式。", "The fiscal year is not known.")
    return None


def _concerns(rule: Rule, another: OtherDocument) -> bool:
    """Say whether a rule about annual reports has nothing to judge in a text that is none.

    A text without the contents of a report may still show real faults, unless its title is that
    of something else; what it lacks is all said by saying that it is no report.
    """
    return "outline" in rule.needs or ("report" in rule.needs and another.under_another_title)


def _passed(title: Bilingual) -> Finding:
    passed = Bilingual(f"“{title.zh}”未发现问题。", f"Nothing found: {title.en}.")
    return Finding(outcome=Outcome.PASS, message=passed)


def _verdict(rule: Rule, finding: Finding, severity: Severity, basis: str) -> Verdict:
    return Verdict(
        rule=rule.id,
        outcome=finding.outcome,
        severity=severity,
        message=finding.message,
        basis=basis,
        evidence=finding.evidence,
        rule_version=rule.version,
    )
