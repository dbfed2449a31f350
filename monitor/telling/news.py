"""What has newly happened to agencies, each with whom it concerns and how a mail tells it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.compliance import Standing
from monitor.language import Bilingual
from monitor.telling.event_names import HEADINGS
from monitor.telling.events import (
    DUE_SOON,
    LATE,
    MISSING,
    ON_TIME,
    PUBLISHED,
    REJECTED,
    REPORT_KINDS,
    record_standings,
)
from monitor.telling.lines import Group, Line, agency_line
from monitor.telling.rejections import record_rejections
from monitor.telling.report_events import record_reports
from monitor.telling.report_news import ReportNews, line_of
from monitor.telling.scope import Whom, covers, wants_event, whom_of_agency, whom_of_portal
from monitor.triage.effects import Triage
from storage.models import Agency, Portal
from storage.subscription_settings import SubscriptionSettings

_STATES = (MISSING, LATE, PUBLISHED, ON_TIME)
_REPORTS = (*REPORT_KINDS, REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing that happened."""

    kind: str
    whom: Whom
    line: Line
    standing: Standing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A letter without its recipients: its kind, subject and groups of lines."""

    kind: str
    subject: Bilingual
    groups: tuple[Group, ...]


def record_news(
    session: Session,
    standings: Sequence[Standing],
    remind_days: Sequence[int],
    triage: Triage,
    now: datetime,
) -> list[News]:
    """Record what has happened to agencies and their reports since it was last told."""
    happened = record_standings(session, standings, now, remind_days=remind_days, triage=triage)
    news = [_of_standing(event.kind, standing) for event, standing in happened]
    for event, standing, line in record_rejections(session, standings, triage, now):
        news.append(News(kind=event.kind, whom=_whom_of(standing), line=line))
    reports = [told for _, told in record_reports(session, now, triage)]
    return news + _of_reports(session, reports)


def wanted(news: Iterable[News], subscriptions: Collection[SubscriptionSettings]) -> list[News]:
    """Return what at least one of the subscriptions is about."""
    return [
        each
        for each in news
        if any(covers(one, each.whom) and wants_event(one, each.kind) for one in subscriptions)
    ]


def tellings(news: Sequence[News]) -> list[Told]:
    """Return the letters that tell some news: states, reminders, what happened to reports."""
    by_kind: dict[str, list[News]] = {}
    for each in news:
        by_kind.setdefault(each.kind, []).append(each)
    letters = []
    states = _groups(by_kind, _STATES)
    if states:
        letters.append(Told(kind="alert", subject=_alert_subject(by_kind), groups=states))
    if DUE_SOON in by_kind:
        letters.append(_reminder(by_kind[DUE_SOON]))
    reports = _groups(by_kind, _REPORTS)
    if reports:
        letters.append(Told(kind="reports", subject=_reports_subject(by_kind), groups=reports))
    return letters


def _groups(by_kind: Mapping[str, Sequence[News]], kinds: Iterable[str]) -> tuple[Group, ...]:
    return tuple(
        Group(heading=HEADINGS[kind], lines=[each.line for each in by_kind[kind]])
        for kind in kinds
        if kind in by_kind
    )


def _of_standing(kind: str, standing: Standing) -> News:
    line = agency_line(standing)
    return News(kind=kind, whom=_whom_of(standing), line=line, standing=standing)


def _whom_of(standing: Standing) -> Whom:
    return Whom(
        agency_id=standing.agency_id,
        kind=standing.kind,
        division=standing.division,
        portal_id=standing.portal_id,
    )


def _of_reports(session: Session, reports: Sequence[ReportNews]) -> list[News]:
    ids = {each.filing.agency_id for each in reports}
    agencies = {
        agency.id: agency for agency in session.scalars(select(Agency).where(Agency.id.in_(ids)))
    }
    found = []
    for each in reports:
        agency = agencies.get(each.filing.agency_id or "")
        portal = session.get_one(Portal, each.filing.portal_id)
        whom = whom_of_agency(agency) if agency else whom_of_portal(portal)
        found.append(News(kind=each.kind, whom=whom, line=line_of(each)))
    return found


def _alert_subject(by_kind: Mapping[str, Sequence[News]]) -> Bilingual:
    missing, late = len(by_kind.get(MISSING, ())), len(by_kind.get(LATE, ()))
    if not missing and not late:
        count = len(by_kind.get(PUBLISHED, ())) + len(by_kind.get(ON_TIME, ()))
        return Bilingual(f"【年报通知】{count}份年报现已见到", f"[nianbao] Reports seen: {count}")
    return Bilingual(
        f"【年报警示】未公布{missing}份，逾期{late}份",
        f"[nianbao] Reports missing: {missing}, late: {late}",
    )


def _reminder(news: Sequence[News]) -> Told:
    days = [each.standing.due_on for each in news if each.standing is not None]
    count, day = len(news), min(days).isoformat()
    return Told(
        kind="reminder",
        subject=Bilingual(
            f"【年报提醒】{count}个机关的年报即将到期（{day}）",
            f"[nianbao] Reports due soon: {count} ({day})",
        ),
        groups=(Group(heading=HEADINGS[DUE_SOON], lines=[each.line for each in news]),),
    )


def _reports_subject(by_kind: Mapping[str, Sequence[News]]) -> Bilingual:
    counts = [(HEADINGS[kind], len(by_kind[kind])) for kind in _REPORTS if kind in by_kind]
    zh = "，".join(f"{heading.zh}{count}份" for heading, count in counts)
    en = ", ".join(f"{heading.en.lower()}: {count}" for heading, count in counts)
    return Bilingual(f"【年报变动】{zh}", f"[nianbao] Reports: {en}")
