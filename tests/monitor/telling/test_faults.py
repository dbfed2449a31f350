"""Thousands of kills at every step of sending: nothing is lost, nothing is doubled unasked.

A kill is an exception that nothing in the program may catch, raised before or after any statement,
any commit and any line of the dialogue with the server; transactions roll back as a kill would
have it. The server meanwhile puts off, refuses and hangs up as it likes.
"""

import random
import smtplib
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from monitor.telling import sending
from monitor.telling.outbox import Mail, Settled, count_waiting, put, settle
from monitor.telling.sending import send_all
from storage.database import create_database_engine, reading, transaction
from storage.models import Base, Decision, MessageState, OutboxMessage
from storage.settings import MailSettings, Settings

NOW = datetime(2026, 2, 2, 1, 0, tzinfo=UTC)
KILLS = 1000
SETTINGS = Settings(mail=MailSettings(host="mail.example.cn", security="none"))


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Fate:
    """Counts the steps of a run and kills it at one of them."""

    chance: random.Random
    left: int | None = None
    kills: Counter[str] = field(default_factory=Counter)

    def step(self, where: str) -> None:
        if self.left is None:
            return
        self.left -= 1
        if self.left <= 0:
            self.left = None
            self.kills[where] += 1
            raise Killed


class Server:
    """Speaks with ``deliver`` as smtplib would, and remembers what it took."""

    def __init__(self, fate: Fate) -> None:
        self._fate = fate
        self._recipient = ""
        self._answers: deque[tuple[int, bytes]] = deque()
        self.taken: Counter[bytes] = Counter()
        self.refused: set[bytes] = set()

    def hang_up(self) -> None:
        """Forget what was not yet said: another connection is another dialogue."""
        self._answers.clear()

    def mail(self, _sender: str) -> tuple[int, bytes]:
        return self._say("mail", 250)

    def rcpt(self, recipient: str) -> tuple[int, bytes]:
        self._recipient = recipient
        return self._say("rcpt", self._fate.chance.choice([250] * 30 + [451, 550]))

    def docmd(self, _command: str) -> tuple[int, bytes]:
        return self._say("data", 354)

    def send(self, content: bytes) -> None:
        self._fate.step("before the text")
        message_id = content.split(b"Message-ID: ")[1].split(b"\r\n")[0]
        verdict = self._fate.chance.choice([250] * 30 + [451, 554, None, -1])
        if verdict in (250, None):
            self.taken[message_id] += 1
        if verdict == 554:
            self.refused.add(message_id)
        self._fate.step("after the text")
        if verdict in (None, -1):
            raise smtplib.SMTPServerDisconnected
        self._answers.append((verdict, b"so be it"))

    def getreply(self) -> tuple[int, bytes]:
        self._fate.step("before the answer")
        answer = self._answers.popleft()
        self._fate.step("after the answer")
        return answer

    def rset(self) -> tuple[int, bytes]:
        return self._say("rset", 250)

    def noop(self) -> tuple[int, bytes]:
        return self._say("noop", 250)

    def _say(self, verb: str, code: int) -> tuple[int, bytes]:
        self._fate.step(f"before {verb}")
        if self._fate.chance.random() < 0.01:
            raise smtplib.SMTPServerDisconnected
        self._fate.step(f"after {verb}")
        return code, b"so be it"


def mortal(engine: Engine, fate: Fate) -> None:
    """Let fate strike at each statement and at both sides of each commit."""
    event.listen(engine, "before_cursor_execute", lambda *_: fate.step("statement"))
    dialect: Any = engine.dialect
    commit: Callable[[Any], None] = dialect.do_commit

    def do_commit(connection: Any) -> None:
        fate.step("before a commit")
        commit(connection)
        fate.step("after a commit")

    dialect.do_commit = do_commit


def test_whatever_step_it_is_killed_at_nothing_is_lost_and_nothing_doubled_unasked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fate = Fate(random.Random(20260202))
    server = Server(fate)
    engine = create_database_engine(f"sqlite:///{tmp_path / 'nianbao.db'}")
    # what a kill loses is the same, and thousands of them are quicker
    event.listen(engine, "connect", lambda own, _: own.execute("PRAGMA synchronous=OFF"))
    Base.metadata.create_all(engine)
    mortal(engine, fate)

    @contextmanager
    def connected(_settings: MailSettings) -> Iterator[Server]:
        fate.step("connecting")
        server.hang_up()
        yield server

    @contextmanager
    def unleased(*_: object) -> Iterator[str]:
        yield "me"  # how leases end is tested where they are

    monkeypatch.setattr(sending, "connection", connected)
    monkeypatch.setattr(sending, "held", unleased)
    written, resent, now = 0, set[bytes](), NOW
    while sum(fate.kills.values()) < KILLS:
        if count_waiting(engine) < 5:
            written += write(engine, written, 5, now)
        fate.left = fate.chance.randint(1, 50)
        with suppress(Killed):
            send_all(engine, SETTINGS, now)
        fate.left = None
        if fate.chance.random() < 0.2:
            resent |= ask_people(engine, server, fate.chance, now)
        now += timedelta(minutes=fate.chance.choice([1, 5, 60]))
    for _ in range(40):  # nobody is killed any more
        send_all(engine, SETTINGS, now)
        now += timedelta(hours=6)

    with reading(engine) as session:
        messages = list(session.scalars(select(OutboxMessage)))
    engine.dispose()
    assert len(messages) == written > KILLS / 5
    assert len(fate.kills) >= 15, "every kind of step was struck"
    for message in messages:
        message_id = message.message_id.encode()
        times = server.taken[message_id]
        assert message.state not in (MessageState.WAITING, MessageState.SENDING)
        if message.state is MessageState.SENT:
            assert times >= 1
        if message.state is MessageState.FAILED:
            assert message.last_error
            assert message.last_error[0] in "45"
        assert times <= 1 or message_id in resent, "nobody asked for a second one"
    states = Counter(message.state for message in messages)
    assert states[MessageState.SENT] > written / 2
    assert states[MessageState.UNCERTAIN] > 0


def write(engine: Engine, begin: int, count: int, now: datetime) -> int:
    """Put messages into the outbox, as a job does that is not killed."""
    mails = [
        Mail(
            kind="alert",
            recipient=f"office{number}@example.cn",
            subject="x",
            message_id=f"<{number}@example.cn>",
            content=b"Message-ID: <%d@example.cn>\r\n\r\nx\r\n" % number,
        )
        for number in range(begin, begin + count)
    ]
    with transaction(engine) as session:
        return put(session, mails, now)


def ask_people(engine: Engine, server: Server, chance: random.Random, now: datetime) -> set[bytes]:
    """Let people settle some of what is uncertain: truthfully, or by sending it again."""
    again = set[bytes]()
    with transaction(engine) as session:
        query = select(OutboxMessage).where(OutboxMessage.state == MessageState.UNCERTAIN)
        for message in session.scalars(query.limit(5)).all():
            arrived = server.taken[message.message_id.encode()] > 0
            decision: Settled = (
                Decision.SENT if arrived and chance.random() < 0.7 else Decision.RESEND
            )
            if decision is Decision.RESEND:
                again.add(message.message_id.encode())
            settle(session, message.id, decision, author="王", note="asked", now=now)
            message.next_attempt_at = now
    return again
