"""What has happened since it was last told: events, each recorded once.

An event is written in the transaction that writes the new state and the mail about it, so that a
state can neither change silently nor be told twice. What decides is what people were last told
of an agency or a portal, not the state before: a portal that is down for a day makes nothing new.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.compliance import ComplianceState, Standing
from monitor.triage.effects import NOT_TOLD, Triage
from monitor.triage.facts import obligation_key
from storage.clock import local_date
from storage.models import ComplianceRow, Event, TriageKind

MISSING, LATE, DUE_SOON, PUBLISHED = "missing", "late", "due_soon", "published"
CHANGED, REMOVED, RETURNED, BACKDATED = "changed", "removed", "returned", "backdated"
CORRECTED, HIJACKED = "corrected", "hijacked"
REPORT_KINDS = (HIJACKED, REMOVED, CHANGED, BACKDATED, RETURNED, CORRECTED)
"""What happens to a report that was published, the gravest first (``report_events``)."""
ON_TIME, REJECTED = "on_time", "rejected"
STANDING_KINDS = (MISSING, LATE, PUBLISHED, ON_TIME)
"""What is told of an agency and year, the newest of which is what people know."""
PORTAL_BLOCKED, PORTAL_DOWN = "portal_blocked", "portal_down"
COLUMN_LOST, CRAWLER_SUSPECT = "column_lost", "crawler_suspect"
PORTAL_TROUBLE, PORTAL_RECOVERED = "portal_trouble", "portal_recovered"
"""``portal_trouble`` is what events of before the four kinds above are called."""
PORTAL_KINDS = (
    *(PORTAL_BLOCKED, PORTAL_DOWN, COLUMN_LOST, CRAWLER_SUSPECT),
    *(PORTAL_TROUBLE, PORTAL_RECOVERED),
)

_TOLD = {
    ComplianceState.MISSING: MISSING,
    ComplianceState.LATE: LATE,
    ComplianceState.ON_TIME: ON_TIME,
}
_OWED = frozenset({ComplianceState.NOT_DUE, ComplianceState.DUE_SOON})
_SEEN = frozenset({ComplianceState.ON_TIME, ComplianceState.NOT_CHECKED})
"""States of a report that is there and not known to be late."""


def record_standings(
    session: Session,
    standings: Collection[Standing],
    now: datetime,
    *,
    remind_days: Sequence[int] = (),
    triage: Triage | None = None,
) -> list[tuple[Event, Standing]]:
    """Store the states and return an event for each that people must hear of.

    ``remind_days`` are the days before the due day on which a report that is not there yet is
    reminded of. What people have acknowledged or put off is not recorded, so that it is told
    when that ends; what was told before and is still so is told again then.
    """
    years = {standing.fiscal_year for standing in standings}
    _store_states(session, standings, years, now)
    told = _last_told(session, years)
    reminded = _last_reminders(session, years)
    happened = []
    for standing in standings:
        key = (standing.agency_id, standing.fiscal_year)
        if _is_quiet(triage, standing):
            continue
        last = told.get(key)
        kind = _kind(None if _is_to_repeat(triage, last, standing) else last, standing)
        if kind is not None:
            happened.append((_event(session, kind, standing, last, now), standing))
        step = _step(standing, remind_days, now)
        if step is not None and step < reminded.get(key, step + 1):
            happened.append((_reminder(session, standing, step, now), standing))
    session.flush()
    return happened


def _is_quiet(triage: Triage | None, standing: Standing) -> bool:
    if triage is None:
        return False
    decision = triage.of_obligation(standing.agency_id, standing.fiscal_year, standing.state.value)
    return decision is not None and decision.action in NOT_TOLD


def _is_to_repeat(triage: Triage | None, last: Event | None, standing: Standing) -> bool:
    """Tell whether a decision about what people were told last has ended since."""
    if triage is None or last is None or last.kind not in (MISSING, LATE):
        return False
    if _TOLD.get(standing.state) != last.kind:
        return False
    key = obligation_key(standing.agency_id, standing.fiscal_year)
    ended = triage.ended_at(TriageKind.OBLIGATION, key)
    return ended is not None and last.happened_at < ended


def _step(standing: Standing, remind_days: Sequence[int], now: datetime) -> int | None:
    """Return the smallest number of days before the due day that has been reached."""
    if standing.state not in _OWED or standing.report_url is not None:
        return None
    left = (standing.due_on - local_date(now)).days
    reached = [days for days in remind_days if 0 <= left <= days]
    return min(reached, default=None)


def _last_reminders(
    session: Session, years: Collection[int]
) -> dict[tuple[str | None, int | None], int]:
    query = select(Event).where(Event.kind == DUE_SOON, Event.fiscal_year.in_(years))
    steps: dict[tuple[str | None, int | None], int] = {}
    for event in session.scalars(query):
        key = (event.agency_id, event.fiscal_year)
        # events of before reminders had steps came once
        steps[key] = min(steps.get(key, 366), event.details.get("step", 0))
    return steps


def _reminder(session: Session, standing: Standing, step: int, now: datetime) -> Event:
    event = Event(
        kind=DUE_SOON,
        fingerprint=f"{DUE_SOON}|{standing.agency_id}|{standing.fiscal_year}|{step} days",
        agency_id=standing.agency_id,
        portal_id=None,
        fiscal_year=standing.fiscal_year,
        happened_at=now,
        details={"due_on": standing.due_on.isoformat(), "step": step, "url": None},
    )
    session.add(event)
    return event


def _store_states(
    session: Session, standings: Iterable[Standing], years: Collection[int], now: datetime
) -> None:
    known = session.scalars(select(ComplianceRow).where(ComplianceRow.fiscal_year.in_(years)))
    rows = {(row.agency_id, row.fiscal_year): row for row in known}
    for standing in standings:
        row = rows.get((standing.agency_id, standing.fiscal_year))
        if row is None:
            row = ComplianceRow(agency_id=standing.agency_id, fiscal_year=standing.fiscal_year)
            session.add(row)
        if row.state != standing.state.value:
            row.state, row.since = standing.state.value, now
        row.judged_at = now


def _last_told(
    session: Session, years: Collection[int]
) -> dict[tuple[str | None, int | None], Event]:
    query = select(Event).where(
        Event.agency_id.is_not(None),
        Event.fiscal_year.in_(years),
        Event.kind.in_(STANDING_KINDS),
    )
    return {
        (event.agency_id, event.fiscal_year): event
        for event in session.scalars(query.order_by(Event.id))
    }


def _kind(last: Event | None, standing: Standing) -> str | None:
    told = last.kind if last else None
    if told == MISSING and standing.report_url is not None and standing.state in _SEEN:
        return PUBLISHED
    kind = _TOLD.get(standing.state)
    return None if kind == told or (kind == ON_TIME and told == PUBLISHED) else kind


def _event(
    session: Session, kind: str, standing: Standing, last: Event | None, now: datetime
) -> Event:
    event = Event(
        kind=kind,
        # two processes that see the same cannot both record it
        fingerprint=f"{kind}|{standing.agency_id}|{standing.fiscal_year}|{last.id if last else 0}",
        agency_id=standing.agency_id,
        portal_id=None,
        fiscal_year=standing.fiscal_year,
        happened_at=now,
        details={
            "due_on": standing.due_on.isoformat(),
            "days_late": standing.days_late,
            "url": standing.report_url,
        },
    )
    session.add(event)
    return event
