"""Packs that prove that a report was not there."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from storage.captures import archive_exchange
from storage.database import transaction
from storage.evidence import AbsenceNotProvedError, EvidenceError, Told, Wanted
from storage.evidence.verify import verify
from storage.models import Column, ColumnReading, Crawl
from tests.storage.evidence.conftest import Sealed
from tests.storage.evidence.scene import (
    LIST,
    MORE,
    NEXT_DAY,
    PAGE,
    ROBOTS,
    Scene,
    add,
    ground,
    name_pages,
    reading,
    run_verify,
)

Edit = Callable[[Path, Callable[[Any], object]], None]


def failures(pack: Path) -> list[str]:
    return [
        f"{each.check} {each.subject}: {each.message}"
        for each in verify(pack)
        if each.result == "fail" and each.check == "absence"
    ]


def test_absence_is_shown_by_exactly_the_pages_that_its_readings_name(sealed: Sealed) -> None:
    """Among them one of an earlier day that was carried over, and the rules for crawlers."""
    pack = sealed.absence
    assert sealed.made["absence"].proved is True
    assert run_verify(pack).returncode == 0
    records = [json.loads(line) for line in (pack / "data/captures.jsonl").read_text().splitlines()]
    assert [each["url"] for each in records] == [LIST, LIST, MORE, ROBOTS]
    claim = json.loads((pack / "data/absence.json").read_text())
    [column] = claim["columns"]
    positions = [
        json.loads(line)["position"]
        for line in (pack / "data/proofs.jsonl").read_text().splitlines()
    ]
    assert [(p["number"], p["how"], p["body"], p["capture"]) for p in column["pages"]] == [
        (1, "unchanged", positions[0], positions[1]),
        (2, "read", positions[2], positions[2]),
    ]
    assert column["control"] == {"found": [PAGE], "missing": []}
    assert (claim["proved"], claim["doubts"], claim["search"]) == (True, [], [positions[3]])


def test_every_sentence_names_its_captures(sealed: Sealed) -> None:
    claims = json.loads((sealed.absence / "data/claims.json").read_text())
    assert [claim["key"] for claim in claims] == ["search", "list-read", "control", "not-listed"]
    assert all(claim["captures"] for claim in claims)
    read = claims[1]
    assert "2024-01-20 12:00:02" in read["zh"]
    assert "2024-01-21T04:00" in read["en"]
    assert "9 of the 9 reports known there before" in claims[2]["en"]
    assert "2024-01-20 12:00:00 Beijing time (2024-01-20T04:00:00Z)" in claims[3]["en"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"control_passed": False, "reason": "rows lost"}, "control did not pass"),
        ({"read_to_end": False}, "not read to its end"),
        ({"read_at": NEXT_DAY - timedelta(days=9)}, "before the report was due"),
        ({"announced": 40}, "announces 40 rows and shows 30"),
        ({"found_again": 3}, "only 3 of 9"),
        ({"reports": 0}, "no annual report"),
    ],
)
def test_an_absence_that_is_not_proved_is_refused_or_shown_as_observed(
    scene: Scene, change: dict[str, Any], message: str
) -> None:
    name_pages(scene)
    with transaction(scene.engine) as session:
        newest = session.query(ColumnReading).filter_by(crawl_id=2).one()
        for name, value in change.items():
            setattr(newest, name, value)

    with pytest.raises(AbsenceNotProvedError, match=message):
        scene.absence()
    assert not scene.directory.exists()

    made = scene.absence(as_observed=True)
    assert made.proved is False
    assert run_verify(made.directory).returncode == 0
    assert message in (made.directory / "README.txt").read_text()
    assert "不证明该年报没有公布" in (made.directory / "README.html").read_text()
    assert "does not prove that the report" in (made.directory / "README.en.html").read_text()


def test_another_state_than_missing_is_never_an_absence(scene: Scene) -> None:
    name_pages(scene)
    with pytest.raises(AbsenceNotProvedError, match="state blocked: challenge"):
        scene.absence(state="blocked", reason_zh="验证页", reason_en="challenge")


def test_a_column_that_nobody_read_leaves_the_absence_unproved(scene: Scene) -> None:
    name_pages(scene)
    other = Column(
        id=2, portal_id="boai", url=LIST + "other/", name="年报", platform="generic",
        found_by="registry", proof={}, found_at=NEXT_DAY,
    )  # fmt: skip
    add(scene.engine, other)
    with pytest.raises(AbsenceNotProvedError, match="other/: the column was not read to its end"):
        scene.absence()
    # That of another agency is not in the way.
    made = scene.absence(columns=frozenset({LIST}))
    claim = json.loads((made.directory / "data/absence.json").read_text())
    assert [(each["role"], each["pages"] is None) for each in claim["columns"]] == [
        ("relied", False),
        ("other", True),
    ]
    assert run_verify(made.directory).returncode == 0


def test_where_a_report_is_archived_no_absence_is_claimed(scene: Scene) -> None:
    with pytest.raises(EvidenceError, match="is in the archive"):
        scene.export(
            Wanted(agency="boai-kjj", fiscal_year=2023, absence=True), Told(ground=ground())
        )


def test_what_was_crawled_after_the_time_judged_is_left_out(scene: Scene) -> None:
    name_pages(scene)
    later = NEXT_DAY + timedelta(days=3)
    add(
        scene.engine,
        Crawl(id=3, run_id="run-3", portal_id="boai", started_at=later, finished_at=later),
    )
    archive_exchange(scene.engine, scene.archive, [scene.exchange(LIST, crawl_id=3)])
    add(scene.engine, reading(3, later, control_passed=False))

    made = scene.absence()

    claim = json.loads((made.directory / "data/absence.json").read_text())
    assert claim["crawl"]["run_id"] == "run-2"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda claim: claim["columns"][0]["pages"].reverse(), "does not follow"),
        (lambda claim: claim["columns"][0].update(control_passed=False), "control did not pass"),
        (lambda claim: claim["columns"][0]["pages"][0].update(body=77), "no capture record"),
        (lambda claim: claim["columns"][0]["pages"][0].update(url="http://x/"), "is of http"),
        (lambda claim: claim["columns"].clear(), "stands on no column"),
        (lambda claim: claim.update(due_at="2030-01-01"), "before the report was due"),
        (lambda claim: claim.pop("columns"), "cannot be read"),
    ],
)
def test_a_forged_claim_is_told(
    absence_pack: Path, edit: Edit, change: Callable[[Any], object], message: str
) -> None:
    edit(absence_pack / "data/absence.json", change)
    assert any(message in each for each in failures(absence_pack))
