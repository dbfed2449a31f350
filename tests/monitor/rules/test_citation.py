"""Rules about the documents a report cites."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from monitor.formats import format_due
from monitor.reading.entry import read_report
from monitor.rules.catalogue import rulebook
from monitor.rules.citation.documents import (
    KnownDocument,
    cited_numbers,
    cited_titles,
    known_documents,
)
from monitor.rules.engine import judge_with
from monitor.rules.model import DateCandidate, Facts, PublicationFacts
from monitor.specimens.clean import Counts, clean_report
from monitor.specimens.html import html_body
from tests.monitor.building import a_report, with_preamble, with_prose
from tests.monitor.rules.casebook import NOW, Case, check, fails, load_cases, name_of
from tests.monitor.rules.corpus import read_corpus

RULES = (
    "cite-order-superseded",
    "cite-format-superseded",
    "cite-issuer-wrong",
    "cite-number-malformed",
    "cite-title-garbled",
    "cite-title-incomplete",
    "cite-format-missing",
    "cite-format-premature",
    "cite-missing",
    "cite-number-title-mismatch",
    "cite-stat2014",
)
FOUND: Mapping[str, tuple[str, ...]] = {
    "000": ("cite-issuer-wrong", "cite-number-malformed"),
    "001": ("cite-format-missing",),
    "002": ("cite-order-superseded", "cite-title-incomplete", "cite-format-missing"),
    "003": ("cite-format-superseded", "cite-title-garbled"),
    "city-2025": ("cite-format-missing",),
    "model-2021-blank": ("cite-missing",),
}


@pytest.mark.parametrize("case", load_cases("citation", "citation_matching"), ids=name_of)
def test_case(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("document", known_documents(), ids=lambda item: item.key)
def test_the_number_of_every_known_document_is_found(document: KnownDocument) -> None:
    (found, *others) = cited_numbers(f"根据{document.number}要求。")

    assert found.document is document
    assert not others


def test_titles_are_found_closed_nested_and_left_open() -> None:
    flat = "学习《甲《乙》丙》和《丁(一)、《戊》。"

    assert [(item.text, item.closed, item.nested) for item in cited_titles(flat)] == [
        ("甲《乙》丙", True, False),
        ("乙", True, True),
        ("丁", False, False),
        ("戊", True, False),
    ]


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("〔2021〕", []),
        ("&#12308;2021&#12309;", []),
        ("〔 2021 〕 ", []),
        ("﹝2021﹞", []),
        ("[2021]", ["info"]),
        ("［2021］", ["info"]),
        ("（2021）", ["info"]),
        ("<span>【</span>2021】", ["info"]),
    ],
)
def test_on_a_page_only_the_brackets_of_numbers_are_right(printed: str, found: list[str]) -> None:
    report = clean_report("示例县财政局", 2023, date(2024, 1, 20), Counts())
    body = html_body(report).replace("〔2021〕", printed)
    page = f'<html><head><meta charset="utf-8"></head><body><h1>{report.title}</h1>{body}</body>'
    read = read_report(page.encode())

    assert [str(item.severity) for item in fails("cite-number-malformed", read)] == found
    others = [rule for rule in RULES if rule != "cite-number-malformed" and fails(rule, read)]
    assert others == []


def premature(**known: Any) -> list[tuple[str, str]]:
    """Return what the rule about documents not yet issued says of the clean report."""
    report = known.pop("report", a_report(published_on=None, date_candidates=()))
    facts = Facts(as_of=NOW, report=report, fiscal_year=2023, format=format_due(2023), **known)
    verdicts = judge_with(rulebook()["cite-format-premature"], facts, {})
    return [(str(verdict.outcome), verdict.message.zh) for verdict in verdicts]


def published(*days: tuple[str, date], **known: Any) -> PublicationFacts:
    dates = tuple(DateCandidate(source=source, day=day) for source, day in days)
    return PublicationFacts(dates=dates, **known)


class TestADocumentIssuedAfterTheReport:
    def test_is_a_warning_that_names_both(self) -> None:
        ((outcome, message),) = premature(publication=published(("meta", date(2021, 1, 20))))

        assert outcome == "fail"
        assert "2021-01-20" in message
        assert "国办公开办函〔2021〕30号" in message

    def test_is_known_by_the_year_of_its_number_too(self) -> None:
        report = with_prose(a_report(), "overview", "按照示政办发〔2025〕3号文件要求公开信息。")
        told = premature(report=report)

        assert [outcome for outcome, _ in told] == ["fail"]
        assert "示政办发〔2025〕3号" in told[0][1]

    def test_may_be_of_the_same_year(self) -> None:
        report = with_prose(a_report(), "overview", "按照示政办发〔2024〕3号文件要求公开信息。")

        assert [outcome for outcome, _ in premature(report=report)] == ["pass"]

    def test_is_known_by_its_title_alone(self) -> None:
        report = with_prose(
            with_preamble(a_report(published_on=None, date_candidates=()), ""),
            "overview",
            "按照《政府信息公开信息处理费管理办法》、《国务院办公厅关于印发〈政府信息公开信息处理费"
            "管理办法〉的通知》收费。",
        )
        told = premature(report=report, publication=published(("page", date(2020, 1, 20))))

        assert [outcome for outcome, _ in told] == ["fail"]

    def test_is_nothing_where_the_page_was_published_again(self) -> None:
        dates = published(("meta", date(2021, 1, 20)), ("page", date(2022, 1, 25)))

        assert [outcome for outcome, _ in premature(publication=dates)] == ["pass"]

    def test_cannot_be_told_where_the_text_was_changed_since(self) -> None:
        dates = published(("meta", date(2021, 1, 20)), previous_version=a_report())

        assert [outcome for outcome, _ in premature(publication=dates)] == ["indeterminate"]

    def test_is_not_asked_without_a_day_of_publication(self) -> None:
        assert [outcome for outcome, _ in premature()] == ["not_applicable"]


@pytest.mark.corpus
def test_in_real_reports_what_is_found_is_what_is_wrong_and_nothing_else(corpus: Path) -> None:
    for name, report in read_corpus(corpus):
        year = report.fiscal_year or 2023
        found = {rule for rule in RULES if fails(rule, report, year)}
        due = next((rules for start, rules in FOUND.items() if name.startswith(start)), ())
        assert found == set(due), name
