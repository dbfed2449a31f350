"""Standings on a portal where each agency has a column of its own, from a real database."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from monitor.compliance import ComplianceState, Standing, standings
from storage.clock import iso_utc
from storage.columns import SEARCHED_AT, UNSEARCHED, UNSEARCHED_OF
from storage.database import create_database_engine, reading, transaction
from storage.models import (
    Agency,
    AgencyKind,
    Column,
    ColumnReading,
    ColumnState,
    Crawl,
    CrawlState,
    Filing,
    FilingState,
)
from storage.settings import Settings
from tests.monitor.compliance.hub import HUB, at, crawled, fill, own_column, register, report

S = ComplianceState


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the portal, its columns and the reports of earlier years."""
    path = tmp_path_factory.mktemp("hub") / "x.db"
    engine = create_database_engine(f"sqlite:///{path}")
    register(engine)
    fill(engine)
    engine.dispose()
    return path


@pytest.fixture
def database(prepared: Path, tmp_path: Path) -> Iterator[Engine]:
    engine = create_database_engine(f"sqlite:///{shutil.copy(prepared, tmp_path)}")
    yield engine
    engine.dispose()


def found(engine: Engine, as_of: datetime | None = None) -> dict[str, Standing]:
    with reading(engine) as session:
        rows = standings(session, Settings(), [2023], as_of or at(2, 10))
    assert all(row.control_passed for row in rows if row.state is S.MISSING)
    return {row.agency_id: row for row in rows}


def states(engine: Engine, as_of: datetime | None = None) -> dict[str, ComplianceState]:
    return {key: row.state for key, row in found(engine, as_of).items()}


def test_the_control_of_the_status_is_that_of_the_agency(database: Engine) -> None:
    with transaction(database) as session:
        crawled(session, 1)
    rows = found(database)
    assert {key: (row.state, row.control_passed) for key, row in rows.items()} == {
        "edu": (S.CRAWLER_SUSPECT, False),
        "fin": (S.MISSING, True),
        "wat": (S.MISSING, True),
    }
    assert rows["fin"].columns == (f"{HUB}fin/nb/",), "what the finding rests on"
    [finding] = [one for one in rows["fin"].verdicts if one.rule == "report-missing"]
    assert f"{HUB}fin/nb/" in str(finding.evidence)
    assert f"{HUB}edu/nb/" not in str(finding.evidence)


@pytest.mark.parametrize(
    ("met", "missing"),
    [(["titles", "path"], False), (["titles", "heading"], True), (["report", "link"], True)],
)
def test_a_column_must_be_called_one_by_its_portal(
    database: Engine, met: list[str], *, missing: bool
) -> None:
    with transaction(database) as session:
        crawled(session)
        column = session.get_one(Column, 2)
        column.proof = {**column.proof, "met": met}
    assert (states(database)["fin"] is S.MISSING) is missing
    assert states(database)["wat"] is S.MISSING


def left(session: Session, of: list[str] | None, when: datetime | None = None) -> None:
    for column in session.query(Column):
        told = {UNSEARCHED: ["x"], UNSEARCHED_OF: of, SEARCHED_AT: iso_utc(when or at(2, 8))}
        column.proof = {**column.proof, **told}


@pytest.mark.parametrize(
    ("of", "missing"),
    [
        (["水利局"], {"edu", "fin"}),
        (["清河县财政局", "教育局"], {"wat"}),
        (["清河县新设局"], set()),
        (None, set()),
    ],
)
def test_what_a_search_left_of_one_agency_leaves_the_control_to_others(
    database: Engine, of: list[str] | None, missing: set[str]
) -> None:
    with transaction(database) as session:
        crawled(session, control_passed=False, state=CrawlState.PARTIAL)
        left(session, of)
    assert {key for key, state in states(database).items() if state is S.MISSING} == missing


def test_a_search_after_the_crawl_does_not_explain_it(database: Engine) -> None:
    with transaction(database) as session:
        crawled(session, control_passed=False, state=CrawlState.PARTIAL)
        left(session, ["水利局"], at(2, 9))
    assert S.MISSING not in states(database).values()


def test_a_column_that_is_lost_concerns_the_agency_that_it_was_of(database: Engine) -> None:
    with transaction(database) as session:
        crawled(session, control_passed=False, state=CrawlState.PARTIAL)
        column = session.get_one(Column, 1)
        column.state, column.lost_at = ColumnState.LOST, at(2, 8)
    assert states(database) == {"edu": S.MOVED, "fin": S.MISSING, "wat": S.MISSING}


def test_where_the_reports_of_a_lost_column_stand_elsewhere_nothing_is_lost(
    database: Engine,
) -> None:
    with transaction(database) as session:
        crawled(session)
        new = own_column(4, "edu2", "教育局")
        new.found_at, new.proof = at(1, 9), {}
        session.add(new)
        session.flush()
        column = session.get_one(Column, 1)
        column.state, column.lost_at = ColumnState.LOST, at(1, 9)
        crawl = session.query(Crawl).one()
        session.add(
            ColumnReading(
                crawl_id=crawl.id, column_id=4, read_at=at(2, 8), pages_seen=1, found=2, reports=2,
                known_before=0, found_again=0, read_to_end=True, control_passed=True,
            )
        )  # fmt: skip
    assert states(database)["edu"] is S.CRAWLER_SUSPECT, "its reports were not seen again"
    with transaction(database) as session:
        for filing in session.query(Filing).filter_by(agency_id="edu"):
            filing.column_id = 4
    assert states(database)["edu"] is S.MISSING


def test_a_removed_report_does_not_keep_a_lost_column_waiting(database: Engine) -> None:
    with transaction(database) as session:
        crawled(session, control_passed=False, state=CrawlState.PARTIAL)
        column = session.get_one(Column, 1)
        column.state, column.lost_at = ColumnState.LOST, at(2, 8)
        for filing in session.query(Filing).filter_by(agency_id="edu"):
            filing.state = FilingState.REMOVED
    assert states(database)["edu"] is not S.MISSING


def test_a_report_under_two_names_is_not_missing_of_either(database: Engine) -> None:
    with transaction(database) as session:
        crawled(session)
        session.add(report(1, "edu", 2023, agency_name="清河县教育局（水利局）"))
    rows = found(database)
    assert rows["wat"].state is S.CRAWLER_SUSPECT
    assert rows["fin"].state is S.MISSING


def test_the_column_of_a_merged_agency_is_read_for_its_heir(database: Engine) -> None:
    with transaction(database) as session:
        session.get_one(Agency, "edu").merged_into = "fin"
        crawled(session, 1)
    assert states(database)["fin"] is S.CRAWLER_SUSPECT
    assert states(database)["wat"] is S.MISSING


def test_a_new_column_behind_the_same_entry_takes_the_place_of_the_old_one(
    database: Engine,
) -> None:
    with transaction(database) as session:
        crawled(session, control_passed=False, state=CrawlState.PARTIAL)
        column = session.get_one(Column, 1)
        column.state, column.lost_at = ColumnState.LOST, at(2, 8)
    assert states(database)["edu"] is S.MOVED
    with transaction(database) as session:
        new = own_column(4, "edu2", "清河县教育局信息公开")
        new.found_at = at(2, 7)
        session.add(new)
    rows = found(database)
    assert rows["edu"].state is S.CRAWLER_SUSPECT
    assert "not read" in str(rows["edu"].reason), "it is found, but was not read"
    assert rows["fin"].state is S.MISSING


@pytest.mark.parametrize(
    ("url", "missing"),
    [(f"{HUB}san/nb/", True), ("http://q.gov.cn/gk/nb/", False), (f"{HUB}nb.html", False)],
)
def test_a_column_that_was_never_read_is_of_its_entry_if_it_lies_below(
    database: Engine, url: str, *, missing: bool
) -> None:
    with transaction(database) as session:
        crawled(session, control_passed=False, state=CrawlState.PARTIAL)
        session.add(
            Agency(
                id="san", name="清河县卫生健康局", kind=AgencyKind.DEPARTMENT, division="130534",
                portal_id="qh", aliases=[],
            )
        )  # fmt: skip
        new = own_column(4, "san", "卫生健康局")
        new.url = url
        session.add(new)
    assert (states(database)["fin"] is S.MISSING) is missing
    assert states(database)["san"] is S.CRAWLER_SUSPECT
