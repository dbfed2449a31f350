"""Rules about the shape of the tables and what their cells hold."""

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.reading.model import Image, Place, Section
from monitor.rules.catalogue import rulebook
from monitor.rules.manual import family_of
from monitor.rules.model import Outcome
from tests.monitor.building import a_report, with_cell, with_row, without_table
from tests.monitor.rules.casebook import Case, check, fails, load_cases, name_of, verdicts_of
from tests.monitor.rules.cases import case as by_facts
from tests.monitor.rules.cases import figures
from tests.monitor.rules.corpus import read_report


@pytest.mark.parametrize("case", load_cases("tables", "cells"), ids=name_of)
def test_case(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", by_facts.parameters(figures.TABLES))
def test_case_with_other_facts(case: by_facts.Case) -> None:
    by_facts.check(case)


def test_every_rule_about_tables_is_shown_to_fail_to_pass_and_to_hold_back() -> None:
    outcomes = defaultdict(set)
    for item in (*figures.TABLES, *figures.ARITHMETIC):
        outcomes[item.rule].add(item.outcome)
    for case in load_cases("tables", "cells", "arithmetic"):
        due = case.due["outcome"]
        outcomes[case.rule] |= set(due if isinstance(due, list) else [due])

    for rule in rulebook().values():
        # table-as-image is shown with the rules about how reports are published
        if family_of(rule) in ("tables", "arithmetic") and rule.id != "table-as-image":
            seen = outcomes[rule.id]
            assert {"pass", "fail"} <= seen, rule.id
            assert seen & {"indeterminate", "not_applicable"}, rule.id


def test_many_blank_cells_are_one_finding_with_at_most_twenty_of_them_quoted() -> None:
    report = a_report()
    for row in report.tables["requests"].values:
        report = with_row(report, "requests", row, dict.fromkeys(("natural", "total"), ""))

    (verdict,) = fails("cell-blank", report)

    assert len(verdict.evidence) == 20
    assert {(item.table, item.column) for item in verdict.evidence} == {
        ("requests", "natural"),
        ("requests", "total"),
    }


def test_a_finding_about_a_cell_names_its_coordinates() -> None:
    report = with_cell(a_report(), "requests", "partial", "natural", "-4")

    (verdict,) = fails("cell-negative", report)

    (evidence,) = verdict.evidence
    assert (evidence.table, evidence.row, evidence.column, evidence.quote) == (
        "requests",
        "partial",
        "natural",
        "-4",
    )


def _paged(section: Section, page: int) -> Section:
    place = Place(page=page, bbox=(0.0, 100.0, 10.0, 110.0))
    return Section(
        key=section.key, heading=section.heading, ordinal=section.ordinal, text="", place=place
    )


@pytest.mark.parametrize(
    ("page", "top", "outcome"),
    [
        (1, 50.0, Outcome.FAIL),
        (2, 50.0, Outcome.FAIL),
        (2, 300.0, Outcome.INDETERMINATE),
        (3, 50.0, Outcome.INDETERMINATE),
        (3, 300.0, Outcome.FAIL),
        (4, 300.0, Outcome.FAIL),
    ],
)
def test_only_a_picture_between_the_headings_may_be_the_table(
    page: int, top: float, outcome: Outcome
) -> None:
    report = without_table(a_report(), "requests")
    sections = {"requests": 2, "remedies": 3}
    picture = Image(place=Place(page=page, bbox=(0.0, top, 90.0, top + 9)), alt="stamp")
    report = a_report(
        tables=report.tables,
        images=(picture,),
        sections=tuple(
            _paged(section, sections.get(section.key or "", 1)) for section in report.sections[:4]
        ),
    )

    (verdict,) = verdicts_of("table-missing", report)

    assert verdict.outcome is outcome


@pytest.mark.parametrize(
    ("recognised", "outcome"), [(False, Outcome.INDETERMINATE), (True, Outcome.FAIL)]
)
def test_a_picture_that_was_recognised_is_no_table_that_nobody_read(
    recognised: bool, outcome: Outcome
) -> None:
    report = without_table(a_report(), "requests")
    report = replace(report, images=(Image(alt="stamp", recognised=recognised),))

    (verdict,) = verdicts_of("table-missing", report)

    assert verdict.outcome is outcome


@pytest.mark.corpus
@pytest.mark.parametrize(
    "rule",
    [
        "table-missing",
        "table-row-missing",
        "table-label-altered",
        "table-column-count",
        "cell-blank",
    ],
)
def test_the_clean_tables_of_a_city_pass(corpus: Path, rule: str) -> None:

    report = read_report(corpus / "reports" / "city-2025.html")

    (verdict,) = verdicts_of(rule, report)

    assert verdict.outcome is Outcome.PASS
