"""What a rule is given and what it answers. Rules see nothing else: no clock, no database."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from monitor.formats import Format
from monitor.language import Bilingual
from monitor.reading.model import NOWHERE, Place, Report


class Outcome(StrEnum):
    """The four answers; ``indeterminate`` when the reading is too damaged to tell."""

    PASS = "pass"  # noqa: S105 - not a password
    FAIL = "fail"
    INDETERMINATE = "indeterminate"
    NOT_APPLICABLE = "not_applicable"


class Severity(StrEnum):
    """How grave a finding is."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a verdict rests on: a quotation of at most 80 characters, or a cell."""

    quote: str
    section: str | None = None
    table: str | None = None
    row: str | None = None
    column: str | None = None
    place: Place = NOWHERE
    url: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule yields for one place; a rule that yields nothing has passed.

    ``severity`` None means the rule's own. ``outcome`` is FAIL or INDETERMINATE, or
    NOT_APPLICABLE when the rule finds that it has nothing to judge here.
    """

    outcome: Outcome
    message: Bilingual
    evidence: tuple[Evidence, ...] = ()
    severity: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer of one rule at one place, as stored and printed."""

    rule: str
    outcome: Outcome
    severity: Severity
    message: Bilingual
    basis: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFacts:
    """The agency that the report is filed under, or that was given on the command line."""

    name: str
    kind: str | None = None
    """A value of ``AgencyKind``; None if unknown."""
    aliases: tuple[str, ...] = ()
    division: str | None = None
    id: str | None = None
    reorganised: bool = False
    """True if the registry says it was merged or renamed around this fiscal year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateCandidate:
    """A publication date and where it was read: meta, page, list, url, given."""

    source: str
    day: date
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One attempt to fetch the filing's address: when, with what status, to where."""

    at: datetime
    status: int | None
    final_url: str | None
    to_home: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationFacts:
    """How, where and when a filing was published, as far as it is known."""

    url: str | None = None
    official_hosts: tuple[str, ...] = ()
    """Hosts outside .gov.cn that settings or registry declare official."""
    list_title: str | None = None
    dates: tuple[DateCandidate, ...] = ()
    published_on: date | None = None
    """The earliest credible of ``dates``."""
    published_on_source: str | None = None
    first_seen_at: datetime | None = None
    last_absent_at: datetime | None = None
    source_name: str | None = None
    """The publisher by page label ContentSource."""
    removed_crawls: int = 0
    """Consecutive crawls in which the address answered 404, 410 or a redirect to the home page."""
    attempts: tuple[Address, ...] = ()
    successor: bool = False
    """True if the column shows another filing of the same agency and year."""
    previous_version: Report | None = None
    """The report as first archived, if a later version of the same page differs in its text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherFiling:
    """Another accepted filing of the same agency and fiscal year."""

    url: str
    title: str
    text: str
    """Its prose, blanks removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationFacts:
    """What the agency owes, and whether anything was found; for rules about absence."""

    fiscal_year: int
    due_on: date
    basis: str
    kind: str
    state: str
    """The compliance state (contract: ``status``)."""
    healthy: bool
    """True if columns were read to their end and the positive control passed."""
    columns: tuple[str, ...] = ()
    checked_at: datetime | None = None
    severity_cap: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything known about one filing, or about one obligation without a filing."""

    as_of: datetime
    report: Report | None = None
    fiscal_year: int | None = None
    """The year judged for: given, else the registry's, else the report's."""
    format: Format | None = None
    """The format due for ``fiscal_year``."""
    agency: AgencyFacts | None = None
    publication: PublicationFacts | None = None
    """None if nothing is known, as in checking a file alone."""
    previous: Report | None = None
    """The same agency's report of the year before."""
    others: tuple[OtherFiling, ...] = ()
    obligation: ObligationFacts | None = None
    known_agencies: tuple[str, ...] = ()
    """Names of the other agencies of the registry."""
    thresholds: Mapping[str, float] = field(default_factory=dict)


Judge = Callable[[Facts], Iterable[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of the rulebook. Its manual in English is the docstring of ``judge``."""

    id: str
    title: Bilingual
    severity: Severity
    formats: frozenset[str]
    """Format ids it applies to, by the format due."""
    basis: str
    """The law it rests on today; see ``basis_in`` for that of earlier years."""
    judge: Judge
    needs: frozenset[str]
    """What must be known: ``document report outline publication previous obligation agency``.

    ``document`` is any text that could be read, ``report`` one that is not under the title of
    something else, ``outline`` one that is the annual report by what it contains, too.
    """
    version: int = 1
    thresholds: Mapping[str, float] = field(default_factory=dict)
    """Default of each threshold, by its name in settings; names are shared by all rules."""
    basis_2019: str | None = None
    """What it rests on for reports in the format of 2019, if that is not ``basis``."""
    basis_2008: str | None = None
    """What it rests on for reports up to fiscal year 2018 (国务院令第492号), likewise."""

    def basis_in(self, format_id: str | None) -> str:
        """Return the law that held for a report in a format due; today's if none is known."""
        earlier = {"v2008": self.basis_2008, "v2019": self.basis_2019}
        return earlier.get(format_id or "") or self.basis
