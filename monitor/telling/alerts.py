"""Alerts and reminders: what has newly happened, told in the same transaction that records it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from monitor.compliance import current_standings
from monitor.language import Bilingual, Language
from monitor.lease import held
from monitor.rules.rulings import Rulings
from monitor.telling.approval import is_held, put_and_tell
from monitor.telling.group_letters import render_groups
from monitor.telling.incident_news import IncidentNews, incident_groups, of_scope
from monitor.telling.incidents import record_incidents
from monitor.telling.lines import Group
from monitor.telling.mail import CLOSING, OWN_CLOSING, Letter, address
from monitor.telling.news import Told, record_news, tellings, wanted
from monitor.telling.outbox import Mail
from monitor.telling.own_trouble import OPERATOR, OwnTrouble, record_own_trouble
from monitor.telling.scope import wants_event
from monitor.triage import load_triage
from monitor.triage.history import reopen_changed
from storage.clock import iso_utc
from storage.database import transaction
from storage.settings import Settings
from storage.subscription_settings import Audience, SubscriptionSettings
from storage.subscriptions import subscriptions_of_settings
from storage.telling_settings import is_channel

LEASE = "alerts"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSummary:
    """What one round of alerts told."""

    events: int
    mails: tuple[Mail, ...]


Readers = Mapping[tuple[str, Language], Sequence[SubscriptionSettings]]
"""The subscriptions to events at once, by recipient and language."""


def tell_news(
    engine: Engine,
    settings: Settings,
    now: datetime,
    rulings: Rulings | None = None,
    subscriptions: Sequence[SubscriptionSettings] | None = None,
) -> AlertSummary:
    """Record what has happened and put the mails about it into the outbox, in one transaction.

    What there is nobody to tell is not recorded, so that it is told once there is. ``rulings`` and
    ``subscriptions`` are those of the workspace; None means what its settings alone say.

    Raises:
        LeaseHeldError: if another process is telling.
    """
    if subscriptions is None:
        subscriptions = subscriptions_of_settings(settings)
    offices = readers(subscriptions, "office", settings.mail.language)
    operators = readers(subscriptions, "operator", settings.mail.language)
    if not any(each.to for each in subscriptions):
        return AlertSummary(events=0, mails=())
    with held(engine, LEASE), transaction(engine) as session:
        letters, events = letters_of_news(
            session, settings, offices, operators, rulings, now, audiences_of(subscriptions)
        )
        mails = tuple(
            replace(
                address(letter, recipient, settings.mail.sender, iso_utc(now), now),
                held=letter.kind != OPERATOR and is_held(settings, subscriptions, recipient),
            )
            for recipient, letter in letters
        )
        put_and_tell(session, settings, subscriptions, mails, now)
    return AlertSummary(events=events, mails=mails)


def readers(
    subscriptions: Iterable[SubscriptionSettings], audience: Audience, language: Language
) -> Readers:
    """Return who is told of events at once, with the subscriptions of each in each language."""
    found: dict[tuple[str, Language], list[SubscriptionSettings]] = {}
    for subscription in subscriptions:
        if subscription.audience == audience and "at_once" in subscription.when:
            for recipient in subscription.to:
                key = (recipient, subscription.language or language)
                found.setdefault(key, []).append(subscription)
    return found


def audiences_of(subscriptions: Iterable[SubscriptionSettings]) -> frozenset[Audience]:
    """Return for whom there is anybody to tell, if only in digests: events are recorded for them.

    Otherwise a digest could not say what has changed since the one before.
    """
    return frozenset(each.audience for each in subscriptions)


def letters_of_news(
    session: Session,
    settings: Settings,
    offices: Readers,
    operators: Readers,
    rulings: Rulings | None,
    now: datetime,
    audiences: Collection[Audience],
) -> tuple[list[tuple[str, Letter]], int]:
    """Record everything that is new; return the letters by recipient, and how much it is.

    The caller holds the lease, or rolls everything back.
    """
    mail = settings.mail
    rows = current_standings(session, settings, now, rulings)
    reopen_changed(session, now)
    triage = load_triage(session, now)
    letters: list[tuple[str, Letter]] = []
    events = 0
    if "office" in audiences:
        news = record_news(session, rows, mail.remind_days, triage, now)
        events += len(news)
        for (recipient, language), subscriptions in offices.items():
            letters += [
                (recipient, letter_of(told, language, now, posts=is_channel(recipient)))
                for told in tellings(wanted(news, subscriptions))
            ]
    if "operator" in audiences:
        incidents = record_incidents(session, mail, rows, triage, now)
        own = record_own_trouble(session, now, mail.stuck_hours)
        events += len(incidents) + sum(each.group.count for each in own)
        for (recipient, language), subscriptions in operators.items():
            letters += [
                (recipient, letter_of(told, language, now, posts=is_channel(recipient)))
                for told in _operator_tellings(incidents, own, subscriptions)
            ]
    return letters, events


def _operator_tellings(
    incidents: Iterable[IncidentNews],
    own: Iterable[OwnTrouble],
    subscriptions: Sequence[SubscriptionSettings],
) -> Iterator[Told]:
    """Yield the letters to one operator; trouble of the installation itself is everybody's."""
    told = [mine for each in incidents if (mine := of_scope(each, subscriptions)) is not None]
    if told:
        yield Told(
            kind=OPERATOR, subject=_incident_subject(told), groups=tuple(incident_groups(told))
        )
    groups = tuple(
        each.group for each in own if any(wants_event(one, each.kind) for one in subscriptions)
    )
    if groups:
        yield Told(kind=OPERATOR, subject=_own_subject(groups), groups=groups)


def _own_subject(groups: Iterable[Group]) -> Bilingual:
    zh = "，".join(f"{group.heading.zh}（{group.count}）" for group in groups)
    en = ", ".join(f"{group.heading.en.lower()} ({group.count})" for group in groups)
    return Bilingual(f"【运行情况】{zh}", f"[nianbao] {en[:1].upper()}{en[1:]}")


def _incident_subject(news: Iterable[IncidentNews]) -> Bilingual:
    wrong = right = 0
    for each in news:
        wrong += len(each.failing)
        right += len(each.recovered)
    if not wrong:
        return Bilingual(
            f"【抓取恢复】{right}个网站已恢复", f"[nianbao] Portals well again: {right}"
        )
    if not right:
        return Bilingual(f"【抓取告警】{wrong}个网站异常", f"[nianbao] Portals in trouble: {wrong}")
    return Bilingual(
        f"【抓取告警】{wrong}个网站异常，{right}个恢复",
        f"[nianbao] Portals in trouble: {wrong}, well again: {right}",
    )


def letter_of(told: Told, language: Language, now: datetime, *, posts: bool = False) -> Letter:
    """Return a letter in a language; ``posts`` says that it goes to a channel."""
    subject = told.subject.in_language(language)
    closing = OWN_CLOSING if told.kind == OPERATOR else CLOSING
    text, html = render_groups(subject, told.groups, language, now, posts=posts, closing=closing)
    return Letter(kind=told.kind, subject=subject, text=text, html=html)
