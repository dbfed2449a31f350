"""Filings: listed, read, changed, gone."""

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.fetched import Fetched
from crawler.pages.urls import other_scheme
from crawler.platforms.model import Article, DayFound, ListItem
from crawler.records.assigning import Assignment, assign
from crawler.records.columns import last_healthy_reading
from crawler.selection import best_title
from storage.clock import local_date
from storage.models import DateSource, Filing, FilingState, Original, OriginalRole

GONE_FOR_GOOD = 3
"""Consecutive crawls in which a listed-no-more report must be gone before it counts as removed."""

_COUNTERS = re.compile(
    r"(?:浏览|阅读|点击|访问)(?:次数|人次|数|量)?[:：]?\d*次?|打印日期[:：]?[\d-]*"
)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What keeping a file did."""

    new: int = 0
    changed: int = 0


def list_filing(session: Session, listing: Listing) -> int:
    """Keep that a report stands in a column's list, and return the id of its filing."""
    filing = find_filing(session, listing.portal_id, listing.url)
    if filing is None:
        filing = _new_filing(session, listing)
    filing.column_id = listing.column_id
    filing.list_title = listing.item.title
    filing.last_seen_at = listing.seen_at
    filing.absent_crawls = 0
    if filing.state is FilingState.REMOVED:
        filing.state = _state_without_removal(filing)
    _add_days(filing, _listed_days(listing.item), listing.seen_at)
    if filing.agency_id is None:
        _assign(session, filing, [filing.title, listing.item.title], None)
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
    """Keep the page of a filing: an article, or the file itself if the list links straight to it.

    A page whose article text is what it was is no new version, whatever else on it moved.
    """
    filing = session.get_one(Filing, filing_id)
    filing.gone_crawls = 0
    text_sha256 = None
    if article is not None:
        text_sha256 = text_fingerprint(article.text)
        _take_article(session, filing, article, fetched.fetched_at)
    return _keep_original(
        session,
        filing,
        Original(
            filing_id=filing.id,
            url=fetched.ask.url,
            role=OriginalRole.PAGE,
            name=None,
            text_sha256=text_sha256,
            **_file_facts(fetched),
        ),
    )


def file_attachment(session: Session, filing_id: int, fetched: Fetched, name: str | None) -> Kept:
    """Keep a file attached to a filing."""
    filing = session.get_one(Filing, filing_id)
    return _keep_original(
        session,
        filing,
        Original(
            filing_id=filing.id,
            url=fetched.ask.url,
            role=OriginalRole.ATTACHMENT,
            name=name,
            text_sha256=None,
            **_file_facts(fetched),
        ),
    )


def drop_attachments(
    session: Session, filing_id: int, linked: Collection[str], now: datetime
) -> None:
    """Note that files are no longer attached, after the page that linked them has changed."""
    filing = session.get_one(Filing, filing_id)
    for original in _current(session, filing, OriginalRole.ATTACHMENT):
        if original.url not in linked:
            original.superseded_at = now
            filing.state = FilingState.CHANGED


def mark_gone(session: Session, filing_id: int) -> None:
    """Note that a filing's address answered that there is nothing (any more)."""
    filing = session.get_one(Filing, filing_id)
    filing.gone_crawls += 1
    if filing.gone_crawls >= GONE_FOR_GOOD and filing.absent_crawls:
        filing.state = FilingState.REMOVED


def mark_there(session: Session, filing_id: int) -> None:
    """Note that a filing's address still answers."""
    session.get_one(Filing, filing_id).gone_crawls = 0


def absent_filings(
    session: Session, column_id: int, seen: Collection[int]
) -> list[tuple[int, str]]:
    """Return id and address of the column's filings that a reading did not show."""
    query = select(Filing.id, Filing.url).where(
        Filing.column_id == column_id, Filing.state != FilingState.REMOVED
    )
    return [(id_, url) for id_, url in session.execute(query) if id_ not in seen]


def mark_absent(session: Session, filing_ids: Sequence[int]) -> None:
    """Note that a healthy reading of their column did not show these filings."""
    for filing_id in filing_ids:
        session.get_one(Filing, filing_id).absent_crawls += 1


def text_fingerprint(text: str) -> str:
    """Return the hash of an article's text without blanks and counters of its readers."""
    bare = _COUNTERS.sub("", "".join(text.split()))
    return hashlib.sha256(bare.encode()).hexdigest()


def _file_facts(fetched: Fetched) -> dict[str, Any]:
    return {
        "capture_id": fetched.capture_id,
        "sha256": fetched.sha256,
        "media_type": fetched.media_type,
        "size": len(fetched.body),
        "fetched_at": fetched.fetched_at,
    }


def _take_article(session: Session, filing: Filing, article: Article, now: datetime) -> None:
    filing.title = best_title(article.title, filing.list_title)
    filing.labels = dict(article.labels)
    _add_days(filing, article.days, now)
    titles = [title for title in (article.title, filing.list_title) if title]
    _assign(session, filing, titles, article.source_name)


def _assign(
    session: Session, filing: Filing, titles: Sequence[str], source_name: str | None
) -> None:
    """Set agency and year as far as something tells them; what was known is not unlearnt."""
    found: Assignment = assign(session, filing.portal_id, titles, source_name)
    filing.fiscal_year = found.fiscal_year or filing.fiscal_year
    if found.agency_id is None and filing.agency_id is not None:
        return
    if found.agency_id is not None or found.agency_name is not None:
        filing.agency_id = found.agency_id
        filing.agency_name = found.agency_name
        filing.assigned_by = found.assigned_by


def _keep_original(session: Session, filing: Filing, fresh: Original) -> Kept:
    current = next(
        (each for each in _current(session, filing, fresh.role) if each.url == fresh.url), None
    )
    if current is None:
        return Kept(new=_revive_or_add(session, filing, fresh))
    same_text = fresh.text_sha256 is not None and fresh.text_sha256 == current.text_sha256
    if current.sha256 == fresh.sha256 or same_text:
        return Kept()
    current.superseded_at = fresh.fetched_at
    filing.state = FilingState.CHANGED
    _revive_or_add(session, filing, fresh)
    return Kept(changed=1)


def _revive_or_add(session: Session, filing: Filing, fresh: Original) -> int:
    """Add an original, or take up again the same bytes of an earlier time; tell whether new."""
    earlier = session.scalars(
        select(Original).where(
            Original.filing_id == filing.id,
            Original.url == fresh.url,
            Original.sha256 == fresh.sha256,
        )
    ).first()
    if earlier is not None:
        earlier.superseded_at = None
        return 0
    session.add(fresh)
    session.flush()
    return 1


def _current(session: Session, filing: Filing, role: OriginalRole) -> list[Original]:
    query = select(Original).where(
        Original.filing_id == filing.id,
        Original.role == role,
        Original.superseded_at.is_(None),
    )
    return list(session.scalars(query))


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
