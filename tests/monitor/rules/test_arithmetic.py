"""Sums within the tables."""

import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.formats import format_due, load_format
from monitor.reading.model import ReadTable, Report, Value
from monitor.reading.statements import read_statements
from monitor.rules.catalogue import rulebook
from monitor.rules.engine import judge_with
from monitor.rules.model import Facts, Outcome, Verdict
from tests.monitor.building import a_report, with_cell, with_row
from tests.monitor.rules.casebook import (
    NOW,
    Case,
    check,
    fails,
    load_cases,
    name_of,
    verdicts_of,
)
from tests.monitor.rules.cases import case as by_facts
from tests.monitor.rules.cases import figures
from tests.monitor.rules.corpus import read_report

RULES = ("requests-unbalanced", "requests-result-sum", "requests-row-total", "remedies-sum")
APPLICANTS = (
    "natural",
    "commercial",
    "research",
    "public_welfare",
    "legal_service",
    "other_organisation",
)
BALANCE = ("new", "carried_in", "handled_total", "carried_out")


PROSE = read_statements(a_report(), fiscal_year=2023)
"""What the prose states: the same in every report drawn, so it is read once."""


def _judged(rule: str, report: Report, previous: Report | None = None) -> list[Verdict]:
    year = report.fiscal_year
    assert year is not None
    facts = Facts(
        as_of=NOW,
        report=report,
        fiscal_year=year,
        format=format_due(year),
        statements=PROSE,
        previous=previous,
    )
    return list(judge_with(rulebook()[rule], facts, {}))


def _failing(rule: str, report: Report) -> list[Verdict]:
    return [verdict for verdict in _judged(rule, report) if verdict.outcome is Outcome.FAIL]


@pytest.mark.parametrize("case", load_cases("arithmetic"), ids=name_of)
def test_case(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", by_facts.parameters(figures.ARITHMETIC))
def test_case_with_other_facts(case: by_facts.Case) -> None:
    by_facts.check(case)


def _outcome_rows(format_id: str) -> tuple[str, ...]:
    rows = (row.key for row in load_format(format_id).tables["requests"].rows)
    return tuple(row for row in rows if row not in BALANCE)


def _requests(format_id: str, results: list[list[int]], carried_out: list[int]) -> ReadTable:
    """A requests table that agrees with itself, from its results and what is carried out."""
    handled = [sum(column) for column in zip(*results, strict=True)]
    carried_in = [min(1, number) for number in handled]
    new = [a + b - c for a, b, c in zip(handled, carried_out, carried_in, strict=True)]
    rows = dict(zip(_outcome_rows(format_id), results, strict=True))
    rows |= {
        "new": new,
        "carried_in": carried_in,
        "handled_total": handled,
        "carried_out": carried_out,
    }
    old = a_report(format_id).tables["requests"]
    values = {
        key: {
            column: Value(text=str(number))
            for column, number in zip((*APPLICANTS, "total"), (*row, sum(row)), strict=True)
        }
        for key, row in rows.items()
    }
    return replace(old, values=values)


def _remedies(groups: list[list[int]]) -> ReadTable:
    old = a_report().tables["remedies"]
    columns = ("upheld", "corrected", "other", "pending", "total")
    values = {
        key: {
            column: Value(text=str(number))
            for column, number in zip(columns, (*group, sum(group)), strict=True)
        }
        for key, group in zip(old.values, groups, strict=True)
    }
    return replace(old, values=values)


@st.composite
def consistent_reports(draw: st.DrawFn) -> Report:
    format_id = draw(st.sampled_from(("v2019", "v2021")))
    number = st.integers(min_value=0, max_value=30_000)
    row = st.lists(number, min_size=6, max_size=6)
    count = len(_outcome_rows(format_id))
    results = draw(st.lists(row, min_size=count, max_size=count))
    group = st.lists(number, min_size=4, max_size=4)
    report = a_report(format_id)
    tables = {
        **report.tables,
        "requests": _requests(format_id, results, draw(row)),
        "remedies": _remedies(draw(st.lists(group, min_size=3, max_size=3))),
    }
    return replace(report, tables=tables)


@settings(deadline=None, max_examples=50)
@given(consistent_reports())
def test_tables_that_agree_with_themselves_never_fail(report: Report) -> None:
    for rule in (*RULES, "requests-partial-double"):
        assert [verdict.outcome for verdict in _judged(rule, report)] == [Outcome.PASS]


Relation = tuple[str, str | None]
"""A rule and the column, row or group of one of its sums."""


def _relations_of(key: str, row: str, column: str) -> set[Relation]:
    """Return the sums that a cell is part of."""
    if key == "remedies":
        return {("remedies-sum", row)}
    found: set[Relation] = {("requests-row-total", row)}
    if row in BALANCE:
        found.add(("requests-unbalanced", column))
    if row not in BALANCE or row == "handled_total":
        found.add(("requests-result-sum", column))
    return found


def _broken(report: Report) -> set[Relation]:
    by_column = ("requests-unbalanced", "requests-result-sum")
    return {
        (rule, first.column if rule in by_column else first.row)
        for rule in RULES
        for verdict in _failing(rule, report)
        for first in verdict.evidence[:1]
    }


@st.composite
def cells_of(draw: st.DrawFn, report: Report) -> tuple[str, str, str]:
    key = draw(st.sampled_from(("requests", "remedies")))
    values = report.tables[key].values
    row = draw(st.sampled_from(sorted(values)))
    return key, row, draw(st.sampled_from(sorted(values[row])))


@settings(deadline=None, max_examples=50)
@given(consistent_reports(), st.data())
def test_any_single_changed_cell_breaks_just_the_sums_it_is_part_of(
    report: Report, data: st.DataObject
) -> None:
    key, row, column = data.draw(cells_of(report))
    old = int(report.tables[key].values[row][column].text or "")
    new = data.draw(st.integers(min_value=0, max_value=99_999).filter(lambda n: n != old))

    changed = with_cell(report, key, row, column, str(new))

    assert _broken(changed) == _relations_of(key, row, column)
    assert all(
        any((item.row, item.column) == (row, column) for item in verdict.evidence)
        for rule in RULES
        for verdict in _failing(rule, changed)
    )


@settings(deadline=None, max_examples=50)
@given(consistent_reports(), st.data())
def test_a_cell_not_read_breaks_nothing_and_leaves_its_sums_open(
    report: Report, data: st.DataObject
) -> None:
    key, row, column = data.draw(cells_of(report))

    changed = with_cell(report, key, row, column, None)

    assert _broken(changed) == set()
    open_ = {
        rule
        for rule in RULES
        if Outcome.INDETERMINATE in {verdict.outcome for verdict in _judged(rule, changed)}
    }
    assert open_ == {rule for rule, _ in _relations_of(key, row, column)}


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_a_blank_for_nought_breaks_nothing(data: st.DataObject) -> None:
    report = a_report()
    noughts = [
        (key, row, column)
        for key in ("requests", "remedies")
        for row, cells in report.tables[key].values.items()
        for column, value in cells.items()
        if value.text == "0"
    ]
    for key, row, column in data.draw(st.lists(st.sampled_from(noughts), max_size=40)):
        report = with_cell(report, key, row, column, "")

    assert _broken(report) == set()


@settings(deadline=None, max_examples=50)
@given(consistent_reports(), st.data())
def test_partial_grants_counted_twice_are_told_in_their_column_alone(
    report: Report, data: st.DataObject
) -> None:
    values = report.tables["requests"].values
    column = data.draw(st.sampled_from(APPLICANTS))
    partial = int(values["partial"][column].text or "")
    handled = int(values["handled_total"][column].text or "")
    excess = data.draw(st.sampled_from((partial, partial + 1)))

    changed = with_cell(report, "requests", "handled_total", column, str(handled + excess))

    told = {
        item.column
        for verdict in _failing("requests-partial-double", changed)
        for item in verdict.evidence
    }
    assert told == ({column} if excess == partial > 0 else set())


@settings(deadline=None, max_examples=50)
@given(*[st.integers(min_value=0, max_value=300)] * 3)
def test_documents_in_force_are_at_least_those_issued_and_not_repealed(
    issued: int, repealed: int, in_force: int
) -> None:
    texts = {"issued": str(issued), "repealed": str(repealed), "in_force": str(in_force)}
    report = with_row(a_report(), "proactive_disclosure", "normative_docs", texts)

    assert bool(_failing("in-force-below", report)) == (in_force < issued - repealed)


@settings(deadline=None, max_examples=50)
@given(*[st.integers(min_value=0, max_value=300)] * 2)
def test_documents_disclosed_in_all_are_at_least_those_of_the_year(new: int, total: int) -> None:
    texts = {"disclosed_new": str(new), "disclosed_total": str(total)}
    report = with_row(a_report("v2019"), "proactive_disclosure", "normative_docs", texts)

    assert bool(_failing("disclosed-below", report)) == (total < new)


@settings(deadline=None, max_examples=50)
@given(
    st.decimals(min_value="0.01", max_value=100_000, places=4),
    st.decimals(min_value="0.0001", max_value=20_000, places=4),
)
def test_only_ten_thousand_times_last_years_fees_are_in_another_unit(
    before: Decimal, times: Decimal
) -> None:
    earlier, report = (
        with_cell(a_report(), "proactive_disclosure", "admin_fees", "amount_wan", f"{amount:f}")
        for amount in (before, before * times)
    )

    (verdict,) = _judged("fee-unit-suspect", report, earlier)

    suspect = 9500 <= times <= 10_500
    assert verdict.outcome is (Outcome.FAIL if suspect else Outcome.PASS)


@settings(deadline=None, max_examples=50)
@given(consistent_reports(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_does_not_matter(
    report: Report, chance: random.Random
) -> None:
    report = with_cell(report, "requests", "granted", "natural", "40000")
    table = report.tables["requests"]
    rows = [(key, list(cells.items())) for key, cells in table.values.items()]
    chance.shuffle(rows)
    for _, cells in rows:
        chance.shuffle(cells)
    shuffled = replace(table, values={key: dict(cells) for key, cells in rows})
    other = replace(report, tables={**report.tables, "requests": shuffled})

    for rule in RULES:
        assert _judged(rule, report) == _judged(rule, other)


def test_every_cell_of_a_relation_is_evidence() -> None:
    report = with_cell(a_report(), "requests", "handled_total", "natural", "7")

    (balance,) = fails("requests-unbalanced", report)
    (results,) = fails("requests-result-sum", report)
    (applicants,) = fails("requests-row-total", report)

    assert [(item.row, item.column, item.quote) for item in balance.evidence] == [
        ("new", "natural", "8"),
        ("carried_in", "natural", "1"),
        ("handled_total", "natural", "7"),
        ("carried_out", "natural", "1"),
    ]
    assert len(results.evidence) == 21 + 1
    assert [item.column for item in applicants.evidence] == [*APPLICANTS, "total"]


def test_a_report_on_2020_may_have_three_rows_of_other_handling_in_tables_of_2019() -> None:
    report = a_report("v2019", fiscal_year=2020)
    new = a_report().tables["requests"]
    three = replace(report, tables={**report.tables, "requests": replace(new, format="v2019")})

    assert [verdict.outcome for verdict in verdicts_of("requests-result-sum", three)] == [
        Outcome.PASS
    ]
    wrong = with_row(three, "requests", "other_fee_unpaid", {"natural": "2", "total": "2"})
    assert len(fails("requests-result-sum", wrong)) == 2


@pytest.mark.corpus
@pytest.mark.parametrize("rule", RULES)
def test_all_relations_of_a_city_hold(corpus: Path, rule: str) -> None:

    report = read_report(corpus / "reports" / "city-2025.html")

    assert report.tables["requests"].values["new"]["total"].text == "14069"
    assert [verdict.outcome for verdict in verdicts_of(rule, report)] == [Outcome.PASS]


@pytest.mark.corpus
def test_the_real_error_of_a_report_on_2020_is_found(corpus: Path) -> None:

    report = read_report(corpus / "reports" / "pingtan-2020-abridged.txt")

    messages = [verdict.message.zh for verdict in fails("requests-result-sum", report)]

    assert any("相加为27" in message and "填报21" in message for message in messages)
    assert not fails("requests-unbalanced", report)
    assert not fails("requests-row-total", report)


@pytest.mark.corpus
@pytest.mark.parametrize("rule", RULES)
def test_the_tables_of_the_seeds_never_fail(corpus: Path, rule: str) -> None:

    for path in sorted((corpus / "seeds").glob("*.txt")):
        assert not fails(rule, read_report(path)), path.name
