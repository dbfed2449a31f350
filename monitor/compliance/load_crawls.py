"""What crawls showed of each portal as of an instant, in few queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from monitor.compliance.filing_evidence import FilingEvidence
from monitor.compliance.load_columns import Columns, load_columns
from monitor.compliance.model import CrawlEvidence, PortalEvidence, SearchEvidence
from monitor.compliance.neighbourhood import Neighbourhood
from storage.columns import SEARCHED_PLATFORM
from storage.models import Crawl, CrawlState, Portal


def load_portals(
    session: Session,
    as_of: datetime,
    filings: Iterable[FilingEvidence],
    neighbourhoods: Mapping[str, Neighbourhood],
    portal_id: str | None = None,
) -> dict[str, PortalEvidence]:
    """Return what is known of each portal, or of one, as of an instant.

    What was learnt after ``as_of`` is left out where a crawl of the portal had finished by then;
    where none had, everything learnt since is what is known about that day.
    """
    wanted = true() if portal_id is None else Crawl.portal_id == portal_id
    crawls = _believed_crawls(session, as_of, wanted)
    begun = set(session.scalars(select(Crawl.portal_id).where(wanted).distinct()))
    believed = {portal: crawl for portal, (crawl, _) in crawls.items()}
    columns = load_columns(session, believed, neighbourhoods, as_of, portal_id)
    searches = _searches(session, [crawl for crawl, _ in crawls.values()], columns)
    unassigned: dict[str, list[FilingEvidence]] = defaultdict(list)
    for filing in filings:
        if filing.agency_id is None or filing.fiscal_year is None:
            unassigned[filing.portal_id].append(filing)
    return {
        portal: replace(
            _portal(crawls.get(portal), columns.get(portal, Columns()), unassigned[portal], as_of),
            search=searches.get(portal),
        )
        for portal in begun
    }


def _believed_crawls(
    session: Session, as_of: datetime, wanted: ColumnElement[bool]
) -> dict[str, tuple[Crawl, bool]]:
    """Return by portal the crawl to believe, and whether it is later than ``as_of``."""
    by_then = _latest(select(Crawl).where(Crawl.finished_at <= as_of, wanted))
    ever = _latest(select(Crawl).where(Crawl.finished_at.is_not(None), wanted))
    known = {crawl.portal_id: (crawl, True) for crawl in session.scalars(ever)}
    known |= {crawl.portal_id: (crawl, False) for crawl in session.scalars(by_then)}
    return known


def _latest(crawls: Select[Crawl]) -> Select[Crawl]:
    ranked = crawls.with_only_columns(
        Crawl.id,
        func.row_number()
        .over(partition_by=Crawl.portal_id, order_by=(Crawl.finished_at.desc(), Crawl.id.desc()))
        .label("rank"),
    ).subquery()
    return select(Crawl).join(ranked, Crawl.id == ranked.c.id).where(ranked.c.rank == 1)


def _portal(
    believed: tuple[Crawl, bool] | None,
    columns: Columns,
    unassigned: list[FilingEvidence],
    as_of: datetime,
) -> PortalEvidence:
    if believed is None:
        return PortalEvidence(unfinished=True, unassigned=tuple(unassigned))
    crawl, later = believed
    assert crawl.finished_at is not None
    return PortalEvidence(
        crawl=CrawlEvidence(
            state=crawl.state,
            started_at=crawl.started_at,
            finished_at=crawl.finished_at,
            control_passed=crawl.control_passed,
            reason=crawl.reason,
            columns=columns.found,
            unsearched=columns.unsearched,
        ),
        unassigned=tuple(one for one in unassigned if later or one.first_seen_at <= as_of),
        later=later,
    )


def _searches(
    session: Session, believed: Iterable[Crawl], columns: Mapping[str, object]
) -> dict[str, SearchEvidence]:
    """Return how portals were searched of which no column was ever known, and how often."""
    last = {
        crawl.portal_id: crawl
        for crawl in believed
        if crawl.state is CrawlState.NO_COLUMN and crawl.portal_id not in columns
    }
    query = (
        select(Crawl, Portal.url)
        .join(Portal, Crawl.portal_id == Portal.id)
        .where(Crawl.portal_id.in_(last), Crawl.finished_at.is_not(None))
        .order_by(Crawl.finished_at.desc(), Crawl.id.desc())
    )
    found: dict[str, list[SearchEvidence]] = defaultdict(list)
    ended: set[str] = set()
    for crawl, home in session.execute(query):
        assert crawl.finished_at is not None
        horizon = last[crawl.portal_id].finished_at or crawl.finished_at
        if crawl.finished_at > horizon or crawl.portal_id in ended:
            continue
        if crawl.state is not CrawlState.NO_COLUMN:
            ended.add(crawl.portal_id)
            continue
        platform = (crawl.evidence or {}).get(SEARCHED_PLATFORM)
        found[crawl.portal_id].append(
            SearchEvidence(url=platform or home, platform_read=platform is not None, times=1)
        )
    return {
        portal: replace(
            each[0], platform_read=all(one.platform_read for one in each), times=len(each)
        )
        for portal, each in found.items()
    }
