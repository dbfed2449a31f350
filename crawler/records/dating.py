"""Dates of a filing: every one met is kept with its source; few may say when it was published.

Reference: label, page and list state a day, the address may hide one that the system wrote there,
in this order. Ids, names of files and the server's headers prove nothing: migrations set them anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from crawler.platforms.days import days_in_address
from crawler.platforms.model import DayFound
from crawler.records.reader import reader_version
from storage.clock import local_date
from storage.models import DateSource, Filing
from storage.told_days import first_told, is_of_its_visit, retold

EARLIEST = date(2008, 5, 1)
"""The first Regulation's first day in force (Order 492): no annual report is older."""
_A_DAY = timedelta(days=1)
_APART = timedelta(days=3)
"""Days between two dates that may still mean the same publication."""
_JUST_NOW = timedelta(minutes=10)
_COUNTED = frozenset({"objectid", "milliseconds", "snowflake"})
"""Kinds of days that are counted in an id, which may be that of a draft."""


def add_days(filing: Filing, days: Sequence[DayFound], now: datetime, page: str = "") -> None:
    """Take in dates beside those that their sources told before; choose the publication day.

    ``page`` is the address of the page that tells them, if it is a twin of the filing's own.
    """
    stated = [day for day in days if day.kind not in _COUNTED]
    told = [
        {"source": str(day.source), "value": day.day.isoformat(), "text": day.text}
        for day in stated
    ]
    filing.date_candidates = retold(filing.date_candidates, told, now, page, reader_version())
    counted = [day for day in days if day.kind in _COUNTED]
    add_traces(filing, [("id", day.day, day.text) for day in counted])
    choose_day(filing, now)


def choose_day(filing: Filing, now: datetime) -> None:
    """Set the publication day of a filing from what was told of it first."""
    first_seen, year = local_date(filing.first_seen_at), filing.fiscal_year
    filing.published_on, filing.published_on_source = published_day(
        first_told(filing.date_candidates, fiscal_year=year, first_seen=first_seen),
        today=local_date(now),
        first_seen=first_seen,
        fiscal_year=year,
    )


def published_day(
    candidates: Sequence[Mapping[str, Any]],
    *,
    today: date,
    first_seen: date,
    fiscal_year: int | None,
) -> tuple[date | None, DateSource | None]:
    """Return the day of publication and what states it: the most direct source that can be right.

    No day is believed that lies before the Regulation or the fiscal year, in the future, or after
    the report was first seen; nor one that is just today's where another source tells an earlier
    one: templates print the date of the visit.
    """
    latest = min(today, first_seen) + _A_DAY
    oldest = max(EARLIEST, date(fiscal_year, 1, 1)) if fiscal_year else EARLIEST
    days = [(date.fromisoformat(each["value"]), each) for each in candidates]
    possible = [(day, each) for day, each in days if oldest <= day <= latest]
    for source in DateSource:
        for day, each in possible:
            if each["source"] != source:
                continue
            of_the_visit = day >= today or is_of_its_visit(each)
            if not (of_the_visit and any(other < day - _APART for other, _ in possible)):
                return day, source
    return None, None


def add_traces(filing: Filing, traces: Iterable[tuple[str, date, str]]) -> None:
    """Keep days that nobody states, each once."""
    kept = list(filing.date_traces or ())
    for source, day, text in traces:
        entry = {"source": source, "value": day.isoformat(), "text": text}
        if entry not in kept:
            kept.append(entry)
    if kept != (filing.date_traces or []):
        filing.date_traces = kept


def traces_of_answer(
    headers: Mapping[str, str], fetched_at: datetime
) -> list[tuple[str, date, str]]:
    """Return the day of Last-Modified, unless it only says when the server answered."""
    written = headers.get("last-modified", "")
    try:
        modified = parsedate_to_datetime(written)
    except ValueError:
        return []
    modified = modified if modified.tzinfo else modified.replace(tzinfo=UTC)
    if abs(fetched_at - modified) < _JUST_NOW or modified > fetched_at:
        return []
    day = local_date(modified)
    return [("last_modified", day, written)] if day >= EARLIEST else []


def traces_of_name(url: str) -> list[tuple[str, date, str]]:
    """Return the day that the name of an attached file hides."""
    return [("attachment", found.day, found.text) for found in days_in_address(url)][:1]
