"""A mail server on loopback that keeps every mail as a file."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@contextmanager
def mail_server(directory: Path) -> Iterator[int]:
    """Run the server and give its port; the mails become numbered files in a directory."""
    port = _free_port()
    mailbox = Controller(_Mailbox(directory), hostname="127.0.0.1", port=port)
    mailbox.start()
    try:
        yield port
    finally:
        mailbox.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class _Mailbox:
    """Keeps every mail that the SMTP server takes, as a file."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._count = 0

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Store one message under a number."""
        del server, session
        self._count += 1
        content = envelope.content
        assert isinstance(content, bytes)
        (self._directory / f"{self._count:02d}.eml").write_bytes(content)
        return "250 kept"
