"""Whose report it is and of which year: by its title first, its publisher next, never guessed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from storage.models import Portal
from storage.registry.names import AgencyName, Match, MatchHow, match_agency
from storage.registry.places import leading_places
from storage.registry.queries import agency_names
from storage.titles import Title, parse_title

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


def assign(
    session: Session, portal_id: str, titles: Sequence[str], source_name: str | None
) -> Assignment:
    """Tell agency and fiscal year of a report.

    Args:
        session: to ask the registry.
        portal_id: where it was found.
        titles: of page and list, the more trustworthy first.
        source_name: the publisher that the page names. It counts only if no title names an
            agency: offices publish the reports of others.
    """
    parsed = [_parse(title) for title in titles]
    year = next((title.fiscal_year for title in parsed if title.fiscal_year is not None), None)
    name = next((title.agency for title in parsed if title.agency), None)
    own = agency_names(session, portal_id=portal_id)
    if name:
        match = _match(session, portal_id, own, name, year)
        return Assignment(
            agency_id=match.agency_id, agency_name=name, fiscal_year=year, assigned_by="title"
        )
    if source_name:
        match = _match(session, portal_id, own, source_name, year)
        if match.agency_id:
            return Assignment(
                agency_id=match.agency_id,
                agency_name=source_name,
                fiscal_year=year,
                assigned_by="source",
            )
    if len(own) == 1:
        return Assignment(
            agency_id=own[0].id, agency_name=own[0].name, fiscal_year=year, assigned_by="owner"
        )
    return Assignment(fiscal_year=year)


def _parse(title: str) -> Title:
    return parse_title(title, within_column=True)


def _match(
    session: Session, portal_id: str, own: Sequence[AgencyName], name: str, year: int | None
) -> Match:
    portal = session.get_one(Portal, portal_id)
    match = match_agency(name, own, fiscal_year=year, places=leading_places(portal.name))
    if match.agency_id or match.candidates:
        return match
    elsewhere = match_agency(name, agency_names(session), fiscal_year=year)
    return elsewhere if elsewhere.how in _SURE_ANYWHERE else match
