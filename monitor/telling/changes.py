"""What has changed in a window of time: the events that were recorded in it."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.language import Bilingual
from monitor.telling.event_names import EVENT_NAMES
from monitor.telling.events import (
    DUE_SOON,
    ON_TIME,
    PORTAL_KINDS,
    REJECTED,
    REPORT_KINDS,
    STANDING_KINDS,
)
from monitor.telling.lines import Line
from monitor.telling.scope import Concerned, Whom, whom_of_agency, whom_of_portal
from storage.clock import local_date
from storage.models import Agency, Event, Portal

_LEFT_OUT = frozenset({DUE_SOON, ON_TIME})
"""What a digest says elsewhere, or in its numbers."""
_OWN = {
    "original_trouble": "fixity_damage",
    "original_repaired": "fixity_damage",
    "original_recovered": "fixity_damage",
    "job_trouble": "job_trouble",
    "job_recovered": "job_trouble",
    "mail_trouble": "mail_trouble",
    "outbox_stuck": "outbox_stuck",
    "outbox_moving": "outbox_stuck",
}
"""What goes wrong with the program itself, and what operators ask for to be told of it."""
_SHOWN = frozenset((*STANDING_KINDS, *REPORT_KINDS, REJECTED, *PORTAL_KINDS, *_OWN)) - _LEFT_OUT


def changes(
    session: Session,
    since: datetime,
    until: datetime,
    tells: Callable[[str, Concerned | None], bool],
    tells_portal: Callable[[str, Whom], bool],
) -> list[Line]:
    """Return a line for each event after ``since`` and until ``until``, oldest first.

    ``tells`` says which kinds are told about whom, ``tells_portal`` the same of what happens to a
    portal: everybody is told of it whose agencies it may hide.
    """
    query = (
        select(Event, Agency, Portal)
        .outerjoin(Agency, Event.agency_id == Agency.id)
        .outerjoin(Portal, Event.portal_id == Portal.id)
        .where(Event.happened_at > since, Event.happened_at <= until, Event.kind.in_(_SHOWN))
        .order_by(Event.happened_at, Event.id)
    )
    return [
        Line(
            name=_name(agency, portal),
            fiscal_year=event.fiscal_year,
            message=_dated(event),
            url=event.details.get("url"),
        )
        for event, agency, portal in session.execute(query)
        if _is_told(event, _whom(agency, portal), tells, tells_portal)
    ]


def _is_told(
    event: Event,
    whom: Whom | None,
    tells: Callable[[str, Concerned | None], bool],
    tells_portal: Callable[[str, Whom], bool],
) -> bool:
    kind = event.kind
    if kind in PORTAL_KINDS and whom is not None:
        return tells_portal(event.details.get("of_kind", kind), whom)
    return tells(_OWN.get(kind, kind), None if kind in _OWN else whom)


def _whom(agency: Agency | None, portal: Portal | None) -> Whom | None:
    if agency is not None:
        return whom_of_agency(agency)
    return whom_of_portal(portal) if portal is not None else None


def _name(agency: Agency | None, portal: Portal | None) -> str:
    if agency is not None:
        return agency.name
    return portal.name if portal is not None else ""


def _dated(event: Event) -> Bilingual:
    day, says = local_date(event.happened_at), EVENT_NAMES[event.kind]
    return Bilingual(f"{day}：{says.zh}。", f"{day}: {says.en}.")
