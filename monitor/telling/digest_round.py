"""One round of digests: whatever is due, or asked for, into the outbox in one transaction."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from monitor.lease import held
from monitor.rules.rulings import Rulings
from monitor.telling.approval import is_held, put_and_tell
from monitor.telling.digest import compose_digest
from monitor.telling.digest_matter import load_matter
from monitor.telling.digest_series import Series, all_series, is_due, last_window
from monitor.telling.outbox import Mail
from storage.database import transaction
from storage.settings import Settings
from storage.subscription_settings import SubscriptionSettings

LEASE = "digest"

Wanted = Callable[[Session, Series], bool]


def put_due_digests(
    engine: Engine,
    settings: Settings,
    subscriptions: Sequence[SubscriptionSettings],
    now: datetime,
    rulings: Rulings | None = None,
) -> list[Mail]:
    """Put the digests whose day has come into the outbox and return them.

    Raises:
        LeaseHeldError: if another process is at the digests.
    """

    def due(session: Session, series: Series) -> bool:
        return is_due(series, last_window(session, series), settings.schedule, now)

    return put_digests(
        engine,
        settings,
        subscriptions,
        all_series(subscriptions, settings.mail.language),
        now,
        rulings,
        due,
    )


def put_digests(
    engine: Engine,
    settings: Settings,
    subscriptions: Sequence[SubscriptionSettings],
    series: Iterable[Series],
    now: datetime,
    rulings: Rulings | None = None,
    wanted: Wanted = lambda _session, _series: True,
    *,
    since: datetime | None = None,
    dry_run: bool = False,
) -> list[Mail]:
    """Put the next digest of each series that is wanted into the outbox and return them.

    With ``dry_run`` nothing is recorded.

    Raises:
        LeaseHeldError: if another process is at the digests.
    """
    with held(engine, LEASE), transaction(engine) as session:
        chosen = [each for each in series if wanted(session, each)]
        if not chosen:
            return []
        matter = load_matter(session, settings, now, rulings)
        mails = [
            replace(
                compose_digest(session, matter, each, since=since),
                held=is_held(settings, each.subscriptions, each.recipient),
            )
            for each in chosen
        ]
        if dry_run:
            session.rollback()
        else:
            put_and_tell(session, settings, subscriptions, mails, now)
    return mails
