"""The timetable with a real scheduler and a real database."""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from apscheduler.schedulers.base import STATE_RUNNING
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError

from monitor import timetable
from monitor.crontab import JOBS
from monitor.lease import DURATION, LeaseHeldError, acquire, release
from monitor.programs import StoppedError
from monitor.scheduling import Scheduler
from monitor.timetable import LEASE, SchedulerDiedError, Timetable, running_scheduler
from storage.clock import parse_instant, utc_now
from storage.database import create_database_engine, reading, transaction
from storage.models import Base, JobRun, Lease
from storage.settings import ScheduleSettings

OFF = ScheduleSettings.model_validate(dict.fromkeys(JOBS, ""))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_database_engine(f"sqlite:///{tmp_path / 'nianbao.db'}")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def runs(engine: Engine) -> list[JobRun]:
    with reading(engine) as session:
        return list(session.scalars(select(JobRun).order_by(JobRun.id)))


def test_two_schedulers_cannot_run_at_once(engine: Engine) -> None:
    acquire(engine, LEASE, "another", utc_now())
    with pytest.raises(LeaseHeldError, match="another"):
        Timetable(engine, OFF, {}).run()


def test_a_lease_that_ran_out_can_be_taken(engine: Engine) -> None:
    now = utc_now()
    acquire(engine, LEASE, "dead", now - DURATION - timedelta(seconds=1))
    acquire(engine, LEASE, "alive", now)
    with reading(engine) as session:
        assert session.get_one(Lease, LEASE).holder == "alive"
    release(engine, LEASE, "dead")  # not its own any more
    with reading(engine) as session:
        assert session.get(Lease, LEASE) is not None


def test_a_missed_job_runs_at_the_start_and_the_lease_is_given_back(engine: Engine) -> None:
    ran = threading.Event()

    def job() -> str:
        ran.set()
        return "done"

    settings = OFF.model_copy(update={"crawl": "* * * * *"})
    with transaction(engine) as session:
        before = utc_now() - timedelta(minutes=10)
        session.add(JobRun(job="crawl", started_at=before, finished_at=before, succeeded=True))
    timetable = Timetable(engine, settings, {"crawl": job})
    thread = threading.Thread(target=timetable.run)
    thread.start()
    assert ran.wait(20)
    timetable.stop()
    thread.join(20)
    assert not thread.is_alive()
    assert runs(engine)[-1].message == "done"
    with reading(engine) as session:
        assert session.get(Lease, LEASE) is None


def test_a_long_job_keeps_the_lease_and_is_told_that_the_end_has_begun(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.lease.DURATION", timedelta(seconds=0.4))
    monkeypatch.setattr("monitor.timetable._RENEW_EVERY", timedelta(seconds=0.05))
    monkeypatch.setattr("monitor.timetable._LOOK_EVERY", 0.05)
    stopping, began, held = threading.Event(), threading.Event(), []

    def job() -> str:
        began.set()
        assert stopping.wait(20)
        for _ in range(10):
            held.append(running_scheduler(engine, utc_now()) is not None)
            time.sleep(0.1)
        return "ended when asked"

    settings = OFF.model_copy(update={"crawl": "* * * * *"})
    with transaction(engine) as session:
        before = utc_now() - timedelta(minutes=10)
        session.add(JobRun(job="crawl", started_at=before, finished_at=before, succeeded=True))
    timetable = Timetable(engine, settings, {"crawl": job}, stopping)
    thread = threading.Thread(target=timetable.run)
    thread.start()
    assert began.wait(20)
    timetable.stop()
    thread.join(20)
    assert not thread.is_alive()
    assert held == [True] * 10
    assert runs(engine)[-1].message == "ended when asked"


def test_a_scheduler_whose_lease_was_taken_over_ends(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.timetable._RENEW_EVERY", timedelta(seconds=0.05))
    ended: list[BaseException] = []

    def run() -> None:
        try:
            Timetable(engine, OFF, {}).run()
        except LeaseHeldError as error:
            ended.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    while running_scheduler(engine, utc_now()) is None:
        time.sleep(0.01)
    with transaction(engine) as session:
        session.get_one(Lease, LEASE).holder = "another"
    thread.join(20)
    assert [str(error).startswith("schedule is held by another") for error in ended] == [True]
    with reading(engine) as session:
        assert session.get_one(Lease, LEASE).holder == "another"


def test_a_database_that_is_away_for_a_moment_does_not_end_the_scheduler(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("monitor.timetable._RENEW_EVERY", timedelta(seconds=0.05))
    real, calls = acquire, []

    def sometimes(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) in (2, 3):
            raise OperationalError("SELECT", {}, Exception("server closed the connection"))
        real(*arguments)

    monkeypatch.setattr("monitor.timetable.acquire", sometimes)
    timetable = Timetable(engine, OFF, {})
    thread = threading.Thread(target=timetable.run)
    thread.start()
    while len(calls) < 5:
        assert thread.is_alive()
        time.sleep(0.01)
    timetable.stop()
    thread.join(20)
    assert "the lease could not be renewed" in caplog.text


def test_what_waits_when_the_end_comes_is_made_up_for_at_the_next_start(engine: Engine) -> None:
    """Two jobs are due, the first is stopped, the second had not begun: both run again."""
    began, stopping = threading.Event(), threading.Event()
    ran: list[str] = []

    def second() -> str:
        ran.append("check")
        return "done"

    def first() -> str:
        began.set()
        assert stopping.wait(20)
        msg = "first"
        raise StoppedError(msg)

    settings = OFF.model_copy(update={"crawl": "* * * * *", "check": "* * * * *"})
    before = utc_now() - timedelta(minutes=10)
    with transaction(engine) as session:
        for job in ("crawl", "check"):
            session.add(JobRun(job=job, started_at=before, finished_at=before, succeeded=True))
    jobs = {"crawl": first, "check": second}
    with running(Timetable(engine, settings, jobs, stopping)):
        assert began.wait(20)
    assert ran == []
    assert [(run.job, run.succeeded) for run in runs(engine)[2:]] == [("crawl", None)]
    again = {"crawl": lambda: "done", "check": lambda: "done"}
    with running(Timetable(engine, settings, again)):
        wait_until(lambda: {run.job for run in runs(engine)[3:] if run.succeeded} == set(again))


def test_a_job_that_does_not_end_does_not_keep_the_program_for_ever(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timetable, "LONGEST_END", timedelta(seconds=0.2))
    monkeypatch.setattr(timetable, "_LOOK_EVERY", 0.05)
    began, release_it, whole = threading.Event(), threading.Event(), []

    def deaf() -> str:
        began.set()
        release_it.wait(20)
        return "done"

    before = utc_now() - timedelta(minutes=10)
    with transaction(engine) as session:
        session.add(JobRun(job="crawl", started_at=before, finished_at=before, succeeded=True))
    settings = OFF.model_copy(update={"crawl": "* * * * *"})
    table = Timetable(engine, settings, {"crawl": deaf})
    thread = threading.Thread(target=lambda: whole.append(table.run()))
    thread.start()
    assert began.wait(20)
    table.stop()
    thread.join(20)
    assert whole == [False]
    assert running_scheduler(engine, utc_now()) is None
    release_it.set()
    wait_until(lambda: runs(engine)[-1].message == "done")


def test_a_scheduler_whose_thread_died_ends_and_says_so(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that lives, holds the lease and runs nothing would be worst of all."""
    monkeypatch.setattr("monitor.timetable._RENEW_EVERY", timedelta(seconds=0.05))
    monkeypatch.setattr(Scheduler, "_main_loop", lambda self: None)
    with pytest.raises(SchedulerDiedError):
        Timetable(engine, OFF, {}).run()
    assert running_scheduler(engine, utc_now()) is None


def test_a_database_that_is_away_when_a_job_is_due_is_asked_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("monitor.scheduling._RETRY_SECONDS", 0.05)
    failing, ran = [1, 2, 3], threading.Event()
    real = Scheduler.get_jobs

    def sometimes(scheduler: Scheduler) -> list[Any]:
        if scheduler.state == STATE_RUNNING and failing:
            failing.pop()
            raise OperationalError("SELECT", {}, Exception("server closed the connection"))
        found: list[Any] = real(scheduler)
        return found

    monkeypatch.setattr(Scheduler, "get_jobs", sometimes)
    before = utc_now() - timedelta(minutes=10)
    with transaction(engine) as session:
        session.add(JobRun(job="crawl", started_at=before, finished_at=before, succeeded=True))
    settings = OFF.model_copy(update={"crawl": "* * * * *"})

    def job() -> str:
        ran.set()
        return "done"

    with running(Timetable(engine, settings, {"crawl": job})):
        assert ran.wait(20)
    assert failing == []
    assert "asked again soon" in caplog.text


def test_the_heartbeat_shows_a_watcher_how_the_jobs_stand(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "heartbeat.json"
    before = utc_now() - timedelta(days=3)
    with transaction(engine) as session:
        session.add(JobRun(job="verify", started_at=before, finished_at=before, succeeded=True))
    settings = OFF.model_copy(update={"verify": "0 4 * * *", "catch_up": {"verify": "skip"}})
    settings = settings.model_copy(update={"misfire_grace_seconds": 1})
    table = Timetable(engine, settings, {"verify": lambda: "done"}, directory=tmp_path)
    with running(table):
        wait_until(lambda: file.exists() and json.loads(file.read_text())["state"] == "running")
        beat = json.loads(file.read_text())
    assert beat["pid"] == os.getpid()
    assert abs(parse_instant(beat["time"]) - utc_now()) < timedelta(minutes=1)
    assert beat["jobs"]["verify"]["overdue"] is True
    assert parse_instant(beat["jobs"]["verify"]["last_success"]) == before
    assert json.loads(file.read_text())["state"] == "stopped"
    assert [each.name for each in tmp_path.iterdir() if "heartbeat" in each.name] == [file.name]


def test_a_heartbeat_that_cannot_be_written_ends_nothing(
    engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = OFF.model_copy(update={"heartbeat_file": "no/such/directory/beat.json"})
    with running(Timetable(engine, settings, {}, directory=tmp_path)):
        wait_until(lambda: "beat.json cannot be written" in caplog.text)


@contextmanager
def running(timetable: Timetable) -> Iterator[threading.Thread]:
    thread = threading.Thread(target=timetable.run)
    thread.start()
    try:
        yield thread
    finally:
        timetable.stop()
        thread.join(20)
        assert not thread.is_alive()


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
