"""What the database knows about when each portal is to be visited."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.due import PortalTimes, is_due, spread
from storage.clock import local_date
from storage.models import Agency, Crawl, CrawlState, Filing, Host, HostTrouble, Portal
from storage.obligations import due_day
from storage.settings import LocalDeadline, Settings

_LAST_CRAWLS = 5
_YEARS_BACK = 2
"""Fiscal years whose days of publication tell the usual ones."""


def due_portals(
    session: Session, settings: Settings, now: datetime, among: Collection[str] = ()
) -> list[str]:
    """Return the ids of the portals to crawl today, in their order; ``among`` empty means all."""
    today = local_date(now)
    times = portal_times(session, settings, now, among)
    return [each.portal_id for each in times if is_due(each, today)]


def portal_times(
    session: Session, settings: Settings, now: datetime, among: Collection[str] = ()
) -> list[PortalTimes]:
    """Return what decides when portals are visited next, in the order of their ids."""
    fiscal_year = local_date(now).year - 1
    query = select(Portal).order_by(Portal.id)
    portals = session.scalars(query.where(Portal.id.in_(among)) if among else query).all()
    due = _due_days(session, settings.obligations.local_deadlines, fiscal_year)
    usual = _usual_days(session, fiscal_year)
    crawls = _last_crawls(session)
    alone = _left_alone(session, settings, now)
    return [
        PortalTimes(
            portal_id=portal.id,
            due_days=due.get(portal.id, frozenset()),
            usual_days=usual.get(portal.id, frozenset()),
            crawled_on=local_date(crawls[portal.id][0].started_at) if portal.id in crawls else None,
            states=tuple(crawl.state for crawl in crawls.get(portal.id, ())),
            left_alone_until=alone.get(urlsplit(portal.url).netloc.lower()),
        )
        for portal in portals
    ]


def _due_days(
    session: Session, notices: Collection[LocalDeadline], fiscal_year: int
) -> dict[str, frozenset[tuple[int, int]]]:
    days: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for agency in session.scalars(select(Agency)):
        day = due_day(agency.kind, fiscal_year, name=agency.name)
        if day is not None:
            days[agency.portal_id].add((day.month, day.day))
        days[agency.portal_id].update(
            (notice.month, notice.day)
            for notice in notices
            if _holds_for(notice, agency, fiscal_year)
        )
    return {portal_id: frozenset(found) for portal_id, found in days.items()}


def _holds_for(notice: LocalDeadline, agency: Agency, fiscal_year: int) -> bool:
    return (
        agency.division.startswith(notice.division)
        and (not notice.kinds or agency.kind.value in notice.kinds)
        and notice.first_fiscal_year <= fiscal_year <= notice.last_fiscal_year
    )


def _usual_days(session: Session, fiscal_year: int) -> dict[str, frozenset[tuple[int, int]]]:
    query = select(Filing.portal_id, Filing.published_on).where(
        Filing.fiscal_year >= fiscal_year - _YEARS_BACK,
        Filing.fiscal_year < fiscal_year,
        Filing.agency_id.is_not(None),
    )
    days: dict[str, list[date]] = defaultdict(list)
    for portal_id, published_on in session.execute(query):
        if published_on is not None:
            days[portal_id].append(published_on)
    return {portal_id: spread(found) for portal_id, found in days.items()}


def _last_crawls(session: Session) -> dict[str, list[Crawl]]:
    """Return the last finished crawls of each portal, newest first."""
    rank = func.row_number().over(partition_by=Crawl.portal_id, order_by=Crawl.id.desc())
    ranked = (
        select(Crawl.id, rank.label("rank")).where(Crawl.state != CrawlState.RUNNING).subquery()
    )
    query = (
        select(Crawl)
        .join(ranked, ranked.c.id == Crawl.id)
        .where(ranked.c.rank <= _LAST_CRAWLS)
        .order_by(Crawl.id.desc())
    )
    crawls: dict[str, list[Crawl]] = defaultdict(list)
    for crawl in session.scalars(query):
        crawls[crawl.portal_id].append(crawl)
    return crawls


def _left_alone(session: Session, settings: Settings, now: datetime) -> dict[str, date]:
    """Return by host the day from which it is asked again, of those that refuse us."""
    if not settings.crawler.blocked_rest_hours:
        return {}
    hosts = session.scalars(
        select(Host).where(Host.trouble == HostTrouble.BLOCKED, Host.not_before > now)
    )
    return {host.name: local_date(host.not_before) for host in hosts if host.not_before}
