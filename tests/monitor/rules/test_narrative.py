"""Rules holding the prose against the tables."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.formats import format_due
from monitor.reading.model import Report
from monitor.reading.statements import read_statements
from monitor.rules.catalogue import rulebook
from monitor.rules.engine import judge_with
from monitor.rules.model import AgencyFacts, Facts
from monitor.rules.narrative.statements import Subject, statements
from tests.monitor.building import a_report, with_prose, with_row
from tests.monitor.rules.casebook import NOW, Case, check, fails, load_cases, name_of
from tests.monitor.rules.corpus import read_corpus


@pytest.mark.parametrize(
    "case", load_cases("narrative", "narrative_tables", "narrative_sums"), ids=name_of
)
def test_case(case: Case) -> None:
    check(case)


def test_every_rule_is_shown_to_fail_to_pass_and_to_hold_back() -> None:
    outcomes: dict[str, set[str]] = {}
    for case in load_cases("narrative", "narrative_tables", "narrative_sums"):
        outcomes.setdefault(case.rule, set()).add(case.due["outcome"])

    assert set(outcomes) == {rule for rule in rulebook() if rule.startswith("narrative")} | {
        "imprecise-count"
    }
    for rule, seen in outcomes.items():
        assert {"pass", "fail"} <= seen, rule
        assert seen & {"indeterminate", "not_applicable"}, rule


def test_a_contradiction_quotes_the_sentence_and_the_cells() -> None:
    report = with_prose(a_report(), "overview", "没有发生行政复议、行政诉讼。")

    (verdict,) = fails("narrative-zero-contradiction", report)

    sentence, cell = verdict.evidence
    assert "没有发生行政复议" in sentence.quote
    assert (cell.table, cell.row, cell.column, cell.quote) == ("remedies", "review", "total", "1")


def said_in(report: Report) -> list[tuple[Subject, int]]:
    facts = Facts(
        as_of=NOW,
        report=report,
        fiscal_year=2023,
        statements=read_statements(report, fiscal_year=2023),
    )
    return [(item.subject, item.count) for item in statements(facts, 2023)]


def test_one_sentence_may_state_two_things() -> None:
    report = with_prose(a_report(), "overview", "未发生因政府信息公开引起的行政复议和行政诉讼。")

    assert said_in(report) == [(Subject.REVIEW, 0), (Subject.LITIGATION, 0)]


def test_different_numbers_of_requests_are_one_finding_with_every_quotation() -> None:
    report = with_prose(
        a_report(), "overview", "收到政府信息公开申请9件。", "共受理政府信息公开申请8件。"
    )

    (verdict,) = fails("narrative-requests", report)

    assert "收到政府信息公开申请9件、受理政府信息公开申请8件" in verdict.message.zh
    assert [item.quote for item in verdict.evidence[:2]] == [
        "收到政府信息公开申请9件。",
        "共受理政府信息公开申请8件。",
    ]
    rows = [(item.row, item.quote) for item in verdict.evidence[2:]]
    assert rows == [
        ("new", "10"),
        ("carried_in", "1"),
        ("handled_total", "10"),
        ("carried_out", "1"),
    ]


def test_a_number_stated_twice_is_one_finding() -> None:
    report = with_prose(
        a_report(), "overview", "制发行政规范性文件3件。", "全年制发行政规范性文件3件。"
    )

    (verdict,) = fails("narrative-normative", report)

    assert len(verdict.evidence) == 3


def told_by(name: str, kind: str, *sentences: str) -> list[str]:
    """Return what is said of the requests that the prose of an agency counts."""
    report = with_prose(a_report(agency=name), "overview", *sentences)
    agency = AgencyFacts(name=name, kind=kind)
    facts = Facts(
        as_of=NOW, report=report, fiscal_year=2023, format=format_due(2023), agency=agency
    )
    verdicts = judge_with(rulebook()["narrative-requests"], facts, {})
    return [str(verdict.outcome) for verdict in verdicts]


@pytest.mark.parametrize(
    ("name", "kind", "sentences", "outcome"),
    [
        ("示例县人民政府", "government", ("全县收到政府信息公开申请12件。",), "fail"),
        ("示例县人民政府", "government", ("全县收到政府信息公开申请10件。",), "pass"),
        ("示例县人民政府", "government", ("收到政府信息公开申请12件。",), "fail"),
        ("东河镇人民政府", "township", ("我镇收到政府信息公开申请12件。",), "fail"),
        ("示例县人民政府", "government", ("县本级收到政府信息公开申请3件。",), "not_applicable"),
        ("示例县人民政府", "government", ("全市共收到政府信息公开申请90件。",), "not_applicable"),
        (
            "示例县人民政府",
            "government",
            ("全县收到政府信息公开申请10件。", "收到政府信息公开申请3件。"),
            "pass",
        ),
        (
            "示例县人民政府办公室",
            "government_office",
            ("全县收到政府信息公开申请56件。",),
            "not_applicable",
        ),
        (
            "示例县人民政府办公室",
            "government_office",
            ("全县收到政府信息公开申请56件。", "收到政府信息公开申请21件。"),
            "not_applicable",
        ),
        (
            "示例县人民政府办公室",
            "government_office",
            ("全县收到政府信息公开申请56件。", "本机关收到政府信息公开申请3件。"),
            "fail",
        ),
    ],
)
def test_whose_requests_are_counted(
    name: str, kind: str, sentences: tuple[str, ...], outcome: str
) -> None:
    assert told_by(name, kind, *sentences) == [outcome]


@given(st.lists(st.integers(1, 500), min_size=2, max_size=6), st.integers(-60, 60))
def test_parts_that_name_all_are_wrong_exactly_when_they_do_not_add_up(
    parts: list[int], error: int
) -> None:
    total = max(1, sum(parts) + error)
    listed = "、".join(f"第{'甲乙丙丁戊己'[i]}类{part}条" for i, part in enumerate(parts))
    report = with_prose(a_report(), "overview", f"公开信息{total}条，分别为{listed}。")

    found = fails("narrative-breakdown", report)

    assert bool(found) == (total != sum(parts))


@given(st.integers(1, 5000), st.integers(1, 5000), st.sampled_from((0, 1, 2)))
def test_a_percentage_as_computed_is_never_wrong_and_one_far_off_always(
    base: int, now: int, places: int
) -> None:
    assume(base != now)
    kind = "增长" if now > base else "下降"
    right = abs(Decimal(now - base)) / base * 100
    wrong = right + Decimal(3)
    texts = [
        f"收到政府信息公开申请{now}件，较2022年的{base}件{kind}{value:.{places}f}%。"
        for value in (right, wrong)
    ]
    computed, off = (
        fails("narrative-percent", with_prose(a_report(), "overview", text)) for text in texts
    )

    assert not computed
    assert [str(verdict.severity) for verdict in off] == ["warning"]


@given(st.integers(0, 40), st.integers(0, 9), st.integers(0, 9), st.integers(1, 60))
def test_a_number_of_requests_is_wrong_exactly_if_the_table_has_it_nowhere(
    new: int, carried_in: int, carried_out: int, stated: int
) -> None:
    assume(new + carried_in >= carried_out and new + carried_in > 0)
    report = with_prose(a_report(), "overview", f"全年收到政府信息公开申请{stated}件。")
    handled = new + carried_in - carried_out
    values = {"new": new, "carried_in": carried_in, "handled_total": handled,
              "carried_out": carried_out}  # fmt: skip
    for row, value in values.items():
        report = with_row(report, "requests", row, {"natural": str(value), "commercial": "0",
                                                    "total": str(value)})  # fmt: skip

    plausible = {new, new + carried_in, handled, handled + carried_out}

    assert bool(fails("narrative-requests", report)) == (stated not in plausible)


@pytest.mark.corpus
def test_in_real_reports_prose_and_tables_agree(corpus: Path) -> None:
    known = {("narrative-breakdown", "pingtan-2020-abridged.txt")}
    rules = [name for name, rule in rulebook().items() if name.startswith("narrative") and rule.on]
    for name, report in read_corpus(corpus):
        found = {(rule, name) for rule in rules if fails(rule, report, report.fiscal_year or 2023)}
        assert found <= known, name


@pytest.mark.corpus
def test_a_real_list_that_exceeds_its_total_by_one_is_found(corpus: Path) -> None:
    report = next(item for name, item in read_corpus(corpus) if name.startswith("pingtan-2020"))

    (verdict,) = fails("narrative-breakdown", report)

    assert "2603，与总数2602" in verdict.message.zh


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("start", "subjects"),
    [
        ("000", {(Subject.REQUESTS, 0)}),
        ("001", {(Subject.REQUESTS, 0)}),
        ("002", {(Subject.REQUESTS, 0), (Subject.REVIEW, 0), (Subject.LITIGATION, 0)}),
        ("003", {(Subject.REQUESTS, 0)}),
        ("004", {(Subject.REQUESTS, 0), (Subject.REVIEW, 0), (Subject.LITIGATION, 0)}),
    ],
)
def test_what_real_reports_state_is_understood(
    corpus: Path, start: str, subjects: set[tuple[Subject, int]]
) -> None:
    report = next(item for name, item in read_corpus(corpus) if name.startswith(start))

    assert set(said_in(report)) == subjects


@pytest.mark.corpus
def test_vague_counts_of_real_reports(corpus: Path) -> None:
    found = {
        name[:3]: [verdict.message.zh for verdict in fails("imprecise-count", report)]
        for name, report in read_corpus(corpus)
        if report.fiscal_year
    }

    assert {name: messages for name, messages in found.items() if messages} == {
        "001": ["“150余条”不是确切数量。"],
        "002": ["“10余条”不是确切数量。"],
    }
