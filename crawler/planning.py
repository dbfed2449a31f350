"""What need not be asked for again: pages of lists, and reports known. Pure; see decision 0006."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zlib import crc32

from crawler.read_pages import Before, ReadPage
from crawler.selection import fiscal_year_of
from storage.clock import end_of_day, local_date
from storage.models import AgencyKind
from storage.obligations import due_day

_KINDS = (AgencyKind.DEPARTMENT, AgencyKind.GOVERNMENT)
_NEVER = datetime.min.replace(tzinfo=UTC)
MOST_REQUESTS = 2
"""For a column in which nothing changed; what its list does not need goes to one of its reports."""
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_BEFORE_DUE = timedelta(days=20)
_AFTER_DUE = timedelta(days=45)
"""Around a due day reports appear, are corrected and are withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What earlier crawls read of a column."""

    pages: tuple[ReadPage, ...] = ()
    """Of the last healthy reading; empty if there is none."""
    asked_at: datetime | None = None
    """The last healthy reading for which every page was fetched whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to read a column this time."""

    conditional: bool = False
    before: Before | None = None


def plan_reading(history: History, now: datetime, *, days: int, grace_days: int) -> Plan:
    """Tell how a column is to be read.

    Whole and unconditionally if that was done longer than ``days`` ago, or if a due instant has
    passed since: a claim that something is missing then stands on pages fetched after it was due.
    """
    asked = history.asked_at
    if asked is None or not history.pages or now - asked >= timedelta(days=days):
        return Plan()
    if any(asked <= due < now for due in _due_instants(now, grace_days)):
        return Plan()
    return Plan(conditional=True, before=Before(history.pages))


def _due_instants(now: datetime, grace_days: int) -> list[datetime]:
    grace = timedelta(days=grace_days)
    return [end_of_day(day + grace) for day in _due_days(local_date(now).year)]


def _due_days(year: int) -> set[date]:
    """Return the days of a year, and of the one before, on which reports are due."""
    days = (due_day(kind, each - 1) for each in (year - 1, year) for kind in _KINDS)
    return {day for day in days if day is not None}


def is_settled(part: str, titles: Sequence[str], now: datetime) -> bool:
    """Tell whether a part of a column holds only years before the one of which reports are due.

    Both its name, such as ``2023年``, and every title in it must say so; an agency's part, or one
    where newer reports stand as well, is never settled.
    """
    named = [int(year) for year in _YEAR.findall(part)]
    years = [year for title in titles if (year := fiscal_year_of(title)) is not None]
    return bool(named and years) and max(named + years) <= local_date(now).year - 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A report that stands in a list and may have been opened before."""

    filing_id: int
    url: str
    fiscal_year: int | None
    opened_at: datetime | None
    """When its page was last had with all its files; None if it must be tried again."""
    listed_anew: bool = False
    """True if its row is new, or says something else than before."""


def must_open(known: Known, now: datetime, *, days: int, days_near_due: int) -> bool:
    """Tell whether a report is to be opened (again): never was, not whole, changed, or its turn.

    Turns are spread: each report has its own day within the last quarter of the period.
    """
    if known.opened_at is None or known.listed_anew:
        return True
    period = days_near_due if _is_near_due(known.fiscal_year, now) else days
    early = crc32(known.url.encode()) % 25 / 100
    return now - known.opened_at >= timedelta(days=period) * (1 - early)


def longest_unseen(reports: Sequence[Known], asked_at: Mapping[str, datetime]) -> Known | None:
    """Return the report whose page was asked for least recently; None if there is none.

    At a tie the one of the newest fiscal year, then the one that stands first in the list.

    Args:
        reports: in the order of their list.
        asked_at: when each page was asked for last, by the report's address.
    """
    return min(
        reports,
        key=lambda report: (
            asked_at.get(report.url) or report.opened_at or _NEVER,
            -(report.fiscal_year or 0),
        ),
        default=None,
    )


def _is_near_due(fiscal_year: int | None, now: datetime) -> bool:
    if fiscal_year is None:
        return False
    due = [day for kind in _KINDS if (day := due_day(kind, fiscal_year)) is not None]
    today = local_date(now)
    return any(day - _BEFORE_DUE <= today <= day + _AFTER_DUE for day in due)


def order_changed(before: Sequence[str], now: Sequence[str]) -> bool:
    """Tell whether rows that both lists have stand in another order, not counting a few moved.

    Fewer than three common rows tell nothing.
    """
    places = {url: place for place, url in enumerate(now)}
    common = [places[url] for url in before if url in places]
    return len(common) >= 3 and _longest_rise(common) < 0.6 * len(common)


def _longest_rise(places: Sequence[int]) -> int:
    """Return the length of the longest rising subsequence (patience sorting)."""
    tops: list[int] = []
    for place in places:
        pile = next((at for at, top in enumerate(tops) if top >= place), len(tops))
        tops[pile : pile + 1] = [place]
    return len(tops)
