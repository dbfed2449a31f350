"""How every agency stands: obligations, filings and the health of crawls, brought together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from monitor.compliance import load
from monitor.compliance.absence import control_passed
from monitor.compliance.judge import judge_obligation
from monitor.compliance.model import (
    Case,
    CrawlEvidence,
    FilingEvidence,
    FindingCounts,
    PortalEvidence,
    Publishers,
    Ruling,
    Standing,
)
from monitor.compliance.publishers import group_of, load_publishers
from monitor.compliance.verdicts import obligation_verdicts
from monitor.language import Bilingual
from monitor.rules.due_days import Locally
from monitor.rules.rulings import Rulings, rulings_of_settings
from storage.clock import local_date
from storage.models import Agency
from storage.obligations import Obligation, obligations
from storage.registry import agency_name
from storage.settings import Settings

_NEVER_CRAWLED = PortalEvidence()


def reporting_year(now: datetime) -> int:
    """Return the latest fiscal year whose reports are being published: last calendar year."""
    return local_date(now).year - 1


def standings(
    session: Session,
    settings: Settings,
    fiscal_years: Iterable[int],
    as_of: datetime,
    rulings: Rulings | None = None,
) -> list[Standing]:
    """Return the state of every agency that owed a report, was waived or had no duty.

    ``rulings`` are those of the workspace; None means what its settings alone say.

    Ordered by agency and fiscal year. Reads only, in a number of queries that does not grow
    with the agencies.
    """
    years = sorted(set(fiscal_years))
    rulings = rulings or rulings_of_settings(settings)
    local = Locally(settings.obligations, rulings.overlays)
    roster = load.load_roster(session)
    filings = load.load_filings(session, years)
    portals = load.load_portals(session, as_of, filings)
    by_agency = _by_agency_and_year(filings)
    columns = load.load_known_columns(session)
    publishers = load_publishers(session)
    pages = _pages_by_agency(filings)
    waivers = load.load_waivers(session, years, as_of)
    counts = load.load_finding_counts(session, years)
    agencies = {agency.id: agency for agency, _ in roster}
    found = []
    for year in years:
        owed = obligations(
            [entry for _, entry in roster], year, settings.obligations, waivers.get(year)
        )
        for obligation in owed:
            agency = agencies[obligation.agency_id]
            case = _case(agency, obligation, by_agency, portals, columns, publishers, pages)
            ruling = judge_obligation(case, as_of, due_soon_days=settings.obligations.due_soon_days)
            standing = _standing(agency, case, ruling, counts, local)
            verdicts = obligation_verdicts(standing, rulings, as_of)
            found.append(replace(standing, verdicts=verdicts))
    return sorted(found, key=lambda row: (row.agency_id, row.fiscal_year))


def current_standings(
    session: Session, settings: Settings, now: datetime, rulings: Rulings | None = None
) -> list[Standing]:
    """Return the standings for the year now reported on; none before the settings' first year."""
    year = reporting_year(now)
    if year < settings.obligations.first_fiscal_year:
        return []
    return standings(session, settings, [year], now, rulings)


def _by_agency_and_year(
    filings: Sequence[FilingEvidence],
) -> dict[tuple[str, int], list[FilingEvidence]]:
    found: dict[tuple[str, int], list[FilingEvidence]] = defaultdict(list)
    for filing in filings:
        if filing.agency_id is not None and filing.fiscal_year is not None:
            found[filing.agency_id, filing.fiscal_year].append(filing)
    return found


def _pages_by_agency(filings: Sequence[FilingEvidence]) -> dict[str, list[FilingEvidence]]:
    found: dict[str, list[FilingEvidence]] = defaultdict(list)
    for filing in filings:
        if filing.is_column and filing.agency_id is not None and filing.fiscal_year is not None:
            found[filing.agency_id].append(filing)
    return found


def _case(
    agency: Agency,
    obligation: Obligation,
    filings: dict[tuple[str, int], list[FilingEvidence]],
    portals: dict[str, PortalEvidence],
    columns: dict[str, frozenset[int]],
    publishers: Mapping[int, Publishers],
    pages: Mapping[str, Sequence[FilingEvidence]],
) -> Case:
    return Case(
        agency=agency_name(agency),
        obligation=obligation,
        filings=tuple(
            filing
            for counted in obligation.counted
            for filing in filings.get((counted, obligation.fiscal_year), ())
        ),
        portal=portals.get(agency.portal_id, _NEVER_CRAWLED),
        known_columns=frozenset().union(
            *(columns.get(counted, frozenset()) for counted in obligation.counted)
        ),
        pages=tuple(
            filing
            for counted in obligation.counted
            for filing in pages.get(counted, ())
            if (filing.fiscal_year or 0) < obligation.fiscal_year
        ),
        group=group_of(agency.kind),
        publishers=publishers,
    )


def _standing(
    agency: Agency,
    case: Case,
    ruling: Ruling,
    counts: dict[int, FindingCounts],
    local: Locally,
) -> Standing:
    obligation, crawl, filing = case.obligation, case.portal.crawl, ruling.filing
    note_zh, note_en = obligation.note_zh, obligation.note_en
    return Standing(
        agency_id=agency.id,
        agency_name=agency.name,
        kind=agency.kind,
        portal_id=agency.portal_id,
        fiscal_year=obligation.fiscal_year,
        due_on=obligation.due_on,
        state=ruling.state,
        days_late=ruling.days_late,
        report_url=filing.url if filing else None,
        checked_at=crawl.finished_at if crawl else None,
        control_passed=control_passed(crawl) if crawl else None,
        findings=counts.get(filing.id, FindingCounts()) if filing else FindingCounts(),
        reason=ruling.reason,
        basis=Bilingual(obligation.basis_zh, obligation.basis_en),
        note=Bilingual(note_zh, note_en) if note_zh and note_en else None,
        severity_cap=obligation.severity_cap,
        evidence_later=case.portal.later,
        division=agency.division,
        columns=_columns(crawl),
        search=case.portal.search,
        local_due=(
            local.due(agency.division, agency.kind.value, obligation.fiscal_year)
            if obligation.obliged
            else None
        ),
    )


def _columns(crawl: CrawlEvidence | None) -> tuple[str, ...]:
    known = crawl.columns if crawl else ()
    return tuple(column.url for column in sorted(known, key=lambda one: one.lost_at is not None))
