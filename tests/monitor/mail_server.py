"""A real SMTP server on loopback that can be told to misbehave."""

import asyncio
import socket
from asyncio import WriteTransport
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from storage.settings import MailSettings


@dataclass
class MailServer:
    """What the server was given, and how it answers."""

    port: int = 0
    received: list[tuple[str, bytes]] = field(default_factory=list)
    """Recipient and content of every message it accepted."""
    answer_to_recipient: Callable[[str], str] = lambda address: "250 OK"
    answer_to_data: Callable[[str], str] = lambda address: "250 kept"
    drop_after_data: bool = False
    delay_after_data: float = 0.0
    """Seconds that it takes to answer once it has the text."""
    logins: list[str] = field(default_factory=list)

    def settings(self, **changes: Any) -> MailSettings:
        """Settings that reach this server."""
        values = {"host": "127.0.0.1", "port": self.port, "security": "none", "timeout": 10.0}
        return MailSettings(**{**values, **changes})

    def messages(self) -> list[EmailMessage]:
        """The accepted messages, parsed."""
        return [message_from_bytes(content, policy=default) for _, content in self.received]

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answer_to_recipient(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        recipient = envelope.rcpt_tos[0]
        answer = self.answer_to_data(recipient)
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.received.append((recipient, envelope.content))
        await asyncio.sleep(self.delay_after_data)
        if self.drop_after_data:
            assert isinstance(server.transport, WriteTransport)
            server.transport.abort()
        return answer

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        return AuthResult(success=data.password == b"secret", handled=False)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _started(server: MailServer, options: dict[str, Any], attempts: int = 5) -> Controller:
    """Start on a free port, or on another if somebody else took that meanwhile."""
    server.port = _free_port()
    controller = Controller(server, hostname="127.0.0.1", port=server.port, **options)
    try:
        controller.start()
    except OSError:
        if attempts == 1:
            raise
        return _started(server, options, attempts - 1)
    return controller


@contextmanager
def mail_server(**options: Any) -> Iterator[MailServer]:
    """Run a server on a free port; ``options`` go to aiosmtpd."""
    server = MailServer()
    if options.get("auth_required"):
        options["authenticator"] = server.authenticate
    controller = _started(server, options)
    try:
        yield server
    finally:
        controller.stop()
