"""Which decisions hold, and until when."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from monitor.triage import Triage, finding_facts, sha256_of
from monitor.triage.effects import holds
from storage.models import TriageAction, TriageDecision, TriageKind

DAY = date(2026, 3, 1)
PLACES: list[dict[str, Any]] = [
    {"table": "requests", "row": "new", "column": "total", "quote": "12", "capture": None},
    {"quote": "结果维持", "section": "overview", "capture": None},
]
FACTS = finding_facts("requests-unbalanced", PLACES)


def decision(action: TriageAction = TriageAction.DISMISS, **more: object) -> TriageDecision:
    values = {
        "kind": TriageKind.FINDING,
        "subject": "ab" * 16,
        "action": action,
        "author": "李明",
        "decided_at": datetime(2026, 2, 1, tzinfo=UTC),
        "facts": FACTS,
        "facts_sha256": sha256_of(FACTS),
        "until": None,
    }
    return TriageDecision(**{**values, **more})


def test_a_decision_holds_while_the_same_words_stand_in_the_same_places() -> None:
    triage = Triage(day=DAY, newest={(TriageKind.FINDING, "ab" * 16): decision()})
    assert triage.of_finding("ab" * 16, "requests-unbalanced", reversed(PLACES)) is not None
    changed = [{**PLACES[0], "quote": "13"}, PLACES[1]]
    assert triage.of_finding("ab" * 16, "requests-unbalanced", changed) is None


def test_other_captures_of_the_same_are_no_change() -> None:
    proved = [*PLACES, {"quote": "列表第 1 页", "capture": 7}]
    again = [*PLACES, {"quote": "列表第 1 页", "capture": 12}]
    assert finding_facts("report-missing", proved) == finding_facts("report-missing", again)


def test_it_ends_after_its_last_day() -> None:
    snoozed = decision(TriageAction.SNOOZE, until=DAY)
    assert holds(snoozed, sha256_of(FACTS), DAY)
    assert not holds(snoozed, sha256_of(FACTS), date(2026, 3, 2))


def test_what_was_reopened_holds_nothing() -> None:
    assert not holds(decision(TriageAction.REOPEN), sha256_of(FACTS), DAY)


@pytest.mark.parametrize("facts", [{"state": "missing"}, {"state": "late"}])
def test_a_waived_report_stays_waived_whatever_becomes_of_it(facts: dict[str, str]) -> None:
    waived = decision(TriageAction.WAIVE, kind=TriageKind.OBLIGATION, subject="fin/2025", until=DAY)
    assert holds(waived, sha256_of(facts), DAY)


def test_an_acknowledged_report_is_told_again_when_its_state_changes() -> None:
    known = {"state": "missing"}
    noted = decision(
        TriageAction.ACKNOWLEDGE,
        kind=TriageKind.OBLIGATION,
        subject="fin/2025",
        facts=known,
        facts_sha256=sha256_of(known),
    )
    triage = Triage(day=DAY, newest={(TriageKind.OBLIGATION, "fin/2025"): noted})
    assert triage.of_obligation("fin", 2025, "missing") is noted
    assert triage.of_obligation("fin", 2025, "late") is None


def test_a_finding_without_a_name_has_no_decision() -> None:
    assert Triage(day=DAY).of_finding(None, "requests-unbalanced", PLACES) is None
