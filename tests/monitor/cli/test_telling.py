"""The commands ``alerts``, ``digest`` and ``outbox``, with a real mail server."""

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from monitor.lease import acquire
from monitor.telling import alerts, sending
from storage.clock import utc_now
from storage.database import transaction
from storage.models import CrawlState, MessageState, OutboxMessage
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
sender = "nianbao@example.cn"
failures_before_alert = 1
to = {to}
operators = {operators}
"""


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def scene(tmp_path: Path, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """A county of one agency, whose report is missing, and a portal that is down."""
    for name in ("NIANBAO_NOW", "NIANBAO_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    scene = make_scene(tmp_path / "workspace")
    scene.portal()
    scene.agency("fin", "清河县财政局")
    scene.crawl()
    scene.portal("hs", HOSTILE)
    scene.crawl("hs", state=CrawlState.UNREACHABLE, control_passed=False)
    settings(scene, server, to=["office@example.cn"], operators=["root@example.cn"])
    yield scene
    scene.engine.dispose()


def settings(scene: Scene, server: MailServer, **people: list[str]) -> None:
    lists = {"to": [], "operators": [], **people}
    text = SETTINGS.format(port=server.port, **lists).replace("'", '"')
    (scene.workspace.directory / "nianbao.toml").write_text(text)


def run(scene: Scene, *arguments: str | Path) -> Done:
    return nianbao("--lang", "en", *arguments, workspace=scene.workspace.directory)


def listed(scene: Scene, *options: str) -> list[dict[str, Any]]:
    return run(scene, "outbox", *options, "--format", "jsonl").objects()


def test_alerts_go_to_those_who_are_to_know_once(scene: Scene, server: MailServer) -> None:
    done = run(scene, "alerts", "--as-of", AS_OF)
    assert (done.code, done.out) == (0, "")
    assert "2 events, 2 mails" in done.err
    told = [(message["To"], message["Subject"]) for message in server.messages()]
    assert told == [
        ("office@example.cn", "【年报警示】未公布1份，逾期0份"),
        ("root@example.cn", "【抓取告警】1个网站异常"),
    ]
    again = run(scene, "alerts", "--as-of", AS_OF)
    assert "0 events, 0 mails" in again.err
    assert len(server.received) == 2


def test_a_digest_goes_out_with_its_workbook(scene: Scene, server: MailServer) -> None:
    assert run(scene, "digest", "--as-of", AS_OF).code == 0
    [message] = server.messages()
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]
    assert [row["number"] for row in listed(scene)] == [1]


def test_a_dry_run_writes_files_and_records_nothing(
    scene: Scene, server: MailServer, tmp_path: Path
) -> None:
    out = tmp_path / "mails"
    for _ in range(2):
        done = run(scene, "digest", "--dry-run", "--out", out, "--as-of", AS_OF)
        assert done.code == 0
    [path] = out.iterdir()
    assert str(path) in done.err
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert "第1期" in message["Subject"]
    assert (server.received, listed(scene)) == ([], [])
    shown = run(scene, "digest", "--dry-run", "--as-of", AS_OF)
    assert "第1期" in shown.err


def test_each_frequency_has_its_own_readers_and_numbers(scene: Scene, server: MailServer) -> None:
    assert run(scene, "digest", "--frequency", "daily", "--as-of", AS_OF).code == 2
    rows = "to,when,approve\ndaily@example.cn,daily|weekly,false\nheld@example.cn,daily,true\n"
    (scene.workspace.directory / "people.csv").write_text(rows)
    path = scene.workspace.directory / "nianbao.toml"
    path.write_text(path.read_text() + 'subscriptions_file = "people.csv"\n')
    assert run(scene, "digest", "--as-of", AS_OF).code == 0
    assert run(scene, "digest", "--frequency", "daily", "--as-of", AS_OF).code == 0
    told = [(row["recipient"], row["subject"][:6], row["number"]) for row in listed(scene)]
    assert told == [
        ("office@example.cn", "【年报周报】", 1),
        ("daily@example.cn", "【年报周报】", 1),
        ("daily@example.cn", "【年报日报】", 1),
        ("held@example.cn", "【年报日报】", 1),
        ("root@example.cn", "【待批准】1", None),
    ]
    assert [row["recipient"] for row in listed(scene, "--state", "held")] == ["held@example.cn"]


def test_what_is_judged_as_of_a_day_to_come_is_sent_today(scene: Scene, server: MailServer) -> None:
    assert run(scene, "digest", "--as-of", "2099-02-05").code == 0
    assert len(server.received) == 1


def test_without_recipients_there_is_nobody_to_write_to(
    scene: Scene, server: MailServer, tmp_path: Path
) -> None:
    settings(scene, server)
    for command in ("digest", "alerts"):
        done = run(scene, command, "--as-of", AS_OF)
        assert done.code == 2
        assert "[mail] to" in done.err
    assert listed(scene) == []
    assert run(scene, "digest", "--dry-run", "--out", tmp_path / "x").code == 0
    settings(scene, server, operators=["root@example.cn"])
    assert run(scene, "alerts", "--as-of", AS_OF).code == 0
    assert [message["To"] for message in server.messages()] == ["root@example.cn"]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--since", "last week"], "last week"),
        (["--as-of", "soon"], "soon"),
        (["--out", "mails"], "--dry-run"),
        (["--dry-run", "--out", "/dev/null"], "/dev/null"),
        (["--dry-run", "--out", "/dev/null/below"], "/dev/null/below"),
    ],
)
def test_wrong_options_of_the_digest_are_usage_errors(
    scene: Scene, options: list[str], named: str
) -> None:
    done = run(scene, "digest", *options)
    assert done.code == 2
    assert named in done.err


def test_without_a_server_the_mails_wait_and_the_setting_is_named(
    scene: Scene, server: MailServer
) -> None:
    path = scene.workspace.directory / "nianbao.toml"
    path.write_text(path.read_text().replace('host = "127.0.0.1"', 'host = ""'))
    done = run(scene, "alerts", "--as-of", AS_OF)
    assert done.code == 2
    assert "[mail] host" in done.err
    assert {row["state"] for row in listed(scene)} == {"waiting"}
    settings(scene, server, to=["office@example.cn"])
    assert run(scene, "outbox", "send").code == 0
    assert len(server.received) == 2


def test_a_server_that_is_down_is_named_and_nothing_is_lost(scene: Scene) -> None:
    path = scene.workspace.directory / "nianbao.toml"
    path.write_text(path.read_text().replace("port = ", "port = 1 #"))
    done = run(scene, "digest", "--as-of", AS_OF)
    assert done.code == 3
    assert "127.0.0.1:1" in done.err
    [row] = listed(scene)
    assert (row["state"], row["attempts"]) == ("waiting", 0)
    assert "Connection refused" in row["last_error"]


def test_a_refused_recipient_is_listed_and_can_be_retried(scene: Scene, server: MailServer) -> None:
    server.answer_to_recipient = lambda _: "550 no such user"
    assert run(scene, "digest", "--as-of", AS_OF).code == 3
    [row] = listed(scene, "--state", "failed")
    assert row["last_error"] == "550 no such user"
    assert run(scene, "outbox", "retry", "999").code == 2
    server.answer_to_recipient = lambda _: "250 ok"
    assert run(scene, "outbox", "retry", str(row["id"])).code == 0
    assert run(scene, "outbox", "send").code == 0
    [sent] = listed(scene)
    assert (sent["state"], sent["message_id"]) == ("sent", row["message_id"])
    assert run(scene, "outbox", "retry", str(row["id"])).code == 2, "it is not sent twice"


def test_the_list_has_every_key_and_fits_the_screen(scene: Scene) -> None:
    run(scene, "alerts", "--as-of", AS_OF)
    rows = listed(scene)
    assert all(
        set(row)
        == {
            *("id", "kind", "number", "recipient", "subject", "state", "attempts"),
            *("created_at", "next_attempt_at", "finished_at", "last_error", "message_id"),
            *("settlements", "parts", "parts_sent"),
        }
        for row in rows
    )
    done = run(scene, "outbox")
    assert (done.code, done.err) == (0, "")
    assert "office@example.cn" in done.out
    assert listed(scene, "--state", "waiting") == []


@pytest.mark.parametrize(
    ("lease", "command"),
    [(sending.LEASE, ["outbox", "send"]), (alerts.LEASE, ["alerts", "--as-of", AS_OF])],
)
def test_a_second_process_says_who_is_first(
    scene: Scene, server: MailServer, lease: str, command: list[str]
) -> None:
    acquire(scene.engine, lease, "another:1", utc_now())
    done = run(scene, *command)
    assert done.code == 3
    assert "another:1" in done.err
    assert server.received == []


def test_what_a_killed_process_left_is_told_as_uncertain(scene: Scene, server: MailServer) -> None:
    run(scene, "digest", "--as-of", AS_OF)
    with transaction(scene.engine) as session:
        session.query(OutboxMessage).one().state = MessageState.SENDING
    assert run(scene, "outbox", "send").code == 0
    [row] = listed(scene)
    assert row["state"] == "uncertain"
    assert len(server.received) == 1


def test_a_person_settles_what_is_uncertain_and_the_list_shows_who(
    scene: Scene, server: MailServer
) -> None:
    server.drop_after_data = True
    assert run(scene, "digest", "--as-of", AS_OF).code == 3
    server.drop_after_data = False
    shown = run(scene, "outbox")
    assert "outbox settle" in shown.err
    assert run(scene, "outbox", "settle", "1").code == 2
    assert run(scene, "outbox", "settle", "1", "--sent", "--resend").code == 2
    done = run(scene, "outbox", "settle", "1", "--sent", "--note", "asked them", "--author", "王")
    assert done.code == 0
    assert run(scene, "outbox", "settle", "1", "--resend").code == 2, "it is settled"
    [row] = listed(scene)
    assert row["state"] == "sent"
    [kept] = row["settlements"]
    assert (kept["by"], kept["was"], kept["decision"], kept["note"]) == (
        *("王", "uncertain", "sent"),
        "asked them",
    )


def test_a_message_can_be_written_out_whole(scene: Scene, server: MailServer) -> None:
    run(scene, "digest", "--as-of", AS_OF)
    done = run(scene, "outbox", "show", "1")
    assert done.code == 0
    message = message_from_bytes(done.out.encode(), policy=default)
    assert message["To"] == "office@example.cn"
    assert message["Message-ID"] == listed(scene)[0]["message_id"]
    assert run(scene, "outbox", "show", "99").code == 2


def test_a_channel_gets_alerts_like_a_mail_address(scene: Scene, server: MailServer) -> None:
    path = scene.workspace.directory / "nianbao.toml"
    settings(scene, server, to=["webhook"], operators=["root@example.cn"])
    path.write_text(path.read_text() + '[channels]\nwebhook = "json://127.0.0.1:1/SECRETKEY"\n')
    assert run(scene, "alerts", "--as-of", AS_OF).code == 0
    rows = {row["recipient"]: row for row in listed(scene)}
    assert rows["webhook"]["state"] == "waiting"
    assert "no connection" in rows["webhook"]["last_error"]
    shown = run(scene, "outbox", "show", str(rows["webhook"]["id"]))
    assert "清河县财政局" in shown.out
    assert "SECRETKEY" not in run(scene, "outbox").out + str(rows) + shown.out
