"""How the rulebook is applied."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.formats import load_format
from monitor.language import Bilingual
from monitor.rules.catalogue import documented_ids, judge, rulebook
from monitor.rules.engine import ALL, NEW, judge_with, rule
from monitor.rules.model import Facts, Finding, Outcome, Rule, Severity
from tests.monitor.building import a_report, with_cell

NOW = datetime(2024, 6, 1, tzinfo=UTC)
CLEAN = Facts(
    as_of=NOW, report=a_report(), fiscal_year=2023, format=load_format("v2021"), thresholds={}
)


def a_rule(*findings: Finding, **changes: object) -> Rule:
    def says(_: Facts) -> Iterable[Finding]:
        return findings

    made = Rule(
        id="thing-wrong",
        title=Bilingual("事情不对", "thing wrong"),
        severity=Severity.WARNING,
        formats=NEW,
        basis="《条例》",
        judge=says,
        needs=frozenset({"report"}),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def a_finding(**changes: object) -> Finding:
    finding = Finding(outcome=Outcome.FAIL, message=Bilingual("不对。", "Wrong."))
    return replace(finding, **changes)  # type: ignore[arg-type]


def test_a_rule_that_yields_nothing_has_passed() -> None:
    (verdict,) = judge_with(a_rule(), CLEAN, {})

    assert (verdict.outcome, verdict.severity, verdict.basis) == (
        Outcome.PASS,
        Severity.WARNING,
        "《条例》",
    )


def test_every_failing_place_is_a_verdict() -> None:
    verdicts = list(judge_with(a_rule(a_finding(), a_finding()), CLEAN, {}))

    assert [verdict.outcome for verdict in verdicts] == [Outcome.FAIL, Outcome.FAIL]


def test_a_finding_may_have_a_severity_of_its_own() -> None:
    (verdict,) = judge_with(a_rule(a_finding(severity=Severity.INFO)), CLEAN, {})

    assert verdict.severity is Severity.INFO


def test_the_severity_of_the_settings_goes_before_all() -> None:
    made = a_rule(a_finding(severity=Severity.INFO))

    (verdict,) = judge_with(made, CLEAN, {"thing-wrong": "error"})

    assert verdict.severity is Severity.ERROR


def test_a_rule_is_not_asked_where_a_fact_it_needs_is_missing() -> None:
    made = a_rule(a_finding(), needs=frozenset({"report", "previous"}))

    (verdict,) = judge_with(made, CLEAN, {})

    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert "上一年度" in verdict.message.zh


@pytest.mark.parametrize(
    ("format_id", "formats", "outcome"),
    [
        ("v2021", NEW, Outcome.FAIL),
        ("v2008", NEW, Outcome.NOT_APPLICABLE),
        ("v2008", ALL, Outcome.FAIL),
        (None, NEW, Outcome.NOT_APPLICABLE),
        (None, ALL, Outcome.FAIL),
    ],
)
def test_a_rule_is_asked_only_in_its_formats(
    format_id: str | None, formats: frozenset[str], outcome: Outcome
) -> None:
    facts = replace(CLEAN, format=load_format(format_id) if format_id else None)

    (verdict,) = judge_with(a_rule(a_finding(), formats=formats), facts, {})

    assert verdict.outcome is outcome


def test_thresholds_come_from_the_facts_else_from_the_rule() -> None:
    seen: dict[str, float] = {}

    def remember(facts: Facts) -> Iterable[Finding]:
        seen.update(facts.thresholds)
        return ()

    made = a_rule(judge=remember, thresholds={"far": 60.0, "near": 3.0})
    list(judge_with(made, replace(CLEAN, thresholds={"far": 40.0, "other": 1.0}), {}))

    assert (seen["far"], seen["near"]) == (40.0, 3.0)


def test_the_whole_rulebook_answers_in_the_order_of_ids_and_names_every_rule() -> None:
    verdicts = judge(CLEAN)
    ids = [verdict.rule for verdict in verdicts]

    assert ids == sorted(ids)
    assert set(ids) == set(rulebook())


def test_a_rule_switched_off_is_not_asked() -> None:
    assert "cell-blank" not in {item.rule for item in judge(CLEAN, {"cell-blank": "off"})}


def test_a_rule_off_by_default_is_asked_only_where_settings_give_it_a_severity() -> None:
    made = a_rule(a_finding(), on=False)
    (off,) = judge_with(made, CLEAN, {})
    (on,) = judge_with(made, CLEAN, {made.id: "info"})

    assert (off.outcome, on.outcome) == (Outcome.NOT_APPLICABLE, Outcome.FAIL)
    assert "默认关闭" in off.message.zh
    assert on.severity is Severity.INFO


def test_documentation_only_is_never_judged() -> None:
    assert set(documented_ids()) == {"landline-ok", "narrative-self-contradiction"}
    assert not set(documented_ids()) & {verdict.rule for verdict in judge(CLEAN)}


def test_the_same_facts_give_the_same_verdicts() -> None:
    assert judge(CLEAN) == judge(CLEAN)


def test_a_clean_report_has_nothing_to_find_and_a_changed_one_only_what_was_changed() -> None:
    clean = {item.rule for item in judge(CLEAN) if item.outcome is Outcome.FAIL}
    report = with_cell(a_report(), "remedies", "review", "total", "3")
    changed = judge(replace(CLEAN, report=report))

    assert clean == set()
    found = {item.rule for item in changed if item.outcome is Outcome.FAIL}
    assert "remedies-sum" in found
    assert found <= {"remedies-sum", "narrative-remedies"}


@pytest.mark.parametrize(
    ("format_id", "basis"),
    [("v2021", "《条例》"), ("v2019", "60号"), ("v2008", "492号"), (None, "《条例》")],
)
def test_a_verdict_cites_the_law_that_held_for_the_year(format_id: str | None, basis: str) -> None:
    made = a_rule(formats=ALL, basis_2019="60号", basis_2008="492号")
    facts = replace(CLEAN, format=load_format(format_id) if format_id else None)

    (verdict,) = judge_with(made, facts, {})

    assert verdict.basis == basis


@pytest.mark.parametrize("rule_", rulebook().values(), ids=lambda item: item.id)
def test_no_rule_cites_for_an_earlier_year_what_came_later(rule_: Rule) -> None:
    if "v2019" in rule_.formats:
        assert "〔2021〕" not in rule_.basis_in("v2019")
    if "v2008" in rule_.formats:
        basis = rule_.basis_in("v2008")
        # what was taken down since then was taken down under the law of today
        basis = basis.removesuffix("；2019年5月15日以后撤下的，适用现行条例")
        assert not re.search(r"〔(?:2019|202\d)〕|〔2017〕47号|《政府信息公开条例》", basis)
        assert "第四十九条" not in basis
        assert "第五十条" not in basis


def test_an_article_that_is_no_report_is_one_finding_and_not_twenty() -> None:
    article = replace(
        a_report(),
        title="示例县科技局2023年法治政府建设年度报告",
        preamble="",
        sections=(),
        tables={},
        text="2022年，全县行政执法各办公室室积极配合，办理案件150余件（截至2022年12月31日。",
    )
    facts = replace(CLEAN, report=article)

    told = [item for item in judge(facts) if item.outcome is not Outcome.NOT_APPLICABLE]

    # whether a page was broken into is asked of every document
    expected = [("seo-injection", Outcome.PASS), ("wrong-doc-type", Outcome.FAIL)]
    assert [(item.rule, item.outcome) for item in told] == expected


def test_under_a_reports_own_title_only_what_is_lacking_is_said_at_once() -> None:
    letter = replace(
        a_report(),
        preamble="",
        sections=(),
        tables={},
        text="现将本局政府信息公开年报报上，请予审阅，各办公室室已经核对。",
    )
    facts = replace(CLEAN, report=letter)

    found = {item.rule for item in judge(facts) if item.outcome is Outcome.FAIL}

    assert found == {"wrong-doc-type", "typo-duplicate"}


def test_a_report_of_which_most_is_missing_is_told_what_is_missing() -> None:
    beginning = replace(
        a_report(), preamble="", sections=a_report().sections[:1], tables={}, text="公开工作有序。"
    )
    facts = replace(CLEAN, report=beginning)

    found = {item.rule for item in judge(facts) if item.outcome is Outcome.FAIL}

    assert {"section-missing", "table-missing"} <= found
    assert "wrong-doc-type" not in found


def test_who_does_not_ask_for_other_documents_is_told_their_faults() -> None:
    article = replace(
        a_report(),
        title="示例县政府网站工作年度报表（2023年度）",
        sections=(),
        tables={},
        text="网站全年正常。",
    )
    facts = replace(CLEAN, report=article)

    found = {item.rule for item in judge(facts, {"wrong-doc-type": "off"})
             if item.outcome is Outcome.FAIL}  # fmt: skip

    assert {"section-missing", "table-missing"} <= found


def test_a_rule_cannot_be_defined_twice() -> None:
    rulebook()
    with pytest.raises(ValueError, match="cell-blank"):
        rule("cell-blank", zh="", en="", severity=Severity.INFO, formats=ALL, basis="")(
            lambda _: ()
        )
