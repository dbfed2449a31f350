"""What retention is planned from, and what is planned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.retention.deciding import Doomed


class Keep(StrEnum):
    """Why a list page is kept; of several reasons the first in this order is told."""

    CLAIM = "claim"
    """It is of the crawl that a state, a finding or an event about an agency or portal rests on."""
    CITED = "cited"
    """A row names it or its capture."""
    FIRST_SEEN = "first_seen"
    """The reading in which a report was first seen stands on it."""
    LAST_ABSENT = "last_absent"
    """The last healthy reading without that report stands on it."""
    LAST_SEEN = "last_seen"
    """The reading in which a report was last seen stands on it."""
    UNLISTED = "unlisted"
    """The first reading after that stands on it."""
    AROUND_DUE = "around_due"
    """It, or a reading that stands on it, is of the days around a due day."""
    NEWEST = "newest"
    """The newest readings of its column stand on it."""
    YOUNG = "young"
    """It, or a reading that stands on it, is not old enough."""
    FIRST = "first"
    """It is the oldest body of its address."""
    LAST = "last"
    """It is the newest body of its address."""
    FILING = "filing"
    """It is also part of a filing, or was fetched for another reason than to find one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What may be thinned out."""

    keep_months: int
    days_around_due: int
    newest_readings: int
    due_days: frozenset[tuple[int, int]]
    """Month and day of every due day, by law and by local notices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCapture:
    """A capture of a list page, front page, platform answer or robots.txt."""

    id: int
    crawl_id: int
    address: tuple[str, str, str]
    """Method, URL and what was sent."""
    fetched_at: datetime
    unchanged: bool
    """True if the server said that its body is that of before (304)."""
    bodies: tuple[str, ...]
    """Hashes of the body, and of the body as served if that is another one; none without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A reading of a column, and the captures that it stands on."""

    column_id: int
    crawl_id: int
    started_at: datetime
    """When its crawl began."""
    read_at: datetime
    healthy: bool
    captures: frozenset[int]
    """As the reading names them; empty if it names none: then it stands on all of its crawl."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """When a column showed a report."""

    column_id: int
    first_seen_at: datetime
    last_seen_at: datetime
    last_absent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlTimes:
    """One crawl of the portal."""

    id: int
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalFacts:
    """What retention must know of one portal."""

    captures: Sequence[PageCapture]
    """In the order of their ids."""
    readings: Sequence[Stand]
    sightings: Sequence[Sighting]
    crawls: Sequence[CrawlTimes]
    claims: Sequence[datetime]
    """Instants as of which something was said of the portal or its agencies."""
    cited: frozenset[int] = frozenset()
    """Captures that some row names."""
    cited_bodies: frozenset[str] = frozenset()
    """Hashes that some row names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Bodies, and their bytes as far as these are known."""

    bodies: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What may be removed, and why everything else is kept."""

    remove: Sequence[Doomed]
    kept: Mapping[Keep, Counted]
    planned_at: int
    """The size of the log that it was made of."""

    @property
    def removed(self) -> Counted:
        """What would go."""
        return Counted(bodies=len(self.remove), size=sum(each.size or 0 for each in self.remove))
