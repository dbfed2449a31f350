"""Each defect changes only what it says, and is found by its rule."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest

from monitor.formats import TABLE_KEYS
from monitor.rules.catalogue import rulebook
from monitor.rules.model import Severity
from monitor.specimens.defects import Defect, all_defects
from monitor.specimens.defects.model import ANYTHING
from monitor.specimens.faultless import faultless_filing
from monitor.specimens.filings import Filing, facts_of
from monitor.specimens.ledger import APPLICANTS
from tests.monitor.specimens.judging import found, read_as_html

SEEDS = range(60)
"""Filings among which one is looked for that can have a defect."""
ELSEWHERE = frozenset({"table-as-image", "scan-only"})
"""Found only where a picture is read, which takes seconds: benchmarks/rules.py does that."""
PERFORMANCE = Path(__file__).parents[3] / "docs" / "performance.md"
PLAIN = [faultless_filing(seed) for seed in SEEDS]


def injected(defect: Defect, filing: Filing) -> Filing | None:
    if filing.report.format_id not in defect.formats:
        return None
    return defect.inject(filing, Random(f"{defect.name} {filing.seed}"))


@cache
def first_with(defect: Defect) -> tuple[Filing, Filing]:
    for filing in PLAIN:
        faulty = injected(defect, filing)
        if faulty is not None:
            return filing, faulty
    pytest.fail(f"no filing can have {defect.name}")


def name_of(defect: Defect) -> str:
    return defect.name


@pytest.mark.parametrize("defect", all_defects(), ids=name_of)
def test_a_defect_is_found_and_nothing_that_does_not_concern_it(defect: Defect) -> None:
    _, faulty = first_with(defect)
    rules = rulebook()
    off = {rule: str(rules[rule].severity) for rule in defect.must if not rules[rule].on}
    if defect.must & ELSEWHERE:
        pytest.skip("needs pictures to be read")

    findings = found(facts_of(faulty, read_as_html(faulty)), off)

    assert defect.must <= findings.keys()
    if ANYTHING not in defect.may:
        assert findings.keys() <= defect.must | defect.may


@pytest.mark.parametrize("defect", all_defects(), ids=name_of)
def test_a_defect_is_pure_and_changes_something(defect: Defect) -> None:
    filing, faulty = first_with(defect)

    assert faulty != filing
    assert injected(defect, filing) == faulty
    assert filing == faultless_filing(filing.seed)


def test_defects_name_rules_of_the_rulebook() -> None:
    rules = rulebook()
    for defect in all_defects():
        assert defect.must
        assert defect.must <= rules.keys()
        assert defect.may - {ANYTHING} <= rules.keys()
        assert defect.severity in [str(severity) for severity in Severity]


def test_every_rule_has_a_defect() -> None:
    assert rulebook().keys() == {rule for defect in all_defects() for rule in defect.must}


def test_the_documentation_counts_them_and_names_those_that_only_the_benchmark_tries() -> None:
    text = PERFORMANCE.read_text(encoding="utf-8")

    assert f"all {len(rulebook())} rules" in text
    assert f"{len(all_defects())} defects" in text
    assert all(f"`{rule}`" in text for rule in ELSEWHERE)


def test_a_wrong_total_leaves_everything_else_as_it_was() -> None:
    defect = next(item for item in all_defects() if item.name == "one-result-more")
    filing, faulty = first_with(defect)
    changed = [
        (row, column)
        for row, cells in filing.report.tables["requests"].items()
        for column, text in cells.items()
        if faulty.report.tables["requests"][row][column] != text
    ]

    assert len({row for row, _ in changed}) == 1
    assert {column for _, column in changed} == {APPLICANTS[0], "total"}
    assert replace(faulty.report, tables=filing.report.tables) == filing.report
    assert replace(faulty, report=filing.report) == filing


def test_a_table_left_out_is_the_only_one() -> None:
    defect = next(item for item in all_defects() if item.name == "a-table-left-out")
    filing, faulty = first_with(defect)

    assert len(faulty.report.tables) == len(TABLE_KEYS) - 1
    assert faulty.report.texts == filing.report.texts
