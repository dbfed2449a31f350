"""Filings: listed, read, changed, gone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.fetched import Fetched
from crawler.pages.urls import other_scheme
from crawler.platforms.model import Article, DayFound, ListItem
from crawler.records.assigning import Assignment, Roster, assign
from crawler.records.columns import last_healthy_reading
from crawler.records.originals import Kept, drop_unlinked, keep_attachment, keep_page
from crawler.selection import best_title
from storage.clock import local_date
from storage.models import ColumnState, DateSource, Filing, FilingState

GONE_FOR_GOOD = 3
"""Consecutive crawls in which a listed-no-more report must be gone before it counts as removed."""

_EARLIEST = date(2008, 5, 1)
"""The Regulation's first day in force: no annual report is older."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A report as a list shows it."""

    portal_id: str
    column_id: int
    crawl_id: int
    url: str
    item: ListItem
    seen_at: datetime


def list_filings(session: Session, listings: Sequence[Listing]) -> list[int]:
    """Keep that reports of one portal stand in a column's list; return the ids of their filings."""
    if not listings:
        return []
    roster = Roster(session, listings[0].portal_id)
    return [_list_filing(session, roster, listing) for listing in listings]


def _list_filing(session: Session, roster: Roster, listing: Listing) -> int:
    filing = find_filing(session, listing.portal_id, listing.url)
    if filing is None:
        filing = _new_filing(session, listing)
    elif filing.absent_crawls or filing.column.state is ColumnState.LOST:
        filing.column_id = listing.column_id  # a report in two columns stays with the first
    filing.list_title = listing.item.title
    filing.last_seen_at = listing.seen_at
    filing.absent_crawls = 0
    if filing.state is FilingState.REMOVED:
        filing.state = _state_without_removal(filing)
    _add_days(filing, _listed_days(listing.item), listing.seen_at)
    if filing.agency_id is None:
        _assign(roster, filing, [filing.title, listing.item.title], None)
    session.flush()
    return filing.id


def find_filing(session: Session, portal_id: str, url: str) -> Filing | None:
    """Return the filing at an address, under either of http and https."""
    query = select(Filing).where(
        Filing.portal_id == portal_id, Filing.url.in_((url, other_scheme(url)))
    )
    found = session.scalars(query).all()
    return next((each for each in found if each.url == url), found[0] if found else None)


def _new_filing(session: Session, listing: Listing) -> Filing:
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
        last_absent_at=last_healthy_reading(session, listing.column_id, listing.crawl_id),
        state=FilingState.CURRENT,
    )
    session.add(filing)
    return filing


def file_page(session: Session, filing_id: int, fetched: Fetched, article: Article | None) -> Kept:
    """Keep the page of a filing: an article, or the file that the list links straight to."""
    filing = session.get_one(Filing, filing_id)
    filing.gone_crawls = 0
    if article is not None:
        _take_article(session, filing, article, fetched.fetched_at)
    return keep_page(session, filing, fetched, article.text if article else None)


def file_attachment(session: Session, filing_id: int, fetched: Fetched, name: str | None) -> Kept:
    """Keep a file attached to a filing."""
    return keep_attachment(session, session.get_one(Filing, filing_id), fetched, name)


def drop_attachments(
    session: Session, filing_id: int, linked: Collection[str], now: datetime
) -> None:
    """Note which files a changed page no longer links."""
    drop_unlinked(session, session.get_one(Filing, filing_id), linked, now)


def mark_gone(session: Session, filing_id: int) -> None:
    """Note that a filing's address answered that there is nothing (any more)."""
    filing = session.get_one(Filing, filing_id)
    filing.gone_crawls += 1
    if filing.gone_crawls >= GONE_FOR_GOOD and filing.absent_crawls:
        filing.state = FilingState.REMOVED


def mark_there(session: Session, filing_id: int) -> None:
    """Note that a filing's address still answers."""
    session.get_one(Filing, filing_id).gone_crawls = 0


def absent_filings(session: Session, column_id: int, since: datetime) -> list[tuple[int, str]]:
    """Return id and address of the column's filings that nothing has shown since an instant."""
    query = select(Filing.id, Filing.url).where(
        Filing.column_id == column_id,
        Filing.state != FilingState.REMOVED,
        Filing.last_seen_at < since,
    )
    return [(id_, url) for id_, url in session.execute(query)]


def mark_absent(session: Session, filing_ids: Sequence[int]) -> None:
    """Note that a healthy reading of their column did not show these filings."""
    for filing_id in filing_ids:
        session.get_one(Filing, filing_id).absent_crawls += 1


def _take_article(session: Session, filing: Filing, article: Article, now: datetime) -> None:
    filing.title = best_title(article.title, filing.list_title)
    filing.labels = dict(article.labels)
    filing.index_number = article.index_number
    _add_days(filing, article.days, now)
    titles = [title for title in (article.title, filing.list_title) if title]
    _assign(Roster(session, filing.portal_id), filing, titles, article.source_name)


def _assign(roster: Roster, filing: Filing, titles: Sequence[str], source_name: str | None) -> None:
    """Set agency and year as far as something tells them; what was known is not unlearnt."""
    found: Assignment = assign(roster, titles, source_name)
    filing.fiscal_year = found.fiscal_year or filing.fiscal_year
    if found.agency_id is None and filing.agency_id is not None:
        return
    if found.agency_id is not None or found.agency_name is not None:
        filing.agency_id = found.agency_id
        filing.agency_name = found.agency_name
        filing.assigned_by = found.assigned_by


def _state_without_removal(filing: Filing) -> FilingState:
    replaced = any(original.superseded_at is not None for original in filing.originals)
    return FilingState.CHANGED if replaced else FilingState.CURRENT


def _listed_days(item: ListItem) -> tuple[DayFound, ...]:
    if item.day is None:
        return ()
    return (DayFound(source=DateSource.LIST, day=item.day, text=item.day_text),)


def _add_days(filing: Filing, days: Sequence[DayFound], now: datetime) -> None:
    """Take in dates, each source's old ones replaced, and choose the most direct plausible one."""
    fresh = {day.source for day in days}
    candidates = [each for each in filing.date_candidates if each["source"] not in fresh]
    for day in days:
        entry = {"source": str(day.source), "value": day.day.isoformat(), "text": day.text}
        if entry not in candidates:
            candidates.append(entry)
    filing.date_candidates = candidates
    filing.published_on, filing.published_on_source = _published(candidates, local_date(now))


def _published(
    candidates: Sequence[dict[str, Any]], today: date
) -> tuple[date | None, DateSource | None]:
    for source in DateSource:
        for candidate in candidates:
            day = date.fromisoformat(candidate["value"])
            if candidate["source"] == source and _EARLIEST <= day <= today + timedelta(days=1):
                return day, source
    return None, None
