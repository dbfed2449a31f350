"""What need not be asked for again: pages of lists, and reports known. Pure; see decision 0008."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zlib import crc32

from crawler.platforms.wording import AGENCY_NAME, compact
from crawler.read_pages import Before, ReadPage, years_named
from storage.clock import end_of_day, local_date
from storage.models import AgencyKind
from storage.obligations import due_day

_KINDS = (AgencyKind.DEPARTMENT, AgencyKind.GOVERNMENT)
_NEVER = datetime.min.replace(tzinfo=UTC)
MOST_REQUESTS = 2
"""For a column in which nothing changed; what its list does not need goes to one of its reports."""
_BEFORE_DUE = timedelta(days=20)
_AFTER_DUE = timedelta(days=45)
"""Around a due day reports appear, are corrected and are withdrawn."""
ONCE_A_DAY = timedelta(hours=20)
"""Not sooner again is asked for what can wait: a part of which nothing is due yet, a file that
could not be had."""


FRESH = timedelta(hours=3)
"""For so long an answer stands that a report which is due is not there: then it is asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What earlier crawls read of a column."""

    pages: tuple[ReadPage, ...] = ()
    """Of the last healthy reading; empty if there is none."""
    asked_at: datetime | None = None
    """The last healthy reading for which every page was fetched whole."""
    asked: Mapping[str, datetime] = field(default_factory=dict)
    """When each list of the column was asked for last, by the address of its first page."""
    years: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)
    """The filing that each row is known as, and its fiscal year, by the row's address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to read a column this time."""

    conditional: bool = False
    before: Before | None = None


def plan_reading(
    history: History, now: datetime, *, days: int, grace_days: int, at_once: bool = False
) -> Plan:
    """Tell how a column is to be read.

    Whole and unconditionally if that was done longer than ``days`` ago, or if a due instant has
    passed since: a claim that something is missing then stands on pages fetched after it was due.
    ``at_once``: somebody wants to know, so that nothing waits in which a report may appear.
    """
    asked = history.asked_at
    if asked is None or not history.pages or now - asked >= timedelta(days=days):
        return Plan()
    if any(asked <= due < now for due in _due_instants(now, grace_days)):
        return Plan()
    before = Before(history.pages, asked=history.asked, years=history.years, at_once=at_once)
    return Plan(conditional=True, before=before)


def _due_instants(now: datetime, grace_days: int) -> list[datetime]:
    grace = timedelta(days=grace_days)
    return [end_of_day(day + grace) for day in _due_days(local_date(now).year)]


def _due_days(year: int) -> set[date]:
    """Return the days of a year, and of the one before, on which reports are due."""
    days = (due_day(kind, each - 1) for each in (year - 1, year) for kind in _KINDS)
    return {day for day in days if day is not None}


def may_rest(
    part: str,
    years: Sequence[int | None],
    asked_at: datetime | None,
    now: datetime,
    *,
    named_so: bool = False,
    at_once: bool = False,
) -> bool:
    """Tell whether a part of a column need not be asked for this time: decision 0008, 5.

    Args:
        part: what the column calls it.
        years: the fiscal year of each report in it, None where a row is not known as one.
        asked_at: when it was asked for last, None if that is not known.
        now: the time.
        named_so: whether the column's parts are known to be named for the fiscal years of what
            stands in them, not for those in which it was published.
        at_once: whether somebody wants to know now.
    """
    if asked_at is None:
        return False
    waits = not _is_anything_due(now) or (named_so and _is_of_years_to_come(part, years, now))
    if not at_once and now - asked_at < (ONCE_A_DAY if waits else FRESH):
        return True
    return _is_of_years_past(part, years, now) or _awaits_nothing(part, years, now)


def _is_anything_due(now: datetime) -> bool:
    """Tell whether a report of the year before may be claimed to be missing."""
    days = [day for kind in _KINDS if (day := due_day(kind, local_date(now).year - 1)) is not None]
    return any(local_date(now) > day for day in days)


def _is_of_years_to_come(part: str, years: Sequence[int | None], now: datetime) -> bool:
    """Tell whether a part is for years that have not ended: nobody owes what will stand in it."""
    named = years_named(part)
    told = [year for year in years if year is not None]
    return bool(named) and len(told) == len(years) and min(named + told) >= local_date(now).year


def _is_of_years_past(part: str, years: Sequence[int | None], now: datetime) -> bool:
    """Tell whether a part holds only years before the one of which reports are due.

    Both its name, such as ``2023年``, and every report in it must say so; an agency's part, or one
    where newer reports stand as well, never does.
    """
    named = years_named(part)
    told = [year for year in years if year is not None]
    return bool(named and told) and max(named + told) <= local_date(now).year - 2


def _awaits_nothing(part: str, years: Sequence[int | None], now: datetime) -> bool:
    """Tell whether a part is one agency's and shows the report of the year that is due.

    It is one agency's if it is called so, or holds several reports, and no two of them are of one
    year. No year between them may be missing: that would be claimed of the agency.
    """
    told = {year for year in years if year is not None}
    if not told or len(told) < len(years) or max(told) - min(told) >= len(told):
        return False
    is_one = len(years) > 1 or AGENCY_NAME.match(compact(part)) is not None
    return is_one and max(told) >= local_date(now).year - 1


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
    unhad: str = ""
    """Why a file of it was not to be had, if that is tried again another day."""


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
