"""What retention must know, from the database, one portal at a time."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import (
    Agency,
    Capture,
    Column,
    ColumnReading,
    ComplianceRow,
    Crawl,
    Event,
    Filing,
    FilingAddress,
    LogEntry,
    ObligationVerdict,
    Portal,
)
from storage.retention.citations import Citations, read_citations
from storage.retention.model import CrawlTimes, PageCapture, PortalFacts, Sighting, Stand
from storage.retention.removed import REMOVABLE

_NOT_MODIFIED = 304
_AT_ONCE = 2_000


def read_facts(session: Session) -> Iterator[PortalFacts]:
    """Yield the facts of every portal that was crawled."""
    cited = read_citations(session)
    positions = select(LogEntry.capture_id).where(LogEntry.position.in_(cited.positions))
    cited.captures.update(each for each in session.scalars(positions) if each is not None)
    claims = read_claims(session)
    for portal in session.scalars(select(Portal.id).order_by(Portal.id)).all():
        yield _facts(session, portal, cited, claims.get(portal, ()))


def read_claims(session: Session) -> Mapping[str, list[datetime]]:
    """Return by portal the instants as of which something was said of it or its agencies."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for kind in (ComplianceRow, ObligationVerdict):
        query = select(Agency.portal_id, kind.since, kind.judged_at).join(
            Agency, Agency.id == kind.agency_id
        )
        for portal, *instants in session.execute(query):
            found[portal] += instants
    told = select(Event.portal_id, Agency.portal_id, Event.happened_at).outerjoin(
        Agency, Agency.id == Event.agency_id
    )
    for own, of_agency, at in session.execute(told):
        for key in {own, of_agency}:
            if key is not None:
                found[key].append(at)
    return found


def _facts(
    session: Session, portal: str, cited: Citations, claims: Iterable[datetime]
) -> PortalFacts:
    crawls = select(Crawl.id, Crawl.finished_at).where(Crawl.portal_id == portal)
    captures = list(_captures(session, portal))
    return PortalFacts(
        captures=captures,
        readings=list(_readings(session, portal)),
        sightings=list(_sightings(session, portal)),
        crawls=[CrawlTimes(id=id_, finished_at=at) for id_, at in session.execute(crawls)],
        claims=sorted(set(claims)),
        cited=frozenset(each.id for each in captures if each.id in cited.captures),
        cited_bodies=frozenset(
            body for each in captures for body in each.bodies if body in cited.bodies
        ),
    )


def _captures(session: Session, portal: str) -> Iterator[PageCapture]:
    query = (
        select(
            Capture.id,
            Capture.crawl_id,
            Capture.method,
            Capture.url,
            Capture.request_body,
            Capture.fetched_at,
            Capture.status,
            Capture.sha256,
            Capture.wire_sha256,
        )
        .join(Crawl, Capture.crawl_id == Crawl.id)
        .where(Crawl.portal_id == portal, Capture.purpose.in_(REMOVABLE))
        .order_by(Capture.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    for row in session.execute(query):
        bodies = (row.sha256, row.wire_sha256) if row.sha256 else ()
        yield PageCapture(
            id=row.id,
            crawl_id=row.crawl_id,
            address=(row.method, row.url, row.request_body or ""),
            fetched_at=row.fetched_at,
            unchanged=row.status == _NOT_MODIFIED,
            bodies=tuple(dict.fromkeys(each for each in bodies if each)),
        )


def _readings(session: Session, portal: str) -> Iterator[Stand]:
    query = (
        select(
            ColumnReading.column_id,
            ColumnReading.crawl_id,
            Crawl.started_at,
            ColumnReading.read_at,
            ColumnReading.control_passed,
            ColumnReading.pages,
        )
        .join(Crawl, ColumnReading.crawl_id == Crawl.id)
        .join(Column, ColumnReading.column_id == Column.id)
        .where(Column.portal_id == portal)
        .order_by(ColumnReading.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    for row in session.execute(query):
        pages = row.pages or ()
        named = (page.get(key) for page in pages for key in ("capture", "body"))
        yield Stand(
            column_id=row.column_id,
            crawl_id=row.crawl_id,
            started_at=row.started_at,
            read_at=row.read_at,
            healthy=row.control_passed,
            captures=frozenset(each for each in named if each is not None),
        )


def _sightings(session: Session, portal: str) -> Iterator[Sighting]:
    """Yield when the columns of a portal showed reports, at their further addresses too."""
    own = select(
        Filing.column_id, Filing.first_seen_at, Filing.last_seen_at, Filing.last_absent_at
    ).join(Column, Filing.column_id == Column.id)
    further = (
        select(
            FilingAddress.column_id,
            FilingAddress.first_seen_at,
            FilingAddress.last_seen_at,
            Filing.last_absent_at,
        )
        .join(Filing, FilingAddress.filing_id == Filing.id)
        .join(Column, FilingAddress.column_id == Column.id)
    )
    for query in (own, further):
        for column_id, first, last, absent in session.execute(
            query.where(Column.portal_id == portal)
        ):
            assert column_id is not None  # it was joined by it
            yield Sighting(
                column_id=column_id, first_seen_at=first, last_seen_at=last, last_absent_at=absent
            )
