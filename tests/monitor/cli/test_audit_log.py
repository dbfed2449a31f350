"""``nianbao audit log``, ``audit checkpoint --compare`` and ``nianbao retention``."""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.archive import DirectoryArchive, LockedOriginal, open_archive
from storage.captures import Exchange, archive_exchange
from storage.database import create_database_engine, transaction
from storage.models import Crawl, Portal, PortalLevel
from storage.retention.deciding import Decision, Doomed, decide
from storage.signing.signed_log import rotate_key, signed_checkpoint
from storage.workspace import open_workspace
from tests.monitor.cli.program import Done, nianbao

DOCUMENT = Path(__file__).parents[3] / "docs/log-proofs.md"
START = datetime(2024, 5, 10, tzinfo=UTC)
URL = "http://www.boai.gov.cn/list"
CRAWLS = 6


@pytest.fixture(scope="module", autouse=True)
def no_environment() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("NIANBAO"):
                patch.delenv(name)
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with six crawls of one list page, each followed by a signed checkpoint."""
    place = tmp_path_factory.mktemp("log")
    assert nianbao("init", workspace=place).code == 0
    workspace = open_workspace(place)
    engine = create_database_engine(workspace.database_url)
    archive = open_archive(workspace.archive_url)
    with transaction(engine) as session:
        session.add(
            Portal(
                id="boai",
                name="博爱县人民政府",
                division="410822",
                level=PortalLevel.COUNTY,
                url="http://www.boai.gov.cn/",
                known_columns=[],
            )
        )
    for number in range(CRAWLS):
        at = START + timedelta(days=10 * number)
        with transaction(engine) as session:
            crawl = Crawl(run_id=f"run-{number}", portal_id="boai", started_at=at, finished_at=at)
            session.add(crawl)
            session.flush()
            crawl_id = crawl.id
        exchange = Exchange(
            url=URL,
            purpose="list",
            crawl_id=crawl_id,
            requested_at=at,
            fetched_at=at,
            status=200,
            media_type="text/html",
            body=f"<ul>{number}</ul>".encode(),
        )
        archive_exchange(engine, archive, [exchange])
        signed_checkpoint(engine, archive, place)
        kept = nianbao(
            "audit", "checkpoint", "--out", place / f"kept-{number + 1}", workspace=place
        )
        assert kept.code == 0
    engine.dispose()
    return place


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    """A copy to change."""
    return Path(shutil.copytree(made, tmp_path / "copy"))


def audit(place: Path, *arguments: str | Path) -> Done:
    return nianbao("--lang", "en", "audit", *arguments, workspace=place)


def retention(place: Path, *arguments: str | Path) -> Done:
    return nianbao("--lang", "en", "retention", *arguments, workspace=place)


def sql(place: Path, statement: str) -> None:
    with sqlite3.connect(place / "nianbao.db") as connection:
        connection.execute(statement)
    connection.close()


def allow(place: Path) -> None:
    with (place / "nianbao.toml").open("a") as file:
        file.write("\n[retention]\nthin_list_pages = true\n")


def test_the_log_is_listed_in_its_order(made: Path) -> None:
    rows = audit(made, "log", "--format", "jsonl").objects()

    assert [row["position"] for row in rows] == list(range(CRAWLS))
    assert {(row["kind"], row["portal"], row["purpose"]) for row in rows} == {
        ("capture", "boai", "list")
    }
    assert rows[2]["sha256"] == hashlib.sha256(b"<ul>2</ul>").hexdigest()
    assert rows[2]["at"] == "2024-05-30T00:00:00.000000Z"
    assert "2  2024-05-30 08:00:00" in audit(made, "log").out


@pytest.mark.parametrize(
    ("narrowed", "positions"),
    [
        (["--since", "2024-05-30T08:00"], [2, 3, 4, 5]),
        (["--until", "2024-05-30T08:00"], [0, 1]),
        (["--limit", "2"], [4, 5]),
        (["--until", "2024-06-15", "--limit", "1"], [3]),
        (["--portal", "boai"], list(range(CRAWLS))),
        (["--portal", "other"], []),
        (["--kind", "deletion"], []),
        (["--kind", "capture", "--limit", "1"], [5]),
    ],
)
def test_the_list_is_narrowed(made: Path, narrowed: list[str], positions: list[int]) -> None:
    rows = audit(made, "log", *narrowed, "--format", "jsonl").objects()

    assert [row["position"] for row in rows] == positions


def test_what_cannot_be_asked_is_said(made: Path) -> None:
    assert audit(made, "log", "--since", "yesterday").code == 2
    assert audit(made, "log", "--proof", "1", "--consistency", "2").code == 2
    assert audit(made, "log", "--proof", str(CRAWLS)).code == 3
    assert audit(made, "log", "--consistency", str(CRAWLS + 1)).code == 3
    assert audit(made, "log", "--consistency", "0").code == 2
    assert audit(made, "log", "--proof", "-1").code == 2
    assert audit(made, "log", "--portal", "nobody").code == 2


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program that the documentation prints."""
    program = re.search(r"```python\n(.+?)```", DOCUMENT.read_text(), re.DOTALL)
    assert program is not None
    path = tmp_path_factory.mktemp("by_hand") / "check.py"
    path.write_text(program[1])
    return path


def check(
    by_hand: Path, directory: Path, *arguments: str | Path
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", by_hand, *arguments],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_inclusion_proof_is_checked_by_hand(made: Path, by_hand: Path, tmp_path: Path) -> None:
    keys = [each["verifier"] for each in audit(made, "key", "list", "--format", "jsonl").objects()]
    (tmp_path / "keys.txt").write_text("\n".join(keys))
    for position in range(CRAWLS):
        (tmp_path / "proof").write_text(audit(made, "log", "--proof", str(position)).out)
        done = check(by_hand, tmp_path, "proof")
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout)["run"] == f"run-{position}"

    signed = ("-rawin", "-in", "signed.txt", "-sigfile", "signature.bin")
    openssl = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", *signed]
    assert (
        b"Verified" in subprocess.run(openssl, cwd=tmp_path, capture_output=True, check=True).stdout
    )


def test_an_inclusion_proof_of_another_leaf_is_wrong(
    made: Path, by_hand: Path, tmp_path: Path
) -> None:
    proof = audit(made, "log", "--proof", "3").out
    (tmp_path / "proof").write_text(proof.replace("index 3", "index 4"))

    assert "WRONG" in check(by_hand, tmp_path, "proof").stderr


def test_a_consistency_proof_is_checked_by_hand(made: Path, by_hand: Path, tmp_path: Path) -> None:
    for size in range(1, CRAWLS + 1):
        (tmp_path / "proof").write_text(audit(made, "log", "--consistency", str(size)).out)
        done = check(by_hand, tmp_path, "proof", made / f"kept-{size}")
        assert (done.returncode, done.stderr) == (0, "")
    (tmp_path / "proof").write_text(audit(made, "log", "--consistency", "3").out)
    kept = (made / "kept-3").read_text().split("\n")
    kept[2] = "A" * 43 + "="
    (tmp_path / "forged").write_text("\n".join(kept))
    assert "WRONG" in check(by_hand, tmp_path, "proof", "forged").stderr


def test_a_changed_record_has_no_proof(place: Path) -> None:
    sql(place, "UPDATE captures SET status = 404 WHERE id = 2")

    assert audit(place, "log", "--proof", "1").code == 4
    assert audit(place, "log", "--proof", "2").code == 0


def test_a_checkpoint_that_somebody_kept_is_compared(
    made: Path, by_hand: Path, tmp_path: Path
) -> None:
    for size in range(1, CRAWLS + 1):
        done = audit(made, "checkpoint", "--compare", made / f"kept-{size}")
        assert (done.code, done.out.split(":")[0]) == (0, "consistent")
        (tmp_path / "proof").write_text(done.out.partition("\n\n")[2] + "\n")
        assert check(by_hand, tmp_path, "proof", made / f"kept-{size}").returncode == 0
    row = audit(made, "checkpoint", "--compare", made / "kept-4", "--format", "jsonl").objects()[0]
    assert (row["match"], row["size"], row["log_size"]) == ("consistent", 4, CRAWLS)


def test_a_log_that_was_cut_off_is_found_out_by_who_kept_its_checkpoint(place: Path) -> None:
    """All of the end is gone: rows, originals, checkpoints, in the archive and in the database."""
    for statement in (
        "PRAGMA foreign_keys=OFF",
        "DELETE FROM checkpoint_notes WHERE checkpoint_id > 4",
        "DELETE FROM checkpoints WHERE tree_size > 4",
        "DELETE FROM log_entries WHERE position >= 4",
        "DELETE FROM captures WHERE id > 4",
    ):
        sql(place, statement)
    for number in (4, 5):
        open_archive((place / "archive").as_uri()).remove(
            hashlib.sha256(f"<ul>{number}</ul>".encode()).hexdigest()
        )
    lines = (place / "archive/checkpoints.txt").read_text().splitlines(keepends=True)
    (place / "archive/checkpoints.txt").write_text("".join(lines[:4]))

    assert audit(place, "verify").code == 0, "nothing in the workspace knows of it any more"
    done = audit(place, "checkpoint", "--compare", place / "kept-6")
    assert (done.code, done.out.split(":")[0]) == (4, "truncated")
    assert audit(place, "checkpoint", "--compare", place / "kept-4").code == 0


def test_a_rewritten_log_is_found_out_by_who_kept_its_checkpoint(place: Path) -> None:
    sql(place, "UPDATE log_entries SET leaf_hash = zeroblob(32) WHERE position = 1")

    done = audit(place, "checkpoint", "--compare", place / "kept-3", "--format", "jsonl")

    assert (done.code, done.objects()[0]["match"]) == (4, "forked")
    assert audit(place, "checkpoint", "--compare", place / "kept-1").code == 0


def test_a_checkpoint_of_a_retired_key_is_known_and_a_foreign_one_is_not(
    place: Path, tmp_path: Path
) -> None:
    engine = create_database_engine(open_workspace(place).database_url)
    rotate_key(engine, place, author="a", reason="b")
    engine.dispose()
    assert audit(place, "checkpoint", "--compare", place / "kept-6").code == 0

    other = tmp_path / "other"
    other.mkdir()
    assert nianbao("init", workspace=other).code == 0
    done = audit(other, "checkpoint", "--compare", place / "kept-6")
    assert (done.code, "not signed by a key of this log" in done.out) == (4, True)


def test_a_checkpoint_that_came_by_mail_is_compared_too(place: Path) -> None:
    kept = (place / "kept-4").read_bytes()
    (place / "mailed").write_bytes(kept.replace(b"\n", b"\r\n") + b"\r\n\r\n")
    assert audit(place, "checkpoint", "--compare", place / "mailed").code == 0


def test_what_is_no_checkpoint_or_was_changed_is_not_compared(place: Path, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello")
    assert audit(place, "checkpoint", "--compare", tmp_path / "x").code == 2
    assert audit(place, "checkpoint", "--compare", tmp_path / "none").code == 2
    (tmp_path / "y").write_text((place / "kept-3").read_text().replace("\n3\n", "\n2\n"))
    done = audit(place, "checkpoint", "--compare", tmp_path / "y")
    assert (done.code, "signature is wrong" in done.err) == (4, True)


def test_the_plan_tells_what_may_go_and_why_the_rest_stays(made: Path) -> None:
    rows = retention(made, "plan", "--format", "jsonl").objects()

    by_reason = {row["reason"]: row["bodies"] for row in rows}
    assert by_reason[None] == CRAWLS - 2
    assert (by_reason["first"], by_reason["last"]) == (1, 1)
    assert "proves nothing" in retention(made, "plan").out


def test_nothing_is_removed_as_long_as_the_settings_forbid_it(place: Path) -> None:
    done = retention(place, "apply", "--author", "王敏", "--reason", "清理")

    assert (done.code, "thin_list_pages is false" in done.err) == (2, True)
    assert audit(place, "log", "--kind", "deletion", "--format", "jsonl").objects() == []


def test_a_decision_is_applied_logged_and_verified(
    place: Path, by_hand: Path, tmp_path: Path
) -> None:
    allow(place)
    done = retention(place, "apply", "--author", "王敏", "--reason", "清理", "--format", "jsonl")

    assert done.code == 0, done.err
    assert done.objects() == [{"deletions": [1], "removed": CRAWLS - 2, "kept": 0, "locked": {}}]
    assert audit(place, "verify").code == 0
    assert retention(place, "apply", "--author", "a", "--reason", "b").out.startswith("There is")
    (row,) = audit(place, "log", "--kind", "deletion", "--format", "jsonl").objects()
    assert (row["position"], row["author"], row["reason"]) == (CRAWLS, "王敏", "清理")
    assert len(row["originals"]) == CRAWLS - 2
    (tmp_path / "proof").write_text(audit(place, "log", "--proof", str(CRAWLS)).out)
    leaf = json.loads(check(by_hand, tmp_path, "proof").stdout)
    assert (leaf["type"], leaf["author"], leaf["policy"]["keep_months"]) == ("deletion", "王敏", 12)


def test_an_interrupted_decision_is_completed(place: Path) -> None:
    body = b"<ul>3</ul>"
    digest = hashlib.sha256(body).hexdigest()
    engine = create_database_engine(open_workspace(place).database_url)
    doomed = [Doomed(sha256=digest, size=len(body), captures=1)]
    decide(engine, doomed, Decision(author="a", reason="b", policy={}), planned_at=CRAWLS)
    engine.dispose()
    warned = audit(place, "verify", "--format", "jsonl")
    assert [(row["kind"], row["sha256"]) for row in warned.objects()] == [("unremoved", digest)]
    assert warned.code == 0
    assert "1 decisions are not carried out" in retention(place, "plan").out

    assert retention(place, "complete", "--format", "jsonl").objects()[0]["removed"] == 1

    assert audit(place, "verify", "--format", "jsonl").objects() == []


def test_what_is_under_object_lock_is_told_with_its_end_and_decided_once(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(place)
    locked = hashlib.sha256(b"<ul>3</ul>").hexdigest()
    remove = DirectoryArchive.remove

    def refuse(archive: DirectoryArchive, sha256: str) -> None:
        if sha256 == locked:
            raise LockedOriginal("锁定", "locked", datetime(2035, 12, 31, tzinfo=UTC))
        remove(archive, sha256)

    monkeypatch.setattr(DirectoryArchive, "remove", refuse)
    done = retention(place, "apply", "--author", "王敏", "--reason", "清理")
    assert (done.code, f"{CRAWLS - 3} removed" in done.out) == (3, True)
    assert "1 are under object lock until 2035-12-31" in done.out
    again = retention(place, "apply", "--author", "王敏", "--reason", "清理")
    assert (again.code, "1 are under object lock until 2035-12-31" in again.out) == (3, True)
    assert len(audit(place, "log", "--kind", "deletion", "--format", "jsonl").objects()) == 1
    [row] = retention(place, "complete", "--format", "jsonl").objects()
    assert row["locked"] == {locked: "2035-12-31T00:00:00.000000Z"}

    monkeypatch.undo()
    assert retention(place, "complete").code == 0
    assert audit(place, "verify", "--format", "jsonl").objects() == []
