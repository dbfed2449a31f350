"""The heartbeat file: by it a watcher sees that the timetable runs, without asking the database."""

import json
import logging
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from monitor.job_runs import Planned
from storage.clock import iso_utc

log = logging.getLogger(__name__)


def write_heartbeat(
    path: Path, *, now: datetime, holder: str, state: str, jobs: Iterable[Planned]
) -> None:
    """Write the file anew, whole or not at all; that it cannot be written ends nothing.

    Args:
        path: of the file.
        now: the time of this beat.
        holder: who holds the timetable, as ``host:pid:name``.
        state: ``running``, ``stopping`` or ``stopped``.
        jobs: as they stand.
    """
    beat = {
        "time": iso_utc(now),
        "pid": os.getpid(),
        "holder": holder,
        "state": state,
        "jobs": {job.name: _object(job) for job in jobs if job.crontab},
    }
    try:
        _replace(path, json.dumps(beat, ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        log.warning("the heartbeat file %s cannot be written: %s", path, error)


def _object(job: Planned) -> dict[str, object]:
    return {
        "last_success": _text(job.last_success),
        "last_failure": _text(job.last_failure),
        "running_since": _text(job.running_since),
        "next_run": _text(job.next_run),
        "failed": job.failure is not None,
        "overdue": job.overdue,
    }


def _text(instant: datetime | None) -> str | None:
    return iso_utc(instant) if instant else None


def _replace(path: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)  # other users' watchers read it
        Path(name).replace(path)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise
