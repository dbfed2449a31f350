"""What one recipient would get now: composed as it would be, and nothing of it recorded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from monitor.rules.rulings import Rulings
from monitor.telling.alerts import audiences_of, letters_of_news, readers
from monitor.telling.digest import compose_digest
from monitor.telling.digest_matter import load_matter
from monitor.telling.digest_series import Series, all_series, is_due, last_window
from monitor.telling.mail import address
from monitor.telling.outbox import Mail
from storage.clock import iso_utc
from storage.database import transaction
from storage.settings import Settings
from storage.subscription_settings import SubscriptionSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPreview:
    """The next digest of a series."""

    series: Series
    due: bool
    """Whether the timetable would send it today."""
    mail: Mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What one recipient would get."""

    subscriptions: tuple[SubscriptionSettings, ...]
    at_once: tuple[Mail, ...]
    digests: tuple[DigestPreview, ...]


def known_recipients(subscriptions: Iterable[SubscriptionSettings]) -> list[str]:
    """Return everybody who is subscribed to something, in their order."""
    return list(dict.fromkeys(to for each in subscriptions for to in each.to))


def preview(
    engine: Engine,
    settings: Settings,
    subscriptions: Iterable[SubscriptionSettings],
    recipient: str,
    now: datetime,
    rulings: Rulings | None = None,
) -> Preview:
    """Return what a recipient would get if all jobs ran at ``now``; everything is rolled back."""
    own = tuple(
        each.model_copy(update={"to": (recipient,)})
        for each in subscriptions
        if recipient in each.to
    )
    with transaction(engine) as session:
        at_once = _at_once(session, settings, own, now, rulings)
        session.flush()
        digests = _digests(session, settings, own, now, rulings)
        session.rollback()
    return Preview(subscriptions=own, at_once=tuple(at_once), digests=tuple(digests))


def _at_once(
    session: Session,
    settings: Settings,
    own: Sequence[SubscriptionSettings],
    now: datetime,
    rulings: Rulings | None,
) -> list[Mail]:
    offices, operators = (
        readers(own, "office", settings.mail.language),
        readers(own, "operator", settings.mail.language),
    )
    letters, _ = letters_of_news(
        session, settings, offices, operators, rulings, now, audiences_of(own)
    )
    return [
        address(letter, recipient, settings.mail.sender, iso_utc(now), now)
        for recipient, letter in letters
    ]


def _digests(
    session: Session,
    settings: Settings,
    own: Sequence[SubscriptionSettings],
    now: datetime,
    rulings: Rulings | None,
) -> list[DigestPreview]:
    series = all_series(own, settings.mail.language)
    if not series:
        return []
    matter = load_matter(session, settings, now, rulings)
    return [
        DigestPreview(
            series=each,
            due=is_due(each, last_window(session, each), settings.schedule, now),
            mail=compose_digest(session, matter, each),
        )
        for each in series
    ]
