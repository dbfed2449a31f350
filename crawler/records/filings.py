"""Filings: their pages and files kept, and when they are gone."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from crawler.fetched import Fetched
from crawler.pages.urls import same_page_urls
from crawler.platforms.model import Article
from crawler.records.assigning import Roster, assign
from crawler.records.dating import (
    add_days,
    add_traces,
    choose_day,
    traces_of_answer,
    traces_of_name,
)
from crawler.records.listing import take_assignment
from crawler.records.merging import LEAST_TEXT, merge_twin
from crawler.records.originals import (
    Kept,
    drop_unlinked,
    keep_attachment,
    keep_page,
    text_fingerprint,
)
from crawler.records.turning import turned_page
from crawler.selection import best_title
from storage.models import AddressKind, Filing
from storage.titles.periods import year_of_text


def file_page(
    session: Session,
    filing_id: int,
    fetched: Fetched,
    article: Article | None,
    list_source: str | None = None,
) -> Kept:
    """Keep the page of a filing: an article, or the file that the list links straight to.

    Where it turns out to be the same report as another filing, ``Kept.filing_id`` is that one.
    ``list_source`` is the publisher that the list names.
    """
    filing = session.get_one(Filing, filing_id)
    filing.gone_crawls = 0
    is_own = filing.url in same_page_urls(fetched.ask.url)
    if article is not None and is_own:
        year, text = _year_told(session, filing, article), text_fingerprint(article.text)
        filing = turned_page(session, filing, year, text, fetched.fetched_at)
    if article is not None:
        _take_article(session, filing, article, fetched, list_source, is_own=is_own)
    add_traces(filing, traces_of_answer(fetched.headers, fetched.fetched_at))
    kept = keep_page(session, filing, fetched, article.text if article else None)
    telling = article is None or len("".join(article.text.split())) >= LEAST_TEXT
    stands = merge_twin(session, filing, fetched.fetched_at, telling=telling)
    return Kept(new=kept.new, changed=kept.changed, filing_id=stands.id)


def _year_told(session: Session, filing: Filing, article: Article) -> int | None:
    """Return the fiscal year that a page names, in its title first."""
    titles = [article.title] if article.title else []
    found = assign(Roster(session, filing.portal_id), titles, None)
    return found.fiscal_year or year_of_text(article.text)


def file_attachment(session: Session, filing_id: int, fetched: Fetched, name: str | None) -> Kept:
    """Keep a file attached to a filing."""
    filing = session.get_one(Filing, filing_id)
    add_traces(filing, traces_of_name(fetched.ask.url))
    kept = keep_attachment(session, filing, fetched, name)
    stands = merge_twin(session, filing, fetched.fetched_at, telling=False) if kept.new else filing
    return Kept(new=kept.new, changed=kept.changed, filing_id=stands.id)


def settle_moved(session: Session, filing_id: int, now: datetime) -> int:
    """Put a filing, of which all was had, together with what it was at a place that it left."""
    filing = session.get_one(Filing, filing_id)
    return merge_twin(session, filing, now, telling=False, whole=True).id


def drop_attachments(
    session: Session, filing_id: int, linked: Collection[str], now: datetime
) -> None:
    """Note which files a changed page no longer links; those of its twins are not asked about."""
    filing = session.get_one(Filing, filing_id)
    if not any(address.kind is AddressKind.TWIN for address in filing.addresses):
        drop_unlinked(session, filing, linked, now)


def note_opened(session: Session, filing_id: int, url: str, now: datetime) -> None:
    """Note that a page of a filing was had, and what it links asked for."""
    filing = session.get_one(Filing, filing_id)
    own = same_page_urls(url)
    if filing.url in own:
        filing.opened_at = now
    for address in filing.addresses:
        if address.url in own:
            address.opened_at = now


def _take_article(
    session: Session,
    filing: Filing,
    article: Article,
    fetched: Fetched,
    list_source: str | None,
    *,
    is_own: bool,
) -> None:
    """Take in what a page tells; of a twin of the filing's own page only its dates."""
    add_days(filing, article.days, fetched.fetched_at, "" if is_own else fetched.ask.url)
    if not is_own:
        return
    filing.title = best_title(article.title, filing.list_title)
    filing.labels = dict(article.labels)
    filing.index_number = article.index_number
    titles = [title for title in (article.title, filing.list_title) if title]
    source = article.source_name or list_source
    take_assignment(filing, assign(Roster(session, filing.portal_id), titles, source))
    if filing.fiscal_year is None and (year := year_of_text(article.text)):
        filing.fiscal_year, filing.assigned_by = year, "text"
    choose_day(filing, fetched.fetched_at)
