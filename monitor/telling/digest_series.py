"""Which digests there are to send: a series for each recipient, language and frequency."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from monitor.language import Bilingual, Language
from storage.clock import local_date
from storage.models import DigestWindow, MessageState, OutboxMessage
from storage.subscription_settings import SubscriptionSettings
from storage.telling_settings import ScheduleSettings

Frequency = Literal["daily", "weekly", "monthly"]
FREQUENCIES: tuple[Frequency, ...] = ("daily", "weekly", "monthly")
FREQUENCY_NAMES = {
    "daily": Bilingual("日报", "Daily digest"),
    "weekly": Bilingual("周报", "Digest"),
    "monthly": Bilingual("月报", "Monthly digest"),
}
FIRST_WINDOWS = {
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=31),
}
"""What the first digest of a series covers."""
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Digests that follow one another, with numbers of their own."""

    recipient: str
    language: Language
    frequency: Frequency
    subscriptions: tuple[SubscriptionSettings, ...]
    """What they are about: whatever one of these takes in."""


def all_series(
    subscriptions: Iterable[SubscriptionSettings],
    language: Language,
    frequencies: Iterable[Frequency] = FREQUENCIES,
) -> list[Series]:
    """Return the series that subscriptions ask for, in their order; ``language`` is the default."""
    found: dict[tuple[str, Language, Frequency], list[SubscriptionSettings]] = {}
    wanted = tuple(frequencies)
    for subscription in subscriptions:
        for recipient in subscription.to:
            for frequency in (each for each in wanted if each in subscription.when):
                key = (recipient, subscription.language or language, frequency)
                found.setdefault(key, []).append(subscription)
    return [
        Series(recipient=recipient, language=spoken, frequency=often, subscriptions=tuple(asked))
        for (recipient, spoken, often), asked in found.items()
    ]


def last_window(session: Session, series: Series) -> DigestWindow | None:
    """Return what the last digest of a series covered; None if there was none."""
    return session.scalars(_windows(series)).first()


def last_sent(session: Session, series: Series) -> DigestWindow | None:
    """Return what the newest digest of a series covered that was not withdrawn, if there is one.

    The next one begins where that ended, so that its reader misses nothing.
    """
    withdrawn = select(OutboxMessage.message_id).where(
        OutboxMessage.recipient == series.recipient, OutboxMessage.state == MessageState.WITHDRAWN
    )
    query = _windows(series).where(
        or_(DigestWindow.message_id.is_(None), DigestWindow.message_id.not_in(withdrawn))
    )
    return session.scalars(query).first()


def _windows(series: Series) -> Select[DigestWindow]:
    """Select the windows of a series, the newest first."""
    return (
        select(DigestWindow)
        .where(
            DigestWindow.recipient == series.recipient,
            DigestWindow.frequency == series.frequency,
            or_(DigestWindow.language == series.language, DigestWindow.language.is_(None)),
        )
        .order_by(DigestWindow.number.desc())
    )


def is_due(
    series: Series, last: DigestWindow | None, settings: ScheduleSettings, now: datetime
) -> bool:
    """Tell whether the newest day for a digest is after the day of the last one.

    The first one is due at once. One that was missed is due until it is sent, however late.
    """
    if last is None:
        return True
    return local_date(last.until) < newest_day(series.frequency, settings, local_date(now))


def newest_day(frequency: Frequency, settings: ScheduleSettings, today: date) -> date:
    """Return the last day, ``today`` at the latest, on which digests of a frequency are due."""
    if frequency == "daily":
        return today
    if frequency == "weekly":
        back = (today.weekday() - _WEEKDAYS.index(settings.digest_weekday)) % 7
        return today - timedelta(days=back)
    day = _in_month(today.year, today.month, settings.digest_monthday)
    if day <= today:
        return day
    before = today.replace(day=1) - timedelta(days=1)
    return _in_month(before.year, before.month, settings.digest_monthday)


def _in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
