"""The outbox against a real SMTP server: nothing lost, nothing doubled."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from monitor.lease import LeaseHeldError, acquire
from monitor.telling.mail import Letter, address
from monitor.telling.outbox import (
    LEASE,
    Mail,
    delay_before,
    put,
    send_mail,
    send_waiting,
    settle_interrupted,
)
from storage.clock import utc_now
from storage.database import create_database_engine, reading, transaction
from storage.models import Base, MessageState, OutboxMessage
from tests.certificates import self_signed
from tests.monitor.mail_server import MailServer, mail_server

NOW = datetime(2026, 2, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_database_engine(f"sqlite:///{tmp_path / 'nianbao.db'}")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def a_mail(recipient: str = "office@example.cn", text: str = "示范县民政局未公布年报。") -> Mail:
    letter = Letter(kind="alert", subject="【年报警示】未公布1份", text=text, html=f"<p>{text}</p>")
    return address(letter, recipient, "nianbao@example.cn", "window", NOW)


def fill(engine: Engine, *mails: Mail) -> None:
    with transaction(engine) as session:
        put(session, mails, NOW)


def rows(engine: Engine) -> list[OutboxMessage]:
    with reading(engine) as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def test_a_message_arrives_whole_and_is_marked_sent(engine: Engine, server: MailServer) -> None:
    fill(engine, a_mail())
    summary = send_waiting(engine, server.settings(), NOW)
    assert (summary.sent, summary.waiting, summary.failed) == (1, 0, 0)
    [message] = server.messages()
    assert message["Subject"] == "【年报警示】未公布1份"
    assert message["To"] == "office@example.cn"
    body = message.get_body(("plain",))
    assert body is not None
    assert "示范县民政局未公布年报。" in body.get_content()
    assert [row.state for row in rows(engine)] == [MessageState.SENT]


def test_the_same_mail_put_twice_is_sent_once(engine: Engine, server: MailServer) -> None:
    fill(engine, a_mail())
    fill(engine, a_mail())
    send_waiting(engine, server.settings(), NOW)
    send_waiting(engine, server.settings(), NOW)
    assert len(server.received) == 1


def test_mails_of_other_recipients_or_words_have_other_message_ids() -> None:
    ids = {a_mail().message_id, a_mail("b@example.cn").message_id, a_mail(text="x").message_id}
    assert len(ids) == 3
    assert a_mail().message_id == a_mail().message_id


def test_a_temporary_refusal_is_tried_again_later(engine: Engine, server: MailServer) -> None:
    server.answer_to_recipient = lambda address: "451 4.3.0 later"
    fill(engine, a_mail())
    send_waiting(engine, server.settings(), NOW)
    [row] = rows(engine)
    assert row.state is MessageState.WAITING
    assert row.last_error == "451 4.3.0 later"
    assert row.next_attempt_at == NOW + delay_before(1)
    server.answer_to_recipient = lambda address: "250 OK"
    assert send_waiting(engine, server.settings(), NOW).sent == 0
    assert send_waiting(engine, server.settings(), NOW + timedelta(hours=1)).sent == 1


def test_a_final_refusal_of_one_recipient_spares_the_others(
    engine: Engine, server: MailServer
) -> None:
    server.answer_to_recipient = lambda address: (
        "550 no such user" if address.startswith("gone") else "250 OK"
    )
    fill(engine, a_mail("gone@example.cn"), a_mail("here@example.cn"))
    summary = send_waiting(engine, server.settings(), NOW)
    assert (summary.sent, summary.failed) == (1, 1)
    assert [row.state for row in rows(engine)] == [MessageState.FAILED, MessageState.SENT]


def test_a_lost_answer_is_uncertain_and_never_sent_again_by_itself(
    engine: Engine, server: MailServer
) -> None:
    server.drop_after_data = True
    fill(engine, a_mail())
    assert send_waiting(engine, server.settings(), NOW).uncertain == 1
    server.drop_after_data = False
    later = NOW + timedelta(days=2)
    assert send_waiting(engine, server.settings(), later).sent == 0
    assert [row.state for row in rows(engine)] == [MessageState.UNCERTAIN]


def test_a_server_that_is_down_for_days_loses_nothing(engine: Engine) -> None:
    with mail_server() as gone:
        settings = gone.settings()
    fill(engine, a_mail(), a_mail("b@example.cn"))
    now = NOW
    while now < NOW + timedelta(days=4):
        summary = send_waiting(engine, settings, now)
        now += timedelta(hours=6)
    assert summary.server_error is not None
    assert summary.waiting == 2
    with mail_server() as back:
        assert send_waiting(engine, back.settings(), now + timedelta(days=1)).sent == 2


def test_a_server_that_was_down_for_days_may_put_off_the_first_attempt(engine: Engine) -> None:
    with mail_server() as gone:
        settings = gone.settings()
    fill(engine, a_mail())
    for day in range(5):
        send_waiting(engine, settings, NOW + timedelta(days=day))
    with mail_server() as back:
        back.answer_to_recipient = lambda address: "451 greylisted"
        assert send_waiting(engine, back.settings(), NOW + timedelta(days=6)).failed == 0
        back.answer_to_recipient = lambda address: "250 OK"
        assert send_waiting(engine, back.settings(), NOW + timedelta(days=7)).sent == 1


def test_a_message_put_off_for_three_days_is_given_up_and_can_be_tried_again(
    engine: Engine, server: MailServer
) -> None:
    server.answer_to_recipient = lambda address: "451 4.3.0 later"
    fill(engine, a_mail())
    now, ended = NOW, None
    while ended is None and now < NOW + timedelta(days=6):
        send_waiting(engine, server.settings(), now)
        [row] = rows(engine)
        ended = row.finished_at
        now += timedelta(minutes=5)
    assert row.state is MessageState.FAILED
    assert ended is not None
    assert timedelta(days=3) <= ended - NOW < timedelta(days=3, hours=7)


def test_what_a_killed_run_left_is_uncertain(engine: Engine) -> None:
    fill(engine, a_mail())
    with transaction(engine) as session:
        session.scalars(select(OutboxMessage)).one().state = MessageState.SENDING
    assert settle_interrupted(engine, NOW) == 1
    [row] = rows(engine)
    assert row.state is MessageState.UNCERTAIN
    assert row.last_error is not None


def test_only_one_process_sends(engine: Engine, server: MailServer) -> None:
    acquire(engine, LEASE, "another", utc_now())
    fill(engine, a_mail())
    with pytest.raises(LeaseHeldError, match="another"):
        send_mail(engine, server.settings(), NOW)
    assert server.received == []


@pytest.fixture
def demanding(tmp_path: Path) -> Iterator[tuple[MailServer, Path]]:
    """A server that takes nothing without STARTTLS and login; and its certificate."""
    certificate, key = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with mail_server(tls_context=context, require_starttls=True, auth_required=True) as server:
        yield server, certificate


def test_starttls_and_login_with_a_verified_certificate(
    engine: Engine, demanding: tuple[MailServer, Path]
) -> None:
    server, certificate = demanding
    fill(engine, a_mail())
    settings = server.settings(
        security="starttls", ca_file=str(certificate), username="nianbao", password="secret"
    )
    assert send_waiting(engine, settings, NOW).sent == 1
    assert server.logins == ["nianbao"]


def test_a_wrong_password_is_told_and_keeps_the_mail(
    engine: Engine, demanding: tuple[MailServer, Path]
) -> None:
    server, certificate = demanding
    fill(engine, a_mail())
    settings = server.settings(
        security="starttls", ca_file=str(certificate), username="nianbao", password="wrong"
    )
    summary = send_waiting(engine, settings, NOW)
    assert summary.server_error is not None
    assert "535" in summary.server_error
    assert [row.state for row in rows(engine)] == [MessageState.WAITING]


def test_a_refused_sender_loses_no_message_and_names_the_setting(
    engine: Engine, server: MailServer, demanding: tuple[MailServer, Path]
) -> None:
    strict, certificate = demanding
    fill(engine, a_mail(), a_mail("b@example.cn"))
    settings = strict.settings(
        security="starttls", ca_file=str(certificate), sender="nianbao@example.cn"
    )
    summary = send_waiting(engine, settings, NOW)
    assert summary.server_error is not None
    assert "[mail] sender nianbao@example.cn: 530" in summary.server_error
    assert (summary.waiting, summary.failed) == (2, 0)
    assert {row.attempts for row in rows(engine)} == {0}
    assert send_waiting(engine, server.settings(), NOW + timedelta(minutes=5)).sent == 2


def test_an_unknown_certificate_is_refused(
    engine: Engine, demanding: tuple[MailServer, Path]
) -> None:
    server, _ = demanding
    fill(engine, a_mail())
    summary = send_waiting(engine, server.settings(security="starttls"), NOW)
    assert summary.server_error is not None
    assert "certificate" in summary.server_error.lower()
    assert server.received == []


def test_a_server_without_starttls_gets_nothing_in_clear(
    engine: Engine, server: MailServer
) -> None:
    fill(engine, a_mail())
    summary = send_waiting(engine, server.settings(security="starttls"), NOW)
    assert summary.server_error is not None
    assert "starttls" in summary.server_error.lower()
    assert server.received == []


@pytest.mark.parametrize("hostile", ["一\r\nBcc: all@example.cn", "二\u2028x", "三\x00\x85四"])
def test_a_name_cannot_add_a_header(hostile: str) -> None:
    letter = Letter(kind="alert", subject=hostile, text="x", html="x")
    mail = address(letter, "office@example.cn", "nianbao@example.cn", "w", NOW)
    headers = message_from_bytes(mail.content, policy=default)
    assert "Bcc" not in headers
    assert len(headers.get_all("Subject", [])) == 1


def test_the_delay_doubles_up_to_six_hours() -> None:
    delays = [delay_before(attempt) for attempt in range(1, 40)]
    assert delays[0] == timedelta(minutes=5)
    assert delays[1] == timedelta(minutes=10)
    assert delays[-1] == timedelta(hours=6)
    assert delays == sorted(delays)
