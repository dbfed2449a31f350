"""What compliance is judged from, and what comes out: plain values, no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from monitor.compliance.filing_evidence import FilingEvidence
from monitor.compliance.labels import Label, PartEvidence
from monitor.language import Bilingual
from monitor.rules.contract import verdict_object
from monitor.rules.masking import mask
from monitor.rules.model import LocalDue, Verdict
from storage.clock import SHANGHAI
from storage.models import AgencyKind, CrawlState
from storage.obligations import Obligation
from storage.registry import AgencyName


class ComplianceState(StrEnum):
    """How one agency stands for one fiscal year (outside contract, ``status``)."""

    NOT_DUE = "not_due"
    DUE_SOON = "due_soon"
    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"
    MOVED = "moved"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"
    CRAWLER_SUSPECT = "crawler_suspect"
    NOT_CHECKED = "not_checked"
    WAIVED = "waived"
    NOT_OBLIGED = "not_obliged"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnEvidence:
    """A column of the portal: whether it stands, whose it is, and how the crawl read it."""

    id: int
    url: str
    found_at: datetime
    lost_at: datetime | None = None
    replaced: bool = False
    """True if it is lost and nothing is missing for it: its reports are seen elsewhere."""
    label: Label | None = None
    """The entry that leads to it; None if none does."""
    platform: str = ""
    named: bool = True
    """False if only its rows and its address prove it: the portal does not call it so."""
    drifted: bool = False
    """True if its page no longer looks like such a column."""
    read_at: datetime | None = None
    """None if the crawl did not read it."""
    read_to_end: bool = False
    control_passed: bool = False
    reason: str | None = None
    announced: int | None = None
    """How many rows its list says it has."""
    found: int = 0
    """How many it showed."""
    known_before: int = 0
    """Reports known in it before the crawl."""
    holders: frozenset[str] = frozenset()
    """What the elements of its pages are like that hold its rows."""
    vacant: frozenset[str] = frozenset()
    """What those are like that could hold some, if it has none."""
    parts: tuple[PartEvidence, ...] = ()
    """Its parts, where single ones could not be read and nothing else is amiss with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlEvidence:
    """The crawl that is believed: the latest finished one of the time judged."""

    state: CrawlState
    started_at: datetime
    finished_at: datetime
    control_passed: bool
    reason: str | None
    columns: tuple[ColumnEvidence, ...]
    unsearched: tuple[Label, ...] | None = ()
    """Whose are the ways that the search for columns left; None if that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchEvidence:
    """How a portal of which no column is known was last searched for one."""

    url: str
    """Of the disclosure platform, or of the portal if none was read."""
    platform_read: bool
    times: int
    """Whole searches in a row that found none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalEvidence:
    """Everything known about a portal at the time judged."""

    crawl: CrawlEvidence | None = None
    unfinished: bool = False
    """True if a crawl was begun and never ended."""
    unassigned: tuple[FilingEvidence, ...] = ()
    """Reports of which agency or fiscal year are not known."""
    later: bool = False
    """True if all of it was learnt after the time judged."""
    search: SearchEvidence | None = None
    """None if a column is known, or the last crawl was no whole search that found none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishers:
    """Whose reports, of any year, were seen in a column."""

    owners: frozenset[str]
    """Agencies by id, or by name where unregistered; without the office beside its government."""
    groups: frozenset[str]
    """What kinds of agencies they are, as far as they are registered."""
    reports: int
    nameless: int = 0
    """How many of the reports are of nobody knows whom."""

    def covers(self, group: str) -> bool:
        """Tell whether an agency of a kind, though not among them, would publish there too.

        A column of one agency alone, or of one kind of agencies, says nothing about others.
        """
        return len(self.owners) > 1 and (group in self.groups or len(self.groups) > 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One obligation with what was found for it."""

    agency: AgencyName
    obligation: Obligation
    filings: tuple[FilingEvidence, ...]
    """Filings of the fiscal year by the agencies whose report counts."""
    portal: PortalEvidence
    known_columns: frozenset[int] = frozenset()
    """Columns in which reports of the agency, of any year, were seen."""
    pages: tuple[FilingEvidence, ...] = ()
    """Reports of the agency of earlier years whose page is the column itself."""
    group: str = ""
    """What kind of agency it is, as in ``Publishers``."""
    publishers: Mapping[int, Publishers] = field(default_factory=dict)
    """Whose reports were seen in the columns of the portal, by column."""
    kin: frozenset[str] = frozenset()
    """The agency itself, those that its past or future is linked with, and who publishes beside."""
    neighbours: Mapping[str, AgencyName] = field(default_factory=dict)
    """The agencies of its portal by id."""
    governments: frozenset[str] = frozenset()
    """Those of them that are governments and their offices."""
    others: tuple[FilingEvidence, ...] = ()
    """Reports of the fiscal year that others published on its portal."""
    read_since_due: frozenset[int] = frozenset()
    """Columns that an earlier crawl read whole after the due instant, as far as that was asked."""
    misdated: tuple[FilingEvidence, ...] = ()
    """Reports of the agencies whose report counts that bear another year, one beside mostly."""
    ruled_out: frozenset[int] = frozenset()
    """Filings of which people have decided that they are not its report of the year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The state of a case, why, and what it rests on."""

    state: ComplianceState
    days_late: int | None = None
    reason: Bilingual | None = None
    filing: FilingEvidence | None = None
    remedy: Bilingual | None = None
    """What settles it, if only a person can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCounts:
    """Findings of the current judgement of a report, by severity."""

    error: int = 0
    warning: int = 0
    info: int = 0

    def as_json(self) -> dict[str, int]:
        """Return the counts as the outside contract prints them."""
        return {"error": self.error, "warning": self.warning, "info": self.info}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one agency stands for one fiscal year, with the proof."""

    agency_id: str
    agency_name: str
    kind: AgencyKind
    portal_id: str
    fiscal_year: int
    due_on: date
    state: ComplianceState
    days_late: int | None
    report_url: str | None
    checked_at: datetime | None
    """When the crawl that the state rests on had ended."""
    control_passed: bool | None
    findings: FindingCounts = field(default_factory=FindingCounts)
    reason: Bilingual | None
    remedy: Bilingual | None = None
    """What settles the reason, if only a person can: a command, or a correction of the registry."""
    basis: Bilingual
    note: Bilingual | None = None
    """A remark on the due day."""
    severity_cap: str | None = None
    evidence_later: bool = False
    division: str | None = None
    columns: tuple[str, ...] = ()
    """The addresses of the columns in which its report could stand.

    Those of the portal if none stands, the lost ones last.
    """
    search: SearchEvidence | None = None
    local_due: LocalDue | None = None
    """The day that a local notice sets; nobody is late by it."""
    verdicts: tuple[Verdict, ...] = ()
    """Of the rules about obligations, where no report was found."""

    def as_json(self) -> Mapping[str, Any]:
        """Return the object that ``nianbao status --format jsonl`` prints."""
        return {
            "agency": self.agency_id,
            "agency_name": self.agency_name,
            "kind": self.kind.value,
            "portal": self.portal_id,
            "fiscal_year": self.fiscal_year,
            "due_on": self.due_on.isoformat(),
            "state": self.state.value,
            "days_late": self.days_late,
            "report_url": self.report_url,
            "checked_at": _instant(self.checked_at),
            "control_passed": self.control_passed,
            "findings": self.findings.as_json(),
            "reason": _text(self.reason),
            "remedy": _text(self.remedy),
            "basis": _text(self.basis),
            "note": _text(self.note),
            "severity_cap": self.severity_cap,
            "evidence_later": self.evidence_later,
            "local_due_on": self.local_due.day.isoformat() if self.local_due else None,
            "local_notice": self.local_due.notice if self.local_due else None,
            "overlay": self.local_due.overlay if self.local_due else None,
            "verdicts": [verdict_object(verdict) for verdict in self.verdicts],
        }


def _instant(instant: datetime | None) -> str | None:
    return instant.astimezone(SHANGHAI).isoformat(timespec="seconds") if instant else None


def _text(text: Bilingual | None) -> dict[str, str] | None:
    # a reason may quote the title of a report
    return {"zh": mask(text.zh), "en": mask(text.en)} if text else None
