import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from monitor.cli.app import main
from storage.archive import DirectoryArchive
from storage.captures import Exchange, archive_exchange, make_checkpoint
from storage.database import create_database_engine, transaction
from storage.evidence import verifier
from storage.evidence.verify import verify
from storage.models import (
    Agency,
    AgencyKind,
    CheckpointHolder,
    Column,
    ColumnReading,
    Crawl,
    CrawlState,
    Filing,
    HolderKind,
    Original,
    OriginalRole,
    Portal,
    PortalLevel,
)
from storage.retention.deciding import Decision, Doomed, carry_out, decide
from storage.schema import upgrade

NOON = datetime(2024, 1, 20, 4, tzinfo=UTC)
LIST = "http://www.boai.gov.cn/ndbg/"
PAGE = "http://www.boai.gov.cn/ndbg/2023.html"
OLD = "http://old.boai.gov.cn/2023"
BODY = b"\x00\xff<p>report</p>\r\n"
SHA256 = hashlib.sha256(BODY).hexdigest()


@dataclass
class Ran:
    """What a command said and how it ended."""

    code: int
    out: bytes
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.decode().splitlines()]


Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with nothing in it, to be copied."""
    directory = tmp_path_factory.mktemp("empty")
    (directory / "nianbao.toml").touch()
    engine = create_database_engine(f"sqlite:///{directory / 'nianbao.db'}")
    upgrade(engine)
    engine.dispose()
    return directory


@pytest.fixture(scope="module")
def full(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace after a crawl, to be copied."""
    directory = tmp_path_factory.mktemp("full") / "workspace"
    shutil.copytree(empty, directory)
    engine = create_database_engine(f"sqlite:///{directory / 'nianbao.db'}")
    _crawl(engine, DirectoryArchive(directory / "archive"))
    engine.dispose()
    return directory


@pytest.fixture
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """The database of a copy; that of the crawled workspace if the test asks for it."""
    template = "full" if "crawled" in request.fixturenames else "empty"
    shutil.copytree(request.getfixturevalue(template), tmp_path, dirs_exist_ok=True)
    engine = create_database_engine(f"sqlite:///{tmp_path / 'nianbao.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def archive(engine: Engine, tmp_path: Path) -> DirectoryArchive:
    return DirectoryArchive(tmp_path / "archive")


@pytest.fixture
def crawled(engine: Engine) -> None:
    """A list page, a report reached by a redirect, and an address that did not answer."""


def _crawl(engine: Engine, archive: DirectoryArchive) -> None:
    _add(
        engine,
        Portal(
            id="boai",
            name="博爱县人民政府",
            division="410822",
            level=PortalLevel.COUNTY,
            url="http://www.boai.gov.cn/",
            known_columns=[],
        ),
        Crawl(
            id=1,
            run_id="run-1",
            portal_id="boai",
            started_at=NOON,
            finished_at=NOON + timedelta(minutes=1),
            state=CrawlState.COMPLETE,
            control_passed=True,
        ),
        Agency(
            id="boai-kjj",
            name="博爱县科技和工业信息化局",
            kind=AgencyKind.DEPARTMENT,
            division="410822",
            portal_id="boai",
            aliases=[],
        ),
        Column(
            id=1,
            portal_id="boai",
            url=LIST,
            name="年报",
            platform="generic",
            found_by="registry",
            proof={},
            found_at=NOON,
        ),
        ColumnReading(
            crawl_id=1,
            column_id=1,
            read_at=NOON,
            pages_seen=1,
            found=1,
            reports=1,
            read_to_end=True,
            control_passed=True,
            known_before=0,
            found_again=0,
        ),
    )
    page = archive_exchange(
        engine,
        archive,
        [
            _exchange(0, LIST, purpose="list", body=b"<ul></ul>"),
            _exchange(1, OLD, final_url=PAGE, body=BODY),
            _exchange(
                2, "http://down.boai.gov.cn/\x1b[31m", body=None, status=None, error="timed out"
            ),
        ],
    )[1]
    _add(
        engine,
        Filing(
            id=1,
            portal_id="boai",
            column_id=1,
            url=OLD,
            list_title="2022年年报",
            title="2022年政府信息公开工作年度报告",
            agency_id="boai-kjj",
            fiscal_year=2022,
            date_candidates=[],
            labels={},
            first_seen_at=NOON,
            last_seen_at=NOON,
        ),
        Original(
            filing_id=1,
            capture_id=page,
            url=OLD,
            role=OriginalRole.PAGE,
            sha256=SHA256,
            media_type="text/html",
            size=len(BODY),
            fetched_at=NOON + timedelta(seconds=1),
        ),
    )
    make_checkpoint(engine, archive)


def _add(engine: Engine, *rows: Any) -> None:
    for row in rows:
        with transaction(engine) as session:
            session.add(row)


def _exchange(second: int, url: str, **fields: Any) -> Exchange:
    at = NOON + timedelta(seconds=second)
    usual = {"purpose": "page", "status": 200, "media_type": "text/html", "crawl_id": 1}
    return Exchange(url=url, requested_at=at, fetched_at=at, **{**usual, **fields})


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Run:
    def invoke(*arguments: str, lang: str = "en") -> Ran:
        command = ["nianbao", "--workspace", str(tmp_path), "--lang", lang, "audit", *arguments]
        monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsysbinary.readouterr()
        code = ended.value.code
        assert isinstance(code, int) or code is None
        return Ran(code or 0, captured.out, captured.err.decode())

    return invoke


def damage(archive: DirectoryArchive, sha256: str = SHA256) -> None:
    path = archive.root / archive.locate(sha256)
    path.chmod(0o644)
    path.write_bytes(b"rotten")


@pytest.mark.usefixtures("crawled")
def test_a_sound_archive_verifies(run: Run) -> None:
    done = run("verify")

    assert done.code == 0
    [summary] = done.out.decode().splitlines()
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
def test_an_exported_pack_verifies_by_its_own_program(run: Run, tmp_path: Path) -> None:
    pack = tmp_path / "pack"

    done = run("export", "--agency", "boai-kjj", "--fiscal-year", "2023", str(pack))

    assert done.code == 0
    manifest = hashlib.sha256((pack / "manifest-sha256.txt").read_bytes()).hexdigest()
    assert manifest in done.out.decode()
    subprocess.run([sys.executable, "-I", pack / "verify.py"], check=True, capture_output=True)

    again = tmp_path / "again"
    command = ["export", "--agency", "boai-kjj", "--fiscal-year", "2023", str(again)]
    [row] = run(*command, "--format", "jsonl").rows
    assert (row["captures"], row["manifest_sha256"]) == (1, manifest)


@pytest.mark.usefixtures("crawled")
def test_a_pack_is_refused_with_the_code_of_its_reason(
    run: Run, engine: Engine, archive: DirectoryArchive, tmp_path: Path
) -> None:
    def export(directory: str, agency: str = "boai-kjj") -> Ran:
        arguments = ["--agency", agency, "--fiscal-year", "2023", str(tmp_path / directory)]
        return run("export", *arguments)

    assert export("archive").code == 2, "not empty"
    assert export("pack", agency="nobody").code == 2
    damage(archive, hashlib.sha256(b"<ul></ul>").hexdigest())
    assert export("pack").code == 4
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM column_readings"))
    assert export("pack").code == 3
    assert not (tmp_path / "pack").exists()


@pytest.mark.usefixtures("crawled")
@pytest.mark.parametrize("what", ["1", OLD, SHA256[:12]])
def test_a_report_is_exported_by_its_number_address_or_hash(
    run: Run, tmp_path: Path, what: str
) -> None:
    [row] = run("export", "--filing", what, str(tmp_path / "pack"), "--format", "jsonl").rows
    assert (row["kind"], row["filings"], row["absence_proved"]) == ("filing", 1, None)
    [filing] = json.loads((tmp_path / "pack/data/filings.json").read_text())
    assert filing["url"] == OLD
    [timeline] = json.loads((tmp_path / "pack/data/history.json").read_text())
    assert "first_seen" in [each["kind"] for each in timeline["happenings"]]


@pytest.mark.usefixtures("crawled")
def test_a_web_archive_is_of_a_crawl_a_portal_or_a_report(run: Run, tmp_path: Path) -> None:
    counts = [
        run("wacz", *options, str(tmp_path / f"{number}.wacz"), "--format", "jsonl").rows[0][
            "captures"
        ]
        for number, options in enumerate(
            (["--run", "run-1"], ["--portal", "boai"], ["--filing", "1"])
        )
    ]
    assert counts == [2, 2, 1]
    assert run("wacz", "--filing", "99", str(tmp_path / "x.wacz")).code == 2
    assert run("wacz", "--run", "other", str(tmp_path / "x.wacz")).code == 3


@pytest.mark.usefixtures("crawled")
@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--agency", "boai-kjj"],
        ["--fiscal-year", "2023"],
        ["--filing", "1", "--agency", "boai-kjj"],
        ["--filing", "1", "--absence"],
        ["--filing", "99"],
        ["--filing", "http://nowhere.gov.cn/"],
    ],
)
def test_a_pack_is_about_a_report_or_about_an_agencys_year(
    run: Run, tmp_path: Path, options: list[str]
) -> None:
    assert run("export", *options, str(tmp_path / "pack")).code == 2
    assert not (tmp_path / "pack").exists()


@pytest.mark.usefixtures("crawled")
def test_an_absence_is_exported_of_itself_where_the_report_is_missing(
    run: Run, engine: Engine, tmp_path: Path
) -> None:
    command = ["export", "--agency", "boai-kjj", "--fiscal-year", "2023", "--format", "jsonl"]
    done = run(*command, "--absence", str(tmp_path / "pack"))
    assert done.code == 3, "the crawl was before the report was due"
    assert "--as-observed" in done.err
    assert not (tmp_path / "pack").exists()

    [row] = run(*command, "--as-observed", str(tmp_path / "observed")).rows
    assert (row["kind"], row["absence_proved"]) == ("absence", False)
    [row] = run(*command, str(tmp_path / "year")).rows
    assert (row["kind"], row["absence_proved"]) == ("agency_year", None)

    with engine.begin() as connection:
        after = "2024-02-05 04:00:00.000000"
        connection.execute(text(f"UPDATE crawls SET finished_at = '{after}'"))
        connection.execute(text(f"UPDATE column_readings SET read_at = '{after}'"))
    [row] = run(*command, str(tmp_path / "pack")).rows
    assert (row["kind"], row["absence_proved"]) == ("absence", True)
    before = ["--as-of", "2024-01-15T00:00+08:00", str(tmp_path / "before")]
    assert run(*command, *before).rows[0]["kind"] == "agency_year"
    for pack in ("pack", "observed", "year"):
        assert not [each for each in verify(tmp_path / pack) if each.result == "fail"]


def test_the_verifier_is_that_of_every_pack_and_published(run: Run) -> None:
    program = run("verifier").out
    assert program == verifier()
    published = Path(__file__).parents[3] / "docs" / "guarantees.md"
    assert hashlib.sha256(program).hexdigest() in published.read_text()


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
        _add(
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
