"""Versions of a filing, in what two of them differ, and what happened to it, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from monitor.language import Bilingual
from storage.models import FilingState, OriginalRole


class ChangeKind(StrEnum):
    """What changed between two versions, the most serious first."""

    HIJACKED = "hijacked"
    """What somebody who broke in puts there stands where the report did not have it."""
    SECTION = "section"
    """A section or a table of the report was removed or added."""
    NUMBER = "number"
    """A cell of a table has another value."""
    WORDING = "wording"
    """The prose of a section is another."""
    METADATA = "metadata"
    """The title, a page label or a day of publication stated."""
    ATTACHMENT = "attachment"
    """A file was added, removed or replaced, and what was read of the report is the same."""
    FURNITURE = "furniture"
    """The bytes differ, and nothing that is the report's does."""
    INDETERMINATE = "indeterminate"
    """The bytes differ, and a version could not be read whole: nothing more is known."""


OF_THE_REPORT = frozenset(
    {ChangeKind.HIJACKED, ChangeKind.SECTION, ChangeKind.NUMBER, ChangeKind.WORDING}
)
"""The kinds that change what the report says."""


class Turn(StrEnum):
    """What became of a part, a cell or a file from one version to the next."""

    ADDED = "added"
    REMOVED = "removed"
    REPLACED = "replaced"
    """Of a section: its wording is another."""
    HAD = "had"
    """Of a file: the page linked it before, and only now could it be had. No change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """A cell of a table with another value; None where the version has no such cell."""

    table: str
    row: str
    column: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage that is another: both at most 200 characters as printed, personal data masked."""

    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChange:
    """A section or table that was removed, added, or (sections only) worded anew.

    ``part`` is ``section:KEY``, ``section:HEADING`` for one that is none of the format's,
    ``table:KEY``, or ``preamble``.
    """

    part: str
    heading: str
    turn: Turn
    share: float = 1.0
    """By how much of both texts they differ, 0 to 1."""
    passages: tuple[Passage, ...] = ()
    """The first ten that differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelChange:
    """``title``, ``published_on`` or ``label:NAME`` (a page label in lower case)."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """A file of the filing that came, went or has other bytes."""

    url: str
    role: OriginalRole
    turn: Turn
    before: str | None
    """SHA-256."""
    after: str | None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """In what a version differs from an earlier one."""

    kind: ChangeKind
    """The most serious of ``kinds``; INDETERMINATE if ``certain`` is False."""
    kinds: tuple[ChangeKind, ...]
    """Every kind that was found, the most serious first."""
    certain: bool
    """False if a version was not read whole: the parts and cells below are what was seen."""
    share: float | None
    """By how much of both texts the prose differs, 0 to 1; None if it could not be compared."""
    cells: tuple[CellChange, ...] = ()
    """The first hundred."""
    cells_in_all: int = 0
    parts: tuple[PartChange, ...] = ()
    labels: tuple[LabelChange, ...] = ()
    files: tuple[FileChange, ...] = ()
    why: Bilingual | None = None
    """Why nothing certain can be said."""

    @property
    def of_the_report(self) -> bool:
        """Whether it is certain that the report says something else than before."""
        return self.certain and self.kind in OF_THE_REPORT


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFile:
    """A file that a version is made of."""

    url: str
    sha256: str
    role: OriginalRole
    name: str | None
    media_type: str
    size: int
    capture_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One state of a filing, between two changes of its files."""

    number: int
    """1 is the first archived."""
    seen_from: datetime
    """When a capture first showed all of it."""
    seen_until: datetime
    """When a capture last showed it; it may have stood until the next version was seen."""
    current: bool
    files: tuple[VersionFile, ...]
    bytes_sha256: str
    """Of the addresses and hashes of its files."""
    text_sha256: str | None
    """Of its prose without blanks; None if it could not be read."""
    cells_sha256: str | None
    """Of the typed cells of its tables, and the hashes of its sections."""
    sections: Mapping[str, str]
    """The hash of each section's text, by its part (``section:KEY``)."""
    whole: bool
    """Whether the report was read without any loss or doubt."""
    error: str | None
    """The code of the error if no report could be read."""
    change: Change | None
    """From the version before; None of the first."""


class HappeningKind(StrEnum):
    """What happened to a report."""

    LAST_ABSENT = "last_absent"
    """Its column was read whole and did not show it, for the last time before it was seen."""
    FIRST_SEEN = "first_seen"
    BACKDATED = "backdated"
    """It states a day after which its column did not show it, in two readings or more; see also
    ``REDATED``."""
    REDATED = "redated"
    """Its page states another day of publication than when it was first seen."""
    CHANGED = "changed"
    """What the report says is another, or it was made a page of somebody else's."""
    RETOUCHED = "retouched"
    """Files changed, but not what the report says, or nobody can tell (see ``change.kind``)."""
    GONE = "gone"
    """Its address answered that there is nothing, in fewer crawls than prove a removal."""
    REMOVED = "removed"
    """Its address answered so in three crawls in a row and no other address showed it."""
    RETURNED = "returned"
    """Its address showed it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A capture that proves something, and its place in the log."""

    capture_id: int
    position: int | None
    """In the log; None if it is not there."""
    leaf_hash: str | None
    """In hexadecimal."""
    run_id: str | None
    url: str
    final_url: str | None
    status: int | None
    error: str | None
    fetched_at: datetime
    sha256: str | None
    """Of the body; None without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened, and the captures that prove it, oldest first."""

    kind: HappeningKind
    at: datetime
    """When it was seen; it may have happened at any time since ``after``."""
    after: datetime | None
    """When what was there before was last seen."""
    certain: bool
    """False where the captures do not suffice to claim it; ``message`` says why."""
    message: Bilingual
    proofs: tuple[Proof, ...] = ()
    version: int | None = None
    """The version that it brought, or that was there."""
    change: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What is known to have happened to one filing, oldest first."""

    filing_id: int
    url: str
    title: str
    agency_id: str | None
    agency_name: str | None
    fiscal_year: int | None
    state: FilingState
    published_on: date | None
    """The earliest credible day stated."""
    first_seen_at: datetime
    last_seen_at: datetime
    last_absent_at: datetime | None
    versions: tuple[Version, ...] = field(default=())
    """Empty until the filing was judged for the first time."""
    happenings: tuple[Happening, ...] = ()
