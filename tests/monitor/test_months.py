"""Months of the timetable in seconds: APScheduler, our store and our policy under a false clock."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import pytest
from apscheduler.executors.debug import DebugExecutor
from sqlalchemy import Engine, select

from monitor import timetable
from monitor.crontab import JOBS
from monitor.scheduling import Planner, Scheduler
from storage.clock import SHANGHAI
from storage.database import create_database_engine, reading, transaction
from storage.models import Base, JobRun, ScheduledJob
from storage.settings import ScheduleSettings

PLACE = "a place"
SETTINGS = ScheduleSettings.model_validate(
    {
        **dict.fromkeys(JOBS, ""),
        "crawl": "0 2 * * *",
        "alerts": "0 8 * * *",
        "digest": "30 8 * * mon",
        "send": "0 */8 * * *",
        "verify": "0 4 * * sun",
    }
)


class World:
    """A clock that stands still unless it is moved, and a program that may be away."""

    def __init__(self, engine: Engine, begin: str) -> None:
        self.engine = engine
        self.now = at(begin)
        self.ran: list[tuple[str, datetime]] = []
        self.long: dict[str, timedelta] = {}
        self.scheduler: Any = None

    def run_due(self, name: str) -> None:
        """What ``Timetable.run_due`` does, at once: a run that ends well."""
        self.ran.append((name, self.now))
        with transaction(self.engine) as session:
            session.add(JobRun(job=name, started_at=self.now, finished_at=self.now, succeeded=True))
        self.now += self.long.pop(name, timedelta())

    def start(self, settings: ScheduleSettings = SETTINGS) -> None:
        planner = Planner(self.engine, settings, JOBS, PLACE, lambda: self.now)
        self.scheduler = planner.scheduler(DebugExecutor)
        planner.lay_out(self.scheduler)

    def stop(self) -> None:
        self.scheduler.shutdown()

    def pass_until(self, end: str) -> None:
        while self.now < at(end):
            wait = self.scheduler._process_jobs()
            self.now = min(self.now + timedelta(seconds=max(wait, 0.001)), at(end))

    def times(self, name: str) -> list[str]:
        found = [when for job, when in self.ran if job == name]
        return [f"{when.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" for when in found]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = create_database_engine("sqlite://")  # in memory: one thread does it all here
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def world(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(engine, "2027-12-20T00:00")

    class FalseDatetime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return world.now.astimezone(tz)

    monkeypatch.setattr("apscheduler.schedulers.base.datetime", FalseDatetime)
    monkeypatch.setattr("apscheduler.executors.base.datetime", FalseDatetime)
    monkeypatch.setattr(Scheduler, "_main_loop", lambda self: None)
    monkeypatch.setitem(timetable._at_work, PLACE, world)
    return world


def notes(engine: Engine) -> list[str]:
    with reading(engine) as session:
        query = select(JobRun.message).where(JobRun.message.is_not(None)).order_by(JobRun.id)
        return [text for text in session.scalars(query) if text]


def test_over_a_year_end_and_a_leap_day_every_job_runs_at_its_times(world: World) -> None:
    world.start()
    world.pass_until("2028-03-05T00:00")
    world.stop()
    days = (at("2028-03-05T00:00") - at("2027-12-20T00:00")).days
    runs = Counter(name for name, _ in world.ran)
    assert runs["crawl"] == runs["alerts"] == days
    assert runs["send"] == 3 * days
    assert (runs["digest"], runs["verify"]) == (11, 10)
    assert world.times("crawl") == sorted(set(world.times("crawl")))
    assert {"2027-12-31 02:00", "2028-01-01 02:00", "2028-02-29 02:00", "2028-03-01 02:00"} <= set(
        world.times("crawl")
    )
    assert notes(world.engine) == []


def test_after_weeks_of_downtime_each_job_runs_as_its_policy_says(world: World) -> None:
    world.start()
    world.pass_until("2027-12-23T12:00")
    world.stop()
    world.now = at("2028-01-18T15:00")  # a Tuesday, four weeks later
    world.ran.clear()
    world.start()
    world.pass_until("2028-01-18T15:01")
    assert Counter(name for name, _ in world.ran) == {
        "crawl": 1,
        "alerts": 1,
        "digest": 1,
        "send": 1,
    }
    assert notes(world.engine) == [
        "left out 2028-01-16 04:00:00+08:00: it could not be run then"
    ], "the verification is skipped, and that is no secret"
    world.pass_until("2028-01-24T12:00")
    world.stop()
    assert world.times("digest") == ["2028-01-18 15:00", "2028-01-24 08:30"]
    assert world.times("verify") == ["2028-01-23 04:00"]


def test_a_laptop_that_slept_over_some_days_makes_up_for_each_job_once(world: World) -> None:
    world.start()
    world.pass_until("2027-12-24T20:00")
    world.ran.clear()
    world.now = at("2027-12-28T09:17")  # the lid is opened; the process is the same
    world.pass_until("2027-12-28T12:00")
    world.stop()
    assert world.times("crawl") == ["2027-12-28 09:17"]
    assert world.times("digest") == ["2027-12-28 09:17"]
    assert world.times("send") == ["2027-12-28 09:17"]
    assert world.times("verify") == []
    assert any("2027-12-26 04:00" in text for text in notes(world.engine))


def test_a_job_that_overruns_its_period_is_run_again_at_once_and_once(world: World) -> None:
    world.start()
    world.pass_until("2027-12-21T01:00")
    world.ran.clear()
    world.long["crawl"] = timedelta(hours=60)
    world.pass_until("2027-12-25T00:00")
    world.stop()
    assert world.times("crawl") == ["2027-12-21 02:00", "2027-12-23 14:00", "2027-12-24 02:00"]


def test_a_clock_that_was_decades_ahead_does_not_stop_the_jobs_once_it_is_right(
    world: World,
) -> None:
    world.now = at("2099-06-01T00:00")
    world.start()
    world.pass_until("2099-06-02T00:00")
    world.ran.clear()
    world.now = at("2028-02-28T00:00")
    world.pass_until("2028-03-01T12:00")
    assert world.times("crawl") == ["2028-02-28 02:00", "2028-02-29 02:00", "2028-03-01 02:00"]
    world.stop()
    world.now = at("2027-12-30T00:00")  # and back again, with a restart between
    world.ran.clear()
    world.start()
    world.pass_until("2027-12-31T12:00")
    world.stop()
    assert world.times("crawl") == ["2027-12-30 02:00", "2027-12-31 02:00"]


def test_a_clock_that_leaps_from_1970_runs_each_job_once(world: World) -> None:
    often = SETTINGS.model_copy(update={"send": "*/5 * * * *"})
    world.now = datetime(1970, 1, 1, tzinfo=UTC)
    world.start(often)
    world.now = at("2028-01-18T15:02")
    world.pass_until("2028-01-18T15:03")
    world.stop()
    assert Counter(name for name, _ in world.ran) == {
        "crawl": 1,
        "alerts": 1,
        "digest": 1,
        "send": 1,
    }


def test_jobs_survive_a_restart_as_legible_rows_without_code(world: World) -> None:
    world.start()
    world.stop()
    with reading(world.engine) as session:
        rows = {row.id: row.job_state for row in session.scalars(select(ScheduledJob))}
    assert set(rows) == {"crawl", "alerts", "digest", "send", "verify"}
    assert b'"function": "monitor.timetable:run_planned"' in rows["crawl"]
    assert b'"arguments": ["a place", "crawl"]' in rows["crawl"]


def test_a_job_that_the_settings_switch_off_or_move_is_planned_anew(world: World) -> None:
    world.start()
    world.pass_until("2027-12-21T12:00")
    world.stop()
    world.ran.clear()
    changed = SETTINGS.model_copy(update={"verify": "", "crawl": "0 1 * * *"})
    world.now = at("2027-12-22T09:00")
    world.start(changed)
    world.pass_until("2027-12-23T12:00")
    world.stop()
    assert world.times("crawl") == ["2027-12-23 01:00"], "a line that was changed begins anew"
    assert world.times("alerts") == ["2027-12-22 09:00", "2027-12-23 08:00"]
    with reading(world.engine) as session:
        assert "verify" not in session.scalars(select(ScheduledJob.id)).all()


def test_a_stored_job_that_is_not_ours_is_never_run(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.start()
    world.stop()
    with transaction(world.engine) as session:
        row = session.get_one(ScheduledJob, "crawl")
        row.job_state = row.job_state.replace(b"monitor.timetable:run_planned", b"os:system")
    world.start()
    world.pass_until("2027-12-20T03:00")
    world.stop()
    assert "Unable to restore job" in caplog.text
    assert world.times("crawl") == ["2027-12-20 02:00"], "it was laid out anew"
