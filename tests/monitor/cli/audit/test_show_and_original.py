"""``nianbao audit show`` and ``audit original``."""

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.archive import DirectoryArchive
from storage.models import (
    CheckpointHolder,
    HolderKind,
)
from storage.retention.deciding import Decision, Doomed, carry_out, decide
from tests.monitor.cli.audit.conftest import (
    BODY,
    LIST,
    NOON,
    OLD,
    PAGE,
    SHA256,
    Ran,
    Run,
    add_rows,
    damage,
)


@pytest.mark.usefixtures("crawled")
@pytest.mark.parametrize("what", [SHA256, SHA256[:8], SHA256[:20].upper(), PAGE])
def test_every_capture_is_shown_by_hash_and_by_address(run: Run, what: str) -> None:
    done = run("show", what)

    assert done.code == 0
    shown = done.out.decode()
    for part in (
        "2024-01-20 12:00:01 +0800",
        "200",
        "http://old.boai.gov.cn/2023",
        f"→ {PAGE}",
        SHA256,
        f"{len(BODY)} bytes",
        "log position 1",
    ):
        assert part in shown
    [row] = run("show", what, "--format", "jsonl").rows
    assert row["sha256"] == SHA256
    assert (row["position"], row["portal"], row["run"]) == (1, "boai", "run-1")
    assert row["fetched_at"] == "2024-01-20T04:00:01.000000Z"


@pytest.mark.usefixtures("crawled")
def test_a_capture_without_an_answer_is_shown_with_its_error(run: Run) -> None:
    done = run("show", "http://down.boai.gov.cn/\x1b[31m")

    assert done.code == 0
    assert b"timed out" in done.out
    assert b"\x1b" not in done.out


@pytest.mark.usefixtures("crawled")
@pytest.mark.parametrize("what", ["0" * 64, "0" * 8, "http://nowhere.gov.cn/", SHA256[:7]])
def test_what_was_never_captured_is_said_to_be_unknown(run: Run, what: str) -> None:
    for output in ("text", "jsonl"):
        done = run("show", what, "--format", output)

        assert done.code == 3
        assert what in done.err
        assert done.out == b""


@pytest.mark.usefixtures("crawled")
@pytest.mark.parametrize("digits", [SHA256, SHA256.upper(), SHA256[:8]])
def test_an_original_is_written_to_the_byte(run: Run, tmp_path: Path, digits: str) -> None:
    assert run("original", digits).out == BODY

    out = tmp_path / "report.html"
    assert run("original", digits, "--out", str(out)) == Ran(0, b"", "")
    assert out.read_bytes() == BODY


@pytest.mark.usefixtures("crawled")
def test_an_original_is_never_written_over_a_file(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "mine.txt"
    out.write_text("mine")

    assert run("original", SHA256, "--out", str(out)).code == 2
    assert out.read_text() == "mine"


@pytest.mark.usefixtures("crawled")
@pytest.mark.parametrize(
    ("digits", "code"), [("0" * 64, 3), ("0" * 8, 3), ("../../etc/passwd", 2), ("abc", 2)]
)
def test_an_original_that_is_not_there_is_said_so(run: Run, digits: str, code: int) -> None:
    done = run("original", digits)

    assert (done.code, done.out) == (code, b"")
    assert digits in done.err


@pytest.mark.usefixtures("crawled")
def test_a_damaged_or_lost_original_is_never_written(run: Run, archive: DirectoryArchive) -> None:
    damage(archive)
    done = run("original", SHA256)
    assert (done.code, done.out) == (4, b"")

    (archive.root / archive.locate(SHA256)).unlink()
    done = run("original", SHA256[:10])
    assert (done.code, done.out) == (4, b"")
    assert SHA256 in done.err


@pytest.mark.usefixtures("crawled")
def test_an_original_that_was_removed_by_decision_is_said_to_be(
    run: Run, engine: Engine, archive: DirectoryArchive, tmp_path: Path
) -> None:
    sha256 = hashlib.sha256(b"<ul></ul>").hexdigest()
    doomed = Doomed(sha256=sha256, size=9, captures=1)
    decide(engine, [doomed], Decision(author="王敏", reason="精简", policy={}), planned_at=10**6)
    carry_out(engine, archive, tmp_path)

    done = run("original", sha256)

    assert (done.code, done.out) == (3, b"")
    assert "王敏: 精简" in done.err
    assert "王敏: 精简" in run("show", LIST).out.decode()
    [row] = run("show", LIST, "--format", "jsonl").rows
    assert (row["removed"]["author"], row["removed"]["reason"]) == ("王敏", "精简")


@pytest.mark.usefixtures("crawled")
def test_a_report_is_shown_with_what_happened_to_it(run: Run) -> None:
    done = run("show", OLD)
    shown = done.out.decode()
    assert "Report 1  2022年政府信息公开工作年度报告" in shown
    assert "first seen" in shown
    assert "Nobody else holds a checkpoint" in shown
    assert "首次见到" in run("show", OLD, lang="zh").out.decode()
    [row] = run("show", OLD, "--format", "jsonl").rows
    assert [(each["filing"], each["kind"]) for each in row["proves"]] == [(1, "first_seen")]
    assert (row["held_by"], row["removed"], row["repaired"]) == ([], None, [])


@pytest.mark.usefixtures("crawled")
def test_who_holds_a_checkpoint_over_a_capture_is_shown(run: Run, engine: Engine) -> None:
    for kind, holder in ((HolderKind.PUBLISHED, "/srv/public"), (HolderKind.MAIL, "a@b.cn")):
        waiting = "not-sent@x" if kind is HolderKind.MAIL else None
        add_rows(
            engine,
            CheckpointHolder(
                checkpoint_id=1, kind=kind, holder=holder, at=NOON, message_id=waiting
            ),
        )
    done = run("show", LIST)
    assert done.code == 0, done.err
    shown = done.out.decode()
    assert "published in /srv/public  2024-01-20 12:00:00 +0800  3 log entries" in shown
    assert "a@b.cn" not in shown, "it was never sent"
    [row] = run("show", LIST, "--format", "jsonl").rows
    assert [(each["kind"], each["entries"]) for each in row["held_by"]] == [("published", 3)]


@pytest.mark.parametrize("command", ["verify", "show", "original", "export", "verifier"])
def test_every_command_explains_itself_with_an_example(run: Run, command: str) -> None:
    done = run(command, "--help")

    assert done.code == 0
    assert f"Example: nianbao audit {command}" in " ".join(done.out.decode().split())
