"""Backups: whole while others write, private, few, and good for putting back."""

import json
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, inspect, select, text

from monitor.backups import databases
from monitor.backups.databases import BackupError
from monitor.backups.making import MANIFEST, make_backup
from monitor.backups.restoring import restore
from monitor.programs import StoppedError
from storage.database import create_database_engine, reading, transaction
from storage.models import Lease, MessageState, OutboxMessage, Portal
from storage.schema import require_current, upgrade
from storage.settings import Settings
from storage.workspace import Workspace, open_workspace
from tests.monitor.cli.program import nianbao
from tests.monitor.scene import Scene, make_scene

NOW = datetime(2026, 2, 2, 5, 30, tzinfo=UTC)
SETTINGS = """
[mail]
password = "geheim"
[rules]
overlays = ["local/rules.toml"]
[schedule]
backup_keep = 2
"""


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    for name in ("NIANBAO_DATABASE_URL", "NIANBAO_WORKSPACE", "NIANBAO_ARCHIVE_URL"):
        monkeypatch.delenv(name, raising=False)
    scene = make_scene(tmp_path / "workspace", SETTINGS)
    (scene.workspace.directory / "local").mkdir()
    (scene.workspace.directory / "local" / "rules.toml").write_text("# rulings\n")
    (scene.workspace.directory / "nianbao.key").write_text("key")
    scene.portal()
    yield scene
    scene.engine.dispose()


def with_key(workspace: Workspace) -> Workspace:
    schedule = workspace.settings.schedule.model_copy(update={"backup_key": True})
    settings = workspace.settings.model_copy(update={"schedule": schedule})
    return Workspace(directory=workspace.directory, settings=settings)


def files(directory: Path) -> set[str]:
    return {str(each.relative_to(directory)) for each in directory.rglob("*") if each.is_file()}


def test_a_backup_holds_database_settings_and_the_files_they_name(
    scene: Scene, tmp_path: Path
) -> None:
    made = make_backup(scene.workspace, scene.engine, tmp_path / "b", NOW)
    assert made.path.name == "nianbao-20260202T053000Z"
    assert files(made.path) == {"nianbao.db", "nianbao.toml", "local/rules.toml", MANIFEST}
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o700, "passwords are in it"
    with closing(sqlite3.connect(made.path / "nianbao.db")) as copy:
        assert copy.execute("SELECT id FROM portals").fetchall() == [("qh",)]
        assert copy.execute("PRAGMA journal_mode").fetchall() == [("delete",)]
    manifest = json.loads((made.path / MANIFEST).read_text())
    assert (manifest["database"], set(manifest["files"])) == (
        "sqlite",
        {"nianbao.db", "nianbao.toml", "local/rules.toml"},
    )


def test_the_key_is_in_a_backup_only_if_the_settings_say_so(scene: Scene, tmp_path: Path) -> None:
    made = make_backup(with_key(scene.workspace), scene.engine, tmp_path / "b", NOW)
    assert (made.path / "nianbao.key").read_text() == "key"


def test_a_backup_is_of_one_moment_while_another_process_writes(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two rows are always written together, all the time; a copy has both of each pair."""
    monkeypatch.setattr(databases, "_PAGES", 2)
    with transaction(scene.engine) as session:
        session.execute(text("CREATE TABLE pairs (a INTEGER, b BLOB)"))
        for number in range(300):
            session.execute(text("INSERT INTO pairs VALUES (:n, zeroblob(4000))"), {"n": number})
    done = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(scene.workspace.directory / "nianbao.db", timeout=30)) as own:
            number = 1000
            while not done.is_set():
                own.execute("INSERT INTO pairs VALUES (?, NULL)", [number])
                own.execute("INSERT INTO pairs VALUES (?, NULL)", [-number])
                own.commit()
                number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = make_backup(scene.workspace, scene.engine, tmp_path / "b", NOW)
    finally:
        done.set()
        writer.join()
    with closing(sqlite3.connect(made.path / "nianbao.db")) as copy:
        [[total, rows]] = copy.execute(
            "SELECT coalesce(sum(a), 0), count(*) FROM pairs WHERE abs(a) >= 1000"
        ).fetchall()
    assert (total, rows % 2) == (0, 0)


def test_only_the_last_backups_are_kept_and_leftovers_are_swept(
    scene: Scene, tmp_path: Path
) -> None:
    directory = tmp_path / "b"
    (directory / ".partial-of-a-killed-run").mkdir(parents=True)
    (directory / "notes.txt").write_text("the operator's own")
    made = [
        make_backup(scene.workspace, scene.engine, directory, NOW + timedelta(days=day))
        for day in range(4)
    ]
    assert [each.removed for each in made] == [0, 0, 1, 1]
    assert {each.name for each in directory.iterdir()} == {
        "nianbao-20260204T053000Z",
        "nianbao-20260205T053000Z",
        "notes.txt",
    }


def test_a_backup_that_is_stopped_or_fails_leaves_nothing(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping = threading.Event()
    stopping.set()
    with pytest.raises(StoppedError):
        make_backup(scene.workspace, scene.engine, tmp_path / "b", NOW, stopping=stopping)
    assert list((tmp_path / "b").iterdir()) == []

    def damage(_engine: Engine, target: Path, _stopping: threading.Event) -> None:
        target.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
        databases.check_sqlite(target)

    monkeypatch.setattr("monitor.backups.making.copy_database", damage)
    with pytest.raises(BackupError, match="damaged"):
        make_backup(scene.workspace, scene.engine, tmp_path / "b", NOW)
    assert list((tmp_path / "b").iterdir()) == []


def add_messages(engine: Engine) -> None:
    with transaction(engine) as session:
        for number, state in enumerate(MessageState):
            session.add(
                OutboxMessage(
                    kind="alert",
                    recipient="a@b.cn",
                    subject="x",
                    message_id=f"<{number}@x>",
                    content=b"x",
                    state=state,
                    created_at=NOW,
                    next_attempt_at=NOW,
                )
            )
        session.add(Lease(name="schedule", holder="gone", expires_at=NOW))


def test_what_is_restored_is_what_was_saved_and_no_mail_goes_out_twice(
    scene: Scene, tmp_path: Path
) -> None:
    add_messages(scene.engine)
    made = make_backup(with_key(scene.workspace), scene.engine, tmp_path / "b", NOW)
    target = tmp_path / "new"
    (target / "archive").mkdir(parents=True)
    done = restore(made.path, target, NOW + timedelta(days=1))
    assert done.unsettled == 3
    assert files(target) >= {"nianbao.db", "nianbao.toml", "nianbao.key", "local/rules.toml"}
    assert stat.S_IMODE((target / "nianbao.toml").stat().st_mode) == 0o600
    workspace = open_workspace(target)
    assert workspace.settings.mail.password == "geheim"
    again = create_database_engine(workspace.database_url)
    require_current(again)
    with reading(again) as session:
        assert session.get_one(Portal, "qh").name == "清河县人民政府"
        states = list(session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.id)))
        assert not {MessageState.WAITING, MessageState.HELD} & set(states)
        assert states.count(MessageState.UNCERTAIN) == 4
        assert session.scalars(select(func.count()).select_from(Lease)).one() == 0
    again.dispose()


@pytest.mark.parametrize("taken", ["nianbao.toml", "nianbao.db", "notes.txt"])
def test_nothing_is_restored_over_anything(scene: Scene, tmp_path: Path, taken: str) -> None:
    made = make_backup(scene.workspace, scene.engine, tmp_path / "b", NOW)
    target = tmp_path / "new"
    target.mkdir()
    (target / taken).write_text("mine")
    with pytest.raises(BackupError, match=taken):
        restore(made.path, target, NOW)
    assert files(target) == {taken}
    assert (target / taken).read_text() == "mine"


@pytest.mark.parametrize("altered", ["nianbao.db", "nianbao.toml", "local/rules.toml"])
def test_a_backup_that_was_altered_is_refused(scene: Scene, tmp_path: Path, altered: str) -> None:
    made = make_backup(scene.workspace, scene.engine, tmp_path / "b", NOW)
    with (made.path / altered).open("ab") as file:
        file.write(b"#")
    with pytest.raises(BackupError, match=altered):
        restore(made.path, tmp_path / "new", NOW)
    assert not (tmp_path / "new").exists()


def test_a_manifest_cannot_name_files_outside(scene: Scene, tmp_path: Path) -> None:
    made = make_backup(scene.workspace, scene.engine, tmp_path / "b", NOW)
    path = made.path / MANIFEST
    manifest = json.loads(path.read_text())
    manifest["files"]["../../evil"] = "0" * 64
    path.write_text(json.dumps(manifest))
    with pytest.raises(BackupError, match="outside"):
        restore(made.path, tmp_path / "new", NOW)


def test_a_restore_that_fails_takes_back_what_it_wrote(scene: Scene, tmp_path: Path) -> None:
    made = make_backup(scene.workspace, scene.engine, tmp_path / "b", NOW)
    target = tmp_path / "new"
    target.mkdir()
    (target / "archive").write_text("a file in the archive's place")
    path = made.path / MANIFEST
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "database": "postgresql"}))
    with pytest.raises(BackupError, match="postgresql"):
        restore(made.path, target, NOW)
    assert files(target) == {"archive"}


def test_the_commands_make_a_backup_and_put_it_back(scene: Scene, tmp_path: Path) -> None:
    (scene.workspace.directory / "nianbao.toml").write_text("")
    place = scene.workspace.directory
    assert nianbao("--lang", "en", "backup", workspace=place).code == 2
    done = nianbao("--lang", "en", "backup", "--to", tmp_path / "b", workspace=place)
    assert done.code == 0
    [made] = (tmp_path / "b").iterdir()
    assert str(made) in done.err
    refused = nianbao("backup", "--to", made / MANIFEST, workspace=place)
    assert (refused.code, MANIFEST in refused.err) == (2, True)
    target = tmp_path / "new"
    wrong = nianbao("--lang", "en", "restore", "--from", tmp_path / "b", workspace=target)
    assert (wrong.code, str(made) in wrong.err) == (6, True)
    back = nianbao("--lang", "en", "restore", "--from", made, workspace=target)
    assert back.code == 0
    assert nianbao("portal", "list", workspace=target).code == 0
    assert nianbao("restore", "--from", made, workspace=target).code == 6


@pytest.mark.postgresql
def test_a_postgresql_database_is_saved_and_put_back_into_an_empty_one(
    postgresql: str, tmp_path: Path
) -> None:
    admin = create_database_engine(postgresql + "postgres").execution_options(
        isolation_level="AUTOCOMMIT"
    )
    names = ("nianbao_old", "nianbao_new")
    with admin.connect() as connection:
        for name in names:
            connection.execute(text(f"CREATE DATABASE {name}"))
    source = create_database_engine(postgresql + names[0])

    upgrade(source)
    add_messages(source)
    place = tmp_path / "workspace"
    place.mkdir()
    (place / "nianbao.toml").write_text(f'[storage]\ndatabase_url = "{postgresql}{names[1]}"\n')
    workspace = Workspace(directory=place, settings=Settings())
    made = make_backup(workspace, source, tmp_path / "b", NOW)
    assert files(made.path) == {"database.dump", "nianbao.toml", MANIFEST}
    assert restore(made.path, tmp_path / "new", NOW).unsettled == 3
    target = create_database_engine(postgresql + names[1])
    require_current(target)
    assert set(inspect(target).get_table_names()) == set(inspect(source).get_table_names())
    with pytest.raises(BackupError, match="not empty"):
        restore(made.path, tmp_path / "again", NOW)
    for each in (source, target):
        each.dispose()
    with admin.connect() as connection:
        for name in names:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()
