"""Where a row leads that was never seen: to a new filing, a repost, or the agency's own page."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.pages.urls import same_page_urls
from crawler.platforms.model import ListItem
from crawler.records.addresses import add_address
from crawler.records.assigning import Roster, assign
from crawler.records.moving import absence_before_moving
from crawler.records.readings import last_absence, was_healthy
from storage.models import AddressKind, Agency, Filing, FilingState


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A report as a list shows it."""

    portal_id: str
    column_id: int
    crawl_id: int
    url: str
    item: ListItem
    seen_at: datetime
    list_url: str | None = None
    """The list page that shows it."""
    list_sha256: str | None = None


def place_row(session: Session, roster: Roster, listing: Listing) -> Filing | None:
    """Return a filing for a row that was never seen here; None if it is a repost.

    An agency that has a portal of its own publishes there. What another portal shows of its
    report is a repost as soon as its own is known; before that it is the report as far as known.
    """
    found = assign(roster, [listing.item.title], listing.item.source_name)
    owner = session.get(Agency, found.agency_id) if found.agency_id else None
    shown = _listed_elsewhere(session, listing)
    if shown is not None and owner is not None and owner.portal_id == listing.portal_id:
        return _brought_home(session, shown, listing)
    if shown is not None:
        return None
    if owner is not None and found.fiscal_year is not None:
        twin = _of_agency(
            session, owner, found.fiscal_year, own=owner.portal_id != roster.portal_id
        )
        if twin is not None and owner.portal_id != roster.portal_id:
            add_address(
                session,
                twin,
                url=listing.url,
                title=listing.item.title,
                kind=AddressKind.MIRROR,
                why="agency",
                seen_at=listing.seen_at,
                portal_id=listing.portal_id,
                column_id=listing.column_id,
            )
            return None
        if twin is not None:
            return _brought_home(session, twin, listing)
    return _new_filing(session, listing, found.fiscal_year)


def _listed_elsewhere(session: Session, listing: Listing) -> Filing | None:
    """Return the filing that another portal's list shows at the very same address."""
    query = select(Filing).where(Filing.url.in_(same_page_urls(listing.url)))
    return session.scalars(query.order_by(Filing.id)).first()


def _of_agency(session: Session, owner: Agency, fiscal_year: int, *, own: bool) -> Filing | None:
    """Return a report of an agency from its own portal, or from any other one."""
    here = Filing.portal_id == owner.portal_id
    query = select(Filing).where(
        Filing.agency_id == owner.id,
        Filing.fiscal_year == fiscal_year,
        Filing.state != FilingState.REMOVED,
        here if own else ~here,
    )
    return session.scalars(query.order_by(Filing.id)).first()


def _brought_home(session: Session, filing: Filing, listing: Listing) -> Filing:
    """Let the agency's own publication stand in the place of the repost that was seen before.

    When it was seen first stays: the report was public then, wherever.
    """
    url, portal_id, column_id = filing.url, filing.portal_id, filing.column_id
    is_same_page = url in same_page_urls(listing.url)
    filing.url, filing.portal_id, filing.column_id = (
        listing.url,
        listing.portal_id,
        listing.column_id,
    )
    filing.list_title = filing.title = listing.item.title
    filing.last_absent_at = None
    filing.absent_crawls = filing.gone_crawls = 0
    session.flush()
    if is_same_page:
        return filing
    for original in filing.originals:
        original.superseded_at = original.superseded_at or listing.seen_at
    filing.date_candidates, filing.date_traces, filing.labels = [], None, {}
    filing.opened_at = filing.failed_files = filing.index_number = None
    add_address(
        session,
        filing,
        url=url,
        title=listing.item.title,
        kind=AddressKind.MIRROR,
        why="agency",
        seen_at=listing.seen_at,
        portal_id=portal_id,
        column_id=column_id,
        first_seen_at=filing.first_seen_at,
    )
    return filing


def _new_filing(session: Session, listing: Listing, fiscal_year: int | None) -> Filing:
    filing = Filing(
        portal_id=listing.portal_id,
        column_id=listing.column_id,
        url=listing.url,
        list_title=listing.item.title,
        title=listing.item.title,
        date_candidates=[],
        labels={},
        first_seen_at=listing.seen_at,
        last_seen_at=listing.seen_at,
        last_absent_at=_last_absent(session, listing, fiscal_year),
        absent_crawls=0,
        state=FilingState.CURRENT,
    )
    session.add(filing)
    session.flush()
    return filing


def _last_absent(session: Session, listing: Listing, fiscal_year: int | None) -> datetime | None:
    """Return when it was last proved not to be in its column, or in the one that stood before."""
    column_id, crawl_id = listing.column_id, listing.crawl_id
    own = last_absence(session, column_id, crawl_id, listing.list_url)
    if own is not None or was_healthy(session, column_id, crawl_id):
        return own
    return absence_before_moving(session, column_id, crawl_id, listing.item.title, fiscal_year)
