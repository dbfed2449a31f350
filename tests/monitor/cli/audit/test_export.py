"""``nianbao audit export``, ``audit verifier`` and ``audit wacz``."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from storage.archive import DirectoryArchive
from storage.evidence import verifier
from storage.evidence.verify import verify
from tests.monitor.cli.audit.conftest import OLD, SHA256, Ran, Run, damage


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
    published = Path(__file__).parents[4] / "docs" / "guarantees.md"
    assert hashlib.sha256(program).hexdigest() in published.read_text()
