"""Events as feeds give them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.language import Bilingual
from monitor.rules.masking import mask
from monitor.telling.event_names import EVENT_NAMES
from storage.clock import iso_utc
from storage.models import Agency, AgencyKind, Event, Portal


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event with the names of whom it concerns."""

    id: int
    kind: str
    fingerprint: str
    happened_at: datetime
    agency_id: str | None
    agency_name: str | None
    agency_kind: AgencyKind | None
    division: str | None
    portal_id: str | None
    portal_name: str | None
    fiscal_year: int | None
    url: str | None

    @property
    def says(self) -> Bilingual:
        """What happened, in few words."""
        return EVENT_NAMES.get(self.kind, Bilingual(self.kind, self.kind))

    @property
    def about(self) -> str:
        """Whom or what it concerns; empty if that is the program itself."""
        name = self.agency_name or self.portal_name or ""
        return f"{name} {self.fiscal_year}" if self.fiscal_year else name

    def as_json(self) -> dict[str, Any]:
        """Return the event as a JSON object."""
        return {
            "id": self.id,
            "kind": self.kind,
            "name_zh": self.says.zh,
            "name_en": self.says.en,
            "happened_at": iso_utc(self.happened_at),
            "agency": self.agency_id,
            "agency_name": self.agency_name,
            "portal": self.portal_id,
            "portal_name": self.portal_name,
            "fiscal_year": self.fiscal_year,
            "url": self.url,
            "fingerprint": self.fingerprint,
        }


def load_happened(session: Session, since: datetime | None = None) -> list[Happened]:
    """Return the events after ``since``, or all, oldest first."""
    query = (
        select(Event, Agency, Portal)
        .outerjoin(Agency, Event.agency_id == Agency.id)
        .outerjoin(Portal, Event.portal_id == Portal.id)
        .order_by(Event.happened_at, Event.id)
    )
    if since is not None:
        query = query.where(Event.happened_at > since)
    return [_happened(*row) for row in session.execute(query)]


def newest(events: Iterable[Happened], count: int) -> list[Happened]:
    """Return the newest events first, no more than ``count``."""
    return sorted(events, key=lambda one: (one.happened_at, one.id), reverse=True)[:count]


def _happened(event: Event, agency: Agency | None, portal: Portal | None) -> Happened:
    return Happened(
        id=event.id,
        kind=event.kind,
        fingerprint=event.fingerprint,
        happened_at=event.happened_at,
        agency_id=event.agency_id,
        agency_name=mask(agency.name) if agency else None,
        agency_kind=agency.kind if agency else None,
        division=agency.division if agency else portal.division if portal else None,
        portal_id=agency.portal_id if agency else event.portal_id,
        portal_name=mask(portal.name) if portal else None,
        fiscal_year=event.fiscal_year,
        url=event.details.get("url"),
    )
