"""What digests are made of: everything that is known now, and what of it one series is about."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.compliance import ComplianceState, Standing, current_standings, reporting_year
from monitor.findings.standing import FindingRow, absence_findings, standing_findings
from monitor.notices.following import Followed, follow, open_notices
from monitor.rules.rulings import Rulings, rulings_of_settings
from monitor.telling.scope import (
    Concerned,
    Whom,
    covers,
    wants_event,
    wants_finding,
    whom_of_agency,
    whom_of_portal,
)
from monitor.triage import Triage, load_triage
from storage.captures import CHUNK
from storage.clock import local_date
from storage.models import Agency, AgencyKind, Capture, Filing, Judgement, Portal
from storage.settings import Settings
from storage.subscription_settings import OfficeEvent, OperatorEvent, SubscriptionSettings

_OF_AUDIENCE: Mapping[str, frozenset[str]] = {
    "office": frozenset(OfficeEvent.__args__),  # type: ignore[attr-defined]
    "operator": frozenset(OperatorEvent.__args__),  # type: ignore[attr-defined]
}
_LONGEST_CRAWL = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Everything that digests of one moment may tell."""

    settings: Settings
    now: datetime
    standings: Sequence[Standing]
    findings: Sequence[FindingRow]
    """Of all reports, gravest first."""
    absences: Sequence[FindingRow]
    """Of agencies without a report."""
    agencies: Mapping[str, Whom]
    portals: Mapping[str, Portal]
    governments: Mapping[str, str]
    """Names of governments by the code of their division."""
    overdue: Sequence[Followed]
    """Notices to put things right whose day has passed, with something left."""
    triage: Triage
    originals: Mapping[str, str]
    """SHA-256 of what is archived, by address: of pages what their report was read from, of columns
    in which a report is missing the list as it was last seen before that was said."""

    @property
    def year(self) -> int:
        """The fiscal year that is reported on now."""
        return reporting_year(self.now)


def load_matter(
    session: Session, settings: Settings, now: datetime, rulings: Rulings | None = None
) -> Matter:
    """Return everything that digests may tell at ``now``; reads only.

    ``rulings`` are those of the workspace; None means what its settings alone say.
    """
    rulings = rulings or rulings_of_settings(settings)
    triage = load_triage(session, now)
    rows = current_standings(session, settings, now, rulings)
    agencies = session.scalars(select(Agency).order_by(Agency.id)).all()
    return Matter(
        settings=settings,
        now=now,
        standings=rows,
        findings=standing_findings(session, triage=triage),
        absences=absence_findings(rows, now, triage),
        agencies={agency.id: whom_of_agency(agency) for agency in agencies},
        portals={portal.id: portal for portal in session.scalars(select(Portal))},
        governments={
            agency.division: agency.name
            for agency in agencies
            if agency.kind is AgencyKind.GOVERNMENT
        },
        overdue=_overdue(session, settings, rulings, now),
        triage=triage,
        originals={
            **_lists(session, [row for row in rows if row.state is ComplianceState.MISSING]),
            **_read_from(session, [row.report_url for row in rows if row.report_url]),
        },
    )


def _overdue(
    session: Session, settings: Settings, rulings: Rulings, now: datetime
) -> list[Followed]:
    today = local_date(now)
    passed = [notice for notice in open_notices(session) if notice.answer_by < today]
    followed = follow(session, settings, rulings, passed, now)
    return [each for each in followed if each.overdue(today)]


def _read_from(session: Session, urls: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(urls), CHUNK):
        query = (
            select(Filing.url, Judgement.read_from)
            .join(Judgement, Judgement.filing_id == Filing.id)
            .where(
                Judgement.current,
                Judgement.read_from.is_not(None),
                Filing.url.in_(urls[start : start + CHUNK]),
            )
        )
        found.update((url, sha256) for url, sha256 in session.execute(query) if sha256)
    return found


def _lists(session: Session, missing: Iterable[Standing]) -> dict[str, str]:
    """Return the archived first pages of columns that do not show a report."""
    believed = {row.columns[0]: row.checked_at for row in missing if row.columns and row.checked_at}
    found: dict[str, str] = {}
    urls = list(believed)
    for start in range(0, len(urls), CHUNK):
        query = (
            select(Capture.url, Capture.sha256, Capture.fetched_at)
            .where(
                Capture.url.in_(urls[start : start + CHUNK]),
                Capture.purpose == "list",
                Capture.sha256.is_not(None),
                Capture.fetched_at > min(believed.values()) - _LONGEST_CRAWL,
            )
            .order_by(Capture.fetched_at, Capture.id)
        )
        found |= {
            url: sha256
            for url, sha256, fetched_at in session.execute(query)
            if sha256 and fetched_at <= believed[url]
        }
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What of everything some subscriptions together are about."""

    subscriptions: tuple[SubscriptionSettings, ...]

    def has(self, whom: Concerned) -> bool:
        """Tell whether an agency, or the portal of one, is one of those it is about."""
        return any(covers(one, whom) for one in self.subscriptions)

    def tells(self, kind: str, whom: Concerned | None) -> bool:
        """Tell whether events of a kind are told; ``whom`` is None if they concern nobody."""
        return any(
            kind in _OF_AUDIENCE[one.audience]
            and wants_event(one, kind)
            and (whom is None or covers(one, whom))
            for one in self.subscriptions
        )

    def tells_portal(self, kind: str, portal: Whom, matter: Matter) -> bool:
        """Tell whether what happens to a portal is told: it may hide who publishes there."""
        whom = [portal, *(each for each in matter.agencies.values() if is_behind(each, portal))]
        return any(
            (one.audience == "office" or wants_event(one, kind))
            and any(covers(one, each) for each in whom)
            for one in self.subscriptions
        )

    def standings(self, rows: Iterable[Standing]) -> list[Standing]:
        """Return the agencies it is about."""
        return [row for row in rows if self.has(row)]

    def findings(self, rows: Iterable[FindingRow], matter: Matter) -> list[FindingRow]:
        """Return the findings about those, however slight."""
        return [row for row in rows if (who := whom_of(row, matter)) and self.has(who)]

    def is_told(self, row: FindingRow, matter: Matter) -> bool:
        """Tell whether a finding is grave enough for one that covers its agency."""
        whom = whom_of(row, matter)
        return whom is not None and any(
            one.audience == "office"
            and wants_event(one, "rejected")
            and wants_finding(one, row.severity)
            and covers(one, whom)
            for one in self.subscriptions
        )


def whom_of(row: FindingRow, matter: Matter) -> Whom | None:
    """Return whom a finding concerns: its agency, else whoever is behind its portal."""
    if row.agency_id is not None and row.agency_id in matter.agencies:
        return matter.agencies[row.agency_id]
    portal = matter.portals.get(row.portal_id or "")
    return whom_of_portal(portal) if portal is not None else None


def is_behind(agency: Whom, portal: Whom) -> bool:
    """Tell whether an agency publishes on a portal."""
    return agency.portal_id == portal.portal_id


def of_years(rows: Iterable[FindingRow], years: Collection[int | None]) -> list[FindingRow]:
    """Return the findings in reports of some years; None is a year that is not known."""
    return [row for row in rows if row.fiscal_year in years]
