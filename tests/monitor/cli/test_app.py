"""The program itself: global options, and every error as an exit code and a message."""

import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from monitor.cli import listing
from storage.database import create_database_engine
from tests.monitor.cli.program import Done, nianbao
from tests.monitor.scene import HOSTILE, Scene, make_scene

SECRET = "geheim"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WORKSPACE", "NOW", "DATABASE_URL", "ARCHIVE_URL"):
        monkeypatch.delenv(f"NIANBAO_{name}", raising=False)
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = make_scene(tmp_path)
    yield scene
    scene.engine.dispose()


def settings(scene: Scene, content: str | bytes) -> None:
    body = content if isinstance(content, bytes) else content.encode()
    (scene.workspace.directory / "nianbao.toml").write_bytes(body)


def run(scene: Scene, *arguments: str) -> Done:
    return nianbao(*arguments, workspace=scene.workspace.directory)


def test_the_version_is_told_on_standard_output() -> None:
    done = nianbao("--version")
    assert (done.code, done.out.split()[0]) == (0, "nianbao")


@pytest.mark.parametrize(
    "arguments",
    [["no-such-command"], ["--lang", "fr", "rules"], ["--log-level", "loud", "rules"], ["-x"]],
)
def test_a_wrong_command_line_ends_with_2(arguments: list[str]) -> None:
    done = nianbao(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "nianbao -h" in done.err


def test_every_command_has_help_with_an_example() -> None:
    import typer.main

    from monitor.cli.base import app

    def commands(group: object, path: list[str]) -> Iterator[list[str]]:
        for name, command in getattr(group, "commands", {}).items():
            yield [*path, name]
            yield from commands(command, [*path, name])

    for path in commands(typer.main.get_command(app), []):
        done = nianbao(*path, "--help")
        assert done.code == 0
        assert "Example: nianbao" in done.out, path


def test_the_language_is_that_of_the_option_the_settings_or_the_locale(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "error 0" in run(scene, "findings").out
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "错误 0" in run(scene, "findings").out
    settings(scene, 'language = "en"')
    assert "error 0" in run(scene, "findings").out
    assert "错误 0" in run(scene, "--lang", "zh", "findings").out


def test_the_workspace_may_come_from_the_environment(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert nianbao("findings", workspace=tmp_path / "none").code == 2
    monkeypatch.setenv("NIANBAO_WORKSPACE", str(scene.workspace.directory))
    assert nianbao("findings").code == 0


def test_without_a_workspace_it_says_what_to_do(tmp_path: Path) -> None:
    done = nianbao("findings", workspace=tmp_path / "none")
    assert done.code == 2
    assert "nianbao init" in done.err


@pytest.mark.parametrize("now", ["yesterday", "2024-13-01", "2024-02-30T00:00"])
def test_a_wrong_time_of_judging_is_a_usage_error(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, now: str
) -> None:
    monkeypatch.setenv("NIANBAO_NOW", now)
    done = run(scene, "digest", "--dry-run")
    assert done.code == 2
    assert now in done.err


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("[crawler]\ndelai = 1", ["crawler.delai", "nianbao init"]),
        ('[crawler]\ndelay = "slow"', ["crawler.delay", "a number"]),
        ('[mail]\nto = ["somebody"]', ["mail.to.0", "office@example.cn"]),
        ('[schedule]\ncrawl = "at night"', ["[schedule] crawl", "0 2 * * *"]),
        ('[schedule]\ntimezone = "Asia/Nowhere"', ["schedule.timezone", "Asia/Shanghai"]),
        ('[rules.severity]\nrequests-unballanced = "off"', ["requests-unbalanced"]),
        ("[rules.thresholds]\nduplicate_similarty = 0.5", ["duplicate_similarity"]),
        ("[crawler\n", ["TOML", "line 1"]),
        ("语言 = 1".encode("gb18030"), ["UTF-8"]),
    ],
)
def test_a_wrong_setting_names_file_place_and_remedy(
    scene: Scene, content: str | bytes, named: list[str]
) -> None:
    settings(scene, content)
    done = run(scene, "findings")
    assert (done.code, done.out) == (2, "")
    for words in ["nianbao.toml", *named]:
        assert words in done.err


@pytest.mark.parametrize(
    ("url", "named"),
    [
        (f"mysql://root:{SECRET}@db/nianbao", "sqlite or postgresql"),
        (f"postgresql+asyncpg://root:{SECRET}@db/nianbao", "not supported"),
        ("nonsense", "no URL"),
        (f"postgresql://root:{SECRET}@127.0.0.1:1/nianbao", "127.0.0.1"),
        (f"postgresql://root:a@{SECRET}@127.0.0.1:1/nianbao", "percent-encoded"),
        (f"postgresql://root:a:{SECRET}/@host:x/nianbao", ""),
        (f"postgresql://127.0.0.1:1/nianbao?user=root&password={SECRET}", "127.0.0.1"),
        ("sqlite:////proc/nianbao.db", "/proc/nianbao.db"),
        ("sqlite:////nowhere/below/nianbao.db", "nianbao init"),
    ],
)
@pytest.mark.parametrize("command", [["findings"], ["init"], ["audit", "verify"]])
def test_a_wrong_database_url_is_a_wrong_setting_and_the_password_is_not_shown(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, url: str, named: str, command: list[str]
) -> None:
    monkeypatch.setenv("NIANBAO_DATABASE_URL", url)
    done = run(scene, *command)
    assert done.code == 2
    if command != ["init"]:
        assert named in done.err
    assert SECRET not in done.err
    assert "database" in done.err


def test_a_driver_that_is_not_installed_is_named(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    settings(scene, f'[storage]\ndatabase_url = "postgresql://root:{SECRET}@127.0.0.1/x"')
    done = run(scene, "findings")
    assert done.code == 2
    assert "nianbao[postgresql]" in done.err
    assert SECRET not in done.err


def test_a_relative_database_is_beside_the_settings_wherever_the_program_starts(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings(scene, '[storage]\ndatabase_url = "sqlite:///other.db"')
    assert run(scene, "init").code == 0
    assert (scene.workspace.directory / "other.db").exists()
    monkeypatch.chdir("/")
    assert run(scene, "findings").code == 0


def test_a_database_of_another_version_is_refused_with_the_remedy(scene: Scene) -> None:
    with scene.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    done = run(scene, "findings")
    assert done.code == 2
    assert "newer than this program" in done.err
    (scene.workspace.directory / "nianbao.db").unlink()
    scene.engine.dispose()
    missing = run(scene, "findings")
    assert (missing.code, "nianbao init" in missing.err) == (2, True)
    engine = create_database_engine(scene.workspace.database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE notes (text VARCHAR)"))
    engine.dispose()
    assert run(scene, "findings").code == 2


def test_a_damaged_database_is_no_failure_of_the_program(scene: Scene) -> None:
    scene.engine.dispose()
    (scene.workspace.directory / "nianbao.db").write_bytes(b"no database at all" * 1000)
    done = run(scene, "findings")
    assert done.code == 4
    assert "backup" in done.err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 6),
        (OSError(errno.EROFS, "Read-only file system"), 6),
        (PermissionError(errno.EACCES, "Permission denied"), 6),
        (OperationalError("x", {}, sqlite3.OperationalError("database or disk is full")), 6),
        (OperationalError("x", {}, sqlite3.OperationalError("disk I/O error")), 6),
        (OperationalError("x", {}, sqlite3.OperationalError("near: syntax error")), 5),
        (ZeroDivisionError(HOSTILE), 5),
    ],
)
def test_what_stops_the_program_decides_how_it_ends(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(listing, "standing_findings", fail)
    done = run(scene, "findings")
    assert done.code == code
    assert "\x1b" not in done.err


def test_an_interrupt_ends_with_130(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(listing, "standing_findings", interrupt)
    assert run(scene, "findings").code == 130
