"""What an evidence pack is asked to hold, and what was selected for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from storage.errors import StorageError
from storage.models import (
    Agency,
    Capture,
    Column,
    ColumnReading,
    ComplianceRow,
    Crawl,
    Filing,
    Judgement,
    ObligationVerdict,
    Portal,
)


class EvidenceError(StorageError):
    """A pack cannot be made."""


class NothingArchivedError(EvidenceError):
    """There is nothing in the archive about what was asked for."""


class AbsenceNotProvedError(EvidenceError):
    """What was read does not prove that a report is not there."""


class Kind(StrEnum):
    """What a pack is about."""

    AGENCY_YEAR = "agency_year"
    FILING = "filing"
    ABSENCE = "absence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a pack is to be about: an agency's year, or one filing."""

    agency: str | None = None
    """Its id, or its name."""
    fiscal_year: int | None = None
    filing_id: int | None = None
    absence: bool = False
    """True for the proof that the agency's report of the year is not there."""
    as_observed: bool = False
    """True to show what was read even if that does not prove the absence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """How the agency stands for the year, as the program judges it."""

    state: str
    reason_zh: str | None
    reason_en: str | None
    due_on: date
    due_at: datetime
    """The last instant that is on time."""
    basis_zh: str
    basis_en: str
    judged_at: datetime
    """The instant as of which it is judged."""
    columns: frozenset[str] | None = None
    """The addresses of the columns in which its report could stand; None for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What others know of the matter, which the archive does not say by itself."""

    ground: Ground | None = None
    timelines: Sequence[Mapping[str, Any]] = ()
    """What happened to each report, ready for JSON: ``versions`` and ``happenings``."""
    capture_ids: frozenset[int] = frozenset()
    """Captures that the timelines speak of."""
    mask: Callable[[str], str] = str
    """Hides personal data in texts for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedCapture:
    """A capture with its place in the log and its crawl."""

    capture: Capture
    position: int
    leaf_hash: bytes
    run_id: str | None
    portal_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedDeletion:
    """A decision to delete originals, as the log holds it."""

    leaf: bytes
    position: int
    leaf_hash: bytes
    originals: frozenset[str]
    """The hashes of what was deleted, of that which the pack would have held."""
    decided_at: datetime
    author: str
    reason: str


class Role(StrEnum):
    """What a claim of absence makes of a column."""

    RELIED = "relied"
    """The report could stand in it: the claim stands on its list."""
    EMPTY = "empty"
    """Likewise, but it never had a row: the columns beside it show that one would be seen."""
    OTHER = "other"
    """It is that of other agencies."""
    LOST = "lost"
    """It stood there once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """What was read where a report was looked for and not found."""

    crawl: Crawl
    columns: Sequence[Column]
    readings: Mapping[int, ColumnReading]
    """What the crawl read, by column."""
    search: Sequence[LoggedCapture]
    """robots.txt, home page and platform pages that the crawl asked for."""
    horizon: datetime
    """A column that was lost later still stood."""
    relied: frozenset[str] | None
    """The addresses of the columns in which the report could stand; None for all."""
    titled: Sequence[tuple[str, str]] = ()
    """List pages with a title that is plainly that of the report, whatever the program made of it.

    Each with the title.
    """

    def stands(self, column: Column) -> bool:
        """Tell whether a column was one then."""
        return column.lost_at is None or column.lost_at > self.horizon

    def role(self, column: Column) -> Role:
        """Tell what the claim makes of a column."""
        if not self.stands(column):
            return Role.LOST
        if self.relied is not None and column.url not in self.relied:
            return Role.OTHER
        reading = self.readings.get(column.id)
        never = reading is not None and not (reading.found or reading.known_before)
        return Role.EMPTY if never else Role.RELIED


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What the pack tells, and the captures that prove it, by position in the log."""

    kind: Kind
    agency: Agency | None
    """None for a filing of which the agency is not known."""
    portal: Portal
    fiscal_year: int | None
    filings: Sequence[Filing]
    judgements: Sequence[Judgement]
    reports: Mapping[int, dict[str, Any] | None]
    """What was read of each filing, as the outside contract prints it, by the filing's id."""
    readings: Sequence[ColumnReading]
    compliance: ComplianceRow | None
    findings: Sequence[ObligationVerdict]
    """On the duty to publish, where no report was found."""
    captures: Sequence[LoggedCapture]
    deletions: Sequence[LoggedDeletion]
    certificates: Mapping[str, bytes]
    """Certificates of servers, DER, by their SHA-256."""
    absence: Absence | None
    told: Told

    @property
    def name(self) -> str:
        """Whose report it is about."""
        if self.agency is not None:
            return self.agency.name
        return next((each.agency_name or each.title for each in self.filings), self.portal.name)

    @property
    def bodies(self) -> dict[str, str | None]:
        """The media type of every body that the pack must hold, by its hash."""
        found = {
            each.capture.sha256: each.capture.media_type
            for each in self.captures
            if each.capture.sha256 is not None
        }
        return found | {
            each.sha256: each.media_type for filing in self.filings for each in filing.originals
        }
