"""Where APScheduler keeps the jobs: a table of our schema, legible, and no code in it.

The library's own store makes its table by itself and keeps jobs pickled, so that whoever can
write the database could run programs here. Ours keeps what a job is made of as JSON: the crontab
line, the name of the one function that runs it, and its arguments.
"""

import json
from datetime import datetime
from functools import cache
from typing import Any, cast
from zoneinfo import ZoneInfo

from apscheduler.job import Job
from apscheduler.jobstores.base import BaseJobStore, ConflictingIdError, JobLookupError
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.triggers.base import BaseTrigger
from apscheduler.util import datetime_to_utc_timestamp
from sqlalchemy import Engine, Table
from sqlalchemy.exc import IntegrityError

from monitor.crontab import trigger_of
from storage.models import ScheduledJob

_KEPT = ("executor", "misfire_grace_time", "coalesce", "max_instances")


class JobStore(SQLAlchemyJobStore):  # type: ignore[misc]
    """The jobs in the table ``scheduled_jobs``; a job's name is its crontab line and time zone."""

    def __init__(self, engine: Engine, function: str) -> None:
        """``function`` is the textual reference of what every job runs."""
        BaseJobStore.__init__(self)
        self.engine = engine
        self.jobs_t = cast("Table", ScheduledJob.__table__)
        self._function = function

    def start(self, scheduler: Any, alias: str) -> None:
        """Begin; the table is there, made by the migrations."""
        BaseJobStore.start(self, scheduler, alias)

    def shutdown(self) -> None:
        """End; the engine is not ours to dispose of."""

    def add_job(self, job: Job) -> None:
        """Keep a new job.

        Raises:
            ConflictingIdError: if one of its id is kept.
        """
        try:
            with self.engine.begin() as connection:
                connection.execute(self.jobs_t.insert().values(id=job.id, **_row(job)))
        except IntegrityError as error:
            raise ConflictingIdError(job.id) from error

    def update_job(self, job: Job) -> None:
        """Keep a job as it is now.

        Raises:
            JobLookupError: if it is not kept.
        """
        update = self.jobs_t.update().where(self.jobs_t.c.id == job.id).values(**_row(job))
        with self.engine.begin() as connection:
            if connection.execute(update).rowcount == 0:
                raise JobLookupError(job.id)

    def _reconstitute_job(self, job_state: bytes) -> Job:
        state = json.loads(job_state)
        if state["function"] != self._function:
            msg = f"a job of {state['function']!r}, which is not ours"
            raise ValueError(msg)
        crontab, _, zone = state["name"].rpartition(" ")
        job = Job.__new__(Job)
        job.__setstate__(
            {
                "version": 1,
                "id": state["id"],
                "name": state["name"],
                "func": self._function,
                "args": tuple(state["arguments"]),
                "kwargs": {},
                "trigger": _trigger(state["id"], crontab, zone),
                "next_run_time": datetime.fromisoformat(state["next_run"]).astimezone(
                    ZoneInfo(zone)
                ),
                **{key: state[key] for key in _KEPT},
            }
        )
        job._scheduler = self._scheduler
        job._jobstore_alias = self._alias
        return job


@cache
def _trigger(name: str, crontab: str, zone: str) -> BaseTrigger:
    """Triggers have no state, and jobs are read again at each look."""
    return trigger_of(name, crontab, zone)


def _row(job: Job) -> dict[str, Any]:
    state = {
        "id": job.id,
        "name": job.name,
        "function": job.func_ref,
        "arguments": list(job.args),
        "next_run": job.next_run_time.isoformat(),
        **{key: getattr(job, key) for key in _KEPT},
    }
    return {
        "next_run_time": datetime_to_utc_timestamp(job.next_run_time),
        "job_state": json.dumps(state, ensure_ascii=False).encode(),
    }
