"""A disk that is full, or can only be read: exit code 6, and a workspace that is whole."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select

from monitor.checking import check_filings
from storage.archive import ArchiveError
from storage.captures import Exchange, archive_exchange
from storage.database import reading
from storage.models import Agency, Judgement
from storage.verification import verify
from tests.monitor.cli.program import Done, nianbao
from tests.monitor.scene import NOW, Scene, a_report, as_page, make_scene

SIZE = 3 * 2**20


def mount(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"file systems cannot be mounted here: {done.stderr.strip()}")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    mount("-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place))
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def scene(disk: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    for name in ("NIANBAO_DATABASE_URL", "NIANBAO_ARCHIVE_URL"):
        monkeypatch.delenv(name, raising=False)
    scene = make_scene(disk / "workspace")
    scene.portal()
    scene.agency("fin", "清河县财政局")
    yield scene
    scene.engine.dispose()


def fill(scene: Scene, left: int = 0) -> Path:
    """Take all the space but some bytes; return the file that took it."""
    ballast = scene.workspace.directory.parent / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    os.truncate(ballast, max(0, ballast.stat().st_size - left))
    return ballast


def run(scene: Scene, *arguments: str | Path) -> Done:
    return nianbao("--lang", "en", *arguments, workspace=scene.workspace.directory)


def count(scene: Scene, model: type[Agency | Judgement]) -> int:
    with reading(scene.engine) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def many_agencies(directory: Path) -> Path:
    path = directory / "agencies.csv"
    rows = (f"a{n},清河县第{n}局,department,130534,qh\n" for n in range(4000))
    path.write_text("agency,name,kind,division,portal\n" + "".join(rows))
    return path


@pytest.mark.parametrize("left", [0, 64 * 1024])
def test_an_import_that_finds_no_room_imports_nothing(
    scene: Scene, tmp_path: Path, left: int
) -> None:
    agencies = many_agencies(tmp_path)
    ballast = fill(scene, left)
    done = run(scene, "registry", "import", agencies)
    assert (done.code, done.out) == (6, "")
    assert "disk is full" in done.err
    ballast.unlink()
    assert count(scene, Agency) == 1
    assert run(scene, "registry", "import", agencies).code == 0
    assert count(scene, Agency) == 4001


def test_checking_that_finds_no_room_keeps_what_was_judged(scene: Scene) -> None:
    for year in range(2021, 2024):
        scene.filing("fin", as_page(a_report("清河县财政局", year)), year=year)
    check_filings(scene.workspace, scene.engine, NOW, filing_ids=[1])
    ballast = fill(scene)
    with pytest.raises(Exception, match="disk is full"):
        check_filings(scene.workspace, scene.engine, NOW)
    assert run(scene, "findings").code in (0, 1)
    ballast.unlink()
    assert count(scene, Judgement) == 1
    assert check_filings(scene.workspace, scene.engine, NOW).judged == 2


def test_archiving_that_finds_no_room_leaves_archive_and_log_whole(scene: Scene) -> None:
    scene.filing("fin", as_page(a_report("清河县财政局")))
    exchange = Exchange(
        url="http://www.qh.gov.cn/big",
        purpose="page",
        requested_at=NOW,
        fetched_at=NOW,
        body=os.urandom(256 * 1024),
    )
    ballast = fill(scene, 128 * 1024)
    with pytest.raises(ArchiveError, match="disk is full"):
        archive_exchange(scene.engine, scene.archive, [exchange])
    ballast.unlink()
    assert verify(scene.engine, scene.archive).sound
    archive_exchange(scene.engine, scene.archive, [exchange])
    assert verify(scene.engine, scene.archive).sound
    assert run(scene, "audit", "verify").code == 0


def test_a_disk_that_can_only_be_read_is_told_as_that(
    scene: Scene, disk: Path, tmp_path: Path
) -> None:
    scene.filing("fin", as_page(a_report("清河县财政局")))
    scene.engine.dispose()
    agencies = many_agencies(tmp_path)
    mount("-o", "remount,ro", str(disk))
    for command in (["registry", "import", agencies], ["digest", "--dry-run"]):
        done = run(scene, *command)
        assert done.code == 6
        assert "cannot be written" in done.err
    with pytest.raises(ArchiveError, match="read-only"):
        scene.archive.put(b"new")
    mount("-o", "remount,rw", str(disk))
    assert count(scene, Agency) == 1
    assert verify(scene.engine, scene.archive).sound
