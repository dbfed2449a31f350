"""The rulebook and how it is applied. Pure: same facts and settings, same verdicts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from monitor.language import Bilingual
from monitor.rules.doctype import other_document
from monitor.rules.model import Facts, Finding, Judge, Outcome, Rule, Severity, Verdict

ALL = frozenset({"v2008", "v2019", "v2021"})
NEW = frozenset({"v2019", "v2021"})
V2021 = frozenset({"v2021"})
V2019 = frozenset({"v2019"})

_RULES: dict[str, Rule] = {}

_NO_TEXT = Bilingual("没有可读的年报正文。", "There is no report that could be read.")
_MISSING_FACTS = {
    "publication": Bilingual("没有发布信息。", "Nothing is known about its publication."),
    "previous": Bilingual("没有上一年度年报。", "Last year's report is not at hand."),
    "obligation": Bilingual("没有报告义务信息。", "Nothing is known about the obligation."),
    "agency": Bilingual("没有机关信息。", "Nothing is known about the agency."),
}
_TEXTS = frozenset({"document", "report", "outline"})
_DOCUMENT_RULE = "wrong-doc-type"
_ANOTHER_DOCUMENT = Bilingual(
    f"该文件不是年报（由 {_DOCUMENT_RULE} 指出），本规则不适用。",
    f"The document is not the annual report (see {_DOCUMENT_RULE}).",
)


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
        )
        return judge

    return register


def judge_with(rule_: Rule, facts: Facts, severities: Mapping[str, str]) -> Iterator[Verdict]:
    """Apply one rule; ``severities`` overrides the severity of rules by id."""
    override = severities.get(rule_.id)
    severity = rule_.severity if override is None else Severity(override)
    basis = rule_.basis_in(facts.format.id if facts.format is not None else None)
    missing = _first_missing(rule_, facts)
    # where nobody wants to be told of other documents, their faults must not vanish with them
    if missing is None and severities.get(_DOCUMENT_RULE) != "off":
        missing = _another_document(rule_, facts)
    if missing is not None:
        finding = Finding(outcome=Outcome.NOT_APPLICABLE, message=missing)
        yield _verdict(rule_, finding, severity, basis)
        return
    thresholds = {
        name: facts.thresholds.get(name, value) for name, value in rule_.thresholds.items()
    }
    findings = list(rule_.judge(replace(facts, thresholds=thresholds)))
    if not findings:
        passed = Bilingual(f"“{rule_.title.zh}”未发现问题。", f"Nothing found: {rule_.title.en}.")
        yield _verdict(rule_, Finding(outcome=Outcome.PASS, message=passed), severity, basis)
    for finding in findings:
        chosen = finding.severity if finding.severity and override is None else severity
        yield _verdict(rule_, finding, chosen, basis)


def judge(facts: Facts, severities: Mapping[str, str] | None = None) -> tuple[Verdict, ...]:
    """Apply the whole rulebook, in the order of rule ids; rules set to ``off`` are left out."""
    severities = severities or {}
    return tuple(
        verdict
        for rule_ in rulebook().values()
        if severities.get(rule_.id) != "off"
        for verdict in judge_with(rule_, facts, severities)
    )


def rulebook() -> Mapping[str, Rule]:
    """Return all rules by id, in order of id."""
    import monitor.rules.catalogue  # noqa: F401, PLC0415 - importing the families registers them

    return dict(sorted(_RULES.items()))


def _first_missing(rule_: Rule, facts: Facts) -> Bilingual | None:
    if facts.report is None and rule_.needs & _TEXTS:
        return _NO_TEXT
    for need, message in _MISSING_FACTS.items():
        if need in rule_.needs and getattr(facts, need) is None:
            return message
    if facts.format is not None and facts.format.id not in rule_.formats:
        return Bilingual(
            f"该年度适用 {facts.format.id} 格式，本规则不适用。",
            f"Does not apply to the format of that year ({facts.format.id}).",
        )
    if facts.format is None and rule_.formats != ALL:
        return Bilingual("报告年度不明，无法确定适用格式。", "The fiscal year is not known.")
    return None


def _another_document(rule_: Rule, facts: Facts) -> Bilingual | None:
    """Say that a rule about annual reports has nothing to judge, if the text is no such report."""
    if facts.report is None or not rule_.needs & {"report", "outline"}:
        return None
    other = other_document(facts)
    if other is None or not other.is_certain:
        return None
    # a text without the contents of a report may still show real faults, unless its title is
    # that of something else; what it lacks is all said by saying that it is no report
    concerned = "outline" in rule_.needs or other.under_another_title
    return _ANOTHER_DOCUMENT if concerned else None


def _verdict(rule_: Rule, finding: Finding, severity: Severity, basis: str) -> Verdict:
    return Verdict(
        rule=rule_.id,
        outcome=finding.outcome,
        severity=severity,
        message=finding.message,
        basis=basis,
        evidence=finding.evidence,
    )
