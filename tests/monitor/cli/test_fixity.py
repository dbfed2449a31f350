"""``nianbao audit fixity`` and ``nianbao audit repair``, run as a shell would."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.fixity import LEASE
from monitor.jobs import JobError, jobs
from monitor.lease import acquire
from storage.archive import DirectoryArchive
from storage.captures import Exchange, archive_exchange
from storage.clock import utc_now
from tests.monitor.cli.program import Done, nianbao
from tests.monitor.scene import NOW, Scene, make_scene

SHA256 = hashlib.sha256(b"report").hexdigest()


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    for name in ("NIANBAO_NOW", "NIANBAO_DATABASE_URL", "NIANBAO_ARCHIVE_URL"):
        monkeypatch.delenv(name, raising=False)
    scene = make_scene(tmp_path / "county")
    for body in (b"report", b"other"):
        exchange = Exchange(
            url="http://x/", purpose="page", requested_at=NOW, fetched_at=NOW, body=body
        )
        archive_exchange(scene.engine, scene.archive, [exchange])
    yield scene
    scene.engine.dispose()


@pytest.fixture
def second(scene: Scene, tmp_path: Path) -> DirectoryArchive:
    place = tmp_path / "second"
    file = scene.workspace.directory / "nianbao.toml"
    file.write_text(f'[storage]\nsecond_copy = "{place.as_uri()}"\n[audit]\nfixity_days = 30\n')
    return DirectoryArchive(place)


def run(scene: Scene, *words: str) -> Done:
    return nianbao("--lang", "en", "audit", *words, workspace=scene.workspace.directory)


def spoil(archive: object) -> None:
    assert isinstance(archive, DirectoryArchive)
    path = archive.root / archive.locate(SHA256)
    path.unlink()
    path.write_bytes(b"spoilt")


def test_it_tells_what_was_never_checked_and_then_what_was_in_time(scene: Scene) -> None:
    before = run(scene, "fixity")
    assert (before.code, before.out.splitlines()) == (
        0,
        ["archive: nothing was checked yet.", "archive: 2 were never hashed again."],
    )

    checked = run(scene, "fixity", "--check")

    assert checked.code == 0
    assert "2 of 2 originals were hashed again within 90 days" in checked.out
    assert "hashed 2 originals again (of 2 in the archive)" in checked.out
    [row] = run(scene, "fixity", "--format", "jsonl").objects()
    assert (row["kind"], row["copy"], row["fixity_days"]) == ("standing", "archive", 90)
    assert (row["checked"], row["in_time"], row["never_checked"]) == (2, 2, 0)
    assert row["oldest_checked_at"].endswith("Z")


def test_what_is_damaged_is_named_until_it_is_settled(scene: Scene) -> None:
    spoil(scene.archive)

    found = run(scene, "fixity", "--check")
    assert found.code == 4
    assert f"[damaged] archive: {SHA256}" in found.out
    rows = run(scene, "fixity", "--format", "jsonl").objects()
    assert [(row["kind"], row.get("sha256")) for row in rows][1:] == [("damaged", SHA256)]
    assert (
        "损坏"
        in nianbao("--lang", "zh", "audit", "fixity", workspace=scene.workspace.directory).out
    )

    scene.archive.put(b"report")
    assert run(scene, "fixity", "--all").code == 0


def test_with_a_second_copy_it_is_restored_at_once(scene: Scene, second: DirectoryArchive) -> None:
    assert "copied 2 to the second copy" in run(scene, "fixity", "--check").out
    spoil(scene.archive)

    found = run(scene, "fixity", "--all")

    assert found.code == 0
    assert f"archive: {SHA256} was damaged and is restored." in found.out
    assert "second copy: 2 of 2 originals" in found.out
    assert scene.archive.get(SHA256) == b"report"


def test_repair_restores_what_is_named(scene: Scene, second: DirectoryArchive) -> None:
    run(scene, "fixity", "--check")
    spoil(second)

    done = run(scene, "repair", SHA256.upper(), "--author", "王敏", "--format", "jsonl")

    assert done.code == 0
    [row] = done.objects()
    assert (row["kind"], row["copy"], row["found"]) == ("repaired", "second", "damaged")
    assert second.get(SHA256) == b"report"
    assert run(scene, "repair").out.startswith("nothing had to be restored: no check")


def test_what_a_verification_named_is_known_to_repair(
    scene: Scene, second: DirectoryArchive
) -> None:
    run(scene, "fixity", "--check")
    spoil(scene.archive)

    assert run(scene, "verify").code == 4
    done = run(scene, "repair")

    assert (done.code, done.out.count("is restored")) == (0, 1)
    assert run(scene, "verify").code == 0


def test_what_is_damaged_in_both_is_said_and_ends_with_4(
    scene: Scene, second: DirectoryArchive
) -> None:
    run(scene, "fixity", "--check")
    spoil(scene.archive)
    spoil(second)

    done = run(scene, "repair", SHA256)

    assert done.code == 4
    assert done.out.count("could not be restored") == 2


def test_without_a_second_copy_there_is_nothing_to_repair_from(scene: Scene) -> None:
    done = run(scene, "repair")
    assert done.code == 2
    assert "second_copy" in done.err


def test_what_is_no_hash_is_refused(scene: Scene, second: DirectoryArchive) -> None:
    done = run(scene, "repair", "abc")
    assert done.code == 2
    assert "abc" in done.err


def test_another_process_that_is_at_it_is_named(scene: Scene, second: DirectoryArchive) -> None:
    acquire(scene.engine, LEASE, "elsewhere:1", utc_now())
    for words in (("fixity", "--check"), ("repair",)):
        done = run(scene, *words)
        assert done.code == 3
        assert "elsewhere:1" in done.err


def test_a_second_copy_that_cannot_be_used_names_the_setting(scene: Scene) -> None:
    file = scene.workspace.directory / "nianbao.toml"
    file.write_text('[storage]\nsecond_copy = "ftp://me:secret@host/x"\n')
    done = run(scene, "fixity")
    assert done.code == 2
    assert "storage.second_copy" in done.err
    assert "secret" not in done.err


def test_the_job_says_what_it_did_and_fails_while_anything_is_damaged(scene: Scene) -> None:
    job = jobs(scene.workspace, scene.engine)["fixity"]
    assert job().startswith("hashed 2 originals again")
    spoil(scene.archive)
    run(scene, "fixity", "--all")
    with pytest.raises(JobError, match="1 still in trouble"):
        job()
