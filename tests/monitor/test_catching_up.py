"""What becomes of times that passed: downtime, sleep, clocks that jump."""

from datetime import datetime, timedelta

import pytest
from apscheduler.triggers.base import BaseTrigger

from monitor.catching_up import Plan, is_overdue, plan
from monitor.crontab import trigger_of
from storage.clock import SHANGHAI
from storage.telling_settings import CatchUp

GRACE = timedelta(hours=6)
DAILY = trigger_of("crawl", "0 2 * * *", "Asia/Shanghai")
WEEKLY = trigger_of("digest", "30 8 * * mon", "Asia/Shanghai")
OFTEN = trigger_of("send", "*/5 * * * *", "Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def planned(
    trigger: BaseTrigger,
    policy: CatchUp,
    now: str,
    kept: str | None = None,
    begun: str | None = None,
) -> Plan:
    return plan(
        trigger,
        now=at(now),
        policy=policy,
        grace=GRACE,
        kept=at(kept) if kept else None,
        last_begun=at(begun) if begun else None,
    )


def test_a_job_that_nobody_ran_for_weeks_runs_once_at_the_start() -> None:
    made = planned(DAILY, "run_once", "2028-03-20T10:00", kept="2028-02-28T02:00")
    assert made == Plan(next_run=at("2028-03-20T02:00"))


def test_a_job_that_is_skipped_waits_for_its_next_time_and_says_what_was_left_out() -> None:
    made = planned(DAILY, "skip", "2028-03-20T10:00", kept="2028-02-28T02:00")
    assert made == Plan(next_run=at("2028-03-21T02:00"), left_out=at("2028-03-20T02:00"))


def test_within_the_grace_even_a_job_that_is_skipped_is_made_up_for() -> None:
    made = planned(DAILY, "skip", "2028-03-20T08:00", kept="2028-02-28T02:00")
    assert made == Plan(next_run=at("2028-03-20T02:00"))


def test_a_run_that_was_cut_off_is_made_up_for() -> None:
    """The store knows the next time already; that the run of this one did not end is known too."""
    made = planned(
        WEEKLY, "run_once", "2028-02-28T09:00", kept="2028-03-06T08:30", begun="2028-02-21T08:30"
    )
    assert made == Plan(next_run=at("2028-02-28T08:30"))


def test_a_job_that_ran_late_is_not_run_again() -> None:
    made = planned(
        WEEKLY, "run_once", "2028-02-28T12:00", kept="2028-03-06T08:30", begun="2028-02-28T11:00"
    )
    assert made == Plan(next_run=at("2028-03-06T08:30"))


@pytest.mark.parametrize("policy", ["run_once", "skip"])
def test_a_job_that_never_ran_waits_for_its_first_time(policy: CatchUp) -> None:
    assert planned(WEEKLY, policy, "2028-02-28T12:00") == Plan(next_run=at("2028-03-06T08:30"))


@pytest.mark.parametrize("policy", ["run_once", "skip"])
def test_a_time_kept_from_a_clock_that_was_decades_ahead_is_forgotten(policy: CatchUp) -> None:
    made = planned(
        DAILY, policy, "2028-02-28T12:00", kept="2099-01-01T02:00", begun="2098-12-31T02:00"
    )
    assert made == Plan(next_run=at("2028-02-29T02:00"))


def test_a_clock_that_leaps_half_a_century_is_one_run() -> None:
    """And is planned at once: five million times of the line are not counted through."""
    made = planned(OFTEN, "run_once", "2026-11-22T10:02", kept="1970-01-01T08:05")
    assert made == Plan(next_run=at("2026-11-22T10:00"))


@pytest.mark.parametrize(
    ("since", "now", "expected"),
    [
        ("2026-02-01T02:30", "2026-02-02T07:59", False),
        ("2026-02-01T02:30", "2026-02-02T08:01", True),
        ("2026-02-02T02:30", "2026-02-02T08:01", False),
        ("2026-02-03T02:30", "2026-02-02T08:01", False),
        (None, "2026-02-02T08:01", False),
    ],
)
def test_a_daily_job_is_overdue_after_the_grace(
    since: str | None, now: str, expected: bool
) -> None:
    begin = at(since) if since else None
    assert is_overdue(DAILY, since=begin, now=at(now), grace=GRACE) is expected


def test_a_job_of_every_five_minutes_is_overdue_after_a_quarter_of_an_hour() -> None:
    last = at("2026-02-01T10:00:03")
    assert not is_overdue(OFTEN, since=last, now=at("2026-02-01T10:19"), grace=GRACE)
    assert is_overdue(OFTEN, since=last, now=at("2026-02-01T10:21"), grace=GRACE)
