"""APScheduler with our jobs in it: laid out at the start, kept straight while the clock jumps."""

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.events import (
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobExecutionEvent,
    JobSubmissionEvent,
)
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import STATE_RUNNING
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from monitor.catching_up import Plan, plan
from monitor.crontab import catch_up_of, last_due, line_of, triggers
from monitor.job_runs import last_begun, note, settle_cut_off
from monitor.job_store import JobStore
from storage.clock import utc_now
from storage.database import reading
from storage.settings import ScheduleSettings

log = logging.getLogger(__name__)

RUN = "monitor.timetable:run_planned"
"""What the store keeps of every job: the reference of what runs it."""
_RETRY_SECONDS = 10.0
_EXECUTORS = {"send": "mail", "backup": "upkeep", "fixity": "upkeep"}
"""A long crawl delays none of these. Every other job runs in one thread, so that crawl, check and
telling follow each other."""


class Scheduler(BackgroundScheduler):  # type: ignore[misc]
    """APScheduler's, which looks at the clock first, and outlives a database that is away."""

    def __init__(self, look: Callable[["Scheduler"], None], **options: Any) -> None:
        """``look`` is called before each look for jobs to run."""
        self._look = look
        super().__init__(**options)

    def _process_jobs(self) -> float | None:
        try:
            if self.state == STATE_RUNNING:
                self._look(self)
            wait: float | None = super()._process_jobs()
        except DBAPIError as error:
            log.warning("the database cannot be used: %s; asked again soon", error)
            return _RETRY_SECONDS
        return wait

    def is_alive(self) -> bool:
        """Tell whether the thread that looks for jobs runs."""
        return self._thread is not None and self._thread.is_alive()


class Planner:
    """Puts the jobs of the settings into a scheduler, each at its next time."""

    def __init__(
        self,
        engine: Engine,
        settings: ScheduleSettings,
        names: Collection[str],
        place: str,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """``place`` is the argument of every job by which its timetable is found."""
        self._engine = engine
        self._settings = settings
        self._triggers = triggers(settings, names)
        self._grace = timedelta(seconds=settings.misfire_grace_seconds)
        self._place = place
        self._clock = clock

    def scheduler(self, executor: Callable[[], Any] = lambda: ThreadPoolExecutor(1)) -> Scheduler:
        """Return a scheduler without jobs, not started."""
        scheduler = Scheduler(
            self._straighten,
            timezone=ZoneInfo(self._settings.timezone),
            jobstores={"default": JobStore(self._engine, RUN)},
            executors={each: executor() for each in ("default", "mail", "upkeep")},
            job_defaults={"coalesce": True, "max_instances": 1},
        )
        scheduler.add_listener(self._note_missed, EVENT_JOB_MISSED)
        scheduler.add_listener(self._note_overrun, EVENT_JOB_MAX_INSTANCES)
        return scheduler

    def lay_out(self, scheduler: Scheduler) -> None:
        """Start a scheduler with every job at its next time, what was missed made up for."""
        settle_cut_off(self._engine, self._clock())
        scheduler.start(paused=True)
        kept = {job.id: job for job in scheduler.get_jobs()}
        for name in kept.keys() - self._triggers.keys():
            scheduler.remove_job(name)
        for name in self._triggers:
            self._add(scheduler, name, kept.get(name))
        scheduler.resume()

    def _add(self, scheduler: Scheduler, name: str, old: Any) -> None:
        line = f"{line_of(self._settings, name)} {self._settings.timezone}"
        skips = catch_up_of(self._settings, name) == "skip"
        scheduler.add_job(
            RUN,
            self._triggers[name],
            args=(self._place, name),
            id=name,
            name=line,
            executor=_EXECUTORS.get(name, "default"),
            misfire_grace_time=self._settings.misfire_grace_seconds if skips else None,
            next_run_time=self._first(name, line, old),
            replace_existing=True,
        )

    def _first(self, name: str, line: str, old: Any) -> datetime | None:
        """Return the next time of a job at the start; one whose line was changed begins anew."""
        now = self._clock()
        if old is not None and old.name != line:
            return self._plan(name, now).next_run
        with reading(self._engine) as session:
            begun = last_begun(session, name, last_due(self._triggers[name], now))
        made = self._plan(name, now, kept=old.next_run_time if old else None, begun=begun)
        if made.next_run is not None and made.next_run < now:
            log.warning("job %s was due at %s; it is run now", name, made.next_run)
        return made.next_run

    def _straighten(self, scheduler: Scheduler) -> None:
        """Plan anew what the clock has overtaken: it jumped, or the machine slept."""
        now = self._clock()
        for job in scheduler.get_jobs():
            made = self._plan(job.id, now, kept=job.next_run_time)
            if made.next_run is not None and made.next_run != job.next_run_time:
                job.modify(next_run_time=made.next_run)

    def _plan(
        self,
        name: str,
        now: datetime,
        *,
        kept: datetime | None = None,
        begun: datetime | None = None,
    ) -> Plan:
        made = plan(
            self._triggers[name],
            now=now,
            policy=catch_up_of(self._settings, name),
            grace=self._grace,
            kept=kept,
            last_begun=begun,
        )
        if made.left_out is not None:
            self._note(name, f"left out {made.left_out}: it could not be run then")
        return made

    def _note_missed(self, event: JobExecutionEvent) -> None:
        """Record a time that passed beyond the grace: a dropped job is never silent."""
        self._note(event.job_id, f"missed its time {event.scheduled_run_time}")

    def _note_overrun(self, event: JobSubmissionEvent) -> None:
        """Record a time that came while the run before was still going on."""
        times = ", ".join(str(time) for time in event.scheduled_run_times)
        self._note(event.job_id, f"left out {times}: the run before had not ended")

    def _note(self, job: str, message: str) -> None:
        log.error("job %s %s", job, message)
        note(self._engine, job, message, self._clock())
