"""Reports as lists show them: which filing a row is, a new one, a further address, or a repost."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.fetched import Outcome
from crawler.pages.urls import same_page_urls
from crawler.planning import ONCE_A_DAY, Known
from crawler.platforms.model import DayFound, ListItem
from crawler.records.addresses import address_of
from crawler.records.assigning import Assignment, Roster, assign
from crawler.records.dating import add_days
from crawler.records.failures import MOST_KEPT
from crawler.records.merging import state_without_removal
from crawler.records.placing import Listing, place_row
from crawler.records.proposing import Sighting, propose
from crawler.records.turning import turned
from storage.clock import parse_instant
from storage.models import (
    AddressKind,
    ColumnState,
    DateSource,
    Filing,
    FilingState,
    StoredReading,
)

_LAST_MONTH = 6
"""Reports of a year appear in the first half of the next; later nothing follows from the day."""


def list_filings(session: Session, listings: Sequence[Listing]) -> list[int | None]:
    """Keep that reports of one portal stand in a column's list; return the ids of their filings.

    None for a repost of what another portal publishes: it is noted, and not to be opened.
    """
    return [known.filing_id if known else None for known in list_known(session, listings)]


def list_known(session: Session, listings: Sequence[Listing]) -> list[Known | None]:
    """Do as ``list_filings``, and tell what is known of each report."""
    if not listings:
        return []
    roster = Roster(session, listings[0].portal_id)
    return [_list_filing(session, roster, listing) for listing in listings]


def find_filing(session: Session, portal_id: str, url: str) -> Filing | None:
    """Return the filing whose page an address is, under http or https, with or without www."""
    query = select(Filing).where(Filing.portal_id == portal_id, Filing.url.in_(same_page_urls(url)))
    found = session.scalars(query.order_by(Filing.id)).all()
    return next((each for each in found if each.url == url), found[0] if found else None)


def _list_filing(session: Session, roster: Roster, listing: Listing) -> Known | None:
    known, is_new = find_filing(session, listing.portal_id, listing.url), False
    filing = turned(session, known, listing) if known else None
    if known is None and (address := address_of(session, listing.portal_id, listing.url)):
        address.last_seen_at = max(address.last_seen_at, listing.seen_at)
        if address.kind is AddressKind.MIRROR:
            return None
        filing, opened_at = address.filing, address.opened_at
    elif filing is not None:
        opened_at = filing.opened_at
    else:
        filing, opened_at, is_new = place_row(session, roster, listing), None, True
        if filing is None:
            return None
    return _seen(session, roster, filing, listing, opened_at, is_new=is_new)


def _seen(
    session: Session,
    roster: Roster,
    filing: Filing,
    listing: Listing,
    opened_at: datetime | None,
    *,
    is_new: bool,
) -> Known:
    is_own = filing.url in same_page_urls(listing.url)
    back = bool(filing.absent_crawls or filing.gone_crawls)
    anew = back or (is_own and filing.list_title != listing.item.title)
    anew = anew or (is_own and _shows_another_day(filing, listing))
    if filing.absent_crawls or filing.column.state is ColumnState.LOST:
        filing.column_id = listing.column_id  # a report in two columns stays with the first
    if is_own:
        filing.list_title = listing.item.title
    filing.last_seen_at = max(filing.last_seen_at, listing.seen_at)
    filing.absent_crawls = 0
    if filing.state is FilingState.REMOVED:
        filing.state = state_without_removal(filing)
    if filing.agency_id is None:
        found = assign(roster, [filing.title, listing.item.title], listing.item.source_name)
        take_assignment(filing, found)
        _propose(session, roster, filing, listing, is_new=is_new)
    add_days(filing, _listed_days(listing.item), listing.seen_at, "" if is_own else listing.url)
    _year_by_day(session, filing)
    session.flush()
    opened_at, unhad = _with_files(filing, opened_at, listing.seen_at)
    return Known(
        filing_id=filing.id,
        url=listing.url,
        fiscal_year=filing.fiscal_year,
        opened_at=opened_at,
        listed_anew=anew,
        unhad=unhad,
    )


def _shows_another_day(filing: Filing, listing: Listing) -> bool:
    """Tell whether a column that is the report itself bears another day: it may be the next one."""
    if listing.item.day is None or listing.url not in same_page_urls(filing.column.url):
        return False
    told = [
        each["value"]
        for each in filing.date_candidates
        if each["source"] == DateSource.LIST and not each.get("on") and "replaced_at" not in each
    ]
    return bool(told) and listing.item.day.isoformat() not in told


def _with_files(
    filing: Filing, opened_at: datetime | None, now: datetime
) -> tuple[datetime | None, str]:
    """Return when a report counts as opened, and why it was not had whole if that is to rest.

    A file that could not be had is tried once a day, until so often that more tells nothing new.
    """
    failed = filing.failed_files or ()
    last = [(parse_instant(entry["at"][-1]), entry) for entry in failed if entry["at"]]
    if any(now - at >= ONCE_A_DAY and len(entry["at"]) < MOST_KEPT for at, entry in last):
        return None, ""
    open_ends = [(at, entry) for at, entry in last if entry["outcome"] != Outcome.GONE]
    if opened_at is not None or not open_ends:
        return opened_at, ""
    tried_at, entry = open_ends[0]
    return tried_at, str(entry["reason"])


def take_assignment(filing: Filing, found: Assignment) -> None:
    """Set agency and year as far as something tells them; what was known is not unlearnt."""
    filing.fiscal_year = found.fiscal_year or filing.fiscal_year
    if found.agency_id is None and filing.agency_id is not None:
        return
    if found.agency_id is not None or found.agency_name is not None:
        filing.agency_id = found.agency_id
        filing.agency_name = found.agency_name
        filing.assigned_by = found.assigned_by


def _propose(
    session: Session, roster: Roster, filing: Filing, listing: Listing, *, is_new: bool
) -> None:
    name = filing.agency_name
    if filing.agency_id is not None or name is None or listing.item.cut:
        return
    if roster.match(name, filing.fiscal_year).candidates:
        return  # known, only not which of several it is
    sighting = Sighting(
        portal_id=listing.portal_id,
        title=listing.item.title,
        url=listing.url,
        list_url=listing.list_url,
        sha256=listing.list_sha256,
        seen_at=listing.seen_at,
    )
    propose(session, name, sighting, is_new=is_new)


def _year_by_day(session: Session, filing: Filing) -> None:
    """Take the year before that of publication where title, text and document name none.

    Only after the document was read, only in the half-year in which reports appear, only by a day
    that somebody states, and only if the agency has no other report of that year.
    """
    day = filing.published_on
    if filing.fiscal_year is not None or day is None or day.month > _LAST_MONTH:
        return
    if filing.agency_id is None or filing.published_on_source is DateSource.URL:
        return
    read = session.get(StoredReading, filing.id)
    if read is None or read.fiscal_year is not None:
        return
    query = select(Filing.id).where(
        Filing.agency_id == filing.agency_id, Filing.fiscal_year == day.year - 1
    )
    if session.scalars(query.limit(1)).first() is None:
        filing.fiscal_year, filing.assigned_by = day.year - 1, "published"


def _listed_days(item: ListItem) -> tuple[DayFound, ...]:
    if item.day is None:
        return ()
    return (DayFound(source=DateSource.LIST, day=item.day, text=item.day_text),)
