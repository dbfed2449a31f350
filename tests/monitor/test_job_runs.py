"""The record of what ran: failures, what was cut off, what is overdue."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from monitor.crontab import JOBS
from monitor.job_runs import (
    KEPT,
    LeftToAnotherError,
    last_begun,
    lease_of,
    note,
    planned,
    run_alone,
    run_job,
    settle_cut_off,
)
from monitor.lease import acquire
from monitor.programs import StoppedError
from storage.clock import SHANGHAI, utc_now
from storage.database import create_database_engine, reading, transaction
from storage.models import Base, JobRun
from storage.settings import ScheduleSettings

OFF = ScheduleSettings.model_validate(dict.fromkeys(JOBS, ""))
CRAWL = OFF.model_copy(update={"crawl": "0 2 * * *"})
NOW = datetime(2026, 2, 2, 4, tzinfo=UTC)  # noon in China


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_database_engine(f"sqlite:///{tmp_path / 'nianbao.db'}")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def runs(engine: Engine) -> list[JobRun]:
    with reading(engine) as session:
        return list(session.scalars(select(JobRun).order_by(JobRun.id)))


def add(engine: Engine, job: str, started: datetime, *, succeeded: bool | None = True) -> None:
    ended = None if succeeded is None else started + timedelta(minutes=1)
    with transaction(engine) as session:
        session.add(
            JobRun(job=job, started_at=started, finished_at=ended, succeeded=succeeded, message="x")
        )


def test_old_records_are_cleared_away_but_not_those_of_other_jobs_or_the_last_success(
    engine: Engine,
) -> None:
    old = utc_now() - KEPT - timedelta(days=1)
    for job in ("send", "verify"):
        add(engine, job, old - timedelta(days=1))
        add(engine, job, old)
    run_job(engine, "send", lambda: str(1 // 0))
    assert [(run.job, run.succeeded) for run in runs(engine)] == [
        ("send", True),
        ("verify", True),
        ("verify", True),
        ("send", False),
    ]


def test_a_failing_job_is_recorded_and_does_not_raise(engine: Engine) -> None:
    def fail() -> str:
        msg = "the portal is down"
        raise RuntimeError(msg)

    assert run_job(engine, "crawl", fail) is False
    [run] = runs(engine)
    assert run.succeeded is False
    assert run.message == "RuntimeError: the portal is down"
    assert run.finished_at is not None


@pytest.mark.parametrize("error", [StoppedError("crawl"), LeftToAnotherError("left to b:2")])
def test_a_job_that_was_stopped_or_left_to_another_has_not_failed(
    engine: Engine, error: Exception
) -> None:
    def end() -> str:
        raise error

    assert run_job(engine, "crawl", end) is None
    [run] = runs(engine)
    assert (run.succeeded, str(error) in str(run.message)) == (None, True)
    [row] = planned(engine, CRAWL, ["crawl"], utc_now())
    assert row.failure is None


def test_two_runs_of_one_job_never_overlap(engine: Engine) -> None:
    acquire(engine, lease_of("crawl"), "another-machine:7:abc", utc_now())
    assert run_alone(engine, "crawl", lambda: "must not run") is None
    [run] = runs(engine)
    assert run.message == "left to another-machine:7:abc, which runs it"
    assert run_alone(engine, "check", lambda: "runs") is True


def test_what_was_cut_off_by_the_end_of_the_program_is_settled_unless_it_still_runs(
    engine: Engine,
) -> None:
    for job in ("crawl", "check"):
        add(engine, job, NOW, succeeded=None)
    acquire(engine, lease_of("check"), "another", utc_now())
    settle_cut_off(engine, utc_now())
    crawl, check = runs(engine)
    assert crawl.finished_at is not None
    assert (crawl.succeeded, check.finished_at) == (None, None)
    rows = {row.name: row for row in planned(engine, CRAWL, ["crawl", "check"], utc_now())}
    assert rows["crawl"].running_since is None
    assert rows["check"].running_since == NOW


def test_a_run_that_came_to_no_end_counts_as_not_begun_but_not_for_ever(engine: Engine) -> None:
    due = NOW - timedelta(hours=10)
    add(engine, "crawl", due - timedelta(days=1))
    for attempt in (1, 2):
        add(engine, "crawl", due + timedelta(hours=attempt), succeeded=None)
    with reading(engine) as session:
        assert last_begun(session, "crawl", due) == due - timedelta(days=1)
    add(engine, "crawl", due + timedelta(hours=3), succeeded=None)
    with reading(engine) as session:
        assert last_begun(session, "crawl", due) == due + timedelta(hours=3), "what kills us"


def test_the_plan_shows_last_and_next_runs(engine: Engine) -> None:
    add(engine, "crawl", NOW - timedelta(hours=10))
    crawl, send = planned(engine, CRAWL, ["crawl", "send"], NOW)
    assert crawl.last_success == NOW - timedelta(hours=10) + timedelta(minutes=1)
    assert crawl.next_run == datetime(2026, 2, 3, 2, tzinfo=SHANGHAI)
    assert (crawl.overdue, crawl.is_well) == (False, True)
    assert (send.last_success, send.next_run, send.overdue, send.is_well) == (
        None,
        None,
        False,
        True,
    )


def test_a_job_without_a_success_since_its_time_is_overdue(engine: Engine) -> None:
    add(engine, "crawl", NOW - timedelta(days=2))
    add(engine, "crawl", NOW - timedelta(days=1), succeeded=False)
    [crawl] = planned(engine, CRAWL, ["crawl"], NOW)
    assert (crawl.overdue, crawl.is_well, crawl.failure) == (True, False, "x")


def test_a_job_that_never_succeeded_is_overdue_from_when_it_was_first_to_run(
    engine: Engine,
) -> None:
    assert planned(engine, CRAWL, ["crawl"], NOW)[0].overdue is False, "it was never started"
    add(engine, "crawl", NOW - timedelta(days=2), succeeded=False)
    assert planned(engine, CRAWL, ["crawl"], NOW)[0].overdue is True


def test_a_time_that_was_left_out_while_a_run_went_on_is_forgotten_when_that_ends_well(
    engine: Engine,
) -> None:
    def job() -> str:
        note(engine, "crawl", "left out: the run before had not ended", utc_now())
        return "done"

    run_job(engine, "crawl", job)
    [row] = planned(engine, CRAWL, ["crawl"], utc_now())
    assert row.failure is None
