"""Rules about the quality of the text."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.monitor.building import a_report, with_prose
from tests.monitor.rules.casebook import Case, check, fails, load_cases, name_of, verdicts_of
from tests.monitor.rules.corpus import read_corpus

RULES = ("typo-duplicate", "term-wrong", "bracket-unbalanced", "conversion-residue")
FOUND: Mapping[str, tuple[tuple[str, str], ...]] = {
    "000": (("bracket-unbalanced", ")"),),
    "001": (("term-wrong", "政府公开目录"),),
    "003": (("term-wrong", "信息公开处理费"), ("bracket-unbalanced", "《")),
    "004": (("typo-duplicate", "办公室室"), ("term-wrong", "政协建议")),
    "pingtan-2022": (("typo-duplicate", "的的"),),
}


@pytest.mark.parametrize("case", load_cases("text", "quality"), ids=name_of)
def test_case(case: Case) -> None:
    check(case)


def test_a_quotation_shows_the_fault_as_it_is_printed() -> None:
    around = "认真做好公开工作，" * 12
    text = f"{around}由各办公室室 积极配合，{around}"
    (verdict,) = fails("typo-duplicate", with_prose(a_report(), "overview", text))

    (evidence,) = verdict.evidence
    assert "办公室室 积极" in evidence.quote
    assert len(evidence.quote) <= 80
    assert evidence.section == "overview"


@pytest.mark.corpus
def test_in_real_reports_what_is_found_is_what_is_wrong_and_nothing_else(corpus: Path) -> None:
    for name, report in read_corpus(corpus):
        found = {
            (rule, verdict.message.zh.split("“")[1].split("”")[0])
            for rule in RULES
            for verdict in fails(rule, report, report.fiscal_year or 2023)
        }
        due = next((pairs for start, pairs in FOUND.items() if name.startswith(start)), ())
        assert found == set(due), name


@pytest.mark.corpus
def test_the_mark_of_a_converter_in_a_converted_text_is_not_the_agencys(corpus: Path) -> None:
    report = next(item for name, item in read_corpus(corpus) if name.startswith("001"))

    assert [str(item.outcome) for item in verdicts_of("conversion-residue", report)] == [
        "indeterminate"
    ]
