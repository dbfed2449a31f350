"""``nianbao subscriptions``: who gets what, and what one of them would get now."""

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from storage.database import reading
from storage.models import Base
from tests.monitor.cli.program import Done, nianbao
from tests.monitor.scene import HOSTILE, Scene, make_scene

AS_OF = "2024-02-05T09:00+08:00"
SETTINGS = """
[mail]
to = ["office@example.cn"]
operators = ["root@example.cn"]
[channels]
city = "json://127.0.0.1:1/SECRETKEY"
[[subscriptions]]
to = ["linxi@example.cn", "city"]
name = "[red]临西"
divisions = ["130535"]
when = ["at_once", "daily"]
language = "en"
"""


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    scene = make_scene(tmp_path_factory.mktemp("subscriptions"), SETTINGS)
    scene.portal()
    scene.agency("fin", "清河县财政局")
    scene.agency("evil", HOSTILE)
    scene.crawl()
    yield scene
    scene.engine.dispose()


def run(scene: Scene, *arguments: str | Path) -> Done:
    return nianbao("--lang", "en", "subscriptions", *arguments, workspace=scene.workspace.directory)


def rows_of(scene: Scene) -> dict[str, int]:
    with reading(scene.engine) as session:
        return {
            name: len(session.execute(table.select()).all())
            for name, table in Base.metadata.tables.items()
        }


def test_the_list_names_what_is_in_nobodys_charge(tmp_path: Path) -> None:
    settings = """
    [[subscriptions]]
    to = ["linxi@example.cn"]
    divisions = ["130535"]
    [[subscriptions]]
    to = ["root@example.cn"]
    audience = "operator"
    agencies = ["linxi-fin"]
    """
    scene = make_scene(tmp_path, settings)
    scene.portal()
    scene.agency("fin", "清河县财政局")
    alone = run(scene, "list")
    assert "nobody is told about agencies: fin" in alone.err
    assert "nobody is told when these portals fail: qh\n" in alone.err
    scene.agency("linxi-fin", "临西县财政局", division="130535")
    both = run(scene, "list", "--format", "jsonl")
    assert "nobody is told about agencies: fin\n" in both.err
    assert "portals" not in both.err, "an agency of the portal is in the operator's charge"
    assert len(both.objects()) == 2
    scene.engine.dispose()


def test_the_list_shows_everybody(scene: Scene) -> None:
    listed = run(scene, "list", "--format", "jsonl").objects()
    assert [(row["to"], row["audience"]) for row in listed] == [
        (["office@example.cn"], "office"),
        (["root@example.cn"], "operator"),
        (["linxi@example.cn", "city"], "office"),
    ]
    assert listed[2]["language"] == "en"
    table = run(scene, "list").out
    assert "[red]临西" in table
    assert "divisions: 130535" in table
    assert "SECRETKEY" not in table


def test_it_shows_what_somebody_would_get_and_records_nothing(scene: Scene, tmp_path: Path) -> None:
    before = rows_of(scene)
    out = tmp_path / "mails"
    done = run(scene, "test", "Office@example.cn", "--as-of", AS_OF, "--out", out)
    assert done.code == 0, done.err
    assert "at once: 【年报警示】未公布2份，逾期0份" in done.out
    assert "weekly (zh, due today): 【年报周报】2023年度" in done.out
    assert rows_of(scene) == before
    mails = [message_from_bytes(path.read_bytes(), policy=default) for path in out.iterdir()]
    assert {mail["To"] for mail in mails} == {"office@example.cn"}
    assert {mail["Subject"][:6] for mail in mails} == {"【年报警示】", "【年报周报】"}
    assert "\x1b" not in done.out + done.err
    [digest] = [mail for mail in mails if "第1期" in mail["Subject"]]
    body = digest.get_body(("plain",))
    assert body is not None
    assert "认定为未公布" in body.get_content(), "the digest knows what is told at once"


def test_another_gets_only_what_is_asked_for(scene: Scene, tmp_path: Path) -> None:
    rows = run(scene, "test", "linxi@example.cn", "--as-of", AS_OF, "--format", "jsonl").objects()
    assert [row["type"] for row in rows] == ["subscription", "digest"]
    assert (rows[1]["frequency"], rows[1]["language"], rows[1]["due"]) == ("daily", "en", True)
    assert "Daily digest No. 1, fiscal year 2023: missing 0" in rows[1]["subject"]
    done = run(scene, "test", "city", "--as-of", AS_OF, "--out", tmp_path / "x")
    assert "Nothing is to be told at once." in done.out
    assert [path.suffix for path in (tmp_path / "x").iterdir()] == [".txt"]


def test_who_is_not_known_is_told_who_is(scene: Scene) -> None:
    done = run(scene, "test", "nobody\x1b[31m@example.cn")
    assert done.code == 2
    assert "office@example.cn, root@example.cn, linxi@example.cn, city" in done.err
    assert "\x1b" not in done.err
