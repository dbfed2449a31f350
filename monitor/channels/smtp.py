"""Delivery by SMTP: STARTTLS or TLS with verified certificates, login, one outcome a message.

What matters is what may be done after a failure. Before the server has been given the text, a
message can be tried again; a refusal of the recipient or the text with 5xx is final (RFC 5321,
4.2.1), one of the sender is a matter of the settings; if the connection broke once the text was
under way, nobody knows whether it was accepted, and only a person may decide.
"""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from monitor.channels.attempt import Attempt, Delivery
from monitor.plain import plain
from storage.settings import MailSettings

_TAKEN = (250, 251)
_GO_ON = 354


class MailServerError(Exception):
    """The mail server cannot be used at all: no connection, no TLS, no login."""


@contextmanager
def connection(settings: MailSettings) -> Iterator[smtplib.SMTP]:
    """Open a connection that is ready to take messages.

    Raises:
        MailServerError: naming the setting or the server's answer.
    """
    server: smtplib.SMTP | None = None
    trust = None if settings.security == "none" else _trust(settings)
    try:
        server = _dial(settings, trust)
        _prepare(server, settings, trust)
    except UnicodeEncodeError as error:
        _hang_up(server)
        msg = "[mail] username/password: SMTP login takes ASCII characters only"
        raise MailServerError(msg) from error
    except (OSError, UnicodeError, smtplib.SMTPException) as error:
        _hang_up(server)
        msg = f"[mail] {settings.host}:{settings.port} ({settings.security}): {error}"
        raise MailServerError(msg) from error
    try:
        yield server
    finally:
        _hang_up(server)


def deliver(server: smtplib.SMTP, sender: str, recipient: str, content: bytes) -> Attempt:
    """Try once to hand over one message, with CRLF line ends, to one recipient."""
    try:
        refusal = _open_envelope(server, sender, recipient)
        if refusal is not None:
            server.rset()
            return refusal
    except (OSError, smtplib.SMTPException) as error:
        return Attempt(delivery=Delivery.LATER, detail=f"connection lost: {error}")
    try:
        server.send(_stuffed(content))
        code, answer = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Attempt(
            delivery=Delivery.UNCERTAIN,
            detail=f"connection lost while the message was handed over: {error}",
        )
    if code == 250:
        return Attempt(delivery=Delivery.SENT, detail=_text(code, answer))
    return _refused(code, answer)


def _open_envelope(server: smtplib.SMTP, sender: str, recipient: str) -> Attempt | None:
    """Announce a message up to the point where its text may follow; return what was refused."""
    code, answer = server.mail(sender)
    if code not in _TAKEN:
        refused = _refused(code, answer)
        final = refused.delivery is Delivery.REFUSED
        return replace(refused, delivery=Delivery.SENDER_REFUSED) if final else refused
    code, answer = server.rcpt(recipient)
    if code not in _TAKEN:
        return _refused(code, answer)
    code, answer = server.docmd("DATA")
    return None if code == _GO_ON else _refused(code, answer)


def _stuffed(content: bytes) -> bytes:
    """Return a text as it goes over the wire: dots doubled, one at the end (RFC 5321, 4.5.2)."""
    body = content if content.endswith(b"\r\n") else content + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", body) + b".\r\n"


def _dial(settings: MailSettings, trust: ssl.SSLContext | None) -> smtplib.SMTP:
    if settings.security != "tls":
        return smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)
    return smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.timeout, context=trust)


def _prepare(server: smtplib.SMTP, settings: MailSettings, trust: ssl.SSLContext | None) -> None:
    if settings.security == "starttls":
        server.starttls(context=trust)
    server.ehlo_or_helo_if_needed()
    if settings.username:
        server.login(settings.username, settings.password)


def _trust(settings: MailSettings) -> ssl.SSLContext:
    """Return whom to trust: the system's certificates, and those of the settings besides."""
    context = ssl.create_default_context()
    if settings.ca_file:
        try:
            context.load_verify_locations(settings.ca_file)
        except OSError as error:
            msg = f"[mail] ca_file: {settings.ca_file}: {error}"
            raise MailServerError(msg) from error
    return context


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
    return plain(f"{code} {said}")
