"""Mails and texts for channels by one outbox, each with an outcome of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, select

from monitor.channels.attempt import Attempt, Delivery
from monitor.telling import sending
from monitor.telling.mail import Letter, address
from monitor.telling.outbox import put
from monitor.telling.sending import send_all
from storage.database import create_database_engine, reading, transaction
from storage.models import Base, MessageState, OutboxMessage
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


def test_a_text_goes_to_a_channel_cut_to_its_length_with_a_pointer_to_the_rest(
    engine: Engine, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted: dict[str, str] = {}

    def take(url: str, title: str, body: str) -> Attempt:
        assert title == LETTER.subject
        posted[url] = body
        return Attempt(delivery=Delivery.SENT)

    monkeypatch.setattr(sending, "post", take)
    both = settings(server, **{"wecom-city": "wecombot://KEY", "webhook": "json://127.0.0.1/x"})
    assert send_all(engine, both, NOW).sent == 3
    number = rows(engine)["wecom-city"].id
    assert len(posted["wecombot://KEY"].encode()) <= 2048
    assert posted["wecombot://KEY"].startswith("【年报警示】未公布1份\n\n示范县\n")
    assert f"nianbao outbox show {number}" in posted["wecombot://KEY"]
    assert len(posted["json://127.0.0.1/x"]) > 4000
    assert [message["To"] for message in server.messages()] == ["office@example.cn"]


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
