"""What the registry answers, as plain values."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Agency
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
