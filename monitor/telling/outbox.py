"""The outbox: messages written with what they tell, sent afterwards, never doubled by a restart.

A message is ``waiting`` until somebody tries it; it is marked ``sending`` and committed before the
server is asked, so that a kill in between is seen at the next start as ``uncertain`` and not
sent a second time by the program on its own. What became of it then is for a person to say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from monitor.channels.attempt import Attempt, Delivery
from storage.clock import utc_now
from storage.database import reading, transaction
from storage.models import Decision, MessageState, OutboxMessage, Settlement

GIVE_UP_AFTER = timedelta(days=3)
"""Of attempts at which the server put a message off; that it was down is not counted."""
INTERRUPTED = "the program stopped while the message was handed over"
"""The error of what an earlier run left behind."""
FIRST_DELAY = timedelta(minutes=5)
LONGEST_DELAY = timedelta(hours=6)

_ENDS = {
    Delivery.SENT: MessageState.SENT,
    Delivery.REFUSED: MessageState.FAILED,
    Delivery.LATER: MessageState.FAILED,
    Delivery.UNCERTAIN: MessageState.UNCERTAIN,
}
_OPEN = (MessageState.FAILED, MessageState.UNCERTAIN)
"""What a person may settle."""


Settled = Literal[Decision.SENT, Decision.RESEND]
"""What may be decided about those; what is held has decisions of its own."""


class NotOpenError(Exception):
    """There is no such message about which that may be decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A message as composed, not yet in the outbox."""

    kind: str
    recipient: str
    """A mail address, or the name of a channel."""
    subject: str
    message_id: str
    content: bytes
    """An RFC 5322 message; for a channel its text, UTF-8."""
    number: int | None = None
    held: bool = False
    """True if it is not sent before an operator approves it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A message that is this process's to send."""

    id: int
    recipient: str
    subject: str
    content: bytes
    parts: int | None
    """Into how many posts it was divided when it was last tried."""
    parts_sent: int


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
                state=MessageState.HELD if mail.held else MessageState.WAITING,
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
                last_error=INTERRUPTED,
            )
        )
    return len(interrupted)


def settle(
    session: Session, number: int, decision: Settled, *, author: str, note: str, now: datetime
) -> OutboxMessage:
    """Write down what a person decided about a message, and do it.

    Sent again, it keeps its Message-ID, by which the recipient's program may know it.

    Raises:
        NotOpenError: if there is no such message, or it neither failed nor is uncertain.
    """
    message = session.get(OutboxMessage, number, with_for_update=True)
    if message is None or message.state not in _OPEN:
        raise NotOpenError(number)
    session.add(
        Settlement(
            message_id=number,
            decided_at=now,
            author=author,
            was=message.state,
            decision=decision,
            note=note,
        )
    )
    if decision is Decision.SENT:
        message.state, message.finished_at = MessageState.SENT, now
    else:
        message.state, message.next_attempt_at = MessageState.WAITING, now
        message.attempts, message.finished_at = 0, None
    return message


def stuck_since(session: Session, now: datetime, hours: float) -> datetime | None:
    """Return since when nothing could be sent, if that is so long while messages wait."""
    state = OutboxMessage.state
    waiting = select(OutboxMessage.created_at).where(state == MessageState.WAITING)
    oldest = session.scalars(waiting.order_by(OutboxMessage.created_at).limit(1)).first()
    if oldest is None:
        return None
    sent = select(OutboxMessage.finished_at).where(state == MessageState.SENT)
    last = session.scalars(sent.order_by(OutboxMessage.finished_at.desc()).limit(1)).first()
    since = max(oldest, last or oldest)
    return since if now - since >= timedelta(hours=hours) else None


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


def due(engine: Engine, now: datetime, *, to_channels: bool) -> list[int]:
    """Return the messages whose time has come, oldest first: those to channels, or the mails."""
    is_mail = OutboxMessage.recipient.contains("@")
    with reading(engine) as session:
        return list(
            session.scalars(
                select(OutboxMessage.id)
                .where(
                    OutboxMessage.state == MessageState.WAITING,
                    OutboxMessage.next_attempt_at <= now,
                    ~is_mail if to_channels else is_mail,
                )
                .order_by(OutboxMessage.id)
            )
        )


def recipients_of(engine: Engine, numbers: Sequence[int]) -> dict[int, str]:
    """Return to whom messages go, by their numbers."""
    query = select(OutboxMessage.id, OutboxMessage.recipient).where(OutboxMessage.id.in_(numbers))
    with reading(engine) as session:
        return {number: recipient for number, recipient in session.execute(query)}  # noqa: C416


def claim(engine: Engine, message_id: int) -> Claimed | None:
    """Mark a message as being sent; None if another sender was first."""
    with transaction(engine) as session:
        message = session.get_one(OutboxMessage, message_id, with_for_update=True)
        if message.state is not MessageState.WAITING:
            return None
        message.state = MessageState.SENDING
        message.attempts += 1
        return Claimed(
            id=message.id,
            recipient=message.recipient,
            subject=message.subject,
            content=message.content,
            parts=message.parts,
            parts_sent=message.parts_sent,
        )


def note_parts(engine: Engine, message_id: int, sent: int, of: int) -> None:
    """Write down how many parts of a message have arrived; the next attempt begins after them."""
    with transaction(engine) as session:
        message = session.get_one(OutboxMessage, message_id)
        message.parts, message.parts_sent = of, sent


def put_back(engine: Engine, message_id: int, now: datetime) -> None:
    """Let a message wait whose further parts are sent with the next round: that is no attempt."""
    with transaction(engine) as session:
        message = session.get_one(OutboxMessage, message_id)
        message.state, message.last_error = MessageState.WAITING, None
        message.attempts -= 1
        message.next_attempt_at = now


def finish(engine: Engine, message_id: int, attempt: Attempt, now: datetime) -> MessageState:
    """Write down what came of an attempt; return the state in which the message is now."""
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
        return message.state


def put_off(engine: Engine, message_ids: Sequence[int], reason: str, now: datetime) -> None:
    """Let messages wait that the server was not asked about: that is no attempt of theirs."""
    with transaction(engine) as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_(message_ids), OutboxMessage.state == MessageState.WAITING)
            .values(last_error=reason, next_attempt_at=now + FIRST_DELAY)
        )


def count_waiting(engine: Engine) -> int:
    """Return how many messages wait."""
    waiting = select(func.count()).where(OutboxMessage.state == MessageState.WAITING)
    with reading(engine) as session:
        return session.scalars(waiting).one()
