"""A sender that is killed at any moment: nothing is lost, nothing is sent twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from monitor.telling.mail import Letter, address
from monitor.telling.outbox import put
from monitor.telling.sending import send_all
from storage.database import create_database_engine, reading, transaction
from storage.models import Base, MessageState, OutboxMessage
from storage.settings import Settings
from tests.monitor.mail_server import MailServer, mail_server

NOW = datetime(2026, 2, 2, 1, 0, tzinfo=UTC)
MAILS = 80
KILLS = 12

SENDER = """
import os, sys, time
from datetime import datetime
from monitor.lease import LeaseHeldError
from monitor.telling.sending import send_all
from storage.database import create_database_engine
from storage.settings import MailSettings, Settings

url, port, now = sys.argv[1], int(sys.argv[2]), datetime.fromisoformat(sys.argv[3])
settings = Settings(mail=MailSettings(host="127.0.0.1", port=port, security="none"))

def send():
    engine = create_database_engine(url)
    while True:
        try:
            return send_all(engine, settings, now)
        except LeaseHeldError:
            time.sleep(0.01)

for line in sys.stdin:  # a fresh process for each line, without starting Python again
    pid = os.fork()
    if not pid:
        send()
        os._exit(0)
    print(pid, flush=True)
    os.waitpid(pid, 0)
"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_database_engine(f"sqlite:///{tmp_path / 'nianbao.db'}")
    Base.metadata.create_all(engine)
    with transaction(engine) as session:
        put(
            session,
            (
                address(
                    Letter(kind="alert", subject=f"{number}", text="文", html="<p>文</p>"),
                    "office@example.cn",
                    "nianbao@example.cn",
                    f"window {number}",
                    NOW,
                )
                for number in range(MAILS)
            ),
            NOW,
        )
    yield engine
    engine.dispose()


def is_waiting(engine: Engine) -> bool:
    with reading(engine) as session:
        query = select(OutboxMessage.id).where(OutboxMessage.state == MessageState.WAITING)
        return session.scalars(query.limit(1)).first() is not None


def kill_at_random(
    command: list[str], engine: Engine, server: MailServer, chance: random.Random
) -> int:
    """Start senders and kill each a moment after its first mail; return how many were killed."""
    kills = 0
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as nursery:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        while kills < KILLS and is_waiting(engine):
            before = len(server.received)
            nursery.stdin.write("\n")
            nursery.stdin.flush()
            pid = int(nursery.stdout.readline())
            deadline = time.monotonic() + 5
            while len(server.received) == before and time.monotonic() < deadline:
                time.sleep(0.001)
            time.sleep(chance.uniform(0, 0.02))
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            kills += 1
        nursery.stdin.close()
    return kills


def test_kill_9_at_random_points_loses_nothing_and_doubles_nothing(engine: Engine) -> None:
    url = engine.url.render_as_string()
    with mail_server() as server:
        command = [sys.executable, "-c", SENDER, url, str(server.port), NOW.isoformat()]
        kills = kill_at_random(command, engine, server, random.Random(20260202))
        # the last one's lease is not waited for: its process is provably dead
        send_all(engine, Settings(mail=server.settings()), NOW + timedelta(hours=1))
        received = Counter(message["Message-ID"] for message in server.messages())
    with reading(engine) as session:
        rows = list(session.scalars(select(OutboxMessage)))
    assert kills >= 8
    assert len(rows) == MAILS
    assert set(received.values()) == {1}, "nobody gets a mail twice"
    states = Counter(row.state for row in rows)
    assert set(states) <= {MessageState.SENT, MessageState.UNCERTAIN}
    assert states[MessageState.UNCERTAIN] <= kills, "only what was under way is uncertain"
    assert all(received[row.message_id] for row in rows if row.state is MessageState.SENT)
