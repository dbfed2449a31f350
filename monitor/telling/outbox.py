"""The outbox: messages written with what they tell, sent afterwards, never doubled by a restart.

A message is ``waiting`` until somebody tries it; it is marked ``sending`` and committed before the
server is asked, so that a kill in between is seen at the next start as ``uncertain`` and not
sent a second time by the program on its own.
"""

import smtplib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from monitor.channels.smtp import Attempt, Delivery, MailServerError, connection, deliver
from monitor.lease import DURATION, acquire, held
from storage.clock import iso_utc, utc_now
from storage.database import reading, transaction
from storage.models import MessageState, OutboxMessage
from storage.settings import MailSettings

LEASE = "send"
GIVE_UP_AFTER = timedelta(days=3)
"""Of attempts at which the server put a message off; that it was down is not counted."""
FIRST_DELAY = timedelta(minutes=5)
LONGEST_DELAY = timedelta(hours=6)


_ENDS = {
    Delivery.SENT: MessageState.SENT,
    Delivery.REFUSED: MessageState.FAILED,
    Delivery.LATER: MessageState.FAILED,
    Delivery.UNCERTAIN: MessageState.UNCERTAIN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A message as composed, not yet in the outbox."""

    kind: str
    recipient: str
    subject: str
    message_id: str
    content: bytes
    number: int | None = None


@dataclass(slots=True)
class SendSummary:
    """What one round of sending did."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    uncertain: int = 0
    server_error: str | None = None


def put(session: Session, mails: Iterable[Mail], now: datetime) -> int:
    """Add mails to the outbox; one that is there already (same Message-ID) is not added twice."""
    added = 0
    for mail in mails:
        known = session.scalars(
            select(OutboxMessage.id).where(OutboxMessage.message_id == mail.message_id)
        ).first()
        if known is not None:
            continue
        session.add(
            OutboxMessage(
                kind=mail.kind,
                recipient=mail.recipient,
                subject=mail.subject,
                message_id=mail.message_id,
                content=mail.content,
                number=mail.number,
                created_at=now,
                # what is judged as of a day to come is sent today all the same
                next_attempt_at=min(now, utc_now()),
            )
        )
        added += 1
    session.flush()
    return added


def settle_interrupted(engine: Engine, now: datetime) -> int:
    """Mark what an earlier, killed run left in ``sending`` as ``uncertain``; return how many.

    Only the holder of the sending lease may call this: nobody else is sending then.
    """
    with transaction(engine) as session:
        interrupted = session.scalars(
            select(OutboxMessage.id).where(OutboxMessage.state == MessageState.SENDING)
        ).all()
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_(interrupted))
            .values(
                state=MessageState.UNCERTAIN,
                finished_at=now,
                last_error="the program stopped while the message was handed over",
            )
        )
    return len(interrupted)


def send_mail(engine: Engine, settings: MailSettings, now: datetime) -> SendSummary:
    """Settle what an interrupted run left, then send; one process at a time.

    Raises:
        LeaseHeldError: if another process is sending.
    """
    with held(engine, LEASE) as holder:
        renewed = utc_now()

        def renew() -> None:
            nonlocal renewed
            if utc_now() - renewed > DURATION / 3:
                renewed = utc_now()
                acquire(engine, LEASE, holder, renewed)

        settle_interrupted(engine, now)
        return send_waiting(engine, settings, now, renew)


def send_waiting(
    engine: Engine,
    settings: MailSettings,
    now: datetime,
    renew: Callable[[], None] = lambda: None,
) -> SendSummary:
    """Try every message whose time has come, over one connection.

    A server that cannot be reached at all leaves every message waiting, tried again later.
    """
    summary = SendSummary()
    due = _due(engine, now)
    if not due:
        return summary
    try:
        with connection(settings) as server:
            for message_id in due:
                renew()
                content = _begin(engine, message_id)
                if content is None:
                    continue
                attempt = deliver(server, settings.sender, *content)
                _finish(engine, message_id, attempt, now, summary)
                if attempt.delivery is Delivery.SENDER_REFUSED:
                    summary.server_error = f"[mail] sender {settings.sender}: {attempt.detail}"
                    break
                if attempt.delivery in (Delivery.UNCERTAIN, Delivery.LATER) and not _alive(server):
                    break
    except MailServerError as error:
        summary.server_error = str(error)
    if summary.server_error is not None:
        _put_off(engine, due, summary.server_error, now)
    with reading(engine) as session:
        summary.waiting = len(
            session.scalars(
                select(OutboxMessage.id).where(OutboxMessage.state == MessageState.WAITING)
            ).all()
        )
    return summary


def describe(message: OutboxMessage) -> dict[str, object]:
    """Return what ``nianbao outbox`` prints of a message."""
    return {
        "id": message.id,
        "kind": message.kind,
        "number": message.number,
        "recipient": message.recipient,
        "subject": message.subject,
        "state": message.state.value,
        "attempts": message.attempts,
        "created_at": iso_utc(message.created_at),
        "next_attempt_at": iso_utc(message.next_attempt_at)
        if message.state is MessageState.WAITING
        else None,
        "finished_at": iso_utc(message.finished_at) if message.finished_at else None,
        "last_error": message.last_error,
        "message_id": message.message_id,
    }


def delay_before(attempt: int) -> timedelta:
    """Return how long to wait after the given number of attempts: doubling, six hours at most."""
    doublings = min(max(attempt - 1, 0), 10)
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


def _attempts_until(span: timedelta) -> int:
    """Return how many attempts, each after its delay, fill a span of time."""
    passed, attempts = timedelta(), 1
    while passed < span:
        passed += delay_before(attempts)
        attempts += 1
    return attempts


ATTEMPTS = _attempts_until(GIVE_UP_AFTER)


def _due(engine: Engine, now: datetime) -> list[int]:
    with reading(engine) as session:
        return list(
            session.scalars(
                select(OutboxMessage.id)
                .where(
                    OutboxMessage.state == MessageState.WAITING,
                    OutboxMessage.next_attempt_at <= now,
                )
                .order_by(OutboxMessage.id)
            )
        )


def _begin(engine: Engine, message_id: int) -> tuple[str, bytes] | None:
    """Claim a message; None if another sender was first."""
    with transaction(engine) as session:
        message = session.get_one(OutboxMessage, message_id)
        if message.state is not MessageState.WAITING:
            return None
        message.state = MessageState.SENDING
        message.attempts += 1
        return message.recipient, message.content


def _finish(
    engine: Engine, message_id: int, attempt: Attempt, now: datetime, summary: SendSummary
) -> None:
    with transaction(engine) as session:
        message = session.get_one(OutboxMessage, message_id)
        message.last_error = None if attempt.delivery is Delivery.SENT else attempt.detail
        if attempt.delivery is Delivery.SENDER_REFUSED:
            message.state = MessageState.WAITING
            message.attempts -= 1
        elif attempt.delivery is Delivery.LATER and message.attempts < ATTEMPTS:
            message.state = MessageState.WAITING
            message.next_attempt_at = now + delay_before(message.attempts)
        else:
            message.state = _ENDS[attempt.delivery]
            message.finished_at = now
        summary.sent += message.state is MessageState.SENT
        summary.failed += message.state is MessageState.FAILED
        summary.uncertain += message.state is MessageState.UNCERTAIN


def _put_off(engine: Engine, message_ids: Sequence[int], reason: str, now: datetime) -> None:
    """Let messages wait that the server was not asked about: that is no attempt of theirs."""
    with transaction(engine) as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_(message_ids), OutboxMessage.state == MessageState.WAITING)
            .values(last_error=reason, next_attempt_at=now + FIRST_DELAY)
        )


def _alive(server: smtplib.SMTP) -> bool:
    try:
        return server.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False
