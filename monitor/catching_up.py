"""When a job is to run next, after times that passed while nobody could run it.

The clock may have jumped, the machine may have slept, the program may have been away for weeks:
what counts is only which times of the timetable have passed and what was begun since.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.triggers.base import BaseTrigger

from monitor.crontab import last_due
from storage.telling_settings import CatchUp

SHORTEST_PATIENCE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When a job runs next; a time in the past means at once."""

    next_run: datetime | None
    left_out: datetime | None = None
    """The time that passed and is not made up for."""


def plan(
    trigger: BaseTrigger,
    *,
    now: datetime,
    policy: CatchUp,
    grace: timedelta,
    kept: datetime | None = None,
    last_begun: datetime | None = None,
) -> Plan:
    """Return when to run a job.

    Args:
        trigger: its times.
        now: the clock as it stands.
        policy: whether a time that passed is made up for, however long ago it was.
        grace: until when one is made up for all the same.
        kept: its next time as it was last planned; None if it never was by this line.
        last_begun: when the last run began that came to its end; None if unknown.

    Any number of times that passed are one run; a time kept from a clock that was ahead is
    forgotten.
    """
    due, coming = last_due(trigger, now), trigger.get_next_fire_time(None, now)
    if due is None or not _is_missed(due, kept, last_begun):
        return Plan(next_run=coming)
    if policy == "run_once" or now - due <= grace:
        return Plan(next_run=due)
    return Plan(next_run=coming, left_out=due)


def _is_missed(due: datetime, kept: datetime | None, last_begun: datetime | None) -> bool:
    return (kept is not None and kept <= due) or (last_begun is not None and last_begun < due)


def is_overdue(
    trigger: BaseTrigger, *, since: datetime | None, now: datetime, grace: timedelta
) -> bool:
    """Tell whether a job should have succeeded by now and has not.

    Half its period is allowed for it, at least a quarter of an hour, at most the grace.

    Args:
        trigger: its times.
        since: its last success; if there is none, when it was first begun or planned.
        now: the clock as it stands.
        grace: at most so long is waited for it.
    """
    if since is None or since > now:
        return False
    first = trigger.get_next_fire_time(None, since + timedelta(seconds=1))
    if first is None:
        return False
    second = trigger.get_next_fire_time(None, first + timedelta(seconds=1))
    period = grace * 2 if second is None else second - first
    patience = max(SHORTEST_PATIENCE, min(grace, period / 2))
    return bool(first + patience < now)
