"""What has changed in a window of time: the events that were recorded in it."""

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
from storage.clock import local_date
from storage.models import Agency, Event, Portal

_LEFT_OUT = frozenset({DUE_SOON, ON_TIME})
"""What a digest says elsewhere, or in its numbers."""
_SHOWN = frozenset((*STANDING_KINDS, *REPORT_KINDS, REJECTED, *PORTAL_KINDS)) - _LEFT_OUT


def changes(session: Session, since: datetime, until: datetime) -> list[Line]:
    """Return a line for each event after ``since`` and until ``until``, oldest first."""
    query = (
        select(Event, Agency.name, Portal.name)
        .outerjoin(Agency, Event.agency_id == Agency.id)
        .outerjoin(Portal, Event.portal_id == Portal.id)
        .where(Event.happened_at > since, Event.happened_at <= until, Event.kind.in_(_SHOWN))
        .order_by(Event.happened_at, Event.id)
    )
    return [
        Line(
            name=agency or portal or "",
            fiscal_year=event.fiscal_year,
            message=_dated(event),
            url=event.details.get("url"),
        )
        for event, agency, portal in session.execute(query)
    ]


def _dated(event: Event) -> Bilingual:
    day, says = local_date(event.happened_at), EVENT_NAMES[event.kind]
    return Bilingual(f"{day}：{says.zh}。", f"{day}: {says.en}.")
