"""Which captures go into a web archive."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TypeVarTuple

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from storage.models import (
    AddressKind,
    Capture,
    Crawl,
    Filing,
    FilingAddress,
    LogEntry,
    Original,
)
from storage.retention.removed import removals_of

_CHUNK = 500
_Columns = TypeVarTuple("_Columns")


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
    filing_id: int | None = None
    """Only this one; likewise."""


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


def removed_originals(session: Session, wanted: Wanted) -> Collection[str]:
    """Return the hashes of wanted originals that a retention decision has removed."""
    query = select(Capture.sha256).outerjoin(Crawl, Crawl.id == Capture.crawl_id).distinct()
    wanted_ones = _narrowed(query.where(Capture.sha256.is_not(None)), wanted)
    return removals_of(session, set(session.scalars(wanted_ones))).keys()


def _narrowed(query: Select[*_Columns], wanted: Wanted) -> Select[*_Columns]:
    if wanted.portal_id is not None:
        query = query.where(Crawl.portal_id == wanted.portal_id)
    if wanted.run_id is not None:
        query = query.where(Crawl.run_id.startswith(wanted.run_id, autoescape=True))
    if (wanted.agency_id, wanted.fiscal_year, wanted.filing_id) != (None, None, None):
        filings = _filings(wanted)
        files = select(Original.url).where(Original.filing_id.in_(filings))
        places = select(FilingAddress.url).where(
            FilingAddress.filing_id.in_(filings), FilingAddress.kind != AddressKind.MIRROR
        )
        query = query.where(
            or_(
                Capture.url.in_(select(Filing.url).where(Filing.id.in_(filings))),
                Capture.url.in_(files),
                Capture.url.in_(places),
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
    if wanted.filing_id is not None:
        query = query.where(Filing.id == wanted.filing_id)
    return query


def titles(session: Session) -> dict[str, str]:
    """Return the titles of filings by the address of their page."""
    return dict(session.execute(select(Filing.url, Filing.title)).all())
