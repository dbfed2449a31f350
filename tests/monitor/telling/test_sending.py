"""Mails and texts for channels by one outbox, each with an outcome of its own."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from apprise.plugins.wecombot import NotifyWeComBot
from pydantic import SecretStr
from sqlalchemy import Engine, select

from monitor.channels.attempt import Attempt, Delivery
from monitor.channels.groups import Part
from monitor.telling import sending
from monitor.telling.mail import Letter, address
from monitor.telling.outbox import put, settle
from monitor.telling.sending import send_all
from storage.database import create_database_engine, reading, transaction
from storage.models import Base, Decision, MessageState, OutboxMessage
from storage.settings import Settings, SettingsError, load_settings
from tests.monitor.mail_server import MailServer, mail_server

NOW = datetime(2026, 2, 2, 1, 0, tzinfo=UTC)
LETTER = Letter(
    kind="alert", subject="【年报警示】未公布1份", text="示范县\n" * 2000, html="<p>x</p>"
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_database_engine(f"sqlite:///{tmp_path / 'nianbao.db'}")
    Base.metadata.create_all(engine)
    with transaction(engine) as session:
        recipients = ("office@example.cn", "wecom-city", "webhook")
        put(session, [address(LETTER, to, "n@example.cn", "w", NOW) for to in recipients], NOW)
    yield engine
    engine.dispose()


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def settings(server: MailServer | None, **channels: str) -> Settings:
    values = Settings(channels={name: SecretStr(url) for name, url in channels.items()})
    return values.model_copy(update={"mail": server.settings()}) if server else values


def rows(engine: Engine) -> dict[str, OutboxMessage]:
    with reading(engine) as session:
        return {row.recipient: row for row in session.scalars(select(OutboxMessage))}


class Robot:
    """Takes posts as told and keeps what arrived."""

    def __init__(self, *answers: Delivery) -> None:
        self.answers = list(answers)
        self.arrived: list[str] = []

    def __call__(self, url: str, part: Part) -> Attempt:
        answer = self.answers.pop(0) if self.answers else Delivery.SENT
        if answer is Delivery.SENT:
            self.arrived.append(part.title.removeprefix(LETTER.subject))
        return Attempt(delivery=answer, detail="HTTP x")


def test_a_long_text_goes_to_a_channel_in_numbered_parts(
    engine: Engine, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot = Robot()
    monkeypatch.setattr(sending, "post", robot)
    both = settings(server, **{"wecom-city": "wecombot://KEY", "webhook": "json://127.0.0.1/x"})
    assert send_all(engine, both, NOW).sent == 3
    assert robot.arrived == [*(f"（{number}/5）" for number in range(1, 6)), ""]
    assert [message["To"] for message in server.messages()] == ["office@example.cn"]


@pytest.mark.parametrize("end", [Delivery.LATER, Delivery.UNCERTAIN, Delivery.REFUSED])
def test_parts_that_arrived_are_not_sent_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, end: Delivery
) -> None:
    robot = Robot(Delivery.SENT, Delivery.SENT, end)
    monkeypatch.setattr(sending, "post", robot)
    one = settings(None, **{"wecom-city": "wecombot://KEY"})
    assert send_all(engine, one, NOW).sent == 0
    row = rows(engine)["wecom-city"]
    assert (row.parts, row.parts_sent) == (5, 2)
    assert row.last_error == "part 3 of 5: HTTP x"
    if end is not Delivery.LATER:
        with transaction(engine) as session:
            settle(session, row.id, Decision.RESEND, author="王", note="", now=NOW)
    assert send_all(engine, one, NOW + timedelta(hours=1)).sent == 1
    assert robot.arrived == [f"（{number}/5）" for number in range(1, 6)]


def test_no_robot_is_asked_more_often_than_it_takes_and_the_rest_follows(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot = Robot()
    monkeypatch.setattr(sending, "post", robot)
    monkeypatch.setattr(sending, "POSTS_A_ROUND", 3)
    one = settings(None, **{"wecom-city": "wecombot://KEY"})
    assert send_all(engine, one, NOW).sent == 0
    row = rows(engine)["wecom-city"]
    assert (row.state, row.parts_sent, row.attempts) == (MessageState.WAITING, 3, 0)
    assert send_all(engine, one, NOW + timedelta(minutes=5)).sent == 1
    assert robot.arrived == [f"（{number}/5）" for number in range(1, 6)]


def test_a_robot_that_is_busy_is_not_asked_again_in_the_same_round(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = replace(LETTER, text="再一封")
    with transaction(engine) as session:
        put(session, [address(more, "wecom-city", "n@example.cn", "w", NOW)], NOW)
    robot = Robot(Delivery.LATER)
    monkeypatch.setattr(sending, "post", robot)
    one = settings(None, **{"wecom-city": "wecombot://KEY"})
    assert send_all(engine, one, NOW).sent == 0
    assert robot.arrived == []


def test_a_robot_that_says_too_many_gets_the_rest_later_and_nothing_twice(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over HTTP, as WeCom answers: the refusal stands in an answer with status 200."""
    said = [b'{"errcode":0,"errmsg":"ok"}', b'{"errcode":45009,"errmsg":"api freq out of limit"}']
    taken: list[str] = []

    class WeCom(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            content = asked["markdown"]["content"]
            answer = said.pop(0) if said else b'{"errcode":0,"errmsg":"ok"}'
            if len(content.encode()) > 4096:
                answer = b'{"errcode":40058,"errmsg":"markdown.content exceed max length 4096"}'
            if b":0," in answer:
                taken.append(content)
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            return None

    with ThreadingHTTPServer(("127.0.0.1", 0), WeCom) as robot:
        thread = threading.Thread(target=robot.serve_forever, args=[0.02])
        thread.start()
        here = f"http://127.0.0.1:{robot.server_port}/?key={{key}}"
        monkeypatch.setattr(NotifyWeComBot, "notify_url", here)
        one = settings(None, **{"wecom-city": "wecombot://SECRETKEY0123"})
        assert send_all(engine, one, NOW).sent == 0
        row = rows(engine)["wecom-city"]
        assert (row.state, row.parts_sent) == (MessageState.WAITING, 1)
        assert "45009" in str(row.last_error)
        assert send_all(engine, one, NOW + timedelta(minutes=6)).sent == 1
        robot.shutdown()
        thread.join()
    assert [re.search(r"（(\d)/5）", each)[1] for each in taken] == list("12345")  # type: ignore[index]
    assert "".join(taken).count("示范县") == 2000


def test_each_recipient_has_an_outcome_of_its_own(
    engine: Engine, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = iter([Delivery.REFUSED, Delivery.LATER])
    monkeypatch.setattr(
        sending, "post", lambda *_: Attempt(delivery=next(outcomes), detail="HTTP 4xx")
    )
    both = settings(server, **{"wecom-city": "wecombot://KEY", "webhook": "json://127.0.0.1/x"})
    summary = send_all(engine, both, NOW)
    assert (summary.sent, summary.failed, summary.waiting) == (1, 1, 1)
    assert {name: row.state for name, row in rows(engine).items()} == {
        "office@example.cn": MessageState.SENT,
        "wecom-city": MessageState.FAILED,
        "webhook": MessageState.WAITING,
    }


def test_a_channel_that_the_settings_no_longer_have_keeps_its_messages(
    engine: Engine, server: MailServer
) -> None:
    one = settings(server, webhook="slack://SECRETKEY0123")
    summary = send_all(engine, one, NOW)
    assert (summary.sent, summary.waiting) == (1, 2)
    waiting = rows(engine)
    assert waiting["wecom-city"].last_error == "[channels] wecom-city: is not set"
    assert "SECRETKEY" not in str(waiting["webhook"].last_error)
    assert {row.attempts for row in waiting.values()} == {0, 1}
    assert waiting["webhook"].next_attempt_at == NOW + timedelta(minutes=5)


def test_without_a_mail_server_mails_wait_and_channels_are_served(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "post", lambda *_: Attempt(delivery=Delivery.SENT))
    both = settings(None, **{"wecom-city": "wecombot://KEY", "webhook": "json://127.0.0.1/x"})
    summary = send_all(engine, both, NOW)
    assert (summary.sent, summary.waiting, summary.server_error) == (2, 1, None)


def test_the_settings_name_channels_and_never_show_their_keys(tmp_path: Path) -> None:
    path = tmp_path / "nianbao.toml"
    path.write_text(
        '[mail]\nto = ["a@b.cn", "wecom-city"]\n[channels]\nwecom-city = "wecombot://SECRETKEY"\n'
    )
    found = load_settings(path, {})
    assert found.mail.to == ("a@b.cn", "wecom-city")
    assert "SECRETKEY" not in repr(found)
    for wrong, named in (
        ('[mail]\nto = ["wecom-city"]\n', "mail.to.0"),
        ('[channels]\nWeCom = "wecombot://SECRETKEY"\n', "channels.WeCom"),
        ('[channels]\nwecom = "SECRETKEY"\n', "channels.wecom"),
        ("[channels]\nwecom = 12345678\n", "channels.wecom"),
    ):
        path.write_text(wrong)
        with pytest.raises(SettingsError, match=named) as error:
            load_settings(path, {})
        assert "SECRETKEY" not in error.value.zh + error.value.en
        assert "12345678" not in error.value.zh + error.value.en


def test_the_same_telling_has_one_message_id_by_whatever_way() -> None:
    first = address(LETTER, "wecom-city", "n@example.cn", "w", NOW)
    again = address(LETTER, "wecom-city", "n@example.cn", "w", NOW + timedelta(hours=1))
    other = address(LETTER, "webhook", "n@example.cn", "w", NOW)
    assert first.message_id == again.message_id != other.message_id
