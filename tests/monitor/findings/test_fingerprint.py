from dataclasses import replace

from monitor.language import Bilingual
from monitor.reading.model import Place
from monitor.rules.fingerprint import fingerprint
from monitor.rules.model import Evidence, Outcome, Severity, Verdict

CELL = Evidence(quote="99", table="requests", row="new", column="total", place=Place(path="/a"))
VERDICT = Verdict(
    rule="requests-row-total",
    outcome=Outcome.FAIL,
    severity=Severity.ERROR,
    message=Bilingual("甲", "a"),
    basis="乙",
    evidence=(CELL,),
)


def name(verdict: Verdict) -> str:
    return fingerprint("sf-finance", 2023, verdict)


def test_it_survives_another_value_another_place_and_another_wording() -> None:
    moved = replace(CELL, quote="98", place=Place(page=3, bbox=(1, 2, 3, 4)))
    other = replace(
        VERDICT, evidence=(moved,), message=Bilingual("丙", "c"), severity=Severity.WARNING
    )
    assert name(other) == name(VERDICT)


def test_another_cell_rule_agency_or_year_is_another_finding() -> None:
    elsewhere = replace(VERDICT, evidence=(replace(CELL, row="granted"),))
    names = {
        name(VERDICT),
        name(elsewhere),
        name(replace(VERDICT, rule="requests-result-sum")),
        fingerprint("sf-tax", 2023, VERDICT),
        fingerprint("sf-finance", 2022, VERDICT),
    }
    assert len(names) == 5


def test_a_passage_is_known_by_its_words_without_blanks() -> None:
    def of(quote: str) -> str:
        evidence = Evidence(quote=quote, section="overview")
        return name(replace(VERDICT, rule="imprecise-count", evidence=(evidence,)))

    assert of("公开 150 余条") == of("公开150余条")
    assert of("公开150余条") != of("公开160余条")
