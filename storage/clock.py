"""Time: stored in UTC, shown in Asia/Shanghai, and never without a zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
"""Beyond these years a date can only be a slip; far beyond them days cannot be counted."""


def utc_now() -> datetime:
    """Return the current instant, aware, in UTC."""
    return datetime.now(UTC)


def local_date(instant: datetime) -> date:
    """Return the day an aware instant falls on in China."""
    return instant.astimezone(SHANGHAI).date()


def end_of_day(day: date) -> datetime:
    """Return 24:00 Asia/Shanghai of ``day``: the instant until which a due day counts as kept."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, 999999, tzinfo=SHANGHAI)


def iso_utc(instant: datetime) -> str:
    """Return RFC 3339 in UTC with microseconds, the one form that hashed records use."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_instant(text: str) -> datetime:
    """Parse ISO 8601; a value without a zone is taken as Asia/Shanghai.

    Raises:
        ValueError: if the text is no ISO 8601 date or date and time, or one of another age.
    """
    parsed = datetime.fromisoformat(text.strip())
    if not _FIRST_YEAR <= parsed.year <= _LAST_YEAR:
        raise ValueError(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=SHANGHAI)
