"""The outbox against a real SMTP server: nothing lost, nothing doubled."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from monitor.lease import LeaseHeldError, acquire
from monitor.telling.mail import Attachment, Letter, address
from monitor.telling.outbox import (
    Mail,
    NotOpenError,
    Settled,
    delay_before,
    put,
    settle,
    settle_interrupted,
    stuck_since,
)
from monitor.telling.sending import LEASE, send_all, send_mails
from storage.clock import utc_now
from storage.database import create_database_engine, reading, transaction
from storage.models import Base, Decision, MessageState, OutboxMessage, Settlement
from storage.settings import MailSettings, Settings
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
    summary = send_mails(engine, server.settings(), NOW)
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
    send_mails(engine, server.settings(), NOW)
    send_mails(engine, server.settings(), NOW)
    assert len(server.received) == 1


def test_mails_of_other_recipients_or_words_have_other_message_ids() -> None:
    ids = {a_mail().message_id, a_mail("b@example.cn").message_id, a_mail(text="x").message_id}
    assert len(ids) == 3
    assert a_mail().message_id == a_mail().message_id


def test_a_temporary_refusal_is_tried_again_later(engine: Engine, server: MailServer) -> None:
    server.answer_to_recipient = lambda address: "451 4.3.0 later"
    fill(engine, a_mail())
    send_mails(engine, server.settings(), NOW)
    [row] = rows(engine)
    assert row.state is MessageState.WAITING
    assert row.last_error == "451 4.3.0 later"
    assert row.next_attempt_at == NOW + delay_before(1)
    server.answer_to_recipient = lambda address: "250 OK"
    assert send_mails(engine, server.settings(), NOW).sent == 0
    assert send_mails(engine, server.settings(), NOW + timedelta(hours=1)).sent == 1


def test_a_final_refusal_of_one_recipient_spares_the_others(
    engine: Engine, server: MailServer
) -> None:
    server.answer_to_recipient = lambda address: (
        "550 no such user" if address.startswith("gone") else "250 OK"
    )
    fill(engine, a_mail("gone@example.cn"), a_mail("here@example.cn"))
    summary = send_mails(engine, server.settings(), NOW)
    assert (summary.sent, summary.failed) == (1, 1)
    assert [row.state for row in rows(engine)] == [MessageState.FAILED, MessageState.SENT]


def test_a_lost_answer_is_uncertain_and_never_sent_again_by_itself(
    engine: Engine, server: MailServer
) -> None:
    server.drop_after_data = True
    fill(engine, a_mail())
    assert send_mails(engine, server.settings(), NOW).uncertain == 1
    server.drop_after_data = False
    later = NOW + timedelta(days=2)
    assert send_mails(engine, server.settings(), later).sent == 0
    assert [row.state for row in rows(engine)] == [MessageState.UNCERTAIN]


def test_a_server_that_is_down_for_days_loses_nothing(engine: Engine) -> None:
    with mail_server() as gone:
        settings = gone.settings()
    fill(engine, a_mail(), a_mail("b@example.cn"))
    now = NOW
    while now < NOW + timedelta(days=4):
        summary = send_mails(engine, settings, now)
        now += timedelta(hours=6)
    assert summary.server_error is not None
    assert summary.waiting == 2
    with mail_server() as back:
        assert send_mails(engine, back.settings(), now + timedelta(days=1)).sent == 2


def test_a_server_that_was_down_for_days_may_put_off_the_first_attempt(engine: Engine) -> None:
    with mail_server() as gone:
        settings = gone.settings()
    fill(engine, a_mail())
    for day in range(5):
        send_mails(engine, settings, NOW + timedelta(days=day))
    with mail_server() as back:
        back.answer_to_recipient = lambda address: "451 greylisted"
        assert send_mails(engine, back.settings(), NOW + timedelta(days=6)).failed == 0
        back.answer_to_recipient = lambda address: "250 OK"
        assert send_mails(engine, back.settings(), NOW + timedelta(days=7)).sent == 1


def test_a_message_put_off_for_three_days_is_given_up_and_can_be_tried_again(
    engine: Engine, server: MailServer
) -> None:
    server.answer_to_recipient = lambda address: "451 4.3.0 later"
    fill(engine, a_mail())
    now, ended = NOW, None
    while ended is None and now < NOW + timedelta(days=6):
        send_mails(engine, server.settings(), now)
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
        send_all(engine, Settings(mail=server.settings()), NOW)
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
    assert send_mails(engine, settings, NOW).sent == 1
    assert server.logins == ["nianbao"]


def test_a_wrong_password_is_told_and_keeps_the_mail(
    engine: Engine, demanding: tuple[MailServer, Path]
) -> None:
    server, certificate = demanding
    fill(engine, a_mail())
    settings = server.settings(
        security="starttls", ca_file=str(certificate), username="nianbao", password="wrong"
    )
    summary = send_mails(engine, settings, NOW)
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
    summary = send_mails(engine, settings, NOW)
    assert summary.server_error is not None
    assert "[mail] sender nianbao@example.cn: 530" in summary.server_error
    assert (summary.waiting, summary.failed) == (2, 0)
    assert {row.attempts for row in rows(engine)} == {0}
    assert send_mails(engine, server.settings(), NOW + timedelta(minutes=5)).sent == 2


def test_an_unknown_certificate_is_refused(
    engine: Engine, demanding: tuple[MailServer, Path]
) -> None:
    server, _ = demanding
    fill(engine, a_mail())
    summary = send_mails(engine, server.settings(security="starttls"), NOW)
    assert summary.server_error is not None
    assert "certificate" in summary.server_error.lower()
    assert server.received == []


def test_a_server_without_starttls_gets_nothing_in_clear(
    engine: Engine, server: MailServer
) -> None:
    fill(engine, a_mail())
    summary = send_mails(engine, server.settings(security="starttls"), NOW)
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


HOSTILE = st.text(
    st.one_of(
        st.sampled_from("\r\n\x00\x85\u2028\u2029\x0b\x0c\x1c: <>@\"'=?,;\u202e\ufeff"),
        st.characters(exclude_categories=[]),
    ),
    max_size=60,
)
HEADERS = [
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"),
    "Content-Type",
]


@effort(max_examples=100, deadline=None)
@given(subject=HOSTILE, text=HOSTILE, name=HOSTILE)
def test_nothing_in_names_or_texts_can_add_a_header(subject: str, text: str, name: str) -> None:
    """CR, LF, NUL, U+0085, U+2028 and lone surrogates in subjects, texts and names of files."""
    letter = Letter(
        kind="alert",
        subject=f"示范县{subject}",
        text=text,
        html=text,
        attachments=[Attachment(name=name, media_type="application/x-any", content=b"x")],
    )
    mail = address(letter, "office@example.cn", "nianbao@example.cn", "w", NOW)
    head = mail.content.partition(b"\r\n\r\n")[0]
    lines = [line for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    assert [line.partition(b":")[0].decode() for line in lines] == HEADERS
    assert head.isascii()
    assert not set(b"\x00\x0b\x0c\x85") & set(head)
    assert b"\r" not in head.replace(b"\r\n", b"")
    assert b"\n" not in head.replace(b"\r\n", b"")
    parsed = message_from_bytes(mail.content, policy=default)
    assert [part.get_content_maintype() for part in parsed.iter_parts()] == [
        "multipart",
        "application",
    ]
    assert str(parsed["Subject"]).startswith("示范县")
    for part in parsed.walk():
        assert set(part.keys()) <= {
            *(*HEADERS, "Content-Transfer-Encoding", "Content-Disposition"),
        }


@effort(max_examples=200, deadline=None)
@given(HOSTILE)
def test_a_hostile_address_reaches_neither_header_nor_envelope(text: str) -> None:
    recipient = f"office{text}@example.cn"
    try:
        MailSettings(to=(recipient,))
    except ValueError:
        return
    letter = Letter(kind="alert", subject="x", text="x", html="x")
    mail = address(letter, recipient, "nianbao@example.cn", "w", NOW)
    parsed = message_from_bytes(mail.content, policy=default)
    assert parsed["To"] == recipient
    assert parsed.keys() == HEADERS


@pytest.mark.parametrize("decision", get_args(Settled))
def test_a_person_settles_what_is_uncertain_and_that_is_kept(
    engine: Engine, server: MailServer, decision: Settled
) -> None:
    server.drop_after_data = True
    fill(engine, a_mail())
    send_mails(engine, server.settings(), NOW)
    server.drop_after_data = False
    later = NOW + timedelta(hours=1)
    with transaction(engine) as session:
        settle(session, 1, decision, author="王", note="电话核实", now=later)
    with transaction(engine) as session, pytest.raises(NotOpenError):
        settle(session, 1, decision, author="王", note="again", now=later)
    send_mails(engine, server.settings(), utc_now())
    assert [row.state for row in rows(engine)] == [MessageState.SENT]
    ids = {message["Message-ID"] for message in server.messages()}
    assert (len(server.received), len(ids)) == (2 if decision is Decision.RESEND else 1, 1)
    with reading(engine) as session:
        [kept] = session.scalars(select(Settlement))
        assert (kept.author, kept.note, kept.was, kept.decision) == (
            "王",
            "电话核实",
            MessageState.UNCERTAIN,
            decision,
        )


@pytest.mark.parametrize("state", ["waiting", "sending", "sent"])
def test_what_is_under_way_or_has_arrived_is_nobodys_to_settle(engine: Engine, state: str) -> None:
    fill(engine, a_mail())
    with transaction(engine) as session:
        session.get_one(OutboxMessage, 1).state = MessageState(state)
    for number in (1, 99):
        with transaction(engine) as session, pytest.raises(NotOpenError):
            settle(session, number, Decision.RESEND, author="a", note="", now=NOW)


def test_an_outbox_that_does_not_move_for_hours_is_stuck(
    engine: Engine, server: MailServer
) -> None:
    def stuck(hours: float) -> datetime | None:
        with reading(engine) as session:
            return stuck_since(session, NOW + timedelta(hours=hours), 6.0)

    assert stuck(100) is None, "nothing waits"
    fill(engine, a_mail())
    assert stuck(5.9) is None
    assert stuck(6.1) == NOW
    send_mails(engine, server.settings(), NOW + timedelta(hours=7))
    assert stuck(100) is None
    fill(engine, a_mail("b@example.cn"))
    assert stuck(12) is None, "something was sent five hours ago"
    assert stuck(13) == NOW + timedelta(hours=7)


def test_greylisting_delays_a_mail_and_no_more(engine: Engine, server: MailServer) -> None:
    met: set[str] = set()

    def greylist(address: str) -> str:
        known = address in met
        met.add(address)
        return "250 OK" if known else "451 4.7.1 greylisted, try again"

    server.answer_to_recipient = greylist
    fill(engine, a_mail(), a_mail("b@example.cn"))
    assert send_mails(engine, server.settings(), NOW).waiting == 2
    assert send_mails(engine, server.settings(), NOW + delay_before(1)).sent == 2
    assert [row.attempts for row in rows(engine)] == [2, 2]


def test_a_server_that_answers_too_late_leaves_the_message_uncertain(
    engine: Engine, server: MailServer
) -> None:
    server.delay_after_data = 1.0
    fill(engine, a_mail(), a_mail("b@example.cn"))
    summary = send_mails(engine, server.settings(timeout=0.3), NOW)
    assert (summary.sent, summary.uncertain, summary.waiting) == (0, 1, 1)


def test_between_two_messages_the_sender_may_be_stopped(engine: Engine, server: MailServer) -> None:
    fill(engine, a_mail(), a_mail("b@example.cn"))
    summary = send_mails(engine, server.settings(), NOW, lambda: len(server.received) > 0)
    assert (summary.sent, summary.waiting) == (1, 1)


def test_the_delay_doubles_up_to_six_hours() -> None:
    delays = [delay_before(attempt) for attempt in range(1, 40)]
    assert delays[0] == timedelta(minutes=5)
    assert delays[1] == timedelta(minutes=10)
    assert delays[-1] == timedelta(hours=6)
    assert delays == sorted(delays)
