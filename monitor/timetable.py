"""The timetable: jobs at their times, one scheduler at a time, nothing dropped in silence.

APScheduler 3 keeps the times, in the database; what ran is kept there too. What becomes of times
that passed while nobody was running is the policy of each job (``monitor.catching_up``); several
missed times of one job are one run (``coalesce``).
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from monitor.heartbeat import write_heartbeat
from monitor.job_runs import Job, planned, run_alone
from monitor.lease import DURATION, LeaseHeldError, acquire, holder_of, new_holder, release
from monitor.pinging import Pinger
from monitor.scheduling import Planner, Scheduler
from storage.clock import utc_now
from storage.database import without_password
from storage.settings import ScheduleSettings

__all__ = ["LEASE", "Job", "Timetable", "run_planned", "running_scheduler"]

log = logging.getLogger(__name__)

LEASE = "schedule"
LONGEST_END = timedelta(seconds=90)
"""For the jobs that run when the end is asked for; then the program ends without them."""
_RENEW_EVERY = DURATION / 4
_PING_EVERY = timedelta(minutes=5)
_LOOK_EVERY = 1.0

_at_work: dict[str, "Timetable"] = {}


def running_scheduler(engine: Engine, now: datetime) -> str | None:
    """Return who holds the timetable now, None if no scheduler is running."""
    return holder_of(engine, LEASE, now)


def run_planned(place: str, name: str) -> None:
    """Run a job whose time has come; ``place`` is the database of the timetable it is of."""
    _at_work[place].run_due(name)


class SchedulerDiedError(Exception):
    """The thread that looks for jobs has ended by itself; its reason stands in the log."""


class Timetable:
    """Runs the jobs until stopped, holding the lease that keeps a second scheduler away."""

    def __init__(
        self,
        engine: Engine,
        settings: ScheduleSettings,
        jobs: Mapping[str, Job],
        stopping: threading.Event | None = None,
        *,
        directory: Path | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """``stopping`` is set when the end has begun; long jobs look at it.

        The heartbeat file is below ``directory``; there is none without that.
        """
        self._engine = engine
        self._jobs = jobs
        self._settings = settings
        self._holder = new_holder()
        self._place = without_password(str(engine.url))
        self._stopping = stopping or threading.Event()
        self._asked: queue.SimpleQueue[None] = queue.SimpleQueue()
        named = settings.heartbeat_file
        self._heartbeat = directory / named if directory is not None and named else None
        self._clock = clock
        self._pinger = Pinger(settings.ping_url)
        self._pinged = clock() - _PING_EVERY

    def run(self) -> bool:
        """Run until ``stop``; return whether every job had ended in time by then.

        Raises:
            LeaseHeldError: if another scheduler is running, or took over.
            SchedulerDiedError: if the program itself failed.
        """
        acquire(self._engine, LEASE, self._holder, self._clock())
        _at_work[self._place] = self
        planner = Planner(self._engine, self._settings, self._jobs, self._place, self._clock)
        scheduler = planner.scheduler()
        whole = True
        try:
            self._pinger.started()
            planner.lay_out(scheduler)
            self._keep_going(scheduler)
        finally:
            self._stopping.set()
            self.beat("stopping")
            if scheduler.running:
                whole = self._shut_down(scheduler)
            del _at_work[self._place]
            self.beat("stopped")
            self._pinger.close()
            release(self._engine, LEASE, self._holder)
        return whole

    def stop(self) -> None:
        """Ask for the end; a signal handler may call this (``SimpleQueue`` is reentrant)."""
        self._asked.put(None)

    def run_due(self, name: str) -> None:
        """Run a job whose time has come, unless the end has begun or another scheduler took over.

        What is left out for the end's sake is made up for at the next start.
        """
        if self._stopping.is_set():
            return
        try:
            acquire(self._engine, LEASE, self._holder, self._clock())
        except LeaseHeldError as error:
            log.warning("job %s is left to another scheduler: %s", name, error)
            self.stop()
            return
        self._pinger.begun(name)
        succeeded = run_alone(self._engine, name, self._jobs[name], self._clock)
        if succeeded is not None:
            self._pinger.ended(name, succeeded=succeeded)

    def _keep_going(self, scheduler: Scheduler) -> None:
        """Renew the lease until asked to stop; a database away for less than that is waited for."""
        renewed = self._clock()
        self.beat("running")
        while not self._is_asked(_RENEW_EVERY):
            if not scheduler.is_alive():
                raise SchedulerDiedError
            scheduler.wakeup()  # a clock that jumped, or a machine that slept, is noticed here
            try:
                acquire(self._engine, LEASE, self._holder, self._clock())
                renewed = self._clock()
            except DBAPIError as error:
                if self._clock() - renewed >= DURATION:
                    raise
                log.warning("the lease could not be renewed: %s", error)
            self.beat("running")

    def _is_asked(self, patience: timedelta) -> bool:
        try:
            self._asked.get(timeout=patience.total_seconds())
        except queue.Empty:
            return False
        return True

    def beat(self, state: str) -> None:
        """Show how the jobs stand, in the heartbeat file and to the watchman."""
        now = self._clock()
        try:
            jobs = planned(self._engine, self._settings, tuple(self._jobs), now)
        except DBAPIError as error:
            log.warning("no heartbeat: %s", error)
            return
        if self._heartbeat is not None:
            write_heartbeat(self._heartbeat, now=now, holder=self._holder, state=state, jobs=jobs)
        if state == "running" and not timedelta(0) <= now - self._pinged < _PING_EVERY:
            self._pinged = now
            self._pinger.beat(well=all(job.is_well for job in jobs))

    def _shut_down(self, scheduler: Scheduler) -> bool:
        """Wait for running jobs, and keep the lease as long as that takes; say if they ended."""
        waiting = threading.Thread(target=scheduler.shutdown, daemon=True)
        waiting.start()
        asked, renewed = time.monotonic(), self._clock()
        while waiting.is_alive():
            waiting.join(_LOOK_EVERY)
            if time.monotonic() - asked > LONGEST_END.total_seconds():
                log.error("jobs still run after %s; the program ends without them", LONGEST_END)
                return False
            if self._clock() - renewed < _RENEW_EVERY:
                continue
            renewed = self._clock()
            try:
                acquire(self._engine, LEASE, self._holder, renewed)
            except (DBAPIError, LeaseHeldError) as error:
                log.warning("the lease could not be renewed: %s", error)
        return True
