"""What has happened since it was last looked: events, each recorded once.

An event is written in the transaction that writes the new state, so that a state can neither
change silently nor be told twice.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.compliance import ComplianceState, Standing
from storage.clock import iso_utc
from storage.models import ComplianceRow, Crawl, CrawlState, Event, Portal

PORTAL_TROUBLE = "portal_trouble"
PORTAL_RECOVERED = "portal_recovered"

_TOLD = {
    ComplianceState.MISSING: "missing",
    ComplianceState.LATE: "late",
    ComplianceState.DUE_SOON: "due_soon",
}


def record_standings(
    session: Session, standings: Iterable[Standing], now: datetime
) -> list[tuple[Event, Standing]]:
    """Store the states and return an event for each that people must hear of."""
    rows = {(row.agency_id, row.fiscal_year): row for row in session.scalars(select(ComplianceRow))}
    happened = []
    for standing in standings:
        row = rows.get((standing.agency_id, standing.fiscal_year))
        before = row.state if row else None
        if row is None:
            row = ComplianceRow(
                agency_id=standing.agency_id,
                fiscal_year=standing.fiscal_year,
                state=standing.state.value,
                since=now,
                judged_at=now,
            )
            session.add(row)
        elif row.state != standing.state.value:
            row.state, row.since = standing.state.value, now
        row.judged_at = now
        kind = _kind(before, standing.state)
        if kind is not None:
            happened.append((_event(session, kind, standing, row.since), standing))
    session.flush()
    return happened


def _kind(before: str | None, after: ComplianceState) -> str | None:
    if before == after.value:
        return None
    if before == ComplianceState.MISSING.value and after is ComplianceState.ON_TIME:
        return "published"
    return _TOLD.get(after)


def _event(session: Session, kind: str, standing: Standing, since: datetime) -> Event:
    event = Event(
        kind=kind,
        fingerprint=f"{kind}|{standing.agency_id}|{standing.fiscal_year}|{iso_utc(since)}",
        agency_id=standing.agency_id,
        portal_id=None,
        fiscal_year=standing.fiscal_year,
        happened_at=since,
        details={"due_on": standing.due_on.isoformat(), "url": standing.report_url},
    )
    session.add(event)
    return event


def record_portals(session: Session, now: datetime) -> list[tuple[Event, Crawl]]:
    """Return one event for each portal whose crawl went wrong, or right again, since last told."""
    happened = []
    for portal_id in session.scalars(select(Portal.id).order_by(Portal.id)):
        crawls = _finished_crawls(session, portal_id)
        if not crawls:
            continue
        told = session.scalars(
            select(Event)
            .where(Event.portal_id == portal_id, Event.kind.in_((PORTAL_TROUBLE, PORTAL_RECOVERED)))
            .order_by(Event.id.desc())
        ).first()
        event = _portal_event(portal_id, crawls, told, now)
        if event is not None:
            session.add(event)
            happened.append((event, crawls[0]))
    session.flush()
    return happened


def _finished_crawls(session: Session, portal_id: str) -> Sequence[Crawl]:
    return session.scalars(
        select(Crawl)
        .where(Crawl.portal_id == portal_id, Crawl.finished_at.is_not(None))
        .order_by(Crawl.id.desc())
        .limit(2)
    ).all()


def _portal_event(
    portal_id: str, crawls: Sequence[Crawl], told: Event | None, now: datetime
) -> Event | None:
    latest = crawls[0]
    in_trouble = told is not None and told.kind == PORTAL_TROUBLE
    if latest.state is CrawlState.COMPLETE:
        if not in_trouble:
            return None
        kind = PORTAL_RECOVERED
    else:
        if in_trouble and told is not None and told.details.get("state") == latest.state.value:
            return None
        kind = PORTAL_TROUBLE
    return Event(
        kind=kind,
        fingerprint=f"{kind}|{portal_id}|{latest.id}",
        agency_id=None,
        portal_id=portal_id,
        fiscal_year=None,
        happened_at=now,
        details={"state": latest.state.value, "reason": latest.reason},
    )
