"""What a rule is given and what it answers. Rules see nothing else: no clock, no database."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from monitor.formats import Format
from monitor.language import Bilingual
from monitor.reading.model import NOWHERE, Place, Report
from monitor.reading.statements import Statements


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
    capture: int | None = None
    """The id of the capture that proves it."""
    position: int | None = None
    """Of that capture, in the log."""


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
    rule_version: int = 1
    overlay: str | None = None
    """The local ruling that changed or added the rule: who decided it, and why."""


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
    credit_code: str | None = None
    """Its unified social credit code (GB 32100) by the registry."""
    valid_from: date | None = None
    """Since when it exists by the registry."""


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
    error: str | None = None
    """Why the answer is not the page, in the crawler's words."""
    host_fine: bool = False
    """True if the same crawl got other pages of the host."""
    capture: int | None = None
    """The id of its capture, and the position of that in the log."""
    position: int | None = None
    sha256: str | None = None
    """Of what came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureFacts:
    """A capture that proves something."""

    id: int
    position: int | None
    """In the log."""
    url: str
    at: datetime
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RedatedFacts:
    """A page that states another day of publication than when it was first seen."""

    was: DateCandidate
    now: DateCandidate
    of_the_visit: bool = False
    """True if the first may be that of the visit, which some templates print."""
    captures: tuple[CaptureFacts, ...] = ()
    """The last one of the page as it was, and the first with the other day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierVersion:
    """The version that a filing is compared with: the first that was read whole, else the first.

    There is one only where what was read of the filing, or whether it could be read, has changed.
    """

    number: int
    seen_from: datetime
    seen_until: datetime | None
    captures: tuple[CaptureFacts, ...]
    """Of its files that are others now."""
    later: tuple[CaptureFacts, ...]
    """Of the files that took their place."""
    later_from: datetime
    """When the version that stands was first seen."""
    error: str | None = None
    """The code of the error if no report could be read in it."""
    injected: bool = False
    """Whether what stands now shows what intruders write, and this did not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalFacts:
    """One file of a filing as it stands, and what reading it alone gave."""

    url: str
    role: str
    """``page`` or ``attachment``."""
    media_type: str
    """What it is by its bytes."""
    size: int = 0
    name: str | None = None
    sha256: str | None = None
    rendered: bool = False
    """True if it is a page's document after its scripts ran."""
    method: str | None = None
    """How it was read (``Report.method``); None if it was not."""
    error: str | None = None
    """The code of the error if it could not be read."""
    prose: int | None = None
    """Characters of its text, tables and blanks left out; None if it was not read."""
    holds_report: bool = False
    """True if it shows the body of an annual report by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedFile:
    """A file that the page links to and that could not be had, in one crawl or several in a row."""

    url: str
    name: str
    outcome: str
    """``gone``, ``soft_gone``, ``broken``, ``unreachable``, ``blocked``, ``too_many_redirects``."""
    status: int | None = None
    reason: str = ""
    size: int | None = None
    """Bytes of what came; None if nothing did."""
    media_type: str | None = None
    """What came, by its bytes."""
    at: tuple[datetime, ...] = ()
    """When, at most ten times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRow:
    """A report as a list shows it."""

    url: str
    title: str
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFacts:
    """The list that a filing stands in."""

    url: str
    name: str
    """The text of the link that led there, or the title of its page; empty if not known."""
    proofs: frozenset[str] | None = None
    """What shows that it is one of annual reports: ``label``, ``breadcrumb``, ``heading``,
    ``path``, ``titles``, ``no_decoys``; None if it was never looked at."""
    rendered: bool = False
    """True if its list exists only after scripts have run."""
    rows: tuple[ListedRow, ...] = ()
    """Its reports in the order of the list; empty if that order is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDue:
    """The due day that a local notice sets."""

    day: date
    notice: str
    overlay: str | None = None
    """The local ruling that sets it: who decided it, and why; None if the settings do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationFacts:
    """How, where and when a filing was published, as far as it is known."""

    url: str | None = None
    official_hosts: tuple[str, ...] = ()
    """Hosts outside .gov.cn that settings or registry declare official."""
    list_title: str | None = None
    dates: tuple[DateCandidate, ...] = ()
    """Those that each source told first."""
    redated: tuple[RedatedFacts, ...] = ()
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
    may_stand_at: str | None = None
    """Where a report that is gone may stand now: one of unknown agency or year, or of its heir."""
    previous_version: Report | None = None
    """The report of ``earlier``; None without one, or if it could not be read."""
    earlier: EarlierVersion | None = None
    labels: Mapping[str, str] | None = None
    """The labels of its page, names in lower case; None if it has no page, or none was read."""
    index_number: str | None = None
    """What its page gives as 索引号."""
    index_owner: AgencyFacts | None = None
    """The registered agency whose credit code ``index_number`` begins with."""
    column: ColumnFacts | None = None
    originals: tuple[OriginalFacts, ...] = ()
    """Its files as they stand, the page first; empty if not known."""
    failed_files: tuple[FailedFile, ...] = ()
    failures: tuple[Address, ...] = ()
    """The crawls since the last good one that could not open its page: the first ten of them."""
    absences: tuple[datetime, ...] = ()
    """When its column was read whole, with the control passed, before it was first seen: the
    last ones, oldest first."""
    absence_captures: tuple[tuple[CaptureFacts, ...], ...] = ()
    """The list pages of each of ``absences``; empty where the day stated is after all of them."""
    seen_capture: CaptureFacts | None = None
    """What first showed it, where ``absence_captures`` are told."""
    seen_elsewhere_at: datetime | None = None
    """When another filing of the same agency and year was first seen."""
    local_due: LocalDue | None = None
    years_published: tuple[int, ...] = ()
    """The fiscal years of the agency's reports, at least of this one and the two before it: one
    entry a filing; empty if unknown."""
    years_certain: bool = False
    """True if it is proved that the agency has no report on the year before."""
    standing: str | None = None
    """How the agency stands for the year (outside contract, ``status``), where a day is given after
    the due one; None otherwise, or if not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherFiling:
    """Another accepted filing of the same agency and fiscal year."""

    url: str
    title: str
    text: str
    """Its prose, blanks removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPassage:
    """A passage that two reports share, quoted from both."""

    length: int
    """In letters; what is masked (``monitor.likeness``) does not count."""
    ours: Evidence
    theirs: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """A report of another agency, of the same fiscal year or earlier, that ours is like.

    Shares are of our text and go from 0 to 1; what is masked (``monitor.likeness``) does not count.
    """

    url: str
    agency: str
    fiscal_year: int
    published_on: date | None
    sha256: str | None
    """Of the original that it was read from."""
    same_portal: bool = False
    prose: float = 0.0
    """How much of our prose stands in it."""
    problems: float = 0.0
    """How much of our section five stands in that of the other."""
    figures: bool = False
    """Whether all figures of the tables are the same, and so many that it cannot be chance."""
    was_read: bool = False
    """Whether it was read again, to be quoted: only the likest are."""
    unseen: float | None = None
    """How much of our prose stands in it and not in our own report of the year before; None if
    that is not known."""
    passages: tuple[SharedPassage, ...] = ()
    """The longest, longest first."""
    problems_passages: tuple[SharedPassage, ...] = ()
    cells: tuple[tuple[Evidence, Evidence], ...] = ()
    """The greatest of the same figures, ours and theirs."""
    works_jointly: bool = False
    """Whether one of the reports says that both work under one roof (合署办公, 加挂牌子)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFacts:
    """How a portal was last searched for a column of annual reports."""

    url: str
    """Of the portal."""
    platform_read: bool
    """True if its disclosure platform was found and read."""
    whole: bool
    """True if every promising link was followed and nothing stood in the way."""
    times: int
    """Searches in a row that found no column."""


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
    search: SearchFacts | None = None
    """None if a column is known, or none was looked for."""


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
    statements: Statements | None = None
    """What the prose of ``report`` states; the engine reads it where it was not given."""
    previous: Report | None = None
    """The same agency's report of the year before."""
    others: tuple[OtherFiling, ...] = ()
    likenesses: tuple[Likeness, ...] | None = None
    """The likest reports of other agencies, likest first; None if none were looked for."""
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
    unread: bool = False
    """True if it is asked about a filing of which nothing could be read, too."""
    basis_2019: str | None = None
    """What it rests on for reports in the format of 2019, if that is not ``basis``."""
    basis_2008: str | None = None
    """What it rests on for reports up to fiscal year 2018 (国务院令第492号), likewise."""
    on: bool = True
    """False for a rule that is only asked where the settings give it a severity."""

    def basis_in(self, format_id: str | None) -> str:
        """Return the law that held for a report in a format due; today's if none is known."""
        if format_id == "v2008":
            return self.basis_2008 or self.basis
        if format_id == "v2019":
            return self.basis_2019 or self.basis
        return self.basis
