"""Which agency of a portal a report's own title means."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy.orm import Session

from storage.models import Filing, Portal, StoredReading
from storage.registry import AgencyName, agency_names, match_agency
from storage.registry.places import leading_places


class PortalAgencies:
    """The agencies of portals, loaded as they are asked for."""

    def __init__(self, session: Session) -> None:
        self.of = cache(lambda portal_id: agency_names(session, portal_id=portal_id))
        self.places = cache(
            lambda portal_id: leading_places(session.get_one(Portal, portal_id).name)
        )

    def match(self, filing: Filing, stored: StoredReading) -> str | None:
        """Return the agency of the portal that a report's own title means."""
        if not stored.agency_name:
            return None
        names: Sequence[AgencyName] = self.of(filing.portal_id)
        year = filing.fiscal_year or stored.fiscal_year
        places = self.places(filing.portal_id)
        return match_agency(stored.agency_name, names, fiscal_year=year, places=places).agency_id
