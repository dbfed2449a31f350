"""What central lists say of others: columns inside other portals, agencies that nobody registered.

A province or a city lists its agencies, each with a link to its column. Where that column stands at
the address of another registered portal, it is that portal's, and the row is kept as a hint for its
search. Who is named and not registered is proposed, never added.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.pages.urls import is_within
from crawler.platforms.addresses import canonical_url
from crawler.records.assigning import Roster
from crawler.records.proposing import Sighting, propose
from storage.models import ColumnHint, Portal

_GOOD_FOR = timedelta(days=400)
"""How long a hint is tried that no list gives any more: a year, and a season."""
_MOST_HINTS = 10
"""Hints that one search tries: who is named by more lists is found by its own links."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CentralRows:
    """The rows of a central list that name agencies."""

    portal_id: str
    """The portal that has the list."""
    list_url: str
    capture_id: int | None
    sha256: str | None
    seen_at: datetime
    rows: Sequence[tuple[str, str]]
    """Agency, as named, and address of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A row of another portal's list that leads to a column of this portal."""

    url: str
    name: str
    listed_by: str
    list_url: str
    capture_id: int | None
    sha256: str | None


def keep_central_rows(session: Session, told: CentralRows) -> None:
    """Keep the rows that lead into other portals as hints; propose agencies nobody registered."""
    roster = Roster(session, told.portal_id)
    portals = session.scalars(select(Portal)).all()
    for name, url in told.rows:
        match = roster.match(name, None)
        place = _portal_at(portals, url)
        if place is not None and place.id != told.portal_id:
            _keep_hint(session, told, place, name, url)
        elif match.agency_id is None and not match.candidates:
            sighting = Sighting(
                portal_id=told.portal_id,
                title=name,
                url=url,
                list_url=told.list_url,
                sha256=told.sha256,
                seen_at=told.seen_at,
            )
            propose(session, name, sighting, is_new=False)


def hints_for(session: Session, portal_id: str, now: datetime) -> list[Hint]:
    """Return the hints for a portal that lists gave lately, the last seen first."""
    query = (
        select(ColumnHint)
        .where(ColumnHint.portal_id == portal_id, ColumnHint.last_seen_at >= now - _GOOD_FOR)
        .order_by(ColumnHint.last_seen_at.desc(), ColumnHint.id)
        .limit(_MOST_HINTS)
    )
    return [
        Hint(
            url=hint.url,
            name=hint.name,
            listed_by=hint.listed_by,
            list_url=hint.list_url,
            capture_id=hint.capture_id,
            sha256=hint.sha256,
        )
        for hint in session.scalars(query)
    ]


def _portal_at(portals: Sequence[Portal], url: str) -> Portal | None:
    """Return the portal inside whose address a row leads, the nearest one."""
    found = [portal for portal in portals if is_within(url, portal.url)]
    return max(found, key=lambda portal: len(portal.url), default=None)


def _keep_hint(session: Session, told: CentralRows, place: Portal, name: str, url: str) -> None:
    url = canonical_url(url)
    if url == canonical_url(place.url):
        return  # its front page: the search begins there anyway
    hint = session.scalars(
        select(ColumnHint).where(ColumnHint.portal_id == place.id, ColumnHint.url == url)
    ).first()
    if hint is None:
        hint = ColumnHint(portal_id=place.id, url=url, first_seen_at=told.seen_at)
        session.add(hint)
    hint.name, hint.listed_by, hint.list_url = name, told.portal_id, told.list_url
    hint.capture_id, hint.sha256 = told.capture_id, told.sha256
    hint.last_seen_at = told.seen_at
    session.flush()
