"""Column pages that are themselves the newest report: each year's report is a filing of its own.

Such a page shows another report when the next year's is published. The filing of the earlier one
is set aside: it keeps its originals and times under an address that a browser opens as the same
page, and the page's own address becomes the new filing's. If the page turns back, so do they.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.pages.urls import same_page_urls
from crawler.records.placing import Listing
from storage.models import Column, Filing
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
