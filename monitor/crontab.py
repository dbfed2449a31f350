"""The lines of the timetable in ``nianbao.toml``, as triggers of APScheduler."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

from storage.clock import utc_now
from storage.settings import ScheduleSettings, SettingsError
from storage.telling_settings import CatchUp

CATCH_UP: dict[str, CatchUp] = {
    "crawl": "run_once",
    "check": "run_once",
    "alerts": "run_once",
    "digest": "run_once",
    "send": "run_once",
    "verify": "skip",
    "fixity": "run_once",
    "checkpoint": "run_once",
    "feeds": "run_once",
    "backup": "run_once",
}
"""The jobs that the settings name, and what becomes of times that passed while nobody ran them."""
JOBS = tuple(CATCH_UP)
NEEDS_A_PLACE = {"backup": "backup_dir", "feeds": "feeds_dir"}
"""Jobs that are off until a setting says where they write."""
_FIRST_LOOK = timedelta(hours=1)
_LONGEST_REST = timedelta(days=9 * 366)
"""Between two times of one line: from 29 February 2096 to that of 2104."""
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def trigger_of(setting: str, crontab: str, timezone: str) -> BaseTrigger:
    """Return the trigger of a crontab line, which means what crontab(5) says.

    Weekdays count from Sunday (0 or 7); where day of the month and weekday are both restricted,
    either of them is enough.

    Raises:
        SettingsError: naming the setting, if line or time zone is wrong or no time ever comes.
    """
    try:
        trigger = _parse(crontab.split(), ZoneInfo(timezone))
        comes = trigger.get_next_fire_time(None, utc_now()) is not None
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise _wrong(setting, crontab, timezone, str(error)) from error
    if not comes:
        raise _wrong(setting, crontab, timezone, "never")
    return trigger


def _parse(fields: list[str], zone: ZoneInfo) -> BaseTrigger:
    if len(fields) != 5:
        msg = f"{len(fields)} fields"
        raise ValueError(msg)
    minute, hour, day, month, weekday = fields
    time = {"minute": minute, "hour": hour, "month": month, "timezone": zone}
    named = _named_weekdays(weekday)
    if day.startswith("*") or weekday.startswith("*"):
        return CronTrigger(day=day, day_of_week=named, **time)
    return OrTrigger([CronTrigger(day=day, **time), CronTrigger(day_of_week=named, **time)])


def _wrong(setting: str, crontab: str, timezone: str, reason: str) -> SettingsError:
    return SettingsError(
        f"nianbao.toml：[schedule] {setting}：不能使用“{crontab}”（时区 {timezone}）：{reason}；"
        "应为五栏，如 '0 2 * * *'（分 时 日 月 星期），空文字表示不运行。",
        f"nianbao.toml: [schedule] {setting}: cannot use {crontab!r} in {timezone!r}: {reason}; "
        "write five fields such as '0 2 * * *' (minute hour day month weekday), or '' for off.",
    )


def _named_weekdays(field: str) -> str:
    """Name every weekday that a field means: APScheduler would count from Monday."""
    if field == "*":
        return field
    days = {day for part in field.lower().split(",") for day in _days(part)}
    return ",".join(_WEEKDAYS[day] for day in sorted(days))


def _days(part: str) -> Iterable[int]:
    expression, _, step = part.partition("/")
    begin, dash, end = expression.partition("-")
    first = 0 if begin == "*" else _day(begin)
    last = _day(end) if dash else 6 if begin == "*" or step else first
    if last < first:
        last += 7  # from Saturday to Sunday
    return [day % 7 for day in range(first, last + 1, int(step or 1))]


def _day(text: str) -> int:
    number = _WEEKDAYS.index(text) if text in _WEEKDAYS else int(text)
    if not 0 <= number <= 7:
        msg = f"no weekday: {text}"
        raise ValueError(msg)
    return number


def triggers(settings: ScheduleSettings, names: Iterable[str] = JOBS) -> dict[str, BaseTrigger]:
    """Return the trigger of each named job that the settings do not switch off.

    Raises:
        SettingsError: naming the first setting that is wrong.
    """
    _refuse_unknown(settings)
    lines = {name: line_of(settings, name) for name in names}
    return {name: trigger_of(name, line, settings.timezone) for name, line in lines.items() if line}


def line_of(settings: ScheduleSettings, name: str) -> str:
    """Return the crontab line of a job, empty if it is switched off."""
    if name in NEEDS_A_PLACE and not getattr(settings, NEEDS_A_PLACE[name]):
        return ""
    return str(getattr(settings, name)).strip()


def catch_up_of(settings: ScheduleSettings, name: str) -> CatchUp:
    """Return what becomes of times of a job that passed while nobody could run it."""
    return settings.catch_up.get(name, CATCH_UP[name])


def last_due(trigger: BaseTrigger, now: datetime) -> datetime | None:
    """Return the last time of a trigger that is not after ``now``; None if there was none."""
    back = _FIRST_LOOK
    while back <= 2 * _LONGEST_REST:
        found = trigger.get_next_fire_time(None, now - back)
        if found is not None and found <= now:
            return _last_from(trigger, found, now)
        back *= 2
    return None


def _last_from(trigger: BaseTrigger, found: datetime, now: datetime) -> datetime:
    while True:
        later = trigger.get_next_fire_time(None, found + timedelta(seconds=1))
        if later is None or later > now:
            return found
        found = later


def _refuse_unknown(settings: ScheduleSettings) -> None:
    for name in settings.catch_up:
        if name not in CATCH_UP:
            known = ", ".join(JOBS)
            raise SettingsError(
                f"nianbao.toml：[schedule] catch_up：没有名为 {name} 的任务；任务有 {known}。",
                f"nianbao.toml: [schedule] catch_up: no job is named {name}; there are {known}.",
            )
