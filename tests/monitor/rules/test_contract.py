"""Verdicts as the outside contract prints them."""

import json

from monitor.language import Bilingual
from monitor.reading.model import Place
from monitor.rules.contract import verdict_object
from monitor.rules.model import Evidence, Outcome, Severity, Verdict
from tests.monitor.building import a_report, with_cell
from tests.monitor.rules.casebook import fails

EVIDENCE = Evidence(
    quote="申请人手机13800138000，办公室0951-2160600",
    table="requests",
    row="new",
    column="total",
    place=Place(page=3, bbox=(72.0, 90.5, 120.0, 101.2)),
)
VERDICT = Verdict(
    rule="requests-unbalanced",
    outcome=Outcome.FAIL,
    severity=Severity.ERROR,
    message=Bilingual("号码13800138000。", "Number 13800138000."),
    basis="《条例》",
    evidence=(EVIDENCE, Evidence(quote="", section="overview")),
)


def test_a_verdict_has_the_keys_of_the_contract_all_of_them_always() -> None:
    told = verdict_object(VERDICT)

    assert set(told) == {
        "rule", "outcome", "severity", "message_zh", "message_en", "basis", "evidence",
        "rule_version", "overlay",
    }  # fmt: skip
    for evidence in told["evidence"]:
        assert {"quote", "section", "row", "column", "page", "bbox"} <= set(evidence)
    assert (told["rule"], told["outcome"], told["severity"]) == (
        "requests-unbalanced",
        "fail",
        "error",
    )


def test_a_cell_names_its_section_and_its_place_and_what_is_unknown_is_null() -> None:
    cell, words = verdict_object(VERDICT)["evidence"]

    assert (cell["section"], cell["row"], cell["column"]) == ("requests", "new", "total")
    assert (cell["page"], cell["bbox"]) == (3, [72.0, 90.5, 120.0, 101.2])
    assert (words["section"], words["row"], words["page"], words["bbox"]) == (
        "overview",
        None,
        None,
        None,
    )


def test_personal_data_is_masked_and_office_telephones_stay() -> None:
    told = json.dumps(verdict_object(VERDICT), ensure_ascii=False)

    assert "13800138000" not in told
    assert "0951-2160600" in told


def test_a_verdict_of_a_rule_is_plain_json() -> None:
    report = with_cell(a_report(), "requests", "new", "total", "99")

    for verdict in fails("requests-unbalanced", report):
        told = verdict_object(verdict)
        assert json.loads(json.dumps(told)) == told
