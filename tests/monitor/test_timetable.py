"""The timetable with a real scheduler and a real database."""

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apscheduler.events import EVENT_JOB_MAX_INSTANCES, JobSubmissionEvent
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError

from monitor.crontab import JOBS, trigger_of, triggers
from monitor.lease import DURATION, LeaseHeldError, acquire, release
from monitor.timetable import (
    KEPT,
    LEASE,
    Timetable,
    overdue,
    planned,
    run_job,
    running_scheduler,
)
from storage.clock import SHANGHAI, utc_now
from storage.database import create_database_engine, reading, transaction
from storage.models import Base, JobRun, Lease
from storage.settings import ScheduleSettings, SettingsError

OFF = ScheduleSettings(crawl="", check="", alerts="", digest="", send="", verify="")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_database_engine(f"sqlite:///{tmp_path / 'nianbao.db'}")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def runs(engine: Engine) -> list[JobRun]:
    with reading(engine) as session:
        return list(session.scalars(select(JobRun).order_by(JobRun.id)))


@pytest.mark.parametrize(
    ("crontab", "after", "expected"),
    [
        ("0 2 * * *", "2026-01-31T03:00", "2026-02-01T02:00"),
        ("30 8 * * 1", "2026-02-01T00:00", "2026-02-02T08:30"),
        ("30 8 * * mon", "2026-02-01T00:00", "2026-02-02T08:30"),
        ("0 9 * * 0", "2026-01-31T10:00", "2026-02-01T09:00"),
        ("0 9 * * 7", "2026-01-31T10:00", "2026-02-01T09:00"),
        ("0 9 * * 1-5", "2026-01-30T10:00", "2026-02-02T09:00"),
        ("*/5 * * * *", "2026-01-31T23:57", "2026-02-01T00:00"),
        ("0 0 29 2 *", "2027-01-01T00:00", "2028-02-29T00:00"),
        ("0 9 * * 0-4", "2026-01-30T10:00", "2026-02-01T09:00"),
        ("0 9 * * sat-sun", "2026-02-01T10:00", "2026-02-07T09:00"),
        ("0 9 * * */2", "2026-02-01T10:00", "2026-02-03T09:00"),
        ("0 9 * * 1-5/2", "2026-02-02T10:00", "2026-02-04T09:00"),
        ("0 9 * * Mon,FRI", "2026-02-02T10:00", "2026-02-06T09:00"),
        ("0 9 1 * mon", "2026-02-10T10:00", "2026-02-16T09:00"),
        ("0 9 1 * mon", "2026-02-28T10:00", "2026-03-01T09:00"),
        ("0 9 */2 * mon", "2026-02-10T10:00", "2026-02-23T09:00"),
    ],
)
def test_a_crontab_line_means_what_cron_says(crontab: str, after: str, expected: str) -> None:
    trigger = trigger_of("crawl", crontab, "Asia/Shanghai")
    assert trigger.get_next_fire_time(None, at(after)) == at(expected)


@pytest.mark.parametrize(
    "crontab",
    ["0 2 * *", "61 2 * * *", "0 2 * * funday", "0 2 * * 8", "0 2 * * 1/0", "0 0 31 2 *", "hello"],
)
def test_a_wrong_crontab_line_names_the_setting(crontab: str) -> None:
    with pytest.raises(SettingsError, match=r"\[schedule\] crawl"):
        trigger_of("crawl", crontab, "Asia/Shanghai")


def test_a_wrong_time_zone_is_a_settings_error() -> None:
    with pytest.raises(SettingsError, match="Asia/Nowhere"):
        trigger_of("crawl", "0 2 * * *", "Asia/Nowhere")


def test_an_empty_line_switches_a_job_off() -> None:
    settings = OFF.model_copy(update={"send": "*/5 * * * *"})
    assert set(triggers(settings, {"crawl": None, "send": None})) == {"send"}


def test_the_defaults_are_a_timetable_of_every_job() -> None:
    assert set(triggers(ScheduleSettings())) == set(JOBS)


def test_old_records_are_cleared_away_but_not_those_of_other_jobs(engine: Engine) -> None:
    old = utc_now() - KEPT - timedelta(days=1)
    with transaction(engine) as session:
        for job in ("send", "verify"):
            session.add(JobRun(job=job, started_at=old, finished_at=old, succeeded=True))
    run_job(engine, "send", lambda: "done")
    assert [run.job for run in runs(engine)] == ["verify", "send"]


def test_a_failing_job_is_recorded_and_does_not_raise(engine: Engine) -> None:
    def fail() -> str:
        msg = "the portal is down"
        raise RuntimeError(msg)

    assert run_job(engine, "crawl", fail) is False
    [run] = runs(engine)
    assert run.succeeded is False
    assert run.message == "RuntimeError: the portal is down"
    assert run.finished_at is not None


def test_a_time_missed_while_nobody_ran_is_made_up_for_within_the_grace() -> None:
    trigger = trigger_of("digest", "30 8 * * mon", "Asia/Shanghai")
    monday = at("2026-02-02T08:30")
    week_before = monday - timedelta(days=7)
    grace = timedelta(hours=6)
    assert overdue(trigger, week_before, monday + timedelta(hours=1), grace)
    assert not overdue(trigger, week_before, monday + timedelta(hours=7), grace)
    assert not overdue(trigger, monday, monday + timedelta(hours=1), grace)
    assert not overdue(trigger, None, monday + timedelta(hours=1), grace)


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


def test_a_time_that_came_during_the_run_before_is_recorded(engine: Engine) -> None:
    timetable = Timetable(engine, OFF, {})
    event = JobSubmissionEvent(EVENT_JOB_MAX_INSTANCES, "send", "default", [at("2026-02-01T00:05")])
    timetable._note_overrun(event)
    [run] = runs(engine)
    assert (run.job, run.succeeded) == ("send", False)
    assert run.message is not None
    assert "2026-02-01 00:05" in run.message


def test_the_plan_shows_last_and_next_runs(engine: Engine) -> None:
    run_job(engine, "crawl", lambda: "12 of 12 portals complete")
    settings = OFF.model_copy(update={"crawl": "0 2 * * *"})
    rows = planned(engine, settings, {"crawl": None, "send": None}, at("2026-01-31T03:00"))
    crawl, send = rows
    assert crawl.last_success is not None
    assert crawl.next_run == at("2026-02-01T02:00")
    assert (send.last_success, send.next_run) == (None, None)
