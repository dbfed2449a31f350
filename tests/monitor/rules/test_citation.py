"""Rules about the documents a report cites."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from monitor.reading.entry import read_report
from monitor.rules.citation.documents import (
    KnownDocument,
    cited_numbers,
    cited_titles,
    known_documents,
)
from monitor.specimens.clean import Counts, clean_report
from monitor.specimens.html import html_body
from tests.monitor.rules.casebook import Case, check, fails, load_cases, name_of
from tests.monitor.rules.corpus import read_corpus

RULES = (
    "cite-order-superseded",
    "cite-format-superseded",
    "cite-issuer-wrong",
    "cite-number-malformed",
    "cite-title-garbled",
    "cite-title-incomplete",
    "cite-format-missing",
)
FOUND: Mapping[str, tuple[str, ...]] = {
    "000": ("cite-issuer-wrong", "cite-number-malformed"),
    "001": ("cite-format-missing",),
    "002": ("cite-order-superseded", "cite-title-incomplete", "cite-format-missing"),
    "003": ("cite-format-superseded", "cite-title-garbled"),
    "city-2025": ("cite-format-missing",),
}


@pytest.mark.parametrize("case", load_cases("citation"), ids=name_of)
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


@pytest.mark.corpus
def test_in_real_reports_what_is_found_is_what_is_wrong_and_nothing_else(corpus: Path) -> None:
    for name, report in read_corpus(corpus):
        year = report.fiscal_year or 2023
        found = {rule for rule in RULES if fails(rule, report, year)}
        due = next((rules for start, rules in FOUND.items() if name.startswith(start)), ())
        assert found == set(due), name
