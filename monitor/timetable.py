"""The timetable: jobs at their times, one scheduler at a time, nothing dropped in silence.

APScheduler 3 keeps the times; the database keeps what ran. A job that was due while nobody was
running is made up for at the start if it is not older than the grace; several missed times of one
job are one run (``coalesce``).
"""

import logging
import queue
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.events import (
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobExecutionEvent,
    JobSubmissionEvent,
)
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from sqlalchemy import Engine, delete, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from monitor.crontab import triggers
from monitor.lease import DURATION, LeaseHeldError, acquire, holder_of, new_holder, release
from storage.clock import utc_now
from storage.database import reading, transaction
from storage.leaf import cleaned
from storage.models import JobRun
from storage.settings import ScheduleSettings

log = logging.getLogger(__name__)

LEASE = "schedule"
KEPT = timedelta(days=90)
"""Records of runs older than this are cleared away."""
_RENEW_EVERY = DURATION / 4
_LOOK_EVERY = 1.0

Job = Callable[[], str]
"""A job does its work and returns one line about it; it fails by raising."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A job of the timetable and when it last and next runs."""

    name: str
    crontab: str
    last_success: datetime | None
    last_failure: datetime | None
    failure: str | None
    """What was said of the last run, if that failed."""
    next_run: datetime | None


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
        run.finished_at, run.succeeded, run.message = now(), succeeded, cleaned(message)
        session.execute(
            delete(JobRun).where(JobRun.job == name, JobRun.started_at < run.started_at - KEPT)
        )
    return succeeded


def overdue(
    trigger: BaseTrigger, last_started: datetime | None, now: datetime, grace: timedelta
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
    engine: Engine, settings: ScheduleSettings, names: Collection[str], now: datetime
) -> list[Planned]:
    """Return every job of the timetable with its last and next runs."""
    chosen = triggers(settings, names)
    with reading(engine) as session:
        return [
            Planned(
                name=name,
                crontab=str(getattr(settings, name)),
                last_success=_last_end(session, name, succeeded=True),
                last_failure=_last_end(session, name, succeeded=False),
                failure=_failure(session, name),
                next_run=chosen[name].get_next_fire_time(None, now) if name in chosen else None,
            )
            for name in names
        ]


def _last_end(session: Session, name: str, *, succeeded: bool) -> datetime | None:
    query = select(JobRun.finished_at).where(JobRun.job == name, JobRun.succeeded.is_(succeeded))
    return session.scalars(query.order_by(JobRun.id.desc()).limit(1)).first()


def _failure(session: Session, name: str) -> str | None:
    query = select(JobRun).where(JobRun.job == name, JobRun.finished_at.is_not(None))
    last = session.scalars(query.order_by(JobRun.id.desc()).limit(1)).first()
    return None if last is None or last.succeeded else last.message


def running_scheduler(engine: Engine, now: datetime) -> str | None:
    """Return who holds the timetable now, None if no scheduler is running."""
    return holder_of(engine, LEASE, now)


class Timetable:
    """Runs the jobs until stopped, holding the lease that keeps a second scheduler away."""

    def __init__(
        self,
        engine: Engine,
        settings: ScheduleSettings,
        jobs: Mapping[str, Job],
        stopping: threading.Event | None = None,
    ) -> None:
        """``stopping`` is set when the end has begun; long jobs look at it."""
        self._engine = engine
        self._jobs = jobs
        self._settings = settings
        self._triggers = triggers(settings, jobs)
        self._holder = new_holder()
        self._stopping = stopping or threading.Event()
        self._asked: queue.SimpleQueue[None] = queue.SimpleQueue()

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
            self._keep_going(scheduler)
        finally:
            self._stopping.set()
            if scheduler.running:
                self._shut_down(scheduler)
            release(self._engine, LEASE, self._holder)

    def stop(self) -> None:
        """Ask for the end; a signal handler may call this (``SimpleQueue`` is reentrant)."""
        self._asked.put(None)

    def _keep_going(self, scheduler: BackgroundScheduler) -> None:
        """Renew the lease until asked to stop; a database away for less than that is waited for."""
        renewed = utc_now()
        while not self._is_asked(_RENEW_EVERY):
            scheduler.wakeup()  # a clock that jumped, or a machine that slept, is noticed here
            try:
                acquire(self._engine, LEASE, self._holder, utc_now())
                renewed = utc_now()
            except DBAPIError as error:
                if utc_now() - renewed >= DURATION:
                    raise
                log.warning("the lease could not be renewed: %s", error)

    def _is_asked(self, patience: timedelta) -> bool:
        try:
            self._asked.get(timeout=patience.total_seconds())
        except queue.Empty:
            return False
        return True

    def _shut_down(self, scheduler: BackgroundScheduler) -> None:
        """Wait for running jobs, and keep the lease as long as that takes."""
        waiting = threading.Thread(target=scheduler.shutdown)
        waiting.start()
        renewed = utc_now()
        while waiting.is_alive():
            waiting.join(_LOOK_EVERY)
            if utc_now() - renewed < _RENEW_EVERY:
                continue
            renewed = utc_now()
            try:
                acquire(self._engine, LEASE, self._holder, renewed)
            except (DBAPIError, LeaseHeldError) as error:
                log.warning("the lease could not be renewed: %s", error)

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
        scheduler.add_listener(self._note_overrun, EVENT_JOB_MAX_INSTANCES)
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
        self._note(event.job_id, f"missed its time {event.scheduled_run_time}")

    def _note_overrun(self, event: JobSubmissionEvent) -> None:
        """Record a time that came while the run before was still going on."""
        times = ", ".join(str(time) for time in event.scheduled_run_times)
        self._note(event.job_id, f"left out {times}: the run before had not ended")

    def _note(self, job: str, message: str) -> None:
        log.error("job %s %s", job, message)
        with transaction(self._engine) as session:
            now = utc_now()
            session.add(
                JobRun(job=job, started_at=now, finished_at=now, succeeded=False, message=message)
            )
