"""The archived reports, as the outside contract lists them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from monitor.rules.masking import mask
from storage.models import Filing, Original


def archived_reports(
    session: Session,
    *,
    portal_ids: Collection[str] = (),
    agency_ids: Collection[str] = (),
    fiscal_years: Collection[int] = (),
) -> list[Filing]:
    """Return the filings with at least one archived original, by portal, agency and year."""
    query = (
        select(Filing)
        .where(Filing.originals.any())
        .options(
            selectinload(Filing.originals),
            selectinload(Filing.addresses),
            selectinload(Filing.column),
            selectinload(Filing.agency),
        )
        .order_by(Filing.portal_id, Filing.agency_id, Filing.fiscal_year, Filing.id)
    )
    if portal_ids:
        query = query.where(Filing.portal_id.in_(portal_ids))
    if agency_ids:
        query = query.where(Filing.agency_id.in_(agency_ids))
    if fiscal_years:
        query = query.where(Filing.fiscal_year.in_(fiscal_years))
    return list(session.scalars(query))


def report_object(filing: Filing) -> dict[str, Any]:
    """Return one report as the outside contract prints it."""
    current = [each for each in filing.originals if each.superseded_at is None]
    earlier = [each for each in filing.originals if each.superseded_at is not None]
    return {
        "agency": filing.agency_id,
        "agency_name": filing.agency.name if filing.agency else _masked(filing.agency_name),
        "fiscal_year": filing.fiscal_year,
        "title": mask(filing.title),
        "url": filing.url,
        "column_url": filing.column.url,
        "published_on": filing.published_on.isoformat() if filing.published_on else None,
        "published_on_source": _value(filing.published_on_source),
        "first_seen_at": _instant(filing.first_seen_at),
        "last_absent_at": _instant(filing.last_absent_at),
        "state": filing.state.value,
        "originals": [_original(each) for each in current],
        "earlier_originals": [_original(each) for each in earlier],
        "portal": filing.portal_id,
        "last_seen_at": _instant(filing.last_seen_at),
        "addresses": [
            {"url": each.url, "kind": each.kind.value, "portal": each.portal_id}
            for each in filing.addresses
        ],
    }


def _original(original: Original) -> dict[str, Any]:
    return {
        "url": original.url,
        "sha256": original.sha256,
        "media_type": original.media_type,
        "bytes": original.size,
        "role": original.role.value,
        "fetched_at": _instant(original.fetched_at),
        "name": original.name,
        "superseded_at": _instant(original.superseded_at),
    }


def _instant(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _masked(name: str | None) -> str | None:
    return mask(name) if name else None


def _value(source: Any) -> str | None:
    return source.value if source is not None else None
