"""Alerts and reminders: what has newly happened, told in the same transaction that records it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from monitor.compliance import Standing, current_standings
from monitor.language import Bilingual
from monitor.lease import held
from monitor.rules.rulings import Rulings
from monitor.telling.events import (
    DUE_SOON,
    LATE,
    MISSING,
    PORTAL_RECOVERED,
    PUBLISHED,
    record_portals,
    record_standings,
)
from monitor.telling.lines import (
    UNSURE,
    Group,
    Line,
    agency_line,
    recovered_line,
    trouble_line,
)
from monitor.telling.mail import Letter, address, render
from monitor.telling.outbox import Mail, put
from monitor.telling.own_trouble import OPERATOR, record_own_trouble
from storage.clock import iso_utc
from storage.database import transaction
from storage.models import Crawl, Event, Portal
from storage.settings import MailSettings, Settings

LEASE = "alerts"

_HEADINGS = {
    MISSING: Bilingual("未公布年报", "Reports missing"),
    LATE: Bilingual("逾期公布年报", "Reports published late"),
    PUBLISHED: Bilingual("此前未见、现已公布", "Seen at last"),
}

_OWN_SUBJECT = Bilingual("【运行告警】定时任务或邮件异常", "[nianbao] Jobs or mails in trouble")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSummary:
    """What one round of alerts told."""

    events: int
    mails: tuple[Mail, ...]


Addressed = tuple[Letter, Sequence[str]]


def tell_news(
    engine: Engine, settings: Settings, now: datetime, rulings: Rulings | None = None
) -> AlertSummary:
    """Record what has happened and put the mails about it into the outbox, in one transaction.

    What there is nobody to tell is not recorded, so that it is told once there is. ``rulings`` are
    those of the workspace; None means what its settings alone say.

    Raises:
        LeaseHeldError: if another process is telling.
    """
    mail = settings.mail
    operators = mail.operators or mail.to
    if not operators:
        return AlertSummary(events=0, mails=())
    with held(engine, LEASE), transaction(engine) as session:
        rows = current_standings(session, settings, now, rulings)
        news = record_standings(session, rows, now) if mail.to else []
        portals = record_portals(session, now)
        letters = [(letter, mail.to) for letter in _letters(news, mail, now)]
        if portals:
            letters.append((_operator_letter(session, portals, rows, mail, now), operators))
        own = record_own_trouble(session, now)
        if own:
            letters.append((_letter(OPERATOR, _OWN_SUBJECT, own, mail, now), operators))
        mails = tuple(
            address(letter, recipient, mail.sender, iso_utc(now), now)
            for letter, recipients in letters
            for recipient in recipients
        )
        put(session, mails, now)
    events = len(news) + len(portals) + sum(group.count for group in own)
    return AlertSummary(events=events, mails=mails)


def _letters(
    news: Iterable[tuple[Event, Standing]], mail: MailSettings, now: datetime
) -> list[Letter]:
    by_kind: dict[str, list[Standing]] = {}
    for event, standing in news:
        by_kind.setdefault(event.kind, []).append(standing)
    groups = [
        Group(heading=heading, lines=[agency_line(item) for item in by_kind[kind]])
        for kind, heading in _HEADINGS.items()
        if kind in by_kind
    ]
    letters = [_letter("alert", _alert_subject(by_kind), groups, mail, now)] if groups else []
    if DUE_SOON in by_kind:
        letters.append(_reminder(by_kind[DUE_SOON], mail, now))
    return letters


def _alert_subject(by_kind: Mapping[str, Sequence[Standing]]) -> Bilingual:
    missing, late = len(by_kind.get(MISSING, ())), len(by_kind.get(LATE, ()))
    if not missing and not late:
        count = len(by_kind[PUBLISHED])
        return Bilingual(f"【年报通知】{count}份年报现已见到", f"[nianbao] Reports seen: {count}")
    return Bilingual(
        f"【年报警示】未公布{missing}份，逾期{late}份",
        f"[nianbao] Reports missing: {missing}, late: {late}",
    )


def _reminder(due_soon: Sequence[Standing], mail: MailSettings, now: datetime) -> Letter:
    count, day = len(due_soon), min(item.due_on for item in due_soon).isoformat()
    subject = Bilingual(
        f"【年报提醒】{count}个机关的年报即将到期（{day}）",
        f"[nianbao] Reports due soon: {count} ({day})",
    )
    group = Group(
        heading=Bilingual("即将到期", "Due soon"), lines=[agency_line(item) for item in due_soon]
    )
    return _letter("reminder", subject, [group], mail, now)


def _operator_letter(
    session: Session,
    portals: Sequence[tuple[Event, Crawl]],
    rows: Sequence[Standing],
    mail: MailSettings,
    now: datetime,
) -> Letter:
    trouble: list[Line] = []
    recovered: list[Line] = []
    for event, crawl in portals:
        portal = session.get_one(Portal, crawl.portal_id)
        if event.kind == PORTAL_RECOVERED:
            recovered.append(recovered_line(portal))
        else:
            trouble.append(trouble_line(portal, crawl, _hidden(portal, rows)))
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
        f"[nianbao] Portals in trouble: {len(trouble)}, well again: {len(recovered)}",
    )
    return _letter(OPERATOR, subject, groups, mail, now)


def _hidden(portal: Portal, rows: Sequence[Standing]) -> list[str]:
    """Return the agencies about which nothing can be said because of this portal."""
    return [row.agency_name for row in rows if row.portal_id == portal.id and row.state in UNSURE]


def _letter(
    kind: str, subject: Bilingual, groups: Sequence[Group], mail: MailSettings, now: datetime
) -> Letter:
    line = subject.in_language(mail.language)
    text, html = render("alert", mail.language, subject=line, groups=groups, now=now)
    return Letter(kind=kind, subject=line, text=text, html=html)
