"""The timetable with a real scheduler and a real database."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from monitor.lease import DURATION, LeaseHeldError, acquire, release
from monitor.timetable import LEASE, Timetable, overdue, planned, run_job, trigger_of, triggers
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
    ],
)
def test_a_crontab_line_means_what_cron_says(crontab: str, after: str, expected: str) -> None:
    trigger = trigger_of("crawl", crontab, "Asia/Shanghai")
    assert trigger.get_next_fire_time(None, at(after)) == at(expected)


@pytest.mark.parametrize("crontab", ["0 2 * *", "61 2 * * *", "0 2 * * funday", "hello"])
def test_a_wrong_crontab_line_names_the_setting(crontab: str) -> None:
    with pytest.raises(SettingsError, match=r"\[schedule\] crawl"):
        trigger_of("crawl", crontab, "Asia/Shanghai")


def test_a_wrong_time_zone_is_a_settings_error() -> None:
    with pytest.raises(SettingsError, match="Asia/Nowhere"):
        trigger_of("crawl", "0 2 * * *", "Asia/Nowhere")


def test_an_empty_line_switches_a_job_off() -> None:
    settings = OFF.model_copy(update={"send": "*/5 * * * *"})
    assert set(triggers(settings, {"crawl": None, "send": None})) == {"send"}


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


def test_the_plan_shows_last_and_next_runs(engine: Engine) -> None:
    run_job(engine, "crawl", lambda: "12 of 12 portals complete")
    settings = OFF.model_copy(update={"crawl": "0 2 * * *"})
    rows = planned(engine, settings, {"crawl": None, "send": None}, at("2026-01-31T03:00"))
    crawl, send = rows
    assert crawl.last_success is not None
    assert crawl.next_run == at("2026-02-01T02:00")
    assert (send.last_success, send.next_run) == (None, None)
