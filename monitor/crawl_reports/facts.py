"""What one run of the crawler did at each portal, out of the database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.crawl_reports.advice import state_advice
from monitor.language import Bilingual
from storage.models import (
    Capture,
    Column,
    ColumnReading,
    ColumnState,
    Crawl,
    CrawlState,
    Original,
    Portal,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRun:
    """One column as the run read it (see ``storage.models.ColumnReading``)."""

    url: str
    name: str
    platform: str
    found_by: str
    state: ColumnState
    pages_seen: int
    announced: int | None
    found: int
    reports: int
    read_to_end: bool
    control_passed: bool
    known_before: int
    found_again: int
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOriginal:
    """A file that the run archived for the first time."""

    agency: str | None
    fiscal_year: int | None
    title: str
    url: str
    sha256: str
    media_type: str
    size: int
    change: bool
    """True if it took the place of an earlier version of the same file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalRun:
    """One portal in the run."""

    portal: str
    name: str
    url: str
    state: CrawlState
    reason: str | None
    evidence: dict[str, Any]
    started_at: datetime
    finished_at: datetime | None
    requests: int
    """Exchanges that were kept as captures, robots.txt and failures too."""
    bytes: int
    pages: int
    reports_found: int
    originals_new: int
    originals_changed: int
    blocked: int
    errors: int
    control_passed: bool
    columns: tuple[ColumnRun, ...]
    originals: tuple[NewOriginal, ...]

    @property
    def advice(self) -> Bilingual:
        """What its end means and what can be done."""
        return state_advice(self.state, self.evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of the crawl command."""

    id: str
    portals: tuple[PortalRun, ...]
    """In the order of their ids."""

    @property
    def began_at(self) -> datetime | None:
        """When the first portal was begun."""
        return min((each.started_at for each in self.portals), default=None)

    @property
    def ended_at(self) -> datetime | None:
        """When the last portal was done with, None while one is not."""
        ends = [each.finished_at for each in self.portals]
        return max((end for end in ends if end), default=None) if all(ends) else None


def run_facts(session: Session, run_id: str) -> Run:
    """Return what one run did; without portals if there was no such run."""
    rows = session.execute(
        select(Crawl, Portal)
        .join(Portal, Portal.id == Crawl.portal_id)
        .where(Crawl.run_id == run_id)
        .order_by(Crawl.portal_id)
    )
    portals = tuple(portal_run(session, crawl, portal) for crawl, portal in rows)
    return Run(id=run_id, portals=portals)


def portal_run(session: Session, crawl: Crawl, portal: Portal) -> PortalRun:
    """Return what one crawl did at its portal."""
    requests, size = session.execute(
        select(func.count(Capture.id), func.coalesce(func.sum(Capture.size), 0)).where(
            Capture.crawl_id == crawl.id
        )
    ).one()
    return PortalRun(
        portal=portal.id,
        name=portal.name,
        url=portal.url,
        state=crawl.state,
        reason=crawl.reason,
        evidence=crawl.evidence,
        started_at=crawl.started_at,
        finished_at=crawl.finished_at,
        requests=requests,
        bytes=size or 0,
        pages=crawl.pages,
        reports_found=crawl.reports_found,
        originals_new=crawl.originals_new,
        originals_changed=crawl.originals_changed,
        blocked=crawl.blocked,
        errors=crawl.errors,
        control_passed=crawl.control_passed,
        columns=tuple(_columns(session, crawl)),
        originals=tuple(_originals(session, crawl)),
    )


def _columns(session: Session, crawl: Crawl) -> Iterator[ColumnRun]:
    rows = session.execute(
        select(Column, ColumnReading)
        .join(ColumnReading, ColumnReading.column_id == Column.id)
        .where(ColumnReading.crawl_id == crawl.id)
        .order_by(Column.id)
    )
    for column, read in rows:
        yield ColumnRun(
            url=column.url,
            name=column.name,
            platform=column.platform,
            found_by=column.found_by,
            state=column.state,
            pages_seen=read.pages_seen,
            announced=read.announced,
            found=read.found,
            reports=read.reports,
            read_to_end=read.read_to_end,
            control_passed=read.control_passed,
            known_before=read.known_before,
            found_again=read.found_again,
            reason=read.reason,
        )


def _originals(session: Session, crawl: Crawl) -> Iterator[NewOriginal]:
    originals = session.scalars(
        select(Original)
        .join(Capture, Capture.id == Original.capture_id)
        .where(Capture.crawl_id == crawl.id)
        .order_by(Original.id)
    ).all()
    replaced = _replaced(session, originals)
    for original in originals:
        filing = original.filing
        yield NewOriginal(
            agency=filing.agency.name if filing.agency else filing.agency_name,
            fiscal_year=filing.fiscal_year,
            title=filing.title,
            url=original.url,
            sha256=original.sha256,
            media_type=original.media_type,
            size=original.size,
            change=(original.filing_id, original.url) in replaced,
        )


def _replaced(session: Session, originals: Sequence[Original]) -> set[tuple[int, str]]:
    """Return filing and address of the files of which an earlier version is kept too."""
    query = select(Original.filing_id, Original.url).where(
        Original.filing_id.in_({original.filing_id for original in originals}),
        Original.superseded_at.is_not(None),
    )
    return {(filing_id, url) for filing_id, url in session.execute(query)}
