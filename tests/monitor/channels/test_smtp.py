"""One message over SMTP, with a server that answers as servers do and as they should not."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from monitor.channels.attempt import Attempt, Delivery
from monitor.channels.smtp import MailServerError, connection, deliver
from storage.settings import MailSettings
from tests.monitor.mail_server import MailServer, mail_server

CONTENT = b"Subject: x\r\n\r\nfirst\r\n.hidden\r\n..two\r\n.\r\nlast"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def hand_over(settings: MailSettings, recipient: str = "office@example.cn") -> Attempt:
    with connection(settings) as session:
        return deliver(session, settings.sender, recipient, CONTENT)


@contextmanager
def scripted(answer: Callable[[bytes], bytes | None]) -> Iterator[MailSettings]:
    """A server that answers each line as told, and hangs up on None."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        client, _ = listener.accept()
        with suppress(OSError), client, client.makefile("rb") as lines:
            client.sendall(b"220 ready\r\n")
            for line in lines:
                said = answer(line.strip())
                if said is None:
                    return
                if said:
                    client.sendall(said + b"\r\n")

    thread = threading.Thread(target=serve)
    thread.start()
    port = listener.getsockname()[1]
    try:
        yield MailSettings(host="127.0.0.1", port=port, security="none", timeout=5.0)
    finally:
        socket.create_connection(("127.0.0.1", port)).close()  # if nobody came
        thread.join(10)
        listener.close()


def answers(**by_verb: bytes | None) -> Callable[[bytes], bytes | None]:
    def answer(line: bytes) -> bytes | None:
        verb = line[:4].decode(errors="replace").lower()
        return by_verb.get(verb, b"250 ok")

    return answer


def test_a_text_arrives_as_it_was_dots_and_all(server: MailServer) -> None:
    attempt = hand_over(server.settings())
    assert (attempt.delivery, attempt.detail) == (Delivery.SENT, "250 kept")
    [(recipient, content)] = server.received
    assert recipient == "office@example.cn"
    assert content == CONTENT + b"\r\n"


@pytest.mark.parametrize(
    ("answer", "delivery"),
    [
        ("450 4.2.1 busy", Delivery.LATER),
        ("550 5.1.1 no such user", Delivery.REFUSED),
        ("421 4.3.2 closing", Delivery.LATER),
    ],
)
def test_an_answer_about_the_recipient_or_the_text_tells_what_may_be_done(
    server: MailServer, answer: str, delivery: Delivery
) -> None:
    server.answer_to_recipient = lambda _: answer
    assert hand_over(server.settings()) == Attempt(delivery=delivery, detail=answer)
    server.answer_to_recipient = lambda _: "250 ok"
    server.answer_to_data = lambda _: answer
    assert hand_over(server.settings()) == Attempt(delivery=delivery, detail=answer)
    assert server.received == []


def test_a_refused_sender_is_no_fault_of_the_message() -> None:
    with scripted(answers(mail=b"553 5.7.1 not yours")) as settings:
        attempt = hand_over(settings)
    assert attempt.delivery is Delivery.SENDER_REFUSED
    assert attempt.detail == "553 5.7.1 not yours"
    with scripted(answers(mail=b"451 4.7.1 greylisted")) as settings:
        assert hand_over(settings).delivery is Delivery.LATER


@pytest.mark.parametrize("verb", ["mail", "rcpt", "data"])
def test_a_connection_lost_before_the_text_leaves_the_message_to_be_tried_again(verb: str) -> None:
    with scripted(answers(**{verb: None})) as settings:
        assert hand_over(settings).delivery is Delivery.LATER


def test_a_connection_lost_in_the_text_is_uncertain() -> None:
    with scripted(answers(data=b"354 go on", subj=None)) as settings:
        assert hand_over(settings).delivery is Delivery.UNCERTAIN


def test_a_server_that_does_not_want_the_text_is_told_apart() -> None:
    with scripted(answers(data=b"554 5.6.0 no")) as settings:
        assert hand_over(settings).delivery is Delivery.REFUSED
    with scripted(answers(data=b"452 4.3.1 full")) as settings:
        assert hand_over(settings).delivery is Delivery.LATER


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"host": "127.0.0.1", "port": 1}, "127.0.0.1:1"),
        ({"host": "no such..host"}, "no such..host"),
        ({"security": "tls", "ca_file": "/nowhere.pem"}, "ca_file: /nowhere.pem"),
        ({"security": "none", "username": "用户", "password": "密码"}, "username/password"),
    ],
)
def test_a_server_that_cannot_be_used_is_an_error_that_names_the_setting(
    changes: dict[str, object], named: str
) -> None:
    def answer(line: bytes) -> bytes:
        return b"250-ok\r\n250 AUTH PLAIN" if line.lower().startswith(b"ehlo") else b"250 ok"

    with scripted(answer) as settings, pytest.raises(MailServerError, match=r"\[mail\]") as error:
        hand_over(settings.model_copy(update=changes))
    assert named in str(error.value)


def test_a_file_of_certificates_that_is_none_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "ca.pem"
    wrong.write_text("no certificate")
    settings = MailSettings(host="127.0.0.1", port=1, security="starttls", ca_file=str(wrong))
    with pytest.raises(MailServerError, match=r"ca\.pem"):
        hand_over(settings)
