"""Doubts that no crawl settles: people look, and say whose report it is."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from monitor.compliance import ComplianceState, Standing, standings
from monitor.compliance.past import Past
from monitor.triage import Decided, decide
from monitor.triage.history import reopen_changed
from monitor.triage.subjects import UnknownSubjectError, find_subject
from storage.database import create_database_engine, reading, transaction
from storage.models import Column, Filing, TriageAction
from storage.settings import ObligationSettings, Settings
from tests.monitor.compliance.hub import at, crawled, fill, register, report

S = ComplianceState
NOW = at(2, 10)
STRAY = 90
ASSIGN, RULE_OUT, REOPEN = TriageAction.ASSIGN, TriageAction.RULE_OUT, TriageAction.REOPEN
IN_TIME = [{"source": "page", "value": "2024-01-20", "text": "2024-01-20"}]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All read after the due day, and nobody's report on 2023 in the column of the water bureau."""
    path = tmp_path_factory.mktemp("settled") / "x.db"
    engine = create_database_engine(f"sqlite:///{path}")
    register(engine)
    fill(engine)
    with transaction(engine) as session:
        crawled(session)
        stray = report(
            3, "wat", 2023, agency_name="财政和国资局", first_seen_at=at(1, 25),
            date_candidates=IN_TIME,
        )  # fmt: skip
        stray.agency_id, stray.id = None, STRAY
        session.add(stray)
    engine.dispose()
    return path


@pytest.fixture
def database(prepared: Path, tmp_path: Path) -> Iterator[Engine]:
    engine = create_database_engine(f"sqlite:///{shutil.copy(prepared, tmp_path)}")
    yield engine
    engine.dispose()


def stand(engine: Engine, as_of: datetime = NOW, year: int = 2023) -> dict[str, Standing]:
    with reading(engine) as session:
        return {row.agency_id: row for row in standings(session, Settings(), [year], as_of)}


def say(
    engine: Engine, action: TriageAction, owed: str, filing: int = STRAY, when: datetime = NOW
) -> None:
    with transaction(engine) as session:
        about = find_subject(session, f"{owed}#{filing}")
        why = Decided(action=action, author="李明", reason="看过正文")
        decide(session, about.kind, about.key, about.facts, why, when)


def change(engine: Engine, filing: int = STRAY, **values: Any) -> None:
    with transaction(engine) as session:
        row = session.get_one(Filing, filing)
        for name, value in values.items():
            setattr(row, name, value)


def test_a_doubt_names_what_settles_it(database: Engine) -> None:
    found = stand(database)["fin"]
    assert found.state is S.CRAWLER_SUSPECT
    assert found.remedy is not None
    for words in (f"nianbao triage assign fin/2023 {STRAY}", f"rule-out fin/2023 {STRAY}"):
        assert words in found.remedy.zh
        assert words in found.remedy.en
    assert "aliases" in found.remedy.zh
    remedy = found.as_json()["remedy"]
    assert set(remedy) == {"zh", "en"}


def test_a_report_that_is_ruled_out_hides_nobody(database: Engine) -> None:
    say(database, RULE_OUT, "fin/2023")
    assert stand(database)["fin"].state is S.MISSING
    assert stand(database, NOW - timedelta(hours=1))["fin"].state is S.CRAWLER_SUSPECT, "not then"


def test_it_is_ruled_out_for_that_agency_and_year_alone(database: Engine) -> None:
    change(database, agency_name=None)
    assert stand(database)["edu"].state is S.CRAWLER_SUSPECT
    say(database, RULE_OUT, "fin/2023")
    assert stand(database)["edu"].state is S.CRAWLER_SUSPECT
    change(database, fiscal_year=None)
    assert stand(database)["fin"].state is S.CRAWLER_SUSPECT


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "清河县财政局2023年政府信息公开工作年度报告"},
        {"agency_name": "清河县财政局"},
        {"fiscal_year": None},
    ],
)
def test_the_doubt_comes_back_when_the_report_says_something_else(
    database: Engine, changed: dict[str, Any]
) -> None:
    say(database, RULE_OUT, "fin/2023")
    change(database, **changed)
    assert stand(database)["fin"].state is S.CRAWLER_SUSPECT
    with transaction(database) as session:
        [note] = reopen_changed(session, NOW)
    assert (note.action, note.subject) == (REOPEN, f"fin/2023#{STRAY}")


def test_what_was_decided_can_be_taken_back(database: Engine) -> None:
    say(database, RULE_OUT, "fin/2023")
    say(database, REOPEN, "fin/2023")
    assert stand(database)["fin"].state is S.CRAWLER_SUSPECT


def test_a_report_that_is_assigned_is_the_agencys(database: Engine) -> None:
    say(database, ASSIGN, "fin/2023")
    found = stand(database)
    assert (found["fin"].state, found["fin"].remedy) == (S.ON_TIME, None)
    assert str(found["fin"].report_url).endswith("2023.html")
    assert found["edu"].state is S.MISSING, "and nobody else's"


def test_a_report_of_two_bodies_is_taken_from_neither(database: Engine) -> None:
    change(database, agency_id="wat", agency_name="水利局、财政局")
    assert stand(database)["wat"].state is S.ON_TIME
    assert stand(database)["fin"].state is S.CRAWLER_SUSPECT
    say(database, ASSIGN, "fin/2023")
    found = stand(database)
    assert (found["wat"].state, found["fin"].state) == (S.ON_TIME, S.ON_TIME)


def test_a_report_under_a_wrong_year_moves_to_its_own(database: Engine) -> None:
    change(database, agency_id="wat", agency_name="清河县水利局", fiscal_year=2024)
    assert stand(database)["wat"].state is S.CRAWLER_SUSPECT
    say(database, ASSIGN, "wat/2023")
    assert stand(database)["wat"].state is S.ON_TIME
    assert stand(database, at(12, 30), 2024)["wat"].report_url is None


def test_a_report_that_is_assigned_late_is_late(database: Engine) -> None:
    change(database, date_candidates=[{"source": "page", "value": "2024-02-05", "text": ""}],
           first_seen_at=at(2, 6))  # fmt: skip
    say(database, ASSIGN, "fin/2023")
    found = stand(database)["fin"]
    assert (found.state, found.days_late) == (S.LATE, 5)


def test_what_crawls_proved_before_counts_with_what_was_decided_since(database: Engine) -> None:
    """A gap between years is judged by the last crawl, which came before the decision."""

    def is_missing() -> bool:
        with reading(database) as session:
            past = Past(session, ObligationSettings(), NOW)
            return past.state("fin", 2023) is S.MISSING

    assert not is_missing()
    say(database, RULE_OUT, "fin/2023")
    assert is_missing()


@pytest.mark.parametrize("name", [f"nobody/2023#{STRAY}", "fin/2023#999", "fin/2023#x"])
def test_only_of_what_is_known_something_is_decided(database: Engine, name: str) -> None:
    with reading(database) as session, pytest.raises(UnknownSubjectError):
        find_subject(session, name)


def test_an_agency_without_a_place_is_told_to_name_it(database: Engine) -> None:
    with transaction(database) as session:
        session.query(Filing).filter_by(agency_id="fin").delete()
        session.get_one(Filing, STRAY).agency_id = "wat"
        session.get_one(Column, 2).proof = {}
    found = stand(database)["fin"]
    assert found.state is S.CRAWLER_SUSPECT
    assert found.remedy is not None
    assert "columns" in found.remedy.en
