"""Running a job alone, and the record of what ran."""

import logging
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from monitor.catching_up import is_overdue
from monitor.crontab import catch_up_of, line_of, triggers
from monitor.lease import LeaseHeldError, held, holder_of
from monitor.programs import StoppedError
from monitor.reasons import BOTH
from storage.clock import utc_now
from storage.database import reading, transaction
from storage.errors import StorageError
from storage.leaf import cleaned
from storage.models import JobRun, ScheduledJob
from storage.settings import ScheduleSettings

log = logging.getLogger(__name__)

KEPT = timedelta(days=90)
"""Records of runs older than this are cleared away; the last success of each job never is."""
_MOST_ATTEMPTS = 3
"""Runs of one due time that may be cut off before it counts as begun."""

Job = Callable[[], str]
"""A job does its work and returns one line about it; it fails by raising."""


class LeftToAnotherError(Exception):
    """The work of a job is being done by another process at this moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A job of the timetable and when it last and next runs."""

    name: str
    crontab: str
    catch_up: str
    last_success: datetime | None
    last_failure: datetime | None
    failure: str | None
    """What was said of the last run, if that failed."""
    running_since: datetime | None
    next_run: datetime | None
    overdue: bool
    """True if it is switched on and should have succeeded by now."""

    @property
    def is_well(self) -> bool:
        """True if the job is off, or its last run succeeded and is not too long ago."""
        return not self.crontab or not (self.overdue or self.failure is not None)


def lease_of(job: str) -> str:
    """Return the name of the lease under which a job runs."""
    return f"job:{job}"


def run_alone(
    engine: Engine, name: str, job: Job, now: Callable[[], datetime] = utc_now
) -> bool | None:
    """Run a job and keep a record of it, unless another process on any machine runs it.

    Returns:
        Whether it succeeded; None if it was stopped before its end, or left to another process.
    """
    try:
        with held(engine, lease_of(name)):
            return run_job(engine, name, job, now)
    except LeaseHeldError as error:
        log.warning("job %s is left to %s, which runs it", name, error.holder)
        note(engine, name, f"left to {error.holder}, which runs it", now(), succeeded=None)
        return None


def run_job(
    engine: Engine, name: str, job: Job, now: Callable[[], datetime] = utc_now
) -> bool | None:
    """Run a job and keep a record of it; a failure is recorded and does not end the scheduler."""
    with transaction(engine) as session:
        run = JobRun(job=name, started_at=now())
        session.add(run)
        session.flush()
        run_id = run.id
    succeeded: bool | None
    try:
        message, succeeded = job(), True
    except LeftToAnotherError as error:
        message, succeeded = str(error), None
    except StoppedError as error:
        message, succeeded = f"stopped before its end: {error}", None
    except Exception as error:  # the boundary that keeps one failing job from the others
        log.exception("job %s failed", name)
        message, succeeded = _said(error), False
    with transaction(engine) as session:
        run = session.get_one(JobRun, run_id)
        run.finished_at, run.succeeded, run.message = now(), succeeded, cleaned(message)
        session.flush()
        _clear(session, name, run.started_at - KEPT)
    return succeeded


def _said(error: Exception) -> str:
    if isinstance(error, StorageError):  # what an operator must act on, in both languages
        return f"{error.en}{BOTH}{error.zh}"
    return f"{type(error).__name__}: {error}"


def _clear(session: Session, name: str, before: datetime) -> None:
    last = select(func.max(JobRun.id)).where(JobRun.job == name, JobRun.succeeded.is_(True))
    kept = session.scalars(last).one()
    session.execute(
        delete(JobRun).where(
            JobRun.job == name, JobRun.started_at < before, JobRun.id != (kept or 0)
        )
    )


def note(
    engine: Engine, job: str, message: str, now: datetime, *, succeeded: bool | None = False
) -> None:
    """Keep a record of a time at which a job did not run."""
    with transaction(engine) as session:
        session.add(
            JobRun(job=job, started_at=now, finished_at=now, succeeded=succeeded, message=message)
        )


def settle_cut_off(engine: Engine, now: datetime) -> None:
    """Put an end to the records of runs whose process is no more."""
    with transaction(engine) as session:
        for run in session.scalars(select(JobRun).where(JobRun.finished_at.is_(None))):
            if holder_of(engine, lease_of(run.job), now) is None:
                run.finished_at, run.message = now, "cut off: the program ended while it ran"


def last_begun(session: Session, name: str, due: datetime | None) -> datetime | None:
    """Return when the last run of a job began that came to its end, well or not.

    If several runs since ``due`` were cut off, the last of them counts: what always ends the
    program is not tried for ever.
    """
    begun = select(JobRun.started_at).where(JobRun.job == name).order_by(JobRun.id.desc())
    if due is not None:
        cut_off = session.scalars(
            begun.where(JobRun.succeeded.is_(None), JobRun.started_at >= due)
        ).all()
        if len(cut_off) >= _MOST_ATTEMPTS:
            return cut_off[0]
    return session.scalars(begun.where(JobRun.succeeded.is_not(None)).limit(1)).first()


def planned(
    engine: Engine, settings: ScheduleSettings, names: Collection[str], now: datetime
) -> list[Planned]:
    """Return every job of the timetable with its last and next runs."""
    chosen = triggers(settings, names)
    grace = timedelta(seconds=settings.misfire_grace_seconds)
    rows = []
    with reading(engine) as session:
        kept = _kept_times(session)
        for name in names:
            trigger, last_success = chosen.get(name), _last_end(session, name, succeeded=True)
            since = last_success or _first_known(session, name, kept)
            rows.append(
                Planned(
                    name=name,
                    crontab=line_of(settings, name),
                    catch_up=catch_up_of(settings, name),
                    last_success=last_success,
                    last_failure=_last_end(session, name, succeeded=False),
                    failure=_failure(session, name),
                    running_since=_running_since(session, name),
                    next_run=trigger.get_next_fire_time(None, now) if trigger else None,
                    overdue=trigger is not None
                    and is_overdue(trigger, since=since, now=now, grace=grace),
                )
            )
    return [_only_alive(engine, row, now) for row in rows]


def _only_alive(engine: Engine, row: Planned, now: datetime) -> Planned:
    if row.running_since is None or holder_of(engine, lease_of(row.name), now):
        return row
    values = {key: getattr(row, key) for key in Planned.__slots__}
    return Planned(**{**values, "running_since": None})


def _kept_times(session: Session) -> Mapping[str, datetime]:
    found: dict[str, datetime] = {}
    for job in session.scalars(select(ScheduledJob).where(ScheduledJob.next_run_time.is_not(None))):
        with suppress(OverflowError, ValueError):
            found[job.id] = datetime.fromtimestamp(job.next_run_time or 0, tz=utc_now().tzinfo)
    return found


def _first_known(session: Session, name: str, kept: Mapping[str, datetime]) -> datetime | None:
    """Return when a job that never succeeded first ran, else the second before it was to run."""
    first = select(JobRun.started_at).where(JobRun.job == name).order_by(JobRun.id).limit(1)
    begun = session.scalars(first).first()
    if begun is not None:
        return begun
    return kept[name] - timedelta(seconds=1) if name in kept else None


def _last_end(session: Session, name: str, *, succeeded: bool) -> datetime | None:
    query = select(JobRun.finished_at).where(JobRun.job == name, JobRun.succeeded.is_(succeeded))
    return session.scalars(query.order_by(JobRun.id.desc()).limit(1)).first()


def _failure(session: Session, name: str) -> str | None:
    query = select(JobRun).where(JobRun.job == name, JobRun.succeeded.is_not(None))
    newest = query.order_by(JobRun.finished_at.desc(), JobRun.id.desc()).limit(1)
    last = session.scalars(newest).first()
    return None if last is None or last.succeeded else last.message


def _running_since(session: Session, name: str) -> datetime | None:
    query = select(JobRun.started_at).where(JobRun.job == name, JobRun.finished_at.is_(None))
    return session.scalars(query.order_by(JobRun.id.desc()).limit(1)).first()
