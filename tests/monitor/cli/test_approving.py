"""What is held until an operator releases it: ``[mail] approve`` and ``nianbao outbox approve``."""

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from storage.database import reading
from storage.models import DigestWindow, OutboxMessage
from tests.monitor.cli.program import Done, nianbao
from tests.monitor.mail_server import MailServer, mail_server
from tests.monitor.scene import HOSTILE, Scene, make_scene

AS_OF = "2024-02-05T09:00+08:00"
SETTINGS = """
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
timeout = 10.0
to = ["office@example.cn"]
operators = ["root@example.cn"]
approve = {approve}
[[subscriptions]]
to = ["careful@example.cn"]
approve = true
"""


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def scene(tmp_path: Path, server: MailServer) -> Iterator[Scene]:
    scene = make_scene(tmp_path, SETTINGS.format(port=server.port, approve="true"))
    scene.portal()
    scene.agency("fin", "清河县财政局")
    scene.agency("evil", HOSTILE)
    scene.crawl()
    yield scene
    scene.engine.dispose()


def run(scene: Scene, *arguments: str) -> Done:
    return nianbao("--lang", "en", *arguments, workspace=scene.workspace.directory)


def listed(scene: Scene, state: str) -> list[dict[str, Any]]:
    return run(scene, "outbox", "--state", state, "--format", "jsonl").objects()


def test_offices_wait_and_operators_are_told_once(scene: Scene, server: MailServer) -> None:
    assert run(scene, "alerts", "--as-of", AS_OF).code == 0
    held = listed(scene, "held")
    assert [row["recipient"] for row in held] == ["office@example.cn", "careful@example.cn"]
    [told] = server.messages()
    assert told["To"] == "root@example.cn"
    assert "2封消息等待批准" in told["Subject"]
    body = told.get_body(("plain",))
    assert body is not None
    assert f"nianbao outbox approve {held[0]['id']} --author" in body.get_content()
    assert run(scene, "outbox", "send").code == 0
    assert run(scene, "alerts", "--as-of", AS_OF).code == 0
    assert len(server.received) == 1


def test_what_is_released_goes_out_and_who_released_it_is_kept(
    scene: Scene, server: MailServer
) -> None:
    run(scene, "digest", "--as-of", AS_OF)
    first, second = listed(scene, "held")
    done = run(scene, "outbox", "approve", str(first["id"]), "--author", "王芳", "--note", "看过")
    assert done.code == 0, done.err
    assert "office@example.cn" in done.err
    assert run(scene, "outbox", "send").code == 0
    assert [message["To"] for message in server.messages()] == [
        "root@example.cn",
        "office@example.cn",
    ]
    sent = [row for row in listed(scene, "sent") if row["id"] == first["id"]]
    [kept] = sent[0]["settlements"]
    assert (kept["by"], kept["was"], kept["decision"], kept["note"]) == (
        *("王芳", "held", "approve"),
        "看过",
    )
    assert run(scene, "outbox", "approve", "--all", "--author", "王芳").code == 0
    assert listed(scene, "held") == []
    assert [row["id"] for row in listed(scene, "waiting")] == [second["id"]]


def test_what_is_withdrawn_is_never_sent_and_its_number_stays_used(
    scene: Scene, server: MailServer
) -> None:
    run(scene, "digest", "--as-of", AS_OF)
    done = run(
        scene, "outbox", "withdraw", "--all", "--author", f"王{HOSTILE}", "--reason", HOSTILE
    )
    assert done.code == 0
    assert "\x1b" not in done.out + done.err
    assert run(scene, "outbox", "send").code == 0
    assert [message["To"] for message in server.messages()] == ["root@example.cn"]
    assert {row["state"] for row in listed(scene, "withdrawn")} == {"withdrawn"}
    run(scene, "digest", "--as-of", "2024-02-13T09:00+08:00")
    held = listed(scene, "held")
    assert [row["number"] for row in held] == [2, 2]
    with reading(scene.engine) as session:
        windows = session.query(DigestWindow).filter_by(recipient="careful@example.cn").all()
        content = session.get_one(OutboxMessage, held[0]["id"]).content
    assert windows[1].since == windows[0].since, "its reader misses nothing"
    text = message_from_bytes(content, policy=default).get_body(("plain",))
    assert text is not None
    assert "上一期 第1期（2024-02-05）已撤回，没有发出。" in text.get_content()


@pytest.mark.parametrize(
    "arguments",
    [
        ["approve", "--author", "王"],
        ["approve", "1", "--all", "--author", "王"],
        ["approve", "1"],
        ["approve", "1", "--author", " "],
        ["approve", "1", "999", "--author", "王"],
        ["withdraw", "1", "--author", "王"],
        ["withdraw", "1", "--author", "王", "--reason", " "],
        ["retry", "1"],
        ["settle", "1", "--resend"],
    ],
)
def test_a_held_message_stays_held_on_any_mistake(scene: Scene, arguments: list[str]) -> None:
    done = run(scene, "digest", "--as-of", AS_OF)
    assert done.code == 0, done.err
    assert run(scene, "outbox", *arguments).code == 2
    assert [row["id"] for row in listed(scene, "held")] == [1, 2]


def test_a_subscription_may_ask_for_it_alone(scene: Scene, server: MailServer) -> None:
    path = scene.workspace.directory / "nianbao.toml"
    path.write_text(path.read_text().replace("approve = true\n[[", "approve = false\n[["))
    run(scene, "digest", "--as-of", AS_OF)
    assert [row["recipient"] for row in listed(scene, "held")] == ["careful@example.cn"]
    assert {message["To"] for message in server.messages()} == {
        "office@example.cn",
        "root@example.cn",
    }
    shown = run(scene, "outbox")
    assert "1 wait for approval" in shown.err
