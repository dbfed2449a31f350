"""The timetable: jobs at their times, one scheduler at a time, nothing dropped in silence.

APScheduler 3 keeps the times; the database keeps what ran. A job that was due while nobody was
running is made up for at the start if it is not older than the grace; several missed times of one
job are one run (``coalesce``).
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.events import EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import Engine, select

from monitor.lease import DURATION, acquire, new_holder, release
from storage.clock import utc_now
from storage.database import reading, transaction
from storage.models import JobRun
from storage.settings import ScheduleSettings, SettingsError

log = logging.getLogger(__name__)

LEASE = "schedule"
_RENEW_EVERY = DURATION / 4

Job = Callable[[], str]
"""A job does its work and returns one line about it; it fails by raising."""

_WEEKDAYS = {"0": "sun", "7": "sun", "1": "mon", "2": "tue", "3": "wed", "4": "thu", "5": "fri"}
_WEEKDAYS["6"] = "sat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A job of the timetable and when it last and next runs."""

    name: str
    crontab: str
    last_success: datetime | None
    last_failure: datetime | None
    next_run: datetime | None


def trigger_of(setting: str, crontab: str, timezone: str) -> CronTrigger:
    """Return the trigger of a crontab line, weekdays counted as cron does (0 is Sunday).

    Raises:
        SettingsError: naming the setting, if line or time zone is wrong.
    """
    fields = crontab.split()
    if len(fields) != 5:
        msg = f"[schedule] {setting}: {crontab!r} must have five fields, such as '0 2 * * *'"
        raise SettingsError(msg)
    minute, hour, day, month, weekday = fields
    try:
        return CronTrigger(
            minute=minute,
            hour=hour,
            day=day,
            month=month,
            day_of_week=_named_weekdays(weekday),
            timezone=ZoneInfo(timezone),
        )
    except (ValueError, ZoneInfoNotFoundError) as error:
        msg = f"[schedule] {setting}: {crontab!r} in {timezone!r}: {error}"
        raise SettingsError(msg) from error


def _named_weekdays(field: str) -> str:
    """Name the numbers: APScheduler counts weekdays from Monday, cron from Sunday."""
    expression, slash, step = field.partition("/")
    parts = [
        "-".join(_WEEKDAYS.get(end, end) for end in part.split("-"))
        for part in expression.split(",")
    ]
    return ",".join(parts) + slash + step


def triggers(settings: ScheduleSettings, names: Mapping[str, object]) -> dict[str, CronTrigger]:
    """Return the trigger of each named job that the settings do not switch off."""
    lines = {name: str(getattr(settings, name)) for name in names}
    return {
        name: trigger_of(name, line, settings.timezone)
        for name, line in lines.items()
        if line.strip()
    }


def run_job(engine: Engine, name: str, job: Job, now: Callable[[], datetime] = utc_now) -> bool:
    """Run a job and keep a record of it; a failure is recorded and does not end the scheduler."""
    with transaction(engine) as session:
        run = JobRun(job=name, started_at=now())
        session.add(run)
        session.flush()
        run_id = run.id
    try:
        message, succeeded = job(), True
    except Exception as error:  # the boundary that keeps one failing job from the others
        log.exception("job %s failed", name)
        message, succeeded = f"{type(error).__name__}: {error}", False
    with transaction(engine) as session:
        run = session.get_one(JobRun, run_id)
        run.finished_at, run.succeeded, run.message = now(), succeeded, message
    return succeeded


def overdue(
    trigger: CronTrigger, last_started: datetime | None, now: datetime, grace: timedelta
) -> bool:
    """Whether a time of the job passed while nobody was running, and is not older than the grace.

    A job that never ran is not overdue: its first time is still to come.
    """
    if last_started is None:
        return False
    begin = max(last_started + timedelta(seconds=1), now - grace)
    missed = trigger.get_next_fire_time(None, begin)
    return missed is not None and missed <= now


def planned(
    engine: Engine, settings: ScheduleSettings, jobs: Mapping[str, object], now: datetime
) -> list[Planned]:
    """Return every job of the timetable with its last and next runs."""
    found = []
    chosen = triggers(settings, jobs)
    with reading(engine) as session:
        for name in jobs:
            query = select(JobRun.finished_at).where(JobRun.job == name).order_by(JobRun.id.desc())
            found.append(
                Planned(
                    name=name,
                    crontab=str(getattr(settings, name)),
                    last_success=session.scalars(query.where(JobRun.succeeded.is_(True))).first(),
                    last_failure=session.scalars(query.where(JobRun.succeeded.is_(False))).first(),
                    next_run=chosen[name].get_next_fire_time(None, now) if name in chosen else None,
                )
            )
    return found


class Timetable:
    """Runs the jobs until stopped, holding the lease that keeps a second scheduler away."""

    def __init__(self, engine: Engine, settings: ScheduleSettings, jobs: Mapping[str, Job]) -> None:
        self._engine = engine
        self._jobs = jobs
        self._settings = settings
        self._triggers = triggers(settings, jobs)
        self._holder = new_holder()
        self._stopping = threading.Event()

    def run(self) -> None:
        """Run until ``stop``.

        Raises:
            LeaseHeldError: if another scheduler is running, or took over.
        """
        acquire(self._engine, LEASE, self._holder, utc_now())
        scheduler = self._scheduler()
        try:
            scheduler.start()
            self._make_up(scheduler)
            while not self._stopping.wait(_RENEW_EVERY.total_seconds()):
                acquire(self._engine, LEASE, self._holder, utc_now())
        finally:
            if scheduler.running:
                scheduler.shutdown(wait=True)
            release(self._engine, LEASE, self._holder)

    def stop(self) -> None:
        """Ask for the end; a running job is waited for."""
        self._stopping.set()

    def _scheduler(self) -> BackgroundScheduler:
        grace = self._settings.misfire_grace_seconds
        scheduler = BackgroundScheduler(
            timezone=ZoneInfo(self._settings.timezone),
            # one thread: crawl, check and telling follow each other and never overlap
            executors={"default": ThreadPoolExecutor(1), "mail": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "misfire_grace_time": grace, "max_instances": 1},
        )
        for name, trigger in self._triggers.items():
            scheduler.add_job(
                run_job,
                trigger,
                args=(self._engine, name, self._jobs[name]),
                id=name,
                executor="mail" if name == "send" else "default",
            )
        scheduler.add_listener(self._note_missed, EVENT_JOB_MISSED)
        return scheduler

    def _make_up(self, scheduler: BackgroundScheduler) -> None:
        now = utc_now()
        grace = timedelta(seconds=self._settings.misfire_grace_seconds)
        for name, trigger in self._triggers.items():
            with reading(self._engine) as session:
                last = session.scalars(
                    select(JobRun.started_at)
                    .where(JobRun.job == name, JobRun.finished_at.is_not(None))
                    .order_by(JobRun.id.desc())
                ).first()
            if overdue(trigger, last, now, grace):
                log.warning("job %s was due while the scheduler was not running; run now", name)
                scheduler.modify_job(name, next_run_time=now)

    def _note_missed(self, event: JobExecutionEvent) -> None:
        """Record a time that passed beyond the grace: a dropped job is never silent."""
        log.error("job %s missed its time %s", event.job_id, event.scheduled_run_time)
        with transaction(self._engine) as session:
            now = utc_now()
            session.add(
                JobRun(
                    job=event.job_id,
                    started_at=now,
                    finished_at=now,
                    succeeded=False,
                    message=f"missed its time {event.scheduled_run_time}",
                )
            )
