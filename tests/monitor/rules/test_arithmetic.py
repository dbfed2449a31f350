"""Sums within the tables."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.formats import load_format
from monitor.reading.model import ReadTable, Report, Value
from monitor.rules.model import Outcome
from tests.monitor.building import a_report, with_cell, with_row
from tests.monitor.rules.casebook import Case, check, fails, load_cases, name_of, verdicts_of
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


@pytest.mark.parametrize("case", load_cases("arithmetic"), ids=name_of)
def test_case(case: Case) -> None:
    check(case)


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
    for rule in RULES:
        assert [verdict.outcome for verdict in verdicts_of(rule, report)] == [Outcome.PASS]


@settings(deadline=None, max_examples=50)
@given(consistent_reports(), st.data())
def test_any_single_changed_cell_is_caught(report: Report, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(("requests", "remedies")))
    values = report.tables[key].values
    row = data.draw(st.sampled_from(sorted(values)))
    column = data.draw(st.sampled_from(sorted(values[row])))
    old = int(values[row][column].text or "")
    new = data.draw(st.integers(min_value=0, max_value=99_999).filter(lambda n: n != old))

    changed = with_cell(report, key, row, column, str(new))

    found = [verdict for rule in RULES for verdict in fails(rule, changed)]
    assert any(
        evidence.row == row and evidence.column == column
        for verdict in found
        for evidence in verdict.evidence
    )


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
        assert verdicts_of(rule, report) == verdicts_of(rule, other)


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
