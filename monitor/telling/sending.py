"""Sending what is in the outbox: mails over one connection, texts to channels part by part."""

import smtplib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine

from monitor.channels.attempt import Attempt, Delivery
from monitor.channels.posting import ChannelError, post
from monitor.channels.smtp import MailServerError, connection, deliver
from monitor.channels.text import parts_of
from monitor.lease import held
from monitor.telling.outbox import (
    Claimed,
    claim,
    count_waiting,
    due,
    finish,
    note_parts,
    put_back,
    put_off,
    recipients_of,
    settle_interrupted,
)
from storage.models import MessageState
from storage.settings import MailSettings, Settings
from storage.telling_settings import Channels

LEASE = "send"
POSTS_A_ROUND = 18
"""To one channel: WeCom and DingTalk take 20 a minute, and DingTalk then nothing for ten."""

Stop = Callable[[], bool]
"""Says whether to stop after the message in hand."""


@dataclass(slots=True)
class SendSummary:
    """What one round of sending did."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    uncertain: int = 0
    server_error: str | None = None
    """Why mails or some channel cannot be sent to at all, naming the setting."""

    def count(self, state: MessageState) -> None:
        """Count a message by the state in which an attempt left it."""
        self.sent += state is MessageState.SENT
        self.failed += state is MessageState.FAILED
        self.uncertain += state is MessageState.UNCERTAIN


def _never() -> bool:
    return False


def send_all(engine: Engine, settings: Settings, now: datetime, stop: Stop = _never) -> SendSummary:
    """Settle what an interrupted run left, then send to mail addresses and channels.

    Without a mail server in the settings mails wait; one process at a time.

    Raises:
        LeaseHeldError: if another process is sending.
    """
    summary = SendSummary()
    with held(engine, LEASE):
        settle_interrupted(engine, now)
        if settings.mail.host:
            _send_mails(engine, settings.mail, now, stop, summary)
        _send_posts(engine, settings.channels, now, stop, summary)
    summary.waiting = count_waiting(engine)
    return summary


def send_mails(
    engine: Engine, settings: MailSettings, now: datetime, stop: Stop = _never
) -> SendSummary:
    """Try every mail whose time has come, over one connection.

    A server that cannot be reached at all leaves every mail waiting, tried again later. The
    caller holds the lease.
    """
    summary = SendSummary()
    _send_mails(engine, settings, now, stop, summary)
    summary.waiting = count_waiting(engine)
    return summary


def _send_mails(
    engine: Engine, settings: MailSettings, now: datetime, stop: Stop, summary: SendSummary
) -> None:
    waiting = due(engine, now, to_channels=False)
    if not waiting or stop():
        return
    try:
        with connection(settings) as server:
            for number in waiting:
                if stop() or not _send_mail(engine, settings, server, number, now, summary):
                    break
    except MailServerError as error:
        summary.server_error = str(error)
    if summary.server_error is not None:
        put_off(engine, waiting, summary.server_error, now)


def _send_mail(
    engine: Engine,
    settings: MailSettings,
    server: smtplib.SMTP,
    number: int,
    now: datetime,
    summary: SendSummary,
) -> bool:
    """Try one mail; return whether the server may be asked again."""
    mail = claim(engine, number)
    if mail is None:
        return True
    attempt = deliver(server, settings.sender, mail.recipient, mail.content)
    summary.count(finish(engine, number, attempt, now))
    if attempt.delivery is Delivery.SENDER_REFUSED:
        summary.server_error = f"[mail] sender {settings.sender}: {attempt.detail}"
        return False
    return attempt.delivery not in (Delivery.UNCERTAIN, Delivery.LATER) or _alive(server)


def _send_posts(
    engine: Engine, channels: Channels, now: datetime, stop: Stop, summary: SendSummary
) -> None:
    waiting = due(engine, now, to_channels=True)
    recipients = recipients_of(engine, waiting)
    left = dict.fromkeys(recipients.values(), POSTS_A_ROUND)
    for number in waiting:
        if stop():
            return
        allowed = left[recipients[number]]
        message = claim(engine, number) if allowed else None
        if message is None:
            continue
        attempt, posted = _post(engine, channels, message, allowed, stop)
        left[message.recipient] -= posted
        if attempt is None:
            put_back(engine, number, now)
            continue
        summary.count(finish(engine, number, attempt, now))
        if attempt.delivery is Delivery.LATER:
            left[message.recipient] = 0  # who is busy is not asked again in the same breath
        if attempt.delivery is Delivery.SENDER_REFUSED:
            summary.server_error = attempt.detail
            put_off(engine, [number], attempt.detail, now)


def _post(
    engine: Engine, channels: Channels, message: Claimed, allowed: int, stop: Stop
) -> tuple[Attempt | None, int]:
    """Post the parts of a message that have not arrived yet; return the outcome, and how many.

    The outcome is None if parts are left for the next round.
    """
    name = message.recipient
    if name not in channels:
        return _not_to(f"[channels] {name}: is not set"), 0
    url = channels[name].get_secret_value()
    parts = parts_of(url, message.subject, message.content.decode("utf-8", "replace"))
    first = message.parts_sent if message.parts == len(parts) else 0
    attempt = Attempt(delivery=Delivery.SENT)
    for posted, part in enumerate(parts[first:]):
        if posted >= allowed or stop():
            return None, posted
        try:
            attempt = post(url, part)
        except ChannelError as error:
            return _not_to(f"[channels] {name}: {error}"), posted
        number = first + posted + 1
        if attempt.delivery is not Delivery.SENT:
            where = f"part {number} of {len(parts)}: " if len(parts) > 1 else ""
            return replace(attempt, detail=f"{where}{attempt.detail}"), posted + 1
        note_parts(engine, message.id, number, len(parts))
    return attempt, len(parts) - first


def _not_to(detail: str) -> Attempt:
    return Attempt(delivery=Delivery.SENDER_REFUSED, detail=detail)


def _alive(server: smtplib.SMTP) -> bool:
    try:
        return server.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False
