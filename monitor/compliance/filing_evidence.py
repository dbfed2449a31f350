"""Filings as far as compliance depends on them: plain values, no database."""

from dataclasses import dataclass
from datetime import date, datetime

from storage.clock import local_date
from storage.models import DateSource

_FIRST_MONTH = 12
"""In December reports on the year begin to be written; nothing older can be one on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedBy:
    """A publication date and where it was read."""

    source: DateSource
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingEvidence:
    """A filing as far as compliance depends on it."""

    id: int
    url: str
    portal_id: str
    column_id: int
    agency_id: str | None
    agency_name: str | None
    """The agency as the title names it."""
    fiscal_year: int | None
    dates: tuple[DatedBy, ...]
    first_seen_at: datetime
    last_absent_at: datetime | None
    removed: bool = False
    is_column: bool = False
    """True if its address is that of the column: the reports of all years stand there by turns."""
    altered_at: datetime | None = None
    """When a page that is the column last gave way to another text."""
    year_by_day: bool = False
    """True if nothing names its fiscal year: it was taken from the day of publication."""
    reissued: bool = False
    """True if its title says that it takes the place of one that was published before."""
    read_name: str | None = None
    """The agency as the document itself names it."""
    read_year: int | None = None
    """The year that the document itself names."""
    missing_before: bool = False
    """True if it was proved missing when it was last absent: who says so looked everywhere."""

    @property
    def stated(self) -> tuple[date, ...]:
        """The days that page or list state, not those that an address hides."""
        return tuple(each.day for each in self.dates if each.source is not DateSource.URL)


def is_before_the_end_of(year: int, day: date) -> bool:
    """Tell whether what was published on a day is too old to be about a fiscal year."""
    return day < date(year, _FIRST_MONTH, 1)


def was_seen_before_the_end_of(year: int, filing: FilingEvidence) -> bool:
    """Tell whether a filing was there already when no report on a year could be."""
    return is_before_the_end_of(year, local_date(filing.first_seen_at))
