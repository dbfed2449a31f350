"""Further addresses of filings, besides their own."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.pages.urls import same_page_urls
from storage.models import AddressKind, Filing, FilingAddress


def add_address(
    session: Session,
    filing: Filing,
    *,
    url: str,
    title: str,
    kind: AddressKind,
    why: str,
    seen_at: datetime,
    portal_id: str | None = None,
    column_id: int | None = None,
    capture_id: int | None = None,
    first_seen_at: datetime | None = None,
    opened_at: datetime | None = None,
) -> FilingAddress:
    """Note a further address of a filing."""
    address = FilingAddress(
        filing_id=filing.id,
        portal_id=portal_id or filing.portal_id,
        column_id=column_id,
        url=url,
        title=title,
        kind=kind,
        why=why,
        capture_id=capture_id,
        first_seen_at=first_seen_at or seen_at,
        last_seen_at=seen_at,
        opened_at=opened_at,
    )
    session.add(address)
    session.flush()
    session.expire(filing, ["addresses"])
    return address


def address_of(session: Session, portal_id: str, url: str) -> FilingAddress | None:
    """Return the further address that a portal shows, under any spelling of it."""
    query = select(FilingAddress).where(
        FilingAddress.portal_id == portal_id, FilingAddress.url.in_(same_page_urls(url))
    )
    return session.scalars(query.order_by(FilingAddress.id)).first()
