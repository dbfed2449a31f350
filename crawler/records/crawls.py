"""Crawls: begun, counted, ended."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.visit import PortalFacts, Visit
from storage.hosts import host_of
from storage.models import Crawl, CrawlState, Portal

INTERRUPTED = "interrupted: the program ended before the crawl did"


def begin_crawl(session: Session, run_id: str, portal_id: str, now: datetime) -> int:
    """Return the crawl of a portal in a run, beginning it or taking it up again.

    Crawls of the portal that an earlier run left running are ended as partial: their process
    is gone.
    """
    left_behind = session.scalars(
        select(Crawl).where(
            Crawl.portal_id == portal_id,
            Crawl.state == CrawlState.RUNNING,
            Crawl.run_id != run_id,
        )
    )
    for crawl in left_behind:
        interrupt(crawl, now)
    crawl_of_run = session.scalars(
        select(Crawl).where(Crawl.run_id == run_id, Crawl.portal_id == portal_id)
    ).first()
    if crawl_of_run is None:
        crawl_of_run = Crawl(run_id=run_id, portal_id=portal_id, started_at=now, evidence={})
        session.add(crawl_of_run)
    crawl_of_run.state = CrawlState.RUNNING
    crawl_of_run.finished_at = None
    session.flush()
    return crawl_of_run.id


def interrupt(crawl: Crawl, now: datetime, reason: str = INTERRUPTED) -> None:
    """End a crawl whose process is gone."""
    crawl.state = CrawlState.PARTIAL
    crawl.finished_at = now
    crawl.reason = reason
    crawl.control_passed = False


def save_counts(session: Session, visit: Visit) -> None:
    """Add what a visit counted to its crawl (discovery and watch count into the same one)."""
    crawl = session.get_one(Crawl, visit.crawl_id)
    crawl.pages += visit.pages
    crawl.renders += visit.renders
    crawl.reports_found = max(crawl.reports_found, len(visit.reports))
    crawl.originals_new += visit.originals_new
    crawl.originals_changed += visit.originals_changed
    crawl.blocked += visit.blocked
    crawl.errors += visit.errors


def end_crawl(
    session: Session,
    crawl_id: int,
    *,
    state: CrawlState,
    reason: str | None,
    control_passed: bool,
    evidence: dict[str, object],
    now: datetime,
) -> None:
    """Write how a crawl ended; ``running`` leaves it open for what follows in the same run."""
    crawl = session.get_one(Crawl, crawl_id)
    crawl.state = state
    crawl.reason = reason
    crawl.control_passed = control_passed
    crawl.evidence = evidence
    crawl.finished_at = None if state is CrawlState.RUNNING else now


def portal_facts(
    session: Session, portal_id: str, official_hosts: tuple[str, ...]
) -> PortalFacts | None:
    """Return what the registry knows of a portal; None if it knows no such portal.

    The hosts of registered portals and columns are official: the registry vouches for them.
    """
    portal = session.get(Portal, portal_id)
    if portal is None:
        return None
    urls = session.execute(select(Portal.id, Portal.url).order_by(Portal.id)).all()
    addresses = [portal.url, *portal.known_columns, *(url for _, url in urls)]
    hosts = dict.fromkeys(host for host in map(host_of, addresses) if host)
    return PortalFacts(
        id=portal.id,
        name=portal.name,
        url=portal.url,
        known_columns=tuple(portal.known_columns),
        official_hosts=(*official_hosts, *hosts),
        others=tuple(url for id_, url in urls if id_ != portal.id),
    )
