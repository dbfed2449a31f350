"""Rules about the documents a report cites."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from monitor.rules.citation.documents import (
    KnownDocument,
    cited_numbers,
    cited_titles,
    known_documents,
)
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


@pytest.mark.corpus
def test_in_real_reports_what_is_found_is_what_is_wrong_and_nothing_else(corpus: Path) -> None:
    for name, report in read_corpus(corpus):
        year = report.fiscal_year or 2023
        found = {rule for rule in RULES if fails(rule, report, year)}
        due = next((rules for start, rules in FOUND.items() if name.startswith(start)), ())
        assert found == set(due), name
