"""What has newly happened to agencies, each with whom it concerns and how a mail tells it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.compliance import Standing
from monitor.language import Bilingual
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
from monitor.telling.report_news import HEADINGS, ReportNews, line_of
from monitor.telling.scope import covers, wants_event
from monitor.triage.effects import Triage
from storage.models import Agency, AgencyKind, Portal
from storage.subscription_settings import SubscriptionSettings

_STANDING_HEADINGS = {
    MISSING: Bilingual("未公布年报", "Reports missing"),
    LATE: Bilingual("逾期公布年报", "Reports published late"),
    PUBLISHED: Bilingual("此前未见、现已公布", "Seen at last"),
    ON_TIME: Bilingual("按时公布", "Published on time"),
}
_REPORT_HEADINGS = {
    **{kind: HEADINGS[kind] for kind in REPORT_KINDS},
    REJECTED: Bilingual("核查发现错误", "Errors found"),
}
_DUE_SOON = Bilingual("即将到期", "Due soon")


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """The agency that something concerns, as far as it is known."""

    agency_id: str | None
    kind: AgencyKind | None
    division: str | None
    portal_id: str


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
    reports = [told for _, told in record_reports(session, now)]
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
    states = _groups(by_kind, _STANDING_HEADINGS)
    if states:
        letters.append(Told(kind="alert", subject=_alert_subject(by_kind), groups=states))
    if DUE_SOON in by_kind:
        letters.append(_reminder(by_kind[DUE_SOON]))
    reports = _groups(by_kind, _REPORT_HEADINGS)
    if reports:
        letters.append(Told(kind="reports", subject=_reports_subject(by_kind), groups=reports))
    return letters


def _groups(
    by_kind: Mapping[str, Sequence[News]], headings: Mapping[str, Bilingual]
) -> tuple[Group, ...]:
    return tuple(
        Group(heading=heading, lines=[each.line for each in by_kind[kind]])
        for kind, heading in headings.items()
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
        whom = _of_agency(agency) if agency else _of_portal(session, each.filing.portal_id)
        found.append(News(kind=each.kind, whom=whom, line=line_of(each)))
    return found


def _of_agency(agency: Agency) -> Whom:
    return Whom(
        agency_id=agency.id,
        kind=agency.kind,
        division=agency.division,
        portal_id=agency.portal_id,
    )


def _of_portal(session: Session, portal_id: str) -> Whom:
    portal = session.get_one(Portal, portal_id)
    return Whom(agency_id=None, kind=None, division=portal.division, portal_id=portal_id)


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
        groups=(Group(heading=_DUE_SOON, lines=[each.line for each in news]),),
    )


def _reports_subject(by_kind: Mapping[str, Sequence[News]]) -> Bilingual:
    counts = [
        (heading, len(by_kind[kind]))
        for kind, heading in _REPORT_HEADINGS.items()
        if kind in by_kind
    ]
    zh = "，".join(f"{heading.zh}{count}份" for heading, count in counts)
    en = ", ".join(f"{heading.en.lower()}: {count}" for heading, count in counts)
    return Bilingual(f"【年报变动】{zh}", f"[nianbao] Reports {en}")
