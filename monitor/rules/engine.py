"""The rulebook and how it is applied. Pure: same facts and settings, same verdicts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from types import MappingProxyType

from monitor.language import Bilingual
from monitor.reading.model import Report
from monitor.reading.statements import Statements, read_statements
from monitor.rules.doctype import other_document
from monitor.rules.model import Facts, Finding, Judge, Outcome, Rule, Severity, Verdict
from monitor.rules.remembering import once

ALL = frozenset({"v2008", "v2019", "v2021"})
NEW = frozenset({"v2019", "v2021"})
V2021 = frozenset({"v2021"})
V2019 = frozenset({"v2019"})

_RULES: dict[str, Rule] = {}
_DOCUMENTED: dict[str, Rule] = {}

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
    rule_id: str, *, zh: str, en: str, formats: frozenset[str], basis: str
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
            on=False,
        )
        return judge

    return register


def judge_with(rule_: Rule, facts: Facts, severities: Mapping[str, str]) -> Iterator[Verdict]:
    """Apply one rule; ``severities`` overrides the severity of rules by id."""
    yield from _apply(rule_, _prepared(facts), severities)


def _apply(rule_: Rule, facts: Facts, severities: Mapping[str, str]) -> Iterator[Verdict]:
    """Apply one rule to facts that are ``_prepared``."""
    override = severities.get(rule_.id)
    severity = rule_.severity if override is None else Severity(override)
    basis = rule_.basis_in(facts.format.id if facts.format is not None else None)
    switched_on = rule_.on or override is not None
    missing = _first_missing(rule_, facts) if switched_on else _SWITCHED_OFF
    # where nobody wants to be told of other documents, their faults must not vanish with them
    if missing is None and severities.get(_DOCUMENT_RULE) != "off":
        missing = _another_document(rule_, facts)
    if missing is not None:
        finding = Finding(outcome=Outcome.NOT_APPLICABLE, message=missing)
        yield _verdict(rule_, finding, severity, basis)
        return
    findings = list(rule_.judge(_with_own_thresholds(facts, rule_)))
    if not findings:
        yield _verdict(rule_, _passed(rule_.title), severity, basis)
    for finding in findings:
        chosen = finding.severity if finding.severity and override is None else severity
        yield _verdict(rule_, finding, chosen, basis)


@cache
def _passed(title: Bilingual) -> Finding:
    passed = Bilingual(f"“{title.zh}”未发现问题。", f"Nothing found: {title.en}.")
    return Finding(outcome=Outcome.PASS, message=passed)


def judge(facts: Facts, severities: Mapping[str, str] | None = None) -> tuple[Verdict, ...]:
    """Apply the whole rulebook, in the order of rule ids; rules set to ``off`` are left out."""
    severities = severities or {}
    rules = rulebook()  # first of all: importing the families tells their thresholds
    facts = _prepared(facts)
    return tuple(
        verdict
        for rule_ in rules.values()
        if severities.get(rule_.id) != "off"
        for verdict in _apply(rule_, facts, severities)
    )


def judge_unread(facts: Facts, severities: Mapping[str, str] | None = None) -> tuple[Verdict, ...]:
    """Apply the rules about a filing of which nothing could be read: is it to blame for that?

    What they have nothing to say about is left out, for nobody has judged the filing.
    """
    severities = severities or {}
    told = (Outcome.FAIL, Outcome.INDETERMINATE)
    return tuple(
        verdict
        for rule_ in rulebook().values()
        if rule_.unread and severities.get(rule_.id) != "off"
        for verdict in judge_with(rule_, facts, severities)
        if verdict.outcome in told
    )


def _prepared(facts: Facts) -> Facts:
    """Return the facts with all that rules may ask of them."""
    return _with_thresholds(_with_statements(facts))


def _with_thresholds(facts: Facts) -> Facts:
    """Give the facts the defaults of all thresholds that nobody set; names are shared by rules."""
    defaults = _default_thresholds(len(_RULES))
    if defaults.keys() <= facts.thresholds.keys():
        return facts
    return replace(facts, thresholds={**defaults, **facts.thresholds})


def _with_own_thresholds(facts: Facts, rule_: Rule) -> Facts:
    """Give a rule that is not of the rulebook the defaults of its own thresholds."""
    if rule_.thresholds.keys() <= facts.thresholds.keys():
        return facts
    return replace(facts, thresholds={**rule_.thresholds, **facts.thresholds})


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


def rulebook() -> Mapping[str, Rule]:
    """Return all rules by id, in order of id."""
    import monitor.rules.catalogue  # noqa: F401, PLC0415 - importing the families registers them

    return _in_order(len(_RULES))


@lru_cache(maxsize=1)
def _in_order(_rules: int) -> Mapping[str, Rule]:
    return MappingProxyType(dict(sorted(_RULES.items())))


def documented_ids() -> Mapping[str, Rule]:
    """Return by id what is documentation only, in order of id; ``rulebook`` has none of them."""
    rulebook()
    return dict(sorted(_DOCUMENTED.items()))


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
        rule_version=rule_.version,
    )
