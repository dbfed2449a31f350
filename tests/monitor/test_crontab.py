"""Lines of the timetable, and the times they name."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.crontab import (
    CATCH_UP,
    JOBS,
    NEEDS_A_PLACE,
    catch_up_of,
    last_due,
    trigger_of,
    triggers,
)
from storage.clock import SHANGHAI
from storage.settings import ScheduleSettings, SettingsError

OFF = ScheduleSettings.model_validate(dict.fromkeys(JOBS, ""))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("crontab", "after", "expected"),
    [
        ("0 2 * * *", "2026-01-31T03:00", "2026-02-01T02:00"),
        ("30 8 * * 1", "2026-02-01T00:00", "2026-02-02T08:30"),
        ("30 8 * * mon", "2026-02-01T00:00", "2026-02-02T08:30"),
        ("0 9 * * 0", "2026-01-31T10:00", "2026-02-01T09:00"),
        ("0 9 * * 7", "2026-01-31T10:00", "2026-02-01T09:00"),
        ("0 9 * * 1-5", "2026-01-30T10:00", "2026-02-02T09:00"),
        ("*/5 * * * *", "2026-01-31T23:57", "2026-02-01T00:00"),
        ("0 0 29 2 *", "2027-01-01T00:00", "2028-02-29T00:00"),
        ("0 9 * * 0-4", "2026-01-30T10:00", "2026-02-01T09:00"),
        ("0 9 * * sat-sun", "2026-02-01T10:00", "2026-02-07T09:00"),
        ("0 9 * * */2", "2026-02-01T10:00", "2026-02-03T09:00"),
        ("0 9 * * 1-5/2", "2026-02-02T10:00", "2026-02-04T09:00"),
        ("0 9 * * Mon,FRI", "2026-02-02T10:00", "2026-02-06T09:00"),
        ("0 9 1 * mon", "2026-02-10T10:00", "2026-02-16T09:00"),
        ("0 9 1 * mon", "2026-02-28T10:00", "2026-03-01T09:00"),
        ("0 9 */2 * mon", "2026-02-10T10:00", "2026-02-23T09:00"),
    ],
)
def test_a_crontab_line_means_what_cron_says(crontab: str, after: str, expected: str) -> None:
    trigger = trigger_of("crawl", crontab, "Asia/Shanghai")
    assert trigger.get_next_fire_time(None, at(after)) == at(expected)


@pytest.mark.parametrize(
    "crontab",
    ["0 2 * *", "61 2 * * *", "0 2 * * funday", "0 2 * * 8", "0 2 * * 1/0", "0 0 31 2 *", "hello"],
)
def test_a_wrong_crontab_line_names_the_setting(crontab: str) -> None:
    with pytest.raises(SettingsError, match=r"\[schedule\] crawl"):
        trigger_of("crawl", crontab, "Asia/Shanghai")


def test_a_wrong_time_zone_is_a_settings_error() -> None:
    with pytest.raises(SettingsError, match="Asia/Nowhere"):
        trigger_of("crawl", "0 2 * * *", "Asia/Nowhere")


def test_an_empty_line_switches_a_job_off() -> None:
    settings = OFF.model_copy(update={"send": "*/5 * * * *"})
    assert set(triggers(settings, {"crawl": None, "send": None})) == {"send"}


def test_the_defaults_are_a_timetable_of_every_job_that_has_a_place_to_write_to() -> None:
    assert set(triggers(ScheduleSettings())) == set(JOBS) - set(NEEDS_A_PLACE)
    places = dict.fromkeys(NEEDS_A_PLACE.values(), "/mnt/b")
    assert set(triggers(ScheduleSettings.model_validate(places))) == set(JOBS)


def test_each_job_has_a_policy_that_the_settings_may_change() -> None:
    settings = ScheduleSettings(catch_up={"check": "skip"})
    changed = {name: catch_up_of(settings, name) for name in JOBS}
    assert changed == {**CATCH_UP, "check": "skip"}
    assert CATCH_UP["crawl"] == CATCH_UP["digest"] == CATCH_UP["send"] == "run_once"


def test_a_policy_for_a_job_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match="craul"):
        triggers(ScheduleSettings(catch_up={"craul": "skip"}))


@pytest.mark.parametrize(
    ("crontab", "now", "expected"),
    [
        ("0 2 * * *", "2026-02-01T02:00", "2026-02-01T02:00"),
        ("0 2 * * *", "2026-02-01T01:59", "2026-01-31T02:00"),
        ("30 8 * * mon", "2026-02-01T00:00", "2026-01-26T08:30"),
        ("0 0 29 2 *", "2028-02-28T23:59", "2024-02-29T00:00"),
        ("0 0 29 2 *", "2104-02-28T00:00", "2096-02-29T00:00"),
        ("0 0 1 1 *", "2027-01-01T00:00", "2027-01-01T00:00"),
    ],
)
def test_the_last_time_that_was_due_is_found(crontab: str, now: str, expected: str) -> None:
    assert last_due(trigger_of("crawl", crontab, "Asia/Shanghai"), at(now)) == at(expected)


LINES = st.sampled_from(
    ["*/5 * * * *", "0 2 * * *", "30 8 * * mon", "0 0 1 * *", "15 3 29 2 *", "0 9 1 * mon"]
)


@given(LINES, st.integers(0, 10 * 366 * 24 * 60))
def test_between_the_last_time_and_the_next_there_is_none(crontab: str, minutes: int) -> None:
    trigger = trigger_of("crawl", crontab, "Asia/Shanghai")
    now = at("2024-01-01T00:00") + timedelta(minutes=minutes)
    last = last_due(trigger, now)
    assert last is not None
    assert last <= now
    following = trigger.get_next_fire_time(None, last + timedelta(seconds=1))
    assert following > now
