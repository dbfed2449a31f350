"""Delivery by SMTP: STARTTLS or TLS with verified certificates, login, one outcome a message.

What matters is what may be done after a failure. Before the server has been given the text, a
message can be tried again; a refusal with 5xx is final (RFC 5321, 4.2.1); if the connection broke
once the text was under way, nobody knows whether it was accepted, and only a person may decide.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from storage.settings import MailSettings


class Delivery(StrEnum):
    """What became of one attempt to deliver."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """The outcome of an attempt, and what the server or the network said."""

    delivery: Delivery
    detail: str = ""


class MailServerError(Exception):
    """The mail server cannot be used at all: no connection, no TLS, no login."""


@contextmanager
def connection(settings: MailSettings) -> Iterator[smtplib.SMTP]:
    """Open a connection that is ready to take messages.

    Raises:
        MailServerError: naming the setting or the server's answer.
    """
    server: smtplib.SMTP | None = None
    try:
        server = _dial(settings)
        _prepare(server, settings)
    except UnicodeEncodeError as error:
        _hang_up(server)
        msg = "[mail] username/password: SMTP login takes ASCII characters only"
        raise MailServerError(msg) from error
    except (OSError, smtplib.SMTPException) as error:
        _hang_up(server)
        msg = f"{settings.host}:{settings.port} ({settings.security}): {error}"
        raise MailServerError(msg) from error
    try:
        yield server
    finally:
        _hang_up(server)


def deliver(server: smtplib.SMTP, sender: str, recipient: str, content: bytes) -> Attempt:
    """Try once to hand over one message to one recipient."""
    try:
        for step in (server.mail(sender), server.rcpt(recipient)):
            if step[0] not in (250, 251):
                server.rset()
                return _refused(*step)
    except (OSError, smtplib.SMTPException) as error:
        return Attempt(delivery=Delivery.LATER, detail=f"connection lost: {error}")
    try:
        code, answer = server.data(content)
    except smtplib.SMTPDataError as error:  # the server did not want the text
        return _refused(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        return Attempt(
            delivery=Delivery.UNCERTAIN,
            detail=f"connection lost while the message was handed over: {error}",
        )
    if code == 250:
        return Attempt(delivery=Delivery.SENT, detail=_text(code, answer))
    return _refused(code, answer)


def _dial(settings: MailSettings) -> smtplib.SMTP:
    if settings.security != "tls":
        return smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)
    return smtplib.SMTP_SSL(
        settings.host, settings.port, timeout=settings.timeout, context=_trust(settings)
    )


def _prepare(server: smtplib.SMTP, settings: MailSettings) -> None:
    if settings.security == "starttls":
        server.starttls(context=_trust(settings))
    server.ehlo_or_helo_if_needed()
    if settings.username:
        server.login(settings.username, settings.password)


def _trust(settings: MailSettings) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.ca_file or None)


def _hang_up(server: smtplib.SMTP | None) -> None:
    if server is None:
        return
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def _refused(code: int, answer: bytes | str) -> Attempt:
    final = 500 <= code <= 599
    return Attempt(
        delivery=Delivery.REFUSED if final else Delivery.LATER, detail=_text(code, answer)
    )


def _text(code: int, answer: bytes | str) -> str:
    said = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return f"{code} {said}"
