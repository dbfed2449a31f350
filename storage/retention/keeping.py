"""Why list pages are kept. Pure.

A body that nothing here keeps proves nothing that another one does not prove as well: it shows a
column between two moments at which nothing happened in it.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta

from storage.clock import local_date
from storage.retention.model import Keep, PageCapture, Policy, PortalFacts, Stand


def kept_captures(facts: PortalFacts, policy: Policy, now: datetime) -> dict[int, Keep]:
    """Return the captures of a portal whose bodies must be kept, each with its first reason."""
    grounds = _Grounds(facts)
    kept: dict[int, Keep] = {}
    for reason, captures in _reasons(facts, grounds, policy, now):
        for capture in captures:
            kept.setdefault(capture, reason)
    return kept


def _reasons(
    facts: PortalFacts, grounds: "_Grounds", policy: Policy, now: datetime
) -> Iterator[tuple[Keep, set[int]]]:
    young = months_before(now, policy.keep_months)
    near = DueDays(policy)
    yield Keep.CLAIM, grounds.of_crawls(_claimed(facts))
    yield Keep.CITED, _cited(facts)
    for reason, readings in _of_sightings(facts):
        yield reason, grounds.of(readings)
    yield Keep.AROUND_DUE, grounds.since(facts, lambda at: near.covers(local_date(at)))
    yield Keep.NEWEST, grounds.of(_newest(facts, policy.newest_readings))
    yield Keep.YOUNG, grounds.since(facts, lambda at: at > young)
    first, last = _ends(facts.captures)
    yield Keep.FIRST, first
    yield Keep.LAST, last


class _Grounds:
    """Which captures a reading, or a crawl, stands on."""

    def __init__(self, facts: PortalFacts) -> None:
        self._of_crawl: dict[int, set[int]] = defaultdict(set)
        self._readings: dict[int, list[Stand]] = defaultdict(list)
        before: dict[tuple[str, str, str], int] = {}
        for each in facts.captures:
            self._of_crawl[each.crawl_id].add(each.id)
            if each.unchanged and each.address in before:
                self._of_crawl[each.crawl_id].add(before[each.address])
            if each.bodies:
                before[each.address] = each.id
        for reading in facts.readings:
            self._readings[reading.crawl_id].append(reading)

    def of(self, readings: Iterable[Stand]) -> set[int]:
        """Return what readings stand on; one that failed, or names nothing, on all of its crawl."""
        found: set[int] = set()
        for reading in readings:
            found |= reading.captures
            if not (reading.healthy and reading.captures):
                found |= self._of_crawl[reading.crawl_id]
        return found

    def of_crawls(self, crawls: Iterable[int]) -> set[int]:
        """Return what was captured in crawls, and what their readings stand on."""
        found: set[int] = set()
        for crawl in set(crawls):
            found |= self._of_crawl[crawl] | self.of(self._readings[crawl])
        return found

    def since(self, facts: PortalFacts, wanted: Callable[[datetime], bool]) -> set[int]:
        """Return what was captured, or read, at moments that are wanted."""
        at_once = {each.id for each in facts.captures if wanted(each.fetched_at)}
        return at_once | self.of(each for each in facts.readings if wanted(each.read_at))


def _claimed(facts: PortalFacts) -> Iterator[int]:
    """Yield the crawls that were believed at the moments of the claims: the last finished by then.

    Where none had, the first one after it.
    """
    finished = sorted((each.finished_at, each.id) for each in facts.crawls if each.finished_at)
    times = [at for at, _ in finished]
    for claim in facts.claims:
        after = bisect_right(times, claim)
        if finished:
            yield finished[max(after - 1, 0)][1]


def _cited(facts: PortalFacts) -> set[int]:
    named = facts.cited_bodies
    return {
        each.id for each in facts.captures if each.id in facts.cited or named & set(each.bodies)
    }


def _of_sightings(facts: PortalFacts) -> Iterator[tuple[Keep, list[Stand]]]:
    """Yield the readings between which each report appeared, was last seen, and went.

    A report is seen while its crawl runs, and the reading is kept at the end of it: so the one
    that began before a moment and the one that ended after it are both taken. That it was absent
    may be proved by the columns that stood before its own: the readings of all are taken.
    """
    columns = _by_column(sorted(facts.readings, key=lambda each: (each.read_at, each.started_at)))
    healthy = [[each for each in readings if each.healthy] for readings in columns.values()]
    first, absent, last, unlisted = [], [], [], []
    for sighting in facts.sightings:
        readings = columns[sighting.column_id]
        first += _around(readings, sighting.first_seen_at)
        last += _around(readings, sighting.last_seen_at)
        after = [each for each in readings if each.started_at > sighting.last_seen_at]
        unlisted += after[:1]
        if sighting.last_absent_at is not None:
            for moment in (sighting.last_absent_at, sighting.first_seen_at):
                absent += [each for some in healthy for each in _until(some, moment)]
    yield Keep.FIRST_SEEN, first
    yield Keep.LAST_ABSENT, absent
    yield Keep.LAST_SEEN, last
    yield Keep.UNLISTED, unlisted


def _by_column(readings: Iterable[Stand]) -> dict[int, list[Stand]]:
    columns: dict[int, list[Stand]] = defaultdict(list)
    for reading in readings:
        columns[reading.column_id].append(reading)
    return columns


def _around(readings: list[Stand], moment: datetime) -> list[Stand]:
    """Return the last reading that began by a moment, and the first that ended after it."""
    began = [each for each in readings if each.started_at <= moment]
    ended = bisect_left(readings, moment, key=lambda each: each.read_at)
    return [*began[-1:], *readings[ended : ended + 1]]


def _until(readings: list[Stand], moment: datetime) -> list[Stand]:
    ended = bisect_right(readings, moment, key=lambda each: each.read_at)
    return readings[max(ended - 1, 0) : ended]


def _newest(facts: PortalFacts, count: int) -> list[Stand]:
    """Return the newest readings of each column; the newest healthy ones, if others are newer."""
    columns = _by_column(sorted(facts.readings, key=lambda each: each.read_at, reverse=True))
    return [
        reading
        for readings in columns.values()
        for some in (readings, [each for each in readings if each.healthy])
        for reading in some[:count]
    ]


def _ends(captures: Iterable[PageCapture]) -> tuple[set[int], set[int]]:
    """Return the first and the last capture with a body of each address."""
    first: dict[tuple[str, str, str], int] = {}
    last: dict[tuple[str, str, str], int] = {}
    for each in captures:
        if each.bodies:
            first.setdefault(each.address, each.id)
            last[each.address] = each.id
    return set(first.values()), set(last.values())


class DueDays:
    """Tells the days around due days; every day is reckoned once."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._known: dict[date, bool] = {}

    def covers(self, day: date) -> bool:
        """Tell whether a day is no further from a due day than the policy says."""
        if day not in self._known:
            self._known[day] = any(
                abs((day - due).days) <= self._policy.days_around_due
                for year in (day.year - 1, day.year, day.year + 1)
                for due in due_in(year, self._policy.due_days)
            )
        return self._known[day]


def due_in(year: int, days: Iterable[tuple[int, int]]) -> Iterator[date]:
    """Yield the due days of a year; in a month that is too short, its last day."""
    for month, day in days:
        yield min(date(year, month, 1) + timedelta(days=day - 1), _last_of(year, month))


def months_before(now: datetime, months: int) -> datetime:
    """Return the same day and time so many months ago; in a shorter month its last day."""
    total = now.year * 12 + now.month - 1 - months
    year, month = divmod(total, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, _last_of(year, month + 1).day))


def _last_of(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
