"""What has happened since it was last told: events, each recorded once.

An event is written in the transaction that writes the new state and the mail about it, so that a
state can neither change silently nor be told twice. What decides is what people were last told
of an agency or a portal, not the state before: a portal that is down for a day makes nothing new.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.compliance import ComplianceState, Standing
from storage.models import ComplianceRow, Crawl, CrawlState, Event, Portal

MISSING, LATE, DUE_SOON, PUBLISHED = "missing", "late", "due_soon", "published"
PORTAL_TROUBLE, PORTAL_RECOVERED = "portal_trouble", "portal_recovered"
CONTROL_FAILED = "control_failed"
"""The trouble of a portal that was read to the end without recognising what was known there."""

_TOLD = {
    ComplianceState.MISSING: MISSING,
    ComplianceState.LATE: LATE,
    ComplianceState.DUE_SOON: DUE_SOON,
}
_SEEN = frozenset({ComplianceState.ON_TIME, ComplianceState.NOT_CHECKED})
"""States of a report that is there and not known to be late."""


def record_standings(
    session: Session, standings: Collection[Standing], now: datetime
) -> list[tuple[Event, Standing]]:
    """Store the states and return an event for each that people must hear of."""
    years = {standing.fiscal_year for standing in standings}
    _store_states(session, standings, years, now)
    told = _last_told(session, years)
    happened = []
    for standing in standings:
        last = told.get((standing.agency_id, standing.fiscal_year))
        kind = _kind(last, standing)
        if kind is not None:
            happened.append((_event(session, kind, standing, last, now), standing))
    session.flush()
    return happened


def _store_states(
    session: Session, standings: Iterable[Standing], years: Collection[int], now: datetime
) -> None:
    known = session.scalars(select(ComplianceRow).where(ComplianceRow.fiscal_year.in_(years)))
    rows = {(row.agency_id, row.fiscal_year): row for row in known}
    for standing in standings:
        row = rows.get((standing.agency_id, standing.fiscal_year))
        if row is None:
            row = ComplianceRow(agency_id=standing.agency_id, fiscal_year=standing.fiscal_year)
            session.add(row)
        if row.state != standing.state.value:
            row.state, row.since = standing.state.value, now
        row.judged_at = now


def _last_told(
    session: Session, years: Collection[int]
) -> dict[tuple[str | None, int | None], Event]:
    query = select(Event).where(Event.agency_id.is_not(None), Event.fiscal_year.in_(years))
    return {
        (event.agency_id, event.fiscal_year): event
        for event in session.scalars(query.order_by(Event.id))
    }


def _kind(last: Event | None, standing: Standing) -> str | None:
    told = last.kind if last else None
    if told == MISSING and standing.report_url is not None and standing.state in _SEEN:
        return PUBLISHED
    kind = _TOLD.get(standing.state)
    return None if kind == told else kind


def _event(
    session: Session, kind: str, standing: Standing, last: Event | None, now: datetime
) -> Event:
    event = Event(
        kind=kind,
        # two processes that see the same cannot both record it
        fingerprint=f"{kind}|{standing.agency_id}|{standing.fiscal_year}|{last.id if last else 0}",
        agency_id=standing.agency_id,
        portal_id=None,
        fiscal_year=standing.fiscal_year,
        happened_at=now,
        details={
            "due_on": standing.due_on.isoformat(),
            "days_late": standing.days_late,
            "url": standing.report_url,
        },
    )
    session.add(event)
    return event


def record_portals(session: Session, now: datetime) -> list[tuple[Event, Crawl]]:
    """Return one event for each portal whose crawl went wrong, or right again, since last told."""
    happened = []
    for portal_id in session.scalars(select(Portal.id).order_by(Portal.id)):
        crawl = _latest_crawl(session, portal_id)
        if crawl is None:
            continue
        event = _portal_event(crawl, _last_told_of_portal(session, portal_id), now)
        if event is not None:
            session.add(event)
            happened.append((event, crawl))
    session.flush()
    return happened


def trouble(crawl: Crawl) -> str | None:
    """Return what is wrong with a finished crawl: its state, or its control; None if nothing."""
    if crawl.state is not CrawlState.COMPLETE:
        return crawl.state.value
    return None if crawl.control_passed else CONTROL_FAILED


def _latest_crawl(session: Session, portal_id: str) -> Crawl | None:
    query = select(Crawl).where(Crawl.portal_id == portal_id, Crawl.finished_at.is_not(None))
    return session.scalars(query.order_by(Crawl.finished_at.desc(), Crawl.id.desc())).first()


def _last_told_of_portal(session: Session, portal_id: str) -> Event | None:
    query = select(Event).where(
        Event.portal_id == portal_id, Event.kind.in_((PORTAL_TROUBLE, PORTAL_RECOVERED))
    )
    return session.scalars(query.order_by(Event.id.desc())).first()


def _portal_event(crawl: Crawl, told: Event | None, now: datetime) -> Event | None:
    wrong = trouble(crawl)
    known = told.details.get("state") if told and told.kind == PORTAL_TROUBLE else None
    if wrong == known:
        return None
    kind = PORTAL_TROUBLE if wrong else PORTAL_RECOVERED
    return Event(
        kind=kind,
        fingerprint=f"{kind}|{crawl.portal_id}|{crawl.id}|{told.id if told else 0}",
        agency_id=None,
        portal_id=crawl.portal_id,
        fiscal_year=None,
        happened_at=now,
        details={"state": wrong, "reason": crawl.reason},
    )
