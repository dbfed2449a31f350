"""Rules holding the prose against the tables."""

from pathlib import Path

import pytest

from monitor.rules.narrative.statements import Subject, statements
from tests.monitor.building import a_report, with_prose
from tests.monitor.rules.casebook import Case, check, fails, load_cases, name_of
from tests.monitor.rules.corpus import read_corpus


@pytest.mark.parametrize("case", load_cases("narrative"), ids=name_of)
def test_case(case: Case) -> None:
    check(case)


def test_a_contradiction_quotes_the_sentence_and_the_cells() -> None:
    report = with_prose(a_report(), "overview", "没有发生行政复议、行政诉讼。")

    (verdict,) = fails("narrative-zero-contradiction", report)

    sentence, cell = verdict.evidence
    assert "没有发生行政复议" in sentence.quote
    assert (cell.table, cell.row, cell.column, cell.quote) == ("remedies", "review", "total", "1")


def test_one_sentence_may_state_two_things() -> None:
    report = with_prose(a_report(), "overview", "未发生因政府信息公开引起的行政复议和行政诉讼。")

    found = [(item.subject, item.count) for item in statements(report, 2023)]

    assert found == [(Subject.REVIEW, 0), (Subject.LITIGATION, 0)]


@pytest.mark.corpus
def test_in_real_reports_prose_and_tables_agree(corpus: Path) -> None:
    for name, report in read_corpus(corpus):
        assert not fails("narrative-zero-contradiction", report, report.fiscal_year or 2023), name


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

    assert {(item.subject, item.count) for item in statements(report, 2023)} == subjects


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
