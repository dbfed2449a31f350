"""Which portals are due for a crawl on a day: densely where reports appear, else sparsely. Pure.

Days are of China. Near the days on which reports are due, and around those on which its agencies
usually publish, a portal is visited daily; otherwise weekly, in summer every two weeks. One that
could not be read is tried again sooner, less and less often, never more often than a sound one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zlib import crc32

from storage.models import CrawlState

DAILY, WEEKLY, FORTNIGHTLY = 1, 7, 14
DAYS_BEFORE_DUE, DAYS_AFTER_DUE = 10, 14
"""Around a due day reports appear, late ones after it."""
DAYS_AROUND_USUAL = 3
_SUMMER = range(6, 10)
"""June to September: nothing is due, and reports of the year before have been out for months."""
_EARLIEST_OF_WEEK = 4
_RETRIES = (1, 2, 4)
"""Days after a visit that failed once, twice, three times in a row."""
_CLOSED = frozenset({CrawlState.BLOCKED, CrawlState.ROBOTS_DENIED})
_FAILED = frozenset({CrawlState.UNREACHABLE, CrawlState.PARTIAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalTimes:
    """What decides when a portal is visited next."""

    portal_id: str
    due_days: frozenset[tuple[int, int]]
    """Month and day on which its agencies' reports are due, by law and by local notices."""
    usual_days: frozenset[tuple[int, int]] = frozenset()
    """Month and day on which its agencies have published before."""
    crawled_on: date | None = None
    """The day of its last crawl; None if there was none."""
    states: Sequence[CrawlState] = ()
    """How its last crawls ended, newest first."""
    left_alone_until: date | None = None
    """The day from which its host is asked again, if it is in trouble."""


def next_crawl(times: PortalTimes) -> date | None:
    """Return the first day on which a portal is due; None if it is due whatever the day is."""
    last = times.crawled_on
    if last is None:
        return None
    day = last + timedelta(days=1)
    while not _is_due(times, last, day):
        day += timedelta(days=1)
    return max(day, times.left_alone_until or day)


def is_due(times: PortalTimes, today: date) -> bool:
    """Tell whether a portal is to be crawled today."""
    due = next_crawl(times)
    return due is None or due <= today


def period(times: PortalTimes, day: date) -> int:
    """Return the days between two visits of a sound portal at a time of the year."""
    near = any(
        -DAYS_BEFORE_DUE <= _days_since(day, *due) <= DAYS_AFTER_DUE for due in times.due_days
    )
    usual = any(abs(_days_since(day, *known)) <= DAYS_AROUND_USUAL for known in times.usual_days)
    if near or usual:
        return DAILY
    return FORTNIGHTLY if day.month in _SUMMER else WEEKLY


def _is_due(times: PortalTimes, last: date, day: date) -> bool:
    since, usual = (day - last).days, period(times, day)
    if times.states and times.states[0] in _CLOSED:
        usual = max(usual, DAILY if len(_run(times.states)) == 1 else WEEKLY)
        return since >= usual
    if times.states and times.states[0] in _FAILED:
        failures = len(_run(times.states))
        retry = _RETRIES[failures - 1] if failures <= len(_RETRIES) else usual
        return since >= min(usual, retry)
    if since >= usual:
        return True
    # Portals that were first crawled together are spread over the days of the week.
    own_day = (day.toordinal() + crc32(times.portal_id.encode())) % usual == 0
    return own_day and since >= max(1, usual * _EARLIEST_OF_WEEK // WEEKLY)


def _run(states: Sequence[CrawlState]) -> list[CrawlState]:
    """Return the states at the beginning that are trouble of the same sort as the first."""
    sort = _CLOSED if states[0] in _CLOSED else _FAILED
    found: list[CrawlState] = []
    for state in states:
        if state not in sort:
            break
        found.append(state)
    return found


def _days_since(day: date, month: int, of_month: int) -> int:
    """Return how many days ago (negative: ahead) the nearest such day of a year is."""
    candidates = [
        _in_year(year, month, of_month) for year in (day.year - 1, day.year, day.year + 1)
    ]
    return min(((day - each).days for each in candidates), key=abs)


def _in_year(year: int, month: int, of_month: int) -> date:
    """Return a day of a year; in a shorter month its last."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=of_month - 1), following - timedelta(days=1))


def spread(days: Iterable[date]) -> frozenset[tuple[int, int]]:
    """Return month and day of dates."""
    return frozenset((day.month, day.day) for day in days)
