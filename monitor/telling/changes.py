"""What has changed in a window of time: the events that were recorded in it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.language import Bilingual
from monitor.telling.events import (
    LATE,
    MISSING,
    PORTAL_RECOVERED,
    PORTAL_TROUBLE,
    PUBLISHED,
)
from monitor.telling.lines import Line
from storage.clock import local_date
from storage.models import Agency, Event, Portal

_SAYS = {
    MISSING: Bilingual("认定为未公布。", "Found missing."),
    LATE: Bilingual("认定为逾期公布。", "Found late."),
    PUBLISHED: Bilingual("此前未见，现已公布。", "Seen at last."),
    PORTAL_TROUBLE: Bilingual("网站抓取异常。", "The portal got into trouble."),
    PORTAL_RECOVERED: Bilingual("网站已恢复正常抓取。", "The portal can be crawled again."),
}


def changes(session: Session, since: datetime, until: datetime) -> list[Line]:
    """Return a line for each event after ``since`` and until ``until``, oldest first."""
    query = (
        select(Event, Agency.name, Portal.name)
        .outerjoin(Agency, Event.agency_id == Agency.id)
        .outerjoin(Portal, Event.portal_id == Portal.id)
        .where(Event.happened_at > since, Event.happened_at <= until, Event.kind.in_(_SAYS))
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
    day, says = local_date(event.happened_at), _SAYS[event.kind]
    return Bilingual(f"{day}：{says.zh}", f"{day}: {says.en}")
