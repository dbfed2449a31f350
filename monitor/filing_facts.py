"""What the database knows about one filing, as the facts that rules are given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from monitor.filing_others import (
    ReadOriginal,
    as_other,
    other_filings,
    previous_original,
    report_of,
)
from monitor.filing_publication import lasting, publication_of
from monitor.filing_reading import ReadFiling
from monitor.history.baseline import Baseline
from monitor.judging import format_for
from monitor.likeness.known import KnownLikeness, Own, likenesses
from monitor.publication_facts import (
    read_alone,
)
from monitor.reading.choosing import Wanted, holds_report
from monitor.reading.model import Report
from monitor.rules.due_days import Locally
from monitor.rules.model import (
    AgencyFacts,
    Facts,
    Likeness,
    PublicationFacts,
)
from monitor.rules.overlay import Overlay
from monitor.surroundings import Surroundings, surroundings_of
from storage.clock import utc_now
from storage.models import Filing, Original
from storage.registry import AgencyName, normalise_name
from storage.registry.places import leading_places
from storage.settings import Settings

ReadTogether = Callable[[Sequence[Original], Wanted], ReadFiling]
"""Reads originals as those of one filing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFiling:
    """What the database knows about a filing, and the originals that its facts are read from."""

    fiscal_year: int | None
    agency: AgencyFacts | None
    publication: PublicationFacts
    previous: Original | None
    """Of last year's report of the same agency."""
    baseline: Baseline | None
    """The earlier version that it is compared with; None if what is read of it never changed."""
    others: tuple[Filing, ...]
    """Other filings of the same agency and year."""
    likest: tuple[KnownLikeness, ...] | None
    """Reports of other agencies that it is like; None if it is of none that can be compared."""
    known_agencies: tuple[str, ...]
    thresholds: Mapping[str, float]
    fingerprint: Any
    """A value that changes exactly when the facts do."""

    @property
    def wanted(self) -> Wanted:
        """The report meant, where an original holds several."""
        return _wanted(self.agency, self.fiscal_year)

    @property
    def wanted_before(self) -> Wanted:
        """The report of the year before."""
        return _wanted(self.agency, self.fiscal_year - 1 if self.fiscal_year else None)


def _wanted(agency: AgencyFacts | None, year: int | None) -> Wanted:
    names = (agency.name, *agency.aliases) if agency is not None else ()
    return Wanted(agencies=names, fiscal_year=year)


def wanted_of(filing: Filing) -> Wanted:
    """Return which report is meant where an original of a filing holds several."""
    agency = filing.agency
    if agency is not None:
        names: tuple[str, ...] = (agency.name, *agency.aliases)
    else:
        names = (filing.agency_name,) if filing.agency_name else ()
    return Wanted(agencies=names, fiscal_year=filing.fiscal_year)


def known_of_filing(
    session: Session, filing: Filing, settings: Settings, overlays: Sequence[Overlay] = ()
) -> KnownFiling:
    """Gather what is known about a filing without reading any original."""
    return known_of_filings(session, [filing], settings, overlays)[filing.id]


def known_of_filings(
    session: Session,
    filings: Sequence[Filing],
    settings: Settings,
    overlays: Sequence[Overlay] = (),
    now: datetime | None = None,
) -> Mapping[int, KnownFiling]:
    """Gather by id what is known about filings, in queries that do not grow with their number.

    What people have decided counts as it holds ``now``, by default at this instant.
    """
    around = surroundings_of(session, filings, settings.obligations, now or utc_now())
    local = Locally(settings.obligations, overlays)
    return {filing.id: _known(filing, around, settings, local) for filing in filings}


def _known(filing: Filing, around: Surroundings, settings: Settings, local: Locally) -> KnownFiling:
    year = filing.fiscal_year
    others = other_filings(around, filing)
    agency = _agency_facts(around, filing, year)
    names = around.names[filing.portal_id]
    publication = publication_of(around, filing, others, settings, local)
    previous = previous_original(around, filing)
    neighbours = _neighbours(names, filing)
    unassigned = filing.agency_id is None or year is None
    likest = around.likest.get(filing.id)
    baseline = around.baselines.get(filing.id)
    return KnownFiling(
        fiscal_year=year,
        agency=agency,
        publication=publication,
        previous=previous,
        baseline=baseline,
        others=tuple(others),
        likest=likest,
        known_agencies=neighbours,
        thresholds=settings.rules.thresholds,
        fingerprint={
            "year": year,
            "agency": agency,
            "publication": lasting(publication),
            "originals": _every_version(filing),
            "baseline": baseline.version if baseline else None,
            "previous": previous.sha256 if previous else None,
            "others": [
                (other.url, other.title, other.state, _every_version(other)) for other in others
            ],
            "likest": likest,
            "neighbours": neighbours,
            "candidates": names if unassigned else None,
        },
    )


def _neighbours(names: Sequence[AgencyName], filing: Filing) -> tuple[str, ...]:
    """Return the names of the other agencies of the portal, those of their aliases included.

    A short one without a place (财政局) is left out: it does not tell whose it is.
    """
    own = {name for one in names if one.id == filing.agency_id for name in (one.name, *one.aliases)}
    others = [agency for agency in names if agency.id != filing.agency_id]
    known = (
        name
        for agency in others
        for name in (agency.name, *agency.aliases)
        if name == agency.name or (name not in own and leading_places(normalise_name(name)))
    )
    return tuple(dict.fromkeys(known))


def facts_of_filing(
    known: KnownFiling,
    filing: ReadFiling,
    read: ReadOriginal,
    now: datetime,
    together: ReadTogether,
) -> Facts:
    """Return the facts about a filing, last year's report and the other ones read as well.

    ``together`` reads the files of an earlier version.
    """
    others = [as_other(other, read, known.wanted) for other in known.others]
    originals = read_alone(
        known.publication.originals, lambda sha256, name: read(sha256, name, known.wanted)
    )
    previous = report_of(known.previous, read, known.wanted_before)
    return Facts(
        as_of=now,
        report=filing.report,
        fiscal_year=known.fiscal_year,
        format=format_for(known.fiscal_year),
        agency=known.agency,
        publication=replace(known.publication, originals=originals, **_earlier(known, together)),
        previous=previous,
        others=tuple(other for other in others if other is not None),
        likenesses=_likenesses(known, filing.report, previous, read),
        known_agencies=known.known_agencies,
        thresholds=known.thresholds,
    )


def _earlier(known: KnownFiling, together: ReadTogether) -> dict[str, Any]:
    """Return the version it is compared with; a page around a report is none to compare with."""
    if known.baseline is None:
        return {}
    read = together(known.baseline.originals, known.wanted)
    report = read.report if read.report is not None and holds_report(read.report) else None
    return {"previous_version": report, "earlier": known.baseline.version}


def _likenesses(
    known: KnownFiling, report: Report | None, previous: Report | None, read: ReadOriginal
) -> tuple[Likeness, ...] | None:
    if known.likest is None or report is None:
        return None
    own = Own(report=report, previous=previous, names=known.wanted.agencies)
    return likenesses(known.likest, own, read)


def _agency_facts(around: Surroundings, filing: Filing, year: int | None) -> AgencyFacts | None:
    agency = filing.agency
    if agency is None:
        return AgencyFacts(name=filing.agency_name) if filing.agency_name else None
    turns = [day.year for day in (agency.valid_from, agency.valid_to) if day is not None]
    return AgencyFacts(
        id=agency.id,
        name=agency.name,
        kind=agency.kind.value,
        aliases=tuple(agency.aliases),
        division=agency.division,
        credit_code=agency.credit_code,
        valid_from=agency.valid_from,
        reorganised=agency.id in around.heirs
        or (year is not None and any(abs(near - year) <= 1 for near in turns)),
    )


def _every_version(filing: Filing) -> list[tuple[str, str, bool]]:
    return sorted((item.sha256, item.url, item.superseded_at is None) for item in filing.originals)
