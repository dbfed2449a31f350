"""Portals that cannot be watched: one incident for each cause, told at growing intervals.

A host that is down hides every agency of every portal on it, and is one line. Nothing is told
before as many crawls in a row have failed as the settings say, and the end is told once, to be
sure that silence means health.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.compliance import Standing
from monitor.telling.events import (
    COLUMN_LOST,
    CRAWLER_SUSPECT,
    PORTAL_BLOCKED,
    PORTAL_DOWN,
    PORTAL_RECOVERED,
)
from monitor.telling.incident_news import Failing, IncidentNews
from monitor.telling.lines import UNSURE
from monitor.triage.effects import NOT_TOLD, Triage
from monitor.triage.facts import trouble
from storage.models import Crawl, CrawlState, Event, Incident, Portal
from storage.telling_settings import MailSettings

KINDS = (PORTAL_BLOCKED, PORTAL_DOWN, COLUMN_LOST, CRAWLER_SUSPECT)
_KIND_OF = {
    CrawlState.BLOCKED.value: PORTAL_BLOCKED,
    CrawlState.ROBOTS_DENIED.value: PORTAL_BLOCKED,
    CrawlState.UNREACHABLE.value: PORTAL_DOWN,
    CrawlState.NO_COLUMN.value: COLUMN_LOST,
}


def record_incidents(
    session: Session,
    mail: MailSettings,
    standings: Sequence[Standing],
    triage: Triage,
    now: datetime,
) -> list[IncidentNews]:
    """Open, tell again and close incidents; return what is to be told now."""
    failing = _failing(session, mail.failures_before_alert)
    by_cause: dict[tuple[str, str], list[Failing]] = defaultdict(list)
    for each in failing:
        by_cause[each.kind, each.cause].append(each)
    known = {
        (incident.kind, incident.cause): incident
        for incident in session.scalars(select(Incident).where(Incident.resolved_at.is_(None)))
    }
    news = []
    for key, concerned in by_cause.items():
        told = _tell(session, known.get(key), key, concerned, mail, triage, now)
        if told is not None:
            news.append(_news(told, standings, failing=tuple(concerned)))
    well = _well_again(session)
    for key, incident in known.items():
        if key not in by_cause:
            recovered = _close(session, incident, well, by_cause, now)
            if recovered:
                news.append(_news(incident, standings, recovered=recovered))
    session.flush()
    return news


def _news(
    incident: Incident,
    standings: Iterable[Standing],
    *,
    failing: tuple[Failing, ...] = (),
    recovered: tuple[Portal, ...] = (),
) -> IncidentNews:
    ids = {each.portal.id for each in failing} | {portal.id for portal in recovered}
    behind: dict[str, list[Standing]] = defaultdict(list)
    for row in standings:
        if row.portal_id in ids:
            behind[row.portal_id].append(row)
    return IncidentNews(
        kind=incident.kind if failing else PORTAL_RECOVERED,
        of_kind=incident.kind,
        failing=failing,
        recovered=recovered,
        again=incident.told - 1,
        since=incident.opened_at,
        hidden={key: [row for row in rows if row.state in UNSURE] for key, rows in behind.items()},
        behind=behind,
    )


def _failing(session: Session, count: int) -> list[Failing]:
    """Return the portals whose last ``count`` crawls all failed."""
    failing = []
    portals = {portal.id: portal for portal in session.scalars(select(Portal))}
    for portal_id, crawls in _last_crawls(session, count).items():
        if len(crawls) < count or any(trouble(crawl) is None for crawl in crawls):
            continue
        state = trouble(crawls[0]) or ""
        kind = _KIND_OF.get(state, CRAWLER_SUSPECT)
        failing.append(Failing(portal=portals[portal_id], crawl=crawls[0], kind=kind))
    return sorted(failing, key=lambda each: each.portal.id)


def _last_crawls(session: Session, count: int) -> Mapping[str, Sequence[Crawl]]:
    rank = (
        func.row_number()
        .over(partition_by=Crawl.portal_id, order_by=(Crawl.finished_at.desc(), Crawl.id.desc()))
        .label("rank")
    )
    ranked = select(Crawl.id, rank).where(Crawl.finished_at.is_not(None)).subquery()
    query = (
        select(Crawl)
        .join(ranked, Crawl.id == ranked.c.id)
        .where(ranked.c.rank <= count)
        .order_by(Crawl.portal_id, ranked.c.rank)
    )
    found: dict[str, list[Crawl]] = defaultdict(list)
    for crawl in session.scalars(query):
        found[crawl.portal_id].append(crawl)
    return found


def _well_again(session: Session) -> frozenset[str]:
    """Return the portals whose last crawl succeeded."""
    crawls = _last_crawls(session, 1)
    return frozenset(portal for portal, [crawl] in crawls.items() if trouble(crawl) is None)


def _tell(
    session: Session,
    incident: Incident | None,
    key: tuple[str, str],
    concerned: Sequence[Failing],
    mail: MailSettings,
    triage: Triage,
    now: datetime,
) -> Incident | None:
    if all(_is_quiet(triage, each) for each in concerned):
        return None
    portals = sorted(each.portal.id for each in concerned)
    if incident is None:
        incident = Incident(
            kind=key[0], cause=key[1], portals=[], opened_at=now, told_at=now, told=0
        )
        session.add(incident)
    elif not _is_time(incident, portals, mail.repeat_days, now):
        return None
    incident.told, incident.told_at, incident.portals = incident.told + 1, now, portals
    session.flush()
    session.add_all(_event(incident, each, now) for each in concerned)
    return incident


def _is_quiet(triage: Triage, failing: Failing) -> bool:
    decision = triage.of_portal(failing.portal.id, trouble(failing.crawl))
    return decision is not None and decision.action in NOT_TOLD


def _is_time(
    incident: Incident, portals: Collection[str], repeat_days: Sequence[int], now: datetime
) -> bool:
    """Tell whether an incident is due again, or has reached further portals."""
    if set(portals) - set(incident.portals):
        return True
    days = repeat_days[min(incident.told, len(repeat_days)) - 1]
    return now >= incident.told_at + timedelta(days=days)


def _close(
    session: Session,
    incident: Incident,
    well: Collection[str],
    by_cause: Mapping[tuple[str, str], Sequence[Failing]],
    now: datetime,
) -> tuple[Portal, ...]:
    """Close an incident whose cause no longer shows; return of which portals that is an end.

    A portal that fails otherwise now has an incident of that kind; one whose last crawl failed for
    the first time is not known to be well: both are no recovery.
    """
    failing_otherwise = {each.portal.id for found in by_cause.values() for each in found}
    portals = [
        portal
        for portal in (session.get(Portal, name) for name in incident.portals)
        if portal is not None
    ]
    unsettled = [
        portal for portal in portals if portal.id not in well and portal.id not in failing_otherwise
    ]
    if unsettled:
        return ()
    incident.resolved_at = now
    recovered = tuple(portal for portal in portals if portal.id in well)
    for portal in recovered:
        session.add(
            Event(
                kind=PORTAL_RECOVERED,
                fingerprint=f"{PORTAL_RECOVERED}|incident {incident.id}|{portal.id}",
                agency_id=None,
                portal_id=portal.id,
                fiscal_year=None,
                happened_at=now,
                details={"incident": incident.id, "of_kind": incident.kind},
            )
        )
    return recovered


def _event(incident: Incident, failing: Failing, now: datetime) -> Event:
    return Event(
        kind=incident.kind,
        # two processes that see the same cannot both record it
        fingerprint=f"{incident.kind}|incident {incident.id}|{incident.told}|{failing.portal.id}",
        agency_id=None,
        portal_id=failing.portal.id,
        fiscal_year=None,
        happened_at=now,
        details={
            "incident": incident.id,
            "state": trouble(failing.crawl),
            "reason": failing.crawl.reason,
            "url": failing.portal.url,
        },
    )
