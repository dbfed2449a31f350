"""What the registry answers, as plain values."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Agency, Waiver
from storage.registry.names import AgencyName


def agency_name(agency: Agency) -> AgencyName:
    """Return an agency as a candidate for ``match_agency``."""
    return AgencyName(
        id=agency.id,
        name=agency.name,
        aliases=tuple(agency.aliases),
        valid_from=agency.valid_from,
        valid_to=agency.valid_to,
        renamed_from=agency.renamed_from,
        merged_into=agency.merged_into,
    )


def agency_names(session: Session, *, portal_id: str | None = None) -> list[AgencyName]:
    """Return the agencies of a portal, or of all, as candidates for ``match_agency``."""
    query = select(Agency).order_by(Agency.id)
    if portal_id is not None:
        query = query.where(Agency.portal_id == portal_id)
    return [agency_name(agency) for agency in session.scalars(query)]


def waive(
    session: Session,
    agency_id: str,
    fiscal_year: int,
    *,
    reason: str,
    author: str,
    decided_at: datetime,
) -> Waiver:
    """Record that an agency need not report for a fiscal year: who decided it, and why.

    Raises:
        LookupError: if there is no such agency.
        ValueError: if reason or author are blank; a waiver nobody answers for is none.
    """
    if session.get(Agency, agency_id) is None:
        raise LookupError(agency_id)
    if not reason.strip() or not author.strip():
        msg = "a waiver needs a reason and an author"
        raise ValueError(msg)
    waiver = Waiver(
        agency_id=agency_id,
        fiscal_year=fiscal_year,
        reason=reason.strip(),
        author=author.strip(),
        decided_at=decided_at,
    )
    session.add(waiver)
    session.flush()
    return waiver


def waivers(session: Session, fiscal_years: Iterable[int]) -> list[Waiver]:
    """Return the waivers of some fiscal years, latest decision last."""
    query = select(Waiver).where(Waiver.fiscal_year.in_(set(fiscal_years)))
    return list(session.scalars(query.order_by(Waiver.decided_at, Waiver.id)))
