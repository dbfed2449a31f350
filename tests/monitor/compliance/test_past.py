"""What was said, or could be, of an agency at a past instant: gaps, and lateness by absence."""

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
from storage.database import create_database_engine, reading, transaction
from storage.models import Column, ColumnState, CrawlState, Filing, TriageAction, TriageKind
from storage.settings import ObligationSettings, Settings
from tests.monitor.compliance.hub import at, crawled, fill, own_column, register, report

S = ComplianceState
SEEN = at(2, 20)
NINE = timedelta(minutes=9)
"""What a crawl of the hub takes."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("past") / "x.db"
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


def gaps(engine: Engine, year: int = 2020) -> set[str]:
    """The agencies of which it is proved that they have no report on a year."""
    with reading(engine) as session:
        past = Past(session, ObligationSettings(), SEEN)
        return {key for key in ("edu", "fin", "wat") if past.state(key, year) is S.MISSING}


@pytest.mark.parametrize(
    ("bad", "certain"), [((), {"edu", "fin", "wat"}), ((1,), {"fin", "wat"}), ((1, 2, 3), set())]
)
def test_a_year_is_proved_missing_by_the_columns_of_the_agency_itself(
    database: Engine, bad: tuple[int, ...], certain: set[str]
) -> None:
    with transaction(database) as session:
        crawled(session, *bad)
    assert gaps(database) == certain
    assert gaps(database, 2022) == set(), "there is a report"


def test_a_lost_column_leaves_the_years_of_others_certain(database: Engine) -> None:
    with transaction(database) as session:
        crawled(session, control_passed=False, state=CrawlState.PARTIAL)
        column = session.get_one(Column, 1)
        column.state, column.lost_at = ColumnState.LOST, at(2, 8)
    assert gaps(database) == {"fin", "wat"}


def test_a_stray_report_leaves_the_years_of_others_certain(database: Engine) -> None:
    with transaction(database) as session:
        crawled(session)
        stray = report(3, "wat", 2020, agency_name="财政和国资局", first_seen_at=at(1, 2))
        stray.agency_id = None
        session.add(stray)
    assert gaps(database) == {"edu", "wat"}


def test_a_year_that_was_waived_is_no_gap(database: Engine) -> None:
    with transaction(database) as session:
        crawled(session)
        why = Decided(
            action=TriageAction.WAIVE,
            author="县府办",
            approver="市府办",
            reason="撤并",
            until=at(12, 31).date(),
        )
        decide(session, TriageKind.OBLIGATION, "edu/2020", {}, why, at(2, 1))
    assert gaps(database) == {"fin", "wat"}


def test_a_waiver_made_after_the_last_crawl_counts_at_once(database: Engine) -> None:
    with transaction(database) as session:
        crawled(session)
        why = Decided(
            action=TriageAction.WAIVE,
            author="县府办",
            approver="市府办",
            reason="撤并",
            until=at(12, 31).date(),
        )
        decide(session, TriageKind.OBLIGATION, "edu/2023", {}, why, at(2, 15))
    with reading(database) as session:
        for now, state in ((at(2, 14), S.MISSING), (at(2, 16), S.WAIVED)):
            assert Past(session, ObligationSettings(), now).state("edu", 2023) is state


def undated(engine: Engine, **more: Any) -> None:
    """The report of the finance bureau is seen without any date, absent on 8 February."""
    with transaction(engine) as session:
        values = {"first_seen_at": SEEN, "last_absent_at": at(2, 8), **more}
        session.add(report(2, "fin", 2023, **values))
        crawled(session, when=SEEN)


def finance(engine: Engine, as_of: datetime | None = None) -> Standing:
    with reading(engine) as session:
        rows = standings(session, Settings(), [2023], as_of or SEEN + NINE)
    return next(row for row in rows if row.agency_id == "fin")


def test_who_was_proved_missing_is_late_though_nothing_dates_the_report(database: Engine) -> None:
    with transaction(database) as session:
        crawled(session)
    assert finance(database, at(2, 9)).state is S.MISSING
    undated(database)
    found = finance(database)
    assert (found.state, found.days_late) == (S.LATE, 8)
    assert finance(database, at(2, 9)).state is S.MISSING, "and was then"


def test_that_one_column_did_not_show_it_makes_nobody_late(database: Engine) -> None:
    """The search had left a way of which nobody knew where it led."""
    with transaction(database) as session:
        crawled(session, control_passed=False, state=CrawlState.PARTIAL)
    assert finance(database, at(2, 9)).state is S.CRAWLER_SUSPECT
    undated(database)
    found = finance(database)
    assert found.state is S.NOT_CHECKED
    assert found.reason is not None


def test_where_an_agency_publishes_is_known_only_from_what_was_seen_by_then(
    database: Engine,
) -> None:
    """Its place was found with its first report: before that nobody could call it missing."""
    with transaction(database) as session:
        session.query(Filing).filter_by(agency_id="fin").delete()
        column = session.get_one(Column, 2)
        column.proof = {}
        crawled(session)
    assert finance(database, at(2, 9)).state is S.CRAWLER_SUSPECT
    undated(database)
    assert finance(database, at(2, 9)).state is S.CRAWLER_SUSPECT, "what was said stands"
    assert finance(database).state is S.NOT_CHECKED


def reposted(engine: Engine) -> None:
    """A list for all shows the report of the finance bureau on 9 February, dated that day."""
    with transaction(engine) as session:
        everybodys = own_column(4, "all", "全部")
        everybodys.proof, everybodys.url = {}, "http://q.gov.cn/nb/"
        session.add(everybodys)
        session.flush()
        day = {"source": "page", "value": "2024-02-09", "text": ""}
        session.add(report(4, "fin", 2023, first_seen_at=at(2, 9), date_candidates=[day]))


def test_a_repost_makes_late_only_who_was_looked_for_in_its_own_column(database: Engine) -> None:
    reposted(database)
    with transaction(database) as session:
        crawled(session, 2, when=at(2, 9))
    assert finance(database, at(2, 10)).state is S.NOT_CHECKED
    with transaction(database) as session:
        crawled(session, when=at(2, 11))
    assert finance(database, at(2, 12)).state is S.LATE
    with transaction(database) as session:
        crawled(session, 2, when=at(2, 13))
    assert finance(database, at(2, 14)).state is S.LATE, "what was proved once stays proved"
