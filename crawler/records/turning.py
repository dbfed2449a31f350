"""Column pages that are themselves the newest report: each year's report is a filing of its own.

Such a page shows another report when the next year's is published. The filing of the earlier one
is set aside: it keeps its originals and times under an address that a browser opens as the same
page, and the page's own address becomes the new filing's. If the page turns back, so do they.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.pages.urls import same_page_urls
from crawler.records.addresses import add_address
from crawler.records.placing import Listing
from storage.models import AddressKind, Column, Filing, FilingState
from storage.models.filings import ASIDE
from storage.titles import parse_title


def turned(session: Session, filing: Filing, listing: Listing) -> Filing | None:
    """Return the filing that a row means whose address is known as that of ``filing``.

    None if it means one that was never seen: then ``filing`` was set aside for it.
    """
    year = _year_of(listing)
    if year is None or filing.fiscal_year in (None, year) or not _is_own_page(session, listing):
        return filing
    page = filing.url
    before = session.scalars(
        select(Filing).where(Filing.portal_id == filing.portal_id, Filing.url == _aside(page, year))
    ).first()
    filing.url = _aside(page, int(filing.fiscal_year or 0))
    session.flush()
    if before is not None:
        before.url = page
        session.flush()
    return before


def turned_page(
    session: Session, filing: Filing, year: int | None, fingerprint: str, now: datetime
) -> Filing:
    """Return the filing that an opened page is of, if it is the column's own and named by no row.

    Where rows call it by the column's name, only its text tells that it shows the report of another
    year.

    Args:
        session: of the database.
        filing: whose address the page's is.
        year: that the page tells now; None if it tells none.
        fingerprint: of its text (``text_fingerprint``).
        now: when it was had.
    """
    page = filing.url
    if year is None or filing.fiscal_year in (None, year):
        return filing
    if page not in same_page_urls(filing.column.url) or not _is_another(filing, page, fingerprint):
        return filing
    before = session.scalars(
        select(Filing).where(Filing.portal_id == filing.portal_id, Filing.url == _aside(page, year))
    ).first()
    _put_aside(session, filing, now)
    session.flush()
    if before is None:
        before = Filing(
            portal_id=filing.portal_id,
            column_id=filing.column_id,
            list_title=filing.list_title,
            title=filing.list_title,
            agency_id=filing.agency_id,
            agency_name=filing.agency_name,
            fiscal_year=year,
            assigned_by=filing.assigned_by,
            date_candidates=[],
            labels={},
            first_seen_at=now,
            last_seen_at=now,
            absent_crawls=0,
            gone_crawls=0,
            state=FilingState.CURRENT,
        )
        session.add(before)
    before.url = page
    session.flush()
    return before


def _is_another(filing: Filing, page: str, fingerprint: str) -> bool:
    """Tell whether a page had another text when it was last kept."""
    kept = [
        original.text_sha256
        for original in filing.originals
        if original.superseded_at is None and original.url in same_page_urls(page)
    ]
    return any(text not in (None, fingerprint) for text in kept)


def _put_aside(session: Session, filing: Filing, now: datetime) -> None:
    """Let a filing stand at the page of its own that is known already, else apart."""
    aside = _aside(filing.url, int(filing.fiscal_year or 0))
    twins = (each for each in filing.addresses if each.kind is AddressKind.TWIN)
    own = next((each for each in twins if each.portal_id == filing.portal_id), None)
    if own is None:
        filing.url = aside
        return
    filing.url, filing.list_title, filing.opened_at = own.url, own.title, own.opened_at
    title, first_seen_at = own.title, own.first_seen_at
    session.delete(own)
    session.flush()
    add_address(
        session,
        filing,
        url=aside,
        title=title,
        kind=AddressKind.FORMER,
        why="text",
        seen_at=now,
        column_id=filing.column_id,
        first_seen_at=first_seen_at,
    )


def _year_of(listing: Listing) -> int | None:
    """Return the fiscal year that the row's whole title names."""
    if listing.item.cut:
        return None
    return parse_title(listing.item.title, within_column=True).fiscal_year


def _is_own_page(session: Session, listing: Listing) -> bool:
    column = session.get_one(Column, listing.column_id)
    return listing.url in same_page_urls(column.url)


def _aside(url: str, fiscal_year: int) -> str:
    return f"{url.partition('#')[0]}{ASIDE}{fiscal_year}"
