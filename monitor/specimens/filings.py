"""An invented report as it stands on a portal: all that rules may be told about a filing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from monitor.formats import format_due
from monitor.reading.model import Report, Source
from monitor.reading.uniting import Reading, unite
from monitor.rules.model import (
    AgencyFacts,
    DateCandidate,
    Facts,
    Likeness,
    ObligationFacts,
    OtherFiling,
    PublicationFacts,
)
from monitor.specimens.alike import measured
from monitor.specimens.ledger import Ledger
from monitor.specimens.model import Specimen

AS_OF = datetime(2026, 8, 1, 4, tzinfo=UTC)
"""When all invented filings are judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """A report and its surroundings."""

    seed: int
    """Also of the look of its file."""
    report: Specimen
    agency: AgencyFacts
    publication: PublicationFacts
    ledger: Ledger
    """The counts that its tables and prose are written from."""
    fiscal_year: int
    """The year it is filed under."""
    previous: Specimen | None = None
    """Last year's report."""
    earlier: Specimen | None = None
    """The report as first archived, if it was changed since."""
    attached: Specimen | None = None
    """What stands in the file beside the page, if that is read too."""
    alike: tuple[Specimen, ...] = ()
    """Reports of other agencies that it was compared with."""
    known_agencies: tuple[str, ...] = ()
    others: tuple[OtherFiling, ...] = ()
    obligation: ObligationFacts | None = None
    absent: bool = False
    """True if nothing was found: the report is owed, and not there."""
    read_from: str | None = None
    """The SHA-256 of the original that the report is read from, if not of the page."""
    residue: Mapping[str, str] = field(default_factory=dict)
    """Texts of the file to what stands there in their place, behind all writing."""

    @property
    def files(self) -> Mapping[str, Specimen]:
        """The reports that must be written and read before it can be judged."""
        if self.absent:
            return {}
        named = {
            "report": self.report,
            "previous": self.previous,
            "earlier": self.earlier,
            "attached": self.attached,
        }
        named |= {f"alike-{number}": report for number, report in enumerate(self.alike)}
        return {name: report for name, report in named.items() if report is not None}

    @property
    def kind(self) -> str:
        """What the agency is; see ``AgencyKind``."""
        assert self.agency.kind is not None
        return self.agency.kind

    def telling(self, **changes: Any) -> "Filing":
        """Return it with other facts of publication."""
        return replace(self, publication=replace(self.publication, **changes))

    def saying(self, **changes: Any) -> "Filing":
        """Return it with a report that differs."""
        return replace(self, report=replace(self.report, **changes))


def facts_of(filing: Filing, read: Mapping[str, Report]) -> Facts:
    """Return the facts about a filing whose ``files`` were read."""
    if filing.absent:
        return Facts(
            as_of=AS_OF,
            fiscal_year=filing.fiscal_year,
            format=format_due(filing.fiscal_year),
            agency=filing.agency,
            obligation=filing.obligation,
        )
    report = _united(filing, read)
    return Facts(
        as_of=AS_OF,
        report=report,
        fiscal_year=filing.fiscal_year,
        format=format_due(filing.fiscal_year),
        agency=filing.agency,
        publication=replace(filing.publication, previous_version=read.get("earlier")),
        previous=read.get("previous"),
        others=filing.others,
        likenesses=_likenesses(filing, report, read),
        obligation=filing.obligation,
        known_agencies=filing.known_agencies,
    )


def _likenesses(
    filing: Filing, report: Report, read: Mapping[str, Report]
) -> tuple[Likeness, ...] | None:
    if not filing.alike:
        return None
    others = [(other, read[f"alike-{number}"]) for number, other in enumerate(filing.alike)]
    return measured(report, read.get("previous"), (filing.agency.name,), others)


def _united(filing: Filing, read: Mapping[str, Report]) -> Report:
    """Return the report of page and attachment, and which of the two it was read from."""
    page = Source(sha256=filing.publication.originals[0].sha256)
    report = replace(read["report"], source=Source(sha256=filing.read_from or page.sha256))
    if "attached" not in read:
        return report
    file = Source(sha256=filing.publication.originals[-1].sha256)
    readings = [Reading(source=page, result=report), Reading(source=file, result=read["attached"])]
    return unite(readings, page=page)


def dated(source: str, day: date) -> DateCandidate:
    """Return a day of publication as one place gives it."""
    return DateCandidate(source=source, day=day, text=day.isoformat())
