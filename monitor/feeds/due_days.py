"""Due days as a calendar (iCalendar, RFC 5545). Pure."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from monitor.compliance import ComplianceState, Standing
from monitor.language import Bilingual, Language
from monitor.plain import plain
from monitor.rules.masking import mask
from monitor.telling.lines import STATE_NAMES, local_note
from storage.clock import SHANGHAI

_IDS = uuid.UUID("1d6a8a52-8f0f-5d5b-8d06-5a4c1f1e7c40")
"""The namespace of the UIDs, fixed for ever."""
_FREE = (ComplianceState.NOT_OBLIGED, ComplianceState.WAIVED)
_REMIND = timedelta(days=-7)


def due_calendar(standings: Iterable[Standing], language: Language, now: datetime) -> bytes:
    """Return the due days of reports that are owed, one event of a whole day for each.

    An event's UID is that of the agency and year, so that a calendar that reads it again changes
    what it has. Reports not published yet come with an alarm a week before.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//nianbao//due days//{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    name = Bilingual("年报期限", "Due days of annual reports").in_language(language)
    calendar.add("x-wr-calname", name)
    for standing in standings:
        if standing.state not in _FREE:
            calendar.add_component(_event(standing, language, now))
    return bytes(calendar.to_ical())


def _event(standing: Standing, language: Language, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{uuid.uuid5(_IDS, f'{standing.agency_id}|{standing.fiscal_year}')}@nianbao")
    event.add("dtstamp", now)
    event.add("dtstart", standing.due_on)
    event.add("dtend", standing.due_on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    state = STATE_NAMES[standing.state].in_language(language)
    summary = mask(plain(_summary(standing, state).in_language(language)))
    event.add("summary", summary)
    event.add("description", mask(plain(_description(standing, language))))
    event.add("categories", [standing.state.value])
    if standing.report_url and standing.report_url.lower().startswith(("http://", "https://")):
        event.add("url", plain(standing.report_url))
    if standing.state in (ComplianceState.NOT_DUE, ComplianceState.DUE_SOON):
        event.add_component(_alarm(summary))
    return event


def _summary(standing: Standing, state: str) -> Bilingual:
    name, year = standing.agency_name, standing.fiscal_year
    return Bilingual(
        f"{name} {year}年度报告期限（{state}）", f"{name}: report for {year} due ({state})"
    )


def _description(standing: Standing, language: Language) -> str:
    local = local_note(standing)
    parts = [
        standing.basis.in_language(language),
        standing.note.in_language(language) if standing.note else "",
        local.in_language(language) if local else "",
    ]
    if standing.checked_at is not None:
        checked = Bilingual("核查于 ", "checked ").in_language(language)
        parts.append(f"{checked}{standing.checked_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}")
    return "\n".join(part for part in parts if part)


def _alarm(summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", _REMIND)
    alarm.add("description", summary)
    return alarm
