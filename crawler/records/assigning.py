"""Whose report it is and of which year: by its title first, its publisher next, never guessed."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Agency, Portal
from storage.registry.names import AgencyName, Match, MatchHow, match_agency
from storage.registry.places import leading_places
from storage.registry.queries import agency_name, agency_names
from storage.titles import parse_title

_SURE_ANYWHERE = frozenset({MatchHow.EXACT, MatchHow.ALIAS, MatchHow.PREFIX})
"""Likenesses good enough to name an agency of another portal; a name without its place is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What was found out about a filing's owner."""

    agency_id: str | None = None
    agency_name: str | None = None
    """As the title, or the page, names it."""
    fiscal_year: int | None = None
    assigned_by: str | None = None


class Roster:
    """The agencies that a report on a portal may be of, asked for once in a session."""

    def __init__(self, session: Session, portal_id: str) -> None:
        self._session = session
        self._portal = session.get_one(Portal, portal_id)
        self._places = leading_places(self._portal.name)

    @property
    def portal_id(self) -> str:
        """The portal's id."""
        return self._portal.id

    @cached_property
    def own(self) -> Sequence[AgencyName]:
        """The agencies that publish on the portal."""
        return agency_names(self._session, portal_id=self._portal.id)

    @cached_property
    def _around(self) -> Sequence[AgencyName]:
        """The agencies of the same province, for its portal, else of the same city."""
        division = self._portal.division
        prefix = division[:2] if division[2:4] == "00" else division[:4]
        query = select(Agency).where(Agency.division.startswith(prefix)).order_by(Agency.id)
        return [agency_name(agency) for agency in self._session.scalars(query)]

    def match(self, name: str, fiscal_year: int | None) -> Match:
        """Tell whom a name means: one of the portal's own agencies, else surely one around."""
        match = match_agency(name, self.own, fiscal_year=fiscal_year, places=self._places)
        if match.agency_id or match.candidates:
            return match
        elsewhere = match_agency(name, self._around, fiscal_year=fiscal_year)
        return elsewhere if elsewhere.how in _SURE_ANYWHERE else match


class Ownership(StrEnum):
    """Whose reports a list holds, by the agencies that its titles name."""

    OWN = "own"
    OTHERS = "others"
    UNTOLD = "untold"


def whose_reports(session: Session, portal_id: str, titles: Sequence[str]) -> Ownership:
    """Tell whether titles name agencies of a portal, agencies of others only, or none."""
    own = Roster(session, portal_id).own
    names = {parse_title(title, within_column=True).agency for title in titles} - {None}
    if not names:
        return Ownership.UNTOLD
    found = any(match_agency(str(name), own).how in _SURE_ANYWHERE for name in names)
    return Ownership.OWN if found else Ownership.OTHERS


def assign(roster: Roster, titles: Sequence[str], source_name: str | None) -> Assignment:
    """Tell agency and fiscal year of a report.

    Args:
        roster: of the portal on which it was found.
        titles: of page and list, the more trustworthy first.
        source_name: the publisher that the page names. It counts only if no title names an
            agency: offices publish the reports of others.
    """
    parsed = [parse_title(title, within_column=True) for title in titles]
    year = next((title.fiscal_year for title in parsed if title.fiscal_year is not None), None)
    name = next((title.agency for title in parsed if title.agency), None)
    if name:
        agency_id = roster.match(name, year).agency_id
        return Assignment(
            agency_id=agency_id, agency_name=name, fiscal_year=year, assigned_by="title"
        )
    if source_name and (agency_id := roster.match(source_name, year).agency_id):
        return Assignment(
            agency_id=agency_id, agency_name=source_name, fiscal_year=year, assigned_by="source"
        )
    if len(roster.own) == 1:
        owner = roster.own[0]
        return Assignment(
            agency_id=owner.id, agency_name=owner.name, fiscal_year=year, assigned_by="owner"
        )
    return Assignment(fiscal_year=year)
