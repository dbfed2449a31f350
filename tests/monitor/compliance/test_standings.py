"""Standings from a real database."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from monitor.compliance import ComplianceState, Standing, reporting_year, standings
from monitor.triage import Decided, decide
from storage.clock import SHANGHAI
from storage.database import create_database_engine, reading, transaction
from storage.models import (
    Agency,
    AgencyKind,
    Base,
    Column,
    ColumnReading,
    ColumnState,
    Crawl,
    CrawlState,
    DateSource,
    Filing,
    Judgement,
    Portal,
    PortalLevel,
    StoredVerdict,
    TriageAction,
    TriageKind,
)
from storage.settings import Settings

S = ComplianceState


def at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2024, month, day, hour, tzinfo=SHANGHAI)


@pytest.fixture
def database(tmp_path: Any) -> Iterator[Engine]:
    engine = create_database_engine(f"sqlite:///{tmp_path / 'x.db'}")
    Base.metadata.create_all(engine)
    with transaction(engine) as session:
        _populate(session)
    yield engine
    engine.dispose()


def _populate(session: Session) -> None:
    session.add(
        Portal(
            id="qh",
            name="清河县",
            division="130534",
            level=PortalLevel.COUNTY,
            url="http://q.gov.cn/",
            known_columns=[],
        )
    )
    session.add_all(
        Agency(id=key, name=name, kind=kind, division="130534", portal_id="qh", aliases=[])
        for key, name, kind in (
            ("edu", "清河县教育局", AgencyKind.DEPARTMENT),
            ("fin", "清河县财政局", AgencyKind.DEPARTMENT),
            ("gov", "清河县人民政府", AgencyKind.GOVERNMENT),
            ("tax", "国家税务总局清河县税务局", AgencyKind.VERTICAL),
        )
    )
    session.flush()
    session.add(
        Column(
            id=1,
            portal_id="qh",
            url="http://q.gov.cn/nb/",
            name="年报",
            platform="generic",
            found_by="discovery",
            proof={},
            state=ColumnState.ACTIVE,
            found_at=at(1, 2),
        )
    )


def crawled(session: Session, when: datetime, **more: Any) -> Crawl:
    reading_of_column = {
        "read_to_end": True,
        "control_passed": True,
        **more.pop("reading", {}),
    }
    crawl = Crawl(
        run_id=f"run {when}",
        portal_id="qh",
        started_at=when,
        **{"finished_at": when + timedelta(minutes=5), "state": CrawlState.COMPLETE}
        | {"control_passed": True}
        | more,
    )
    session.add(crawl)
    session.flush()
    session.add(
        ColumnReading(
            crawl_id=crawl.id,
            column_id=1,
            read_at=when + timedelta(minutes=1),
            pages_seen=1,
            found=1,
            reports=1,
            known_before=0,
            found_again=0,
            **reading_of_column,
        )
    )
    return crawl


def filed(session: Session, agency: str | None, seen: datetime, **more: Any) -> Filing:
    filing = Filing(
        portal_id="qh",
        column_id=1,
        list_title="x",
        title="x",
        agency_id=agency,
        **{
            "url": f"http://q.gov.cn/nb/{agency}-{seen:%m%d}.html",
            "fiscal_year": 2023,
            "date_candidates": [],
            "labels": {},
            "first_seen_at": seen,
            "last_seen_at": seen,
        }
        | more,
    )
    session.add(filing)
    session.flush()
    return filing


def states(
    engine: Engine, as_of: datetime, settings: Settings | None = None
) -> dict[str, Standing]:
    with reading(engine) as session:
        return {
            row.agency_id: row for row in standings(session, settings or Settings(), [2023], as_of)
        }


def test_without_any_crawl_nobody_is_judged(database: Engine) -> None:
    found = states(database, at(2, 10))
    assert {key: row.state for key, row in found.items()} == {
        "edu": S.NOT_CHECKED,
        "fin": S.NOT_CHECKED,
        "gov": S.NOT_DUE,
        "tax": S.NOT_OBLIGED,
    }
    assert found["edu"].control_passed is None
    assert found["edu"].checked_at is None


def test_a_healthy_crawl_tells_who_published_who_was_late_and_who_is_missing(
    database: Engine,
) -> None:
    with transaction(database) as session:
        crawled(session, at(2, 8))
        filed(
            session,
            "fin",
            at(2, 8),
            published_on=date(2024, 2, 3),
            published_on_source=DateSource.PAGE,
            date_candidates=[{"source": "page", "value": "2024-02-03", "text": "2024-02-03"}],
        )
    found = states(database, at(2, 10))
    assert (found["edu"].state, found["edu"].control_passed) == (S.MISSING, True)
    assert (found["fin"].state, found["fin"].days_late) == (S.LATE, 3)
    assert found["fin"].report_url == "http://q.gov.cn/nb/fin-0208.html"
    assert found["fin"].checked_at == at(2, 8) + timedelta(minutes=5)
    row = found["fin"].as_json()
    assert (row["due_on"], row["state"]) == ("2024-01-31", "late")
    assert row["checked_at"] == "2024-02-08T12:05:00+08:00"


def test_findings_are_those_of_the_current_judgement(database: Engine) -> None:
    with transaction(database) as session:
        crawled(session, at(1, 20))
        filing = filed(session, "fin", at(1, 20))
        for current, rules in ((False, 5), (True, 2)):
            judgement = Judgement(
                filing_id=filing.id, judged_at=at(1, 21), inputs_sha256="x", current=current
            )
            session.add(judgement)
            session.flush()
            session.add_all(
                StoredVerdict(
                    judgement_id=judgement.id,
                    rule=f"r{number}",
                    outcome=outcome,
                    severity=severity,
                    message_zh="x",
                    message_en="x",
                    basis="x",
                    evidence=[],
                )
                for number in range(rules)
                for outcome, severity in (("fail", "error"), ("fail", "info"), ("pass", "warning"))
            )
    counts = states(database, at(2, 10))["fin"].findings
    assert counts.as_json() == {"error": 2, "warning": 0, "info": 2}


def test_the_latest_finished_crawl_is_believed_and_a_running_one_is_not(
    database: Engine,
) -> None:
    with transaction(database) as session:
        crawled(session, at(2, 8))
        crawled(session, at(2, 9), finished_at=None, state=CrawlState.RUNNING)
    assert states(database, at(2, 10))["edu"].state is S.MISSING
    with transaction(database) as session:
        crawled(session, at(2, 9, 18), state=CrawlState.BLOCKED, control_passed=False)
    assert states(database, at(2, 10))["edu"].state is S.BLOCKED


def test_a_past_day_is_judged_by_what_was_known_then(database: Engine) -> None:
    with transaction(database) as session:
        crawled(session, at(2, 8))
        crawled(session, at(2, 20))
        filed(
            session,
            "edu",
            at(2, 20),
            published_on=date(2024, 1, 30),
            published_on_source=DateSource.PAGE,
            last_absent_at=at(2, 8),
        )
    then, now = states(database, at(2, 10))["edu"], states(database, at(2, 21))["edu"]
    assert (then.state, then.evidence_later) == (S.MISSING, False)
    assert now.state is S.ON_TIME
    assert now.reason is not None, "the page is dated before a reading that did not show it"


def test_a_past_day_never_crawled_is_judged_by_later_evidence_and_says_so(
    database: Engine,
) -> None:
    with transaction(database) as session:
        crawled(session, at(2, 20))
        filed(
            session,
            "fin",
            at(2, 20),
            published_on=date(2024, 1, 30),
            published_on_source=DateSource.META,
        )
        filed(
            session,
            "edu",
            at(2, 20),
            published_on=date(2024, 2, 15),
            published_on_source=DateSource.META,
        )
    found = states(database, at(2, 1, 0))
    assert (found["fin"].state, found["fin"].evidence_later) == (S.ON_TIME, True)
    assert (found["edu"].state, found["edu"].report_url) == (S.MISSING, None)


def test_a_column_lost_after_the_believed_crawl_still_stands_in_it(database: Engine) -> None:
    with transaction(database) as session:
        crawled(session, at(2, 8))
        column = session.get_one(Column, 1)
        column.state, column.lost_at = ColumnState.LOST, at(3, 1)
    assert states(database, at(2, 10))["edu"].state is S.MISSING
    with transaction(database) as session:
        crawled(session, at(3, 1, 11), reading={"read_to_end": False, "control_passed": False})
    assert states(database, at(3, 2))["edu"].state is S.MOVED


def test_an_unassigned_report_keeps_its_likeness_from_being_missing(database: Engine) -> None:
    with transaction(database) as session:
        crawled(session, at(2, 8))
        filed(session, None, at(2, 8), agency_name="清河县财政和国资局")
    found = states(database, at(2, 10))
    assert (found["fin"].state, found["edu"].state) == (S.CRAWLER_SUSPECT, S.MISSING)


def test_a_waiver_counts_from_the_day_it_was_decided(database: Engine) -> None:
    with transaction(database) as session:
        crawled(session, at(2, 8))
        why = Decided(
            action=TriageAction.WAIVE,
            author="县府办",
            approver="市府办",
            reason="撤并",
            until=date(2024, 12, 31),
        )
        decide(session, TriageKind.OBLIGATION, "edu/2023", {}, why, at(2, 20))
    assert states(database, at(2, 10))["edu"].state is S.MISSING
    waived = states(database, at(2, 21))["edu"]
    assert waived.state is S.WAIVED
    assert waived.reason is not None
    assert "县府办" in waived.reason.zh


def test_a_report_under_the_old_name_keeps_the_duty_of_the_new(database: Engine) -> None:
    with transaction(database) as session:
        session.get_one(Agency, "edu").valid_to = date(2024, 1, 10)
        session.add(
            Agency(
                id="edu2",
                name="清河县教育和体育局",
                kind=AgencyKind.DEPARTMENT,
                division="130534",
                portal_id="qh",
                aliases=[],
                valid_from=date(2024, 1, 11),
                renamed_from="edu",
            )
        )
        crawled(session, at(2, 8))
        filed(session, "edu", at(1, 25))
    found = states(database, at(2, 10))
    assert (found["edu"].state, found["edu2"].state) == (S.NOT_OBLIGED, S.ON_TIME)
    assert found["edu2"].report_url == found["edu"].report_url


def test_the_number_of_queries_does_not_grow_with_the_agencies(database: Engine) -> None:
    def queries() -> int:
        seen = []

        def note(*arguments: Any) -> None:
            seen.append(arguments[2])

        event.listen(database, "before_cursor_execute", note)
        with reading(database) as session:
            standings(session, Settings(), [2021, 2022, 2023], at(2, 10))
        event.remove(database, "before_cursor_execute", note)
        return len(seen)

    with transaction(database) as session:
        crawled(session, at(2, 8))
    few = queries()
    with transaction(database) as session:
        session.add_all(
            Agency(
                id=f"x{number}",
                name=f"清河县第{number}局",
                kind=AgencyKind.DEPARTMENT,
                division="130534",
                portal_id="qh",
                aliases=[],
            )
            for number in range(200)
        )
    assert queries() == few


def test_the_year_reported_on_is_last_year_in_china() -> None:
    assert reporting_year(datetime(2023, 12, 31, 16, tzinfo=UTC)) == 2023
    assert reporting_year(datetime(2023, 12, 31, 15, tzinfo=UTC)) == 2022


def test_nobody_is_missing_by_the_column_of_another(database: Engine) -> None:
    """A portal where each agency has a column of its own, and only the government's was found."""
    with transaction(database) as session:
        crawled(session, at(2, 8))
        for day, year in ((5, 2021), (6, 2022)):
            filed(session, "gov", at(2, day), fiscal_year=year)
    found = states(database, at(2, 10))
    assert {found[key].state for key in ("edu", "fin")} == {S.CRAWLER_SUSPECT}
    reason = found["edu"].reason
    assert reason is not None
    assert "http://q.gov.cn/nb/" in reason.zh
    assert "http://q.gov.cn/nb/" in reason.en
    with transaction(database) as session:
        filed(session, "fin", at(2, 7), fiscal_year=2022)
    found = states(database, at(2, 10))
    assert {found[key].state for key in ("edu", "fin")} == {S.MISSING}, "the column is for many"


def test_a_column_that_is_the_text_of_a_report_may_have_shown_the_one_looked_for(
    database: Engine,
) -> None:
    days = [{"source": "page", "value": day, "text": day} for day in ("2023-01-20", "2024-01-20")]
    with transaction(database) as session:
        crawled(session, at(2, 8))
        filed(
            session, "edu", at(1, 5), fiscal_year=2022, url="http://q.gov.cn/nb/",
            date_candidates=days,
        )  # fmt: skip
    assert states(database, at(2, 10))["edu"].state is S.CRAWLER_SUSPECT
