"""Posting to groups and webhooks: Apprise against a real HTTP server."""

import json
import logging
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

from monitor.channels import posting
from monitor.channels.attempt import Attempt, Delivery
from monitor.channels.groups import Part
from monitor.channels.posting import ChannelError


def post(url: str, title: str, body: str) -> Attempt:
    return posting.post(url, Part(title=title, body=body))


KEY = "SECRETKEY0123456789"
TOKEN = "0123456789abcdef" * 4


@dataclass
class Group:
    """What was posted, and how it is answered."""

    port: int = 0
    status: int = 200
    answer: bytes = b'{"errcode": 0, "errmsg": "ok"}'
    hang_up: bool = False
    posted: list[tuple[str, bytes]] = field(default_factory=list)


@pytest.fixture
def group() -> Iterator[Group]:
    group = Group()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            group.posted.append((self.path, body))
            if group.hang_up:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(group.status)
            self.send_header("Content-Length", str(len(group.answer)))
            self.end_headers()
            self.wfile.write(group.answer)

        def log_message(self, *_: object) -> None:
            return None

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        group.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=[0.02])
        thread.start()
        yield group
        server.shutdown()
        thread.join()


@pytest.fixture
def services(group: Group, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """URLs of the group robots, whose services are the server here."""
    here = f"http://127.0.0.1:{group.port}"
    monkeypatch.setattr(NotifyWeComBot, "notify_url", f"{here}/wecom?key={{key}}")
    monkeypatch.setattr(NotifyDingTalk, "notify_url", f"{here}/ding?access_token={{token}}")
    monkeypatch.setattr(NotifyFeishu, "notify_url", f"{here}/feishu/{{token}}/")
    return {
        "wecom": f"wecombot://{KEY}",
        "dingtalk": f"dingtalk://{TOKEN}",
        "feishu": f"feishu://{KEY}",
    }


@pytest.mark.parametrize("scheme", ["json", "form"])
def test_a_webhook_gets_title_and_text(group: Group, scheme: str) -> None:
    attempt = post(f"{scheme}://127.0.0.1:{group.port}/hook", "年报警示", "示范县民政局未公布。")
    assert attempt.delivery is Delivery.SENT
    [(path, body)] = group.posted
    assert path == "/hook"
    if scheme == "json":
        said = json.loads(body)
        assert (said["title"], said["message"]) == ("年报警示", "示范县民政局未公布。")


@pytest.mark.parametrize("service", ["wecom", "dingtalk", "feishu"])
def test_a_group_gets_the_text(group: Group, services: dict[str, str], service: str) -> None:
    group.answer = b'{"errcode": 0, "errmsg": "ok", "code": 0}'
    assert post(services[service], "年报警示", "未公布1份").delivery is Delivery.SENT
    [(path, body)] = group.posted
    assert service[:4] in path
    said = json.dumps(json.loads(body), ensure_ascii=False)
    assert "未公布1份" in said
    assert said.count("年报警示") == (2 if service == "dingtalk" else 1), "its list shows titles"
    assert ("markdown" in said) == (service != "feishu")


@pytest.mark.parametrize(
    ("status", "delivery"),
    [
        (200, Delivery.SENT),
        (204, Delivery.SENT),
        (400, Delivery.REFUSED),
        (403, Delivery.REFUSED),
        (404, Delivery.REFUSED),
        (408, Delivery.LATER),
        (429, Delivery.LATER),
        (500, Delivery.LATER),
        (503, Delivery.LATER),
    ],
)
def test_the_status_says_what_becomes_of_a_message(
    group: Group, status: int, delivery: Delivery
) -> None:
    group.status, group.answer = status, b"" if status == 204 else b"why"
    attempt = post(f"json://127.0.0.1:{group.port}/hook", "t", "b")
    assert attempt.delivery is delivery
    assert str(status) in attempt.detail


@pytest.mark.parametrize(
    ("service", "answer", "delivery"),
    [
        ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}, Delivery.REFUSED),
        ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, Delivery.LATER),
        ("wecom", {"errcode": -1, "errmsg": "system busy"}, Delivery.LATER),
        ("wecom", {"errcode": 40058, "errmsg": "exceed max length 4096"}, Delivery.REFUSED),
        ("dingtalk", {"errcode": 460101, "errmsg": "body 大小不合法"}, Delivery.REFUSED),
        ("dingtalk", {"status": 1111, "punish": "deny", "errcode": 130101}, Delivery.LATER),
        ("dingtalk", {"errcode": 410100, "errmsg": "发送速度太快而限流"}, Delivery.LATER),
        ("feishu", {"code": 9499, "msg": "Bad Request", "data": {}}, Delivery.REFUSED),
        ("feishu", {"code": 9499, "msg": "too many request", "data": {}}, Delivery.LATER),
        ("feishu", {"code": 19036, "msg": "exceeds the size limit of 30KB"}, Delivery.REFUSED),
        ("dingtalk", {"errcode": 310000, "errmsg": "keywords not in content"}, Delivery.REFUSED),
        ("dingtalk", {"errcode": 130101, "errmsg": "send too fast"}, Delivery.LATER),
        ("feishu", {"code": 19001, "msg": "param invalid"}, Delivery.REFUSED),
        ("feishu", {"code": 11232, "msg": "frequency limited"}, Delivery.LATER),
        ("feishu", {"StatusCode": 0, "code": 0, "msg": "success"}, Delivery.SENT),
    ],
)
def test_a_refusal_under_status_200_is_none_the_less_one(
    group: Group,
    services: dict[str, str],
    service: str,
    answer: dict[str, object],
    delivery: Delivery,
) -> None:
    """Apprise takes it for delivered; the message would be lost without a word."""
    group.answer = json.dumps(answer).encode()
    attempt = post(services[service], "t", "b")
    assert attempt.delivery is delivery
    assert delivery is Delivery.SENT or str(next(iter(answer.values()))) in attempt.detail


def test_too_many_is_known_by_its_code_whatever_the_status(
    group: Group, services: dict[str, str]
) -> None:
    group.status, group.answer = 400, b'{"code": 230020, "msg": "ext=chat rate limit"}'
    assert post(services["feishu"], "t", "b").delivery is Delivery.LATER
    group.answer = b'{"code": 19024, "msg": "Key Words Not Found"}'
    assert post(services["feishu"], "t", "b").delivery is Delivery.REFUSED


@pytest.mark.parametrize("answer", [b"<html>Please log in</html>", b"", b"[]", b'{"ok": true}'])
def test_an_answer_that_is_not_the_services_confirms_nothing(
    group: Group, services: dict[str, str], answer: bytes
) -> None:
    """A gate on the way may answer 200 with a page of its own."""
    group.answer = answer
    assert post(services["wecom"], "t", "b").delivery is Delivery.UNCERTAIN


def test_a_signed_robot_is_asked_with_its_signature(group: Group, services: dict[str, str]) -> None:
    post(services["dingtalk"].replace("://", "://SECabc123@"), "年报", "文")
    [(path, body)] = group.posted
    assert re.search(r"access_token=\w+&timestamp=\d{13}&sign=[\w%]+", path)
    assert "年报".encode() in body, "a Chinese character is three bytes, not six"


def test_nobody_at_the_address_is_tried_again(group: Group) -> None:
    assert post("json://127.0.0.1:1/hook", "t", "b").delivery is Delivery.LATER
    assert post("json://no-such-host.invalid/hook", "t", "b").delivery is Delivery.LATER
    assert post(f"jsons://127.0.0.1:{group.port}/hook", "t", "b").delivery is Delivery.LATER
    assert group.posted == []


def test_an_answer_that_was_lost_is_uncertain(group: Group) -> None:
    group.hang_up = True
    attempt = post(f"json://127.0.0.1:{group.port}/hook", "t", "b")
    assert attempt.delivery is Delivery.UNCERTAIN
    assert len(group.posted) == 1


def test_an_answer_that_does_not_come_is_uncertain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "READ_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        attempt = post(f"json://127.0.0.1:{silent.getsockname()[1]}/hook", "t", "b")
    assert attempt.delivery is Delivery.UNCERTAIN


@pytest.mark.parametrize("status", [200, 403, 500])
def test_no_key_comes_into_messages_or_logs(
    group: Group,
    services: dict[str, str],
    status: int,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not even where the service says it back, at the most talkative level of logging."""
    caplog.set_level(logging.DEBUG)
    group.status = status
    said = ""
    for url in services.values():
        secret = url.partition("://")[2]
        group.answer = f'{{"errcode": 93000, "errmsg": "no {secret}", "code": 19001}}'.encode()
        said += post(url, "t", "b").detail
    assert "no ***" in said
    monkeypatch.setattr(NotifyWeComBot, "notify_url", "http://127.0.0.1:1/?key={key}")
    said += post(services["wecom"], "t", "b").detail
    for secret in (KEY, TOKEN):
        assert secret not in said
        assert secret not in caplog.text


@pytest.mark.parametrize("url", ["slack://SECRETKEY0123", "wecombot://", "dingtalk://SECRETKEY!/"])
def test_a_url_of_no_service_is_an_error_that_does_not_quote_it(url: str) -> None:
    with pytest.raises(ChannelError) as error:
        post(url, "t", "b")
    assert "SECRETKEY" not in str(error.value)
