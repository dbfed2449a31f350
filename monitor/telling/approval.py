"""What is held until an operator approves it, and telling the operators that it waits."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.language import Bilingual, Language
from monitor.telling.group_letters import render_groups
from monitor.telling.lines import Group, Line
from monitor.telling.mail import OWN_CLOSING, Letter, address
from monitor.telling.outbox import Mail, NotOpenError, put
from storage.clock import iso_utc, utc_now
from storage.models import Decision, MessageState, OutboxMessage, Settlement
from storage.settings import Settings
from storage.subscription_settings import SubscriptionSettings

KIND = "approval"
_HEADING = Bilingual("等待批准的消息", "Messages that wait for approval")
_HOW = Bilingual(
    "查看 nianbao outbox show {id}；批准 nianbao outbox approve {id} --author 姓名；"
    "撤回 nianbao outbox withdraw {id} --author 姓名 --reason 原因",
    "Look: nianbao outbox show {id}; release: nianbao outbox approve {id} --author NAME; "
    "stop: nianbao outbox withdraw {id} --author NAME --reason WHY",
)


def is_held(
    settings: Settings, subscriptions: Iterable[SubscriptionSettings], recipient: str
) -> bool:
    """Tell whether what a recipient gets as an office waits for an operator.

    It does if ``[mail]`` says so of all, or one of the recipient's subscriptions of itself.
    """
    own = [each for each in subscriptions if each.audience == "office" and recipient in each.to]
    return bool(own) and (settings.mail.approve or any(each.approve for each in own))


def put_and_tell(
    session: Session,
    settings: Settings,
    subscriptions: Sequence[SubscriptionSettings],
    mails: Sequence[Mail],
    now: datetime,
) -> None:
    """Put mails into the outbox; tell the operators, once, of those that are held there."""
    held = {mail.message_id for mail in mails if mail.held}
    known = set(session.scalars(select(OutboxMessage.id).where(OutboxMessage.message_id.in_(held))))
    put(session, mails, now)
    query = select(OutboxMessage).where(
        OutboxMessage.message_id.in_(held), OutboxMessage.id.not_in(known)
    )
    fresh = session.scalars(query.order_by(OutboxMessage.id)).all()
    if fresh:
        put(session, _notices(settings, subscriptions, fresh, now), now)


def _notices(
    settings: Settings,
    subscriptions: Iterable[SubscriptionSettings],
    held: Sequence[OutboxMessage],
    now: datetime,
) -> list[Mail]:
    operators = {
        (recipient, each.language or settings.mail.language): None
        for each in subscriptions
        if each.audience == "operator"
        for recipient in each.to
    }
    return [
        address(_letter(held, language, now), recipient, settings.mail.sender, iso_utc(now), now)
        for recipient, language in operators
    ]


def _letter(held: Sequence[OutboxMessage], language: Language, now: datetime) -> Letter:
    count = len(held)
    subject = Bilingual(
        f"【待批准】{count}封消息等待批准后发出", f"[nianbao] Waiting for approval: {count}"
    ).in_language(language)
    lines = [
        Line(
            name=message.recipient,
            is_ours=True,
            fiscal_year=None,
            message=Bilingual(message.subject, message.subject),
            proof=Bilingual(_HOW.zh.format(id=message.id), _HOW.en.format(id=message.id)),
        )
        for message in held
    ]
    groups = [Group(heading=_HEADING, lines=lines)]
    text, html = render_groups(subject, groups, language, now, closing=OWN_CLOSING)
    return Letter(kind=KIND, subject=subject, text=text, html=html)


def approve(
    session: Session, numbers: Collection[int], *, author: str, note: str = "", now: datetime
) -> list[OutboxMessage]:
    """Let held messages be sent, and write down who decided; all of them or none.

    Raises:
        NotOpenError: naming the first that is not held.
    """
    decided = _decide(session, numbers, Decision.APPROVE, author, note, now)
    for message in decided:
        message.state, message.next_attempt_at = MessageState.WAITING, min(now, utc_now())
    return decided


def withdraw(
    session: Session, numbers: Collection[int], *, author: str, reason: str, now: datetime
) -> list[OutboxMessage]:
    """End held messages without sending them, and write down who decided and why.

    The number of a digest stays used, so that its reader sees the gap.

    Raises:
        NotOpenError: naming the first that is not held.
    """
    decided = _decide(session, numbers, Decision.WITHDRAW, author, reason, now)
    for message in decided:
        message.state, message.finished_at = MessageState.WITHDRAWN, now
    return decided


def held_messages(session: Session) -> list[int]:
    """Return the messages that wait for an operator, oldest first."""
    query = select(OutboxMessage.id).where(OutboxMessage.state == MessageState.HELD)
    return list(session.scalars(query.order_by(OutboxMessage.id)))


def _decide(
    session: Session,
    numbers: Collection[int],
    decision: Decision,
    author: str,
    note: str,
    now: datetime,
) -> list[OutboxMessage]:
    decided = []
    for number in dict.fromkeys(numbers):
        message = session.get(OutboxMessage, number, with_for_update=True)
        if message is None or message.state is not MessageState.HELD:
            raise NotOpenError(number)
        session.add(
            Settlement(
                message_id=number,
                decided_at=now,
                author=author,
                was=MessageState.HELD,
                decision=decision,
                note=note,
            )
        )
        decided.append(message)
    return decided
