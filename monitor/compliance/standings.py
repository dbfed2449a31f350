"""How every agency stands: obligations, filings and the health of crawls, brought together."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from monitor.compliance import load
from monitor.compliance.absence import control_passed
from monitor.compliance.judge import judge_obligation
from monitor.compliance.model import (
    Case,
    FilingEvidence,
    FindingCounts,
    PortalEvidence,
    Ruling,
    Standing,
)
from monitor.language import Bilingual
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
    session: Session, settings: Settings, fiscal_years: Iterable[int], as_of: datetime
) -> list[Standing]:
    """Return the state of every agency that owed a report, was waived or had no duty.

    Ordered by agency and fiscal year. Reads only, in a number of queries that does not grow
    with the agencies.
    """
    years = sorted(set(fiscal_years))
    roster = load.load_roster(session)
    filings = load.load_filings(session, years)
    portals = load.load_portals(session, as_of, filings)
    by_agency = _by_agency_and_year(filings)
    columns = load.load_known_columns(session)
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
            case = _case(agency, obligation, by_agency, portals, columns)
            ruling = judge_obligation(case, as_of, due_soon_days=settings.obligations.due_soon_days)
            found.append(_standing(agency, case, ruling, counts))
    return sorted(found, key=lambda row: (row.agency_id, row.fiscal_year))


def _by_agency_and_year(
    filings: Sequence[FilingEvidence],
) -> dict[tuple[str, int], list[FilingEvidence]]:
    found: dict[tuple[str, int], list[FilingEvidence]] = defaultdict(list)
    for filing in filings:
        if filing.agency_id is not None and filing.fiscal_year is not None:
            found[filing.agency_id, filing.fiscal_year].append(filing)
    return found


def _case(
    agency: Agency,
    obligation: Obligation,
    filings: dict[tuple[str, int], list[FilingEvidence]],
    portals: dict[str, PortalEvidence],
    columns: dict[str, frozenset[int]],
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
    )


def _standing(
    agency: Agency, case: Case, ruling: Ruling, counts: dict[int, FindingCounts]
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
    )
