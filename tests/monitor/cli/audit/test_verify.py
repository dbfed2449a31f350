"""``nianbao audit verify``: what is wrong is named, and how the command ends."""

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from storage.archive import DirectoryArchive
from tests.monitor.cli.audit.conftest import BODY, LIST, PAGE, SHA256, Run, damage


@pytest.mark.usefixtures("crawled")
def test_a_sound_archive_verifies(run: Run) -> None:
    done = run("verify")

    assert done.code == 0
    covered, summary = done.out.decode().splitlines()
    assert covered.startswith("log entries 0-2: the checkpoints over them lie here only")
    assert summary == (
        f"verified 2 originals ({len(BODY) + 9} bytes), 3 log entries, 1 checkpoints: no problem."
    )
    assert run("verify", "--format", "jsonl").out == b""
    assert "没有问题" in run("verify", lang="zh").out.decode()


@pytest.mark.usefixtures("crawled")
def test_each_damaged_lost_and_unlogged_item_is_named(run: Run, archive: DirectoryArchive) -> None:
    damage(archive)
    lost = hashlib.sha256(b"<ul></ul>").hexdigest()
    (archive.root / archive.locate(lost)).unlink()
    unlogged = archive.put(b"slipped in")
    archive.settle([unlogged])

    done = run("verify", "--format", "jsonl")

    assert done.code == 4
    assert {(row["kind"], row["sha256"], row["url"]) for row in done.rows} == {
        ("damaged", SHA256, "http://old.boai.gov.cn/2023"),
        ("lost", lost, LIST),
        ("unlogged", unlogged, None),
    }
    for row in done.rows:
        assert {"kind", "sha256", "url", "path", "message_zh", "message_en"} <= set(row)
        assert row["path"] == archive.locate(row["sha256"])

    done = run("verify", lang="zh")
    assert done.code == 4
    for sha256 in (SHA256, lost, unlogged):
        assert sha256 in done.out.decode()
    assert "损坏 1，丢失 1，未入日志 1" in done.out.decode().splitlines()[-1]


@pytest.mark.usefixtures("crawled")
def test_a_harmless_leftover_is_told_and_is_no_failure(run: Run, archive: DirectoryArchive) -> None:
    orphan = archive.put(b"never committed")

    done = run("verify", "--format", "jsonl")

    assert done.code == 0
    assert [(row["kind"], row["sha256"]) for row in done.rows] == [("leftover", orphan)]


@pytest.mark.usefixtures("crawled")
def test_an_edited_row_fails_the_verification(run: Run, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE captures SET url = 'http://x/\x1b[31m' WHERE id = 2"))

    done = run("verify")

    assert done.code == 4
    assert b"[altered] log entry 1" in done.out
    assert b"\x1b" not in done.out


def test_an_empty_workspace_verifies(run: Run, engine: Engine) -> None:
    assert run("verify").code == 0


@pytest.mark.usefixtures("crawled")
def test_originals_without_their_database_fail_the_verification(
    run: Run, engine: Engine, tmp_path: Path
) -> None:
    engine.dispose()
    for path in tmp_path.glob("nianbao.db*"):
        path.unlink()

    done = run("verify")

    assert done.code == 4
    assert "has not been made" in done.err
    assert not (tmp_path / "nianbao.db").exists()


def test_a_workspace_without_anything_is_a_wrong_command_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "nianbao.toml").touch()

    assert run("verify").code == 2


@pytest.mark.usefixtures("crawled")
def test_a_database_that_cannot_be_read_fails_the_verification(
    run: Run, engine: Engine, tmp_path: Path
) -> None:
    engine.dispose()
    (tmp_path / "nianbao.db").write_bytes(b"no database at all" * 1000)

    done = run("verify")

    assert done.code == 4
    assert "cannot be read" in done.err


@pytest.mark.usefixtures("crawled")
def test_a_database_with_a_changed_page_fails_the_verification(
    run: Run, engine: Engine, tmp_path: Path
) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    path = tmp_path / "nianbao.db"
    content = bytearray(path.read_bytes())
    at = content.index(PAGE.encode())
    content[at : at + 4] = b"ftp:"
    path.write_bytes(content)

    done = run("verify", "--format", "jsonl")

    assert done.code == 4
    assert [(row["kind"], row["subject"]) for row in done.rows] == [("altered", "log entry 1")]


def test_an_archive_that_cannot_be_used_is_a_wrong_setting(
    run: Run, engine: Engine, tmp_path: Path
) -> None:
    (tmp_path / "nianbao.toml").write_text('[storage]\narchive_url = "ftp://x/y"\n')

    done = run("verify")

    assert done.code == 2
    assert "storage.archive_url" in done.err
