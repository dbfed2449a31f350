"""Alerts and reminders: what has newly happened, told in the same transaction that records it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from monitor.compliance import ComplianceState, Standing, reporting_year, standings
from monitor.language import Bilingual
from monitor.telling.events import PORTAL_RECOVERED, record_portals, record_standings
from monitor.telling.lines import Group, Line, agency_line, portal_line
from monitor.telling.mail import Letter, address, render
from monitor.telling.outbox import Mail, put
from storage.clock import iso_utc
from storage.database import transaction
from storage.models import Agency, Crawl, Event, Portal
from storage.settings import MailSettings, Settings

_HEADINGS = {
    "missing": Bilingual("未公布年报", "Reports missing"),
    "late": Bilingual("逾期公布年报", "Reports published late"),
    "published": Bilingual("此前未见、现已公布", "Seen at last"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSummary:
    """What one round of alerts told."""

    events: int
    mails: tuple[Mail, ...]


def tell_news(engine: Engine, settings: Settings, now: datetime) -> AlertSummary:
    """Record what has happened and put the mails about it into the outbox, in one transaction.

    Nothing is recorded while there is nobody to tell, so that nothing is lost by that.
    """
    mail = settings.mail
    if not mail.to and not mail.operators:
        return AlertSummary(events=0, mails=())
    with transaction(engine) as session:
        rows = standings(session, settings, [reporting_year(now)], now)
        news = record_standings(session, rows, now)
        portals = record_portals(session, now)
        letters = [
            *_letters(news, mail, now),
            *_operator_letters(session, portals, rows, mail, now),
        ]
        mails = tuple(
            address(letter, recipient, mail.sender, iso_utc(now), now)
            for letter, recipients in letters
            for recipient in recipients
        )
        put(session, mails, now)
    return AlertSummary(events=len(news) + len(portals), mails=mails)


Addressed = tuple[Letter, Sequence[str]]


def _letters(
    news: Iterable[tuple[Event, Standing]], mail: MailSettings, now: datetime
) -> list[Addressed]:
    by_kind: dict[str, list[Standing]] = {}
    for event, standing in news:
        by_kind.setdefault(event.kind, []).append(standing)
    letters: list[Addressed] = []
    groups = [
        Group(heading=heading, lines=[agency_line(item) for item in by_kind[kind]])
        for kind, heading in _HEADINGS.items()
        if kind in by_kind
    ]
    if groups:
        letters.append((_letter("alert", _alert_subject(by_kind), groups, mail, now), mail.to))
    due_soon = by_kind.get("due_soon")
    if due_soon:
        count, day = len(due_soon), min(item.due_on for item in due_soon).isoformat()
        subject = Bilingual(
            f"【年报提醒】{count}个机关的年报即将到期（{day}）",
            f"[nianbao] {count} reports due soon ({day})",
        )
        group = Group(
            heading=Bilingual("即将到期", "Due soon"),
            lines=[agency_line(item) for item in due_soon],
        )
        letters.append((_letter("reminder", subject, [group], mail, now), mail.to))
    return letters


def _alert_subject(by_kind: Mapping[str, Sequence[Standing]]) -> Bilingual:
    missing, late = len(by_kind.get("missing", ())), len(by_kind.get("late", ()))
    if not missing and not late:
        count = len(by_kind.get("published", ()))
        return Bilingual(f"【年报通知】{count}份年报现已见到", f"[nianbao] {count} reports seen")
    return Bilingual(
        f"【年报警示】未公布{missing}份，逾期{late}份",
        f"[nianbao] {missing} reports missing, {late} late",
    )


def _operator_letters(
    session: Session,
    portals: Sequence[tuple[Event, Crawl]],
    rows: Sequence[Standing],
    mail: MailSettings,
    now: datetime,
) -> list[Addressed]:
    if not portals:
        return []
    trouble, recovered = [], []
    for event, crawl in portals:
        portal = session.get_one(Portal, crawl.portal_id)
        if event.kind == PORTAL_RECOVERED:
            recovered.append(_recovered_line(portal))
        else:
            trouble.append(
                portal_line(portal.name, portal.url, crawl, _hidden(session, portal, rows))
            )
    groups = [
        Group(heading=heading, lines=lines)
        for heading, lines in (
            (Bilingual("网站抓取异常", "Portals in trouble"), trouble),
            (Bilingual("网站已恢复", "Portals well again"), recovered),
        )
        if lines
    ]
    subject = Bilingual(
        f"【抓取告警】{len(trouble)}个网站异常，{len(recovered)}个恢复",
        f"[nianbao] {len(trouble)} portals in trouble, {len(recovered)} well again",
    )
    return [(_letter("operator", subject, groups, mail, now), mail.operators or mail.to)]


def _hidden(session: Session, portal: Portal, rows: Sequence[Standing]) -> list[str]:
    """Return the agencies about which nothing can be said because of this portal."""
    unsure = {
        ComplianceState.BLOCKED,
        ComplianceState.UNREACHABLE,
        ComplianceState.CRAWLER_SUSPECT,
        ComplianceState.MOVED,
        ComplianceState.NOT_CHECKED,
    }
    known = set(session.scalars(select(Agency.id).where(Agency.portal_id == portal.id)))
    return [row.agency_name for row in rows if row.agency_id in known and row.state in unsure]


def _recovered_line(portal: Portal) -> Line:
    return Line(
        name=portal.name,
        fiscal_year=None,
        message=Bilingual("网站已恢复正常抓取。", "The portal can be crawled again."),
        url=portal.url,
    )


def _letter(
    kind: str, subject: Bilingual, groups: Sequence[Group], mail: MailSettings, now: datetime
) -> Letter:
    line = subject.in_language(mail.language)
    text, html = render("alert", mail.language, subject=line, groups=groups, now=now)
    return Letter(kind=kind, subject=line, text=text, html=html)
