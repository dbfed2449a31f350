"""How every agency stands: obligations, filings and the health of crawls, brought together."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from monitor.compliance import load
from monitor.compliance.cases import case_of, gather
from monitor.compliance.control import Control, control_of
from monitor.compliance.model import (
    Case,
    CrawlEvidence,
    FindingCounts,
    Ruling,
    Standing,
)
from monitor.compliance.past import Past
from monitor.compliance.settled import load_settled
from monitor.compliance.verdicts import obligation_verdicts
from monitor.language import Bilingual
from monitor.rules.due_days import Locally
from monitor.rules.rulings import Rulings, rulings_of_settings
from storage.clock import local_date
from storage.models import Agency
from storage.obligations import obligations
from storage.settings import Settings


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
    settled = load_settled(session, as_of)
    known = gather(session, [agency for agency, _ in roster], years, as_of, settled=settled)
    waivers = load.load_waivers(session, years, as_of)
    counts = load.load_finding_counts(session, years, as_of)
    agencies = {agency.id: agency for agency, _ in roster}
    past = Past(session, settings.obligations, as_of, roster)
    found = []
    for year in years:
        owed = obligations(
            [entry for _, entry in roster], year, settings.obligations, waivers.get(year)
        )
        for obligation in owed:
            agency = agencies[obligation.agency_id]
            case = case_of(agency, obligation, known)
            ruling = past.rule(case, as_of)
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


def _standing(
    agency: Agency,
    case: Case,
    ruling: Ruling,
    counts: dict[int, FindingCounts],
    local: Locally,
) -> Standing:
    obligation, crawl, filing = case.obligation, case.portal.crawl, ruling.filing
    note_zh, note_en = obligation.note_zh, obligation.note_en
    control = control_of(case, crawl) if crawl else None
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
        control_passed=control.passed if control else None,
        findings=counts.get(filing.id, FindingCounts()) if filing else FindingCounts(),
        reason=ruling.reason,
        remedy=ruling.remedy,
        basis=Bilingual(obligation.basis_zh, obligation.basis_en),
        note=Bilingual(note_zh, note_en) if note_zh and note_en else None,
        severity_cap=obligation.severity_cap,
        evidence_later=case.portal.later,
        division=agency.division,
        columns=_columns(crawl, control),
        search=case.portal.search,
        local_due=(
            local.due(agency.division, agency.kind.value, obligation.fiscal_year)
            if obligation.obliged
            else None
        ),
    )


def _columns(crawl: CrawlEvidence | None, control: Control | None) -> tuple[str, ...]:
    concerned = [column.url for column in control.columns] if control else []
    known = sorted(crawl.columns if crawl else (), key=lambda one: one.lost_at is not None)
    return tuple(concerned or [column.url for column in known])
