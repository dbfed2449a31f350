"""Which captures go into a web archive."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from storage.models import Capture, Crawl, Filing, LogEntry, Original

_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to take; what is left empty does not narrow it. All of it must hold."""

    portal_id: str | None = None
    run_id: str | None = None
    """Or its beginning."""
    agency_id: str | None = None
    """The captures of its filings: their pages and files, in every version."""
    fiscal_year: int | None = None
    """Only filings of this year; speaks of filings as ``agency_id`` does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A capture and its place in the log."""

    capture: Capture
    position: int


def kept_captures(session: Session, wanted: Wanted) -> Iterator[Kept]:
    """Yield the captures that got an answer, in the order of the log."""
    query = (
        select(Capture, LogEntry.position)
        .join(LogEntry, LogEntry.capture_id == Capture.id)
        .outerjoin(Crawl, Crawl.id == Capture.crawl_id)
        .where(Capture.status.is_not(None))
        .order_by(LogEntry.position)
        .execution_options(yield_per=_CHUNK)
    )
    for capture, position in session.execute(_narrowed(query, wanted)):
        yield Kept(capture=capture, position=position)


def _narrowed(query: Select[Capture, int], wanted: Wanted) -> Select[Capture, int]:
    if wanted.portal_id is not None:
        query = query.where(Crawl.portal_id == wanted.portal_id)
    if wanted.run_id is not None:
        query = query.where(Crawl.run_id.startswith(wanted.run_id, autoescape=True))
    if wanted.agency_id is not None or wanted.fiscal_year is not None:
        filings = _filings(wanted)
        files = select(Original.url).where(Original.filing_id.in_(filings))
        query = query.where(
            or_(
                Capture.url.in_(select(Filing.url).where(Filing.id.in_(filings))),
                Capture.url.in_(files),
                Capture.id.in_(select(Original.capture_id).where(Original.filing_id.in_(filings))),
            )
        )
    return query


def _filings(wanted: Wanted) -> Select[int]:
    query = select(Filing.id)
    if wanted.agency_id is not None:
        query = query.where(Filing.agency_id == wanted.agency_id)
    if wanted.fiscal_year is not None:
        query = query.where(Filing.fiscal_year == wanted.fiscal_year)
    return query


def titles(session: Session) -> dict[str, str]:
    """Return the titles of filings by the address of their page."""
    return dict(session.execute(select(Filing.url, Filing.title)).all())
