"""The second copy: brought up to date, and the source of repairs in either direction."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from storage.archive import (
    Archive,
    ArchiveError,
    DamagedOriginal,
    DirectoryArchive,
    LockedOriginal,
)
from storage.captures import Exchange, archive_exchange, make_checkpoint
from storage.database import create_database_engine, reading, transaction
from storage.models import CopyName, Fixity, Repair
from storage.retention.deciding import Decision, Doomed, carry_out, decide
from storage.upkeep.mirror import mirror, mirror_or_say
from storage.upkeep.repairs import finish_repairs, look_at, repair
from storage.upkeep.rota import Checked, Copy, record
from storage.verification import verify
from tests.databases import upgraded_file

MakeExchange = Callable[..., Exchange]
PAGE = b"<li>page</li>" * 50
BODIES = (b"first report", b"second report")
SHA256 = hashlib.sha256(BODIES[0]).hexdigest()
PAGE_SHA256 = hashlib.sha256(PAGE).hexdigest()


@pytest.fixture
def second(tmp_path: Path) -> DirectoryArchive:
    return DirectoryArchive(tmp_path / "second")


@pytest.fixture
def first(engine: Engine, archive: Archive, exchange: MakeExchange) -> DirectoryArchive:
    batch = [exchange(body=body) for body in BODIES]
    archive_exchange(engine, archive, [*batch, exchange(body=PAGE, purpose="list")])
    make_checkpoint(engine, archive)
    assert isinstance(archive, DirectoryArchive)
    return archive


@pytest.fixture
def copies(first: DirectoryArchive, second: DirectoryArchive) -> tuple[Copy, Copy]:
    return (
        Copy(name=CopyName.ARCHIVE, archive=first),
        Copy(name=CopyName.SECOND, archive=second),
    )


def spoil(archive: DirectoryArchive, sha256: str, data: bytes = b"spoilt") -> None:
    path = archive.root / archive.locate(sha256)
    path.unlink()
    if data:
        path.write_bytes(data)


def paths(archive: Archive) -> set[str]:
    return {file.path for file in archive.files()}


def repairs(engine: Engine) -> list[Repair]:
    with reading(engine) as session:
        return list(session.scalars(select(Repair).order_by(Repair.id)))


def test_the_second_copy_has_everything_in_the_same_form(
    engine: Engine, first: DirectoryArchive, second: DirectoryArchive
) -> None:
    done = mirror(engine, first, second)

    assert (done.copied, done.removed, done.failed) == (3, 0, [])
    assert paths(second) == paths(first)
    assert any(path.endswith(".gz") for path in paths(second))
    assert second.checkpoints() == first.checkpoints() != []
    assert second.pending() == set()
    assert verify(engine, second).sound
    again = mirror(engine, first, second)
    assert again.copied == 0


def test_what_is_there_already_is_not_read_again(
    engine: Engine, first: DirectoryArchive, second: DirectoryArchive
) -> None:
    mirror(engine, first, second)
    (first.root / first.locate(SHA256)).chmod(0)
    spoil(first, SHA256)

    assert mirror(engine, first, second).failed == []


def test_what_is_damaged_is_not_copied_but_named(
    engine: Engine, first: DirectoryArchive, second: DirectoryArchive
) -> None:
    spoil(first, SHA256)

    done = mirror(engine, first, second)

    assert (done.copied, done.failed) == (2, [SHA256])
    assert SHA256 not in "".join(paths(second))


def test_what_is_pending_waits_until_it_is_recorded(
    engine: Engine, first: DirectoryArchive, second: DirectoryArchive
) -> None:
    first.put(b"its row may never come")

    assert mirror(engine, first, second).copied == 3


def test_what_a_decision_removed_goes_from_the_second_copy_too(
    engine: Engine, first: DirectoryArchive, second: DirectoryArchive, tmp_path: Path
) -> None:
    mirror(engine, first, second)
    stranger = second.put(b"somebody else's")
    doomed = [Doomed(sha256=PAGE_SHA256, size=len(PAGE), captures=1)]
    decide(engine, doomed, Decision(author="王敏", reason="清理", policy={}), planned_at=3)
    carry_out(engine, first, tmp_path)
    first.remove(SHA256)  # by nobody's decision

    done = mirror(engine, first, second)

    assert (done.removed, done.copied) == (1, 0)
    assert PAGE_SHA256 not in "".join(paths(second))
    assert second.get(SHA256) == BODIES[0]
    assert second.get(stranger)


def test_what_the_second_copy_keeps_under_lock_holds_nothing_up(
    engine: Engine,
    first: DirectoryArchive,
    second: DirectoryArchive,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mirror(engine, first, second)
    doomed = [Doomed(sha256=PAGE_SHA256, size=len(PAGE), captures=1)]
    decide(engine, doomed, Decision(author="王敏", reason="清理", policy={}), planned_at=3)
    carry_out(engine, first, tmp_path)
    second.remove(SHA256)

    def locked(sha256: str) -> None:
        raise LockedOriginal("锁定", "locked", datetime(2030, 1, 1, tzinfo=UTC))

    monkeypatch.setattr(second, "remove", locked)
    done = mirror(engine, first, second)

    assert (done.removed, done.copied) == (0, 1)
    assert second.get(PAGE_SHA256) == PAGE


def test_a_second_copy_that_cannot_be_had_is_said_and_no_error(
    engine: Engine, first: DirectoryArchive, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no directory")

    said = mirror_or_say(engine, first, DirectoryArchive(tmp_path / "file"))

    assert said is not None
    assert str(tmp_path / "file") in said


@pytest.mark.parametrize("data", [b"spoilt", b""])
@pytest.mark.parametrize("broken", [0, 1])
@pytest.mark.parametrize("sha256", [SHA256, PAGE_SHA256])
def test_an_original_is_restored_from_the_other_copy_and_written_down(
    engine: Engine, copies: tuple[Copy, Copy], sha256: str, broken: int, data: bytes
) -> None:
    mirror(engine, copies[0].archive, copies[1].archive)
    target, source = copies[broken], copies[1 - broken]
    assert isinstance(target.archive, DirectoryArchive)
    form = target.archive.locate(sha256)
    spoil(target.archive, sha256, data)
    found, _ = look_at(target.archive, sha256)

    done = repair(engine, sha256, target, source, found, "王敏")

    assert done.repaired
    assert target.archive.check(sha256)
    assert target.archive.locate(sha256) == form
    assert target.archive.pending() == set()
    [row] = repairs(engine)
    assert (row.sha256, row.copy, row.author) == (sha256, target.name, "王敏")
    assert (row.place, row.source) == (target.archive.name, source.archive.name)
    assert row.found is (Fixity.DAMAGED if data else Fixity.LOST)
    assert row.finished_at is not None
    assert row.finished_at >= row.begun_at
    if data:
        assert row.set_aside is not None
        assert (target.archive.root / row.set_aside).read_bytes() == b"spoilt"
    else:
        assert row.set_aside is None


def test_a_damaged_source_repairs_nothing(engine: Engine, copies: tuple[Copy, Copy]) -> None:
    mirror(engine, copies[0].archive, copies[1].archive)
    for copy in copies:
        assert isinstance(copy.archive, DirectoryArchive)
        spoil(copy.archive, SHA256)

    done = repair(engine, SHA256, copies[0], copies[1], Fixity.DAMAGED, "王敏")

    assert not done.repaired
    assert isinstance(done.problem, DamagedOriginal)
    assert copies[1].archive.name in done.problem.en
    assert repairs(engine) == []
    assert copies[0].archive.set_aside() == []


def test_a_good_original_is_never_overwritten(engine: Engine, copies: tuple[Copy, Copy]) -> None:
    mirror(engine, copies[0].archive, copies[1].archive)
    archive = copies[0].archive
    assert isinstance(archive, DirectoryArchive)
    before = (archive.root / archive.locate(SHA256)).stat()

    repair(engine, SHA256, copies[0], copies[1], Fixity.DAMAGED, "王敏")

    after = (archive.root / archive.locate(SHA256)).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert archive.set_aside() == []


def test_what_was_lost_in_the_second_copy_is_left_to_the_repairs(
    engine: Engine, first: DirectoryArchive, second: DirectoryArchive
) -> None:
    mirror(engine, first, second)
    seen = Checked(sha256=SHA256, copy=CopyName.SECOND, at=datetime.now(UTC), result=Fixity.SOUND)
    with transaction(engine) as session:
        record(session, [seen])
    second.remove(SHA256)

    assert mirror(engine, first, second).copied == 0


# Dies with SIGKILL at the n-th call that matters, forked from one process that has all loaded.
DYING_REPAIR = """
import os, signal, sys
from pathlib import Path
from storage.archive import open_archive
from storage.database import create_database_engine
from storage.models import CopyName, Fixity
from storage.upkeep.repairs import repair
from storage.upkeep.rota import Copy

url, sha256 = sys.argv[1:3]
for step, place in enumerate(sys.argv[3:]):
    child = os.fork()
    if child == 0:
        left = step
        def dying(call):
            def wrapped(*arguments, **options):
                global left
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return call(*arguments, **options)
            return wrapped
        engine = create_database_engine(f"{url}/{step}/nianbao.db")
        copies = [
            Copy(name=CopyName.ARCHIVE, archive=open_archive(f"{place}/first")),
            Copy(name=CopyName.SECOND, archive=open_archive(f"{place}/second")),
        ]
        for name in ("open", "fsync", "link", "unlink", "rename"):
            setattr(os, name, dying(getattr(os, name)))
        Path.rename = dying(Path.rename)
        repair(engine, sha256, *copies, Fixity.DAMAGED, "dying")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status == 0:
        print(step)
        sys.exit(0)
    if status != signal.SIGKILL:
        sys.exit(f"step {step} ended with {status}")
sys.exit("more steps than archives")
"""


def test_a_repair_that_is_killed_is_told_and_loses_nothing(tmp_path: Path) -> None:
    archives = []
    for step in range(22):
        (tmp_path / str(step)).mkdir()
        (tmp_path / str(step) / "nianbao.db").write_bytes(upgraded_file())
        engine = create_database_engine(f"sqlite:///{tmp_path / str(step) / 'nianbao.db'}")
        first = DirectoryArchive(tmp_path / str(step) / "first")
        second = DirectoryArchive(tmp_path / str(step) / "second")
        for each in (first, second):
            each.settle([each.put(BODIES[0])])
        spoil(first, SHA256)
        archives.append((engine, first, second))
    arguments = [f"sqlite:///{tmp_path}", SHA256]
    arguments += [(tmp_path / str(step)).as_uri() for step in range(22)]
    done = subprocess.run(
        [sys.executable, "-c", DYING_REPAIR, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        check=False,
    )
    assert done.returncode == 0, done.stderr

    begun = int(done.stdout) + 1
    assert begun > 6
    for engine, first, second in archives[:begun]:
        copies = (
            Copy(name=CopyName.ARCHIVE, archive=first),
            Copy(name=CopyName.SECOND, archive=second),
        )
        spoilt = [
            path
            for path in first.root.rglob("*")
            if path.is_file() and path.read_bytes() == b"spoilt"
        ]
        assert len(spoilt) == 1, "what was damaged is still there, for whoever asks why"
        first.sweep(lambda digests: digests)
        finish_repairs(engine, copies)
        found, _ = look_at(first, SHA256)
        if found is not Fixity.SOUND:
            repair(engine, SHA256, *copies, found, "again")
        assert first.get(SHA256) == BODIES[0]
        [row] = repairs(engine)
        assert row.finished_at is not None
        engine.dispose()


def test_a_full_disk_leaves_the_repair_open(
    engine: Engine, copies: tuple[Copy, Copy], monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror(engine, copies[0].archive, copies[1].archive)
    assert isinstance(copies[0].archive, DirectoryArchive)
    spoil(copies[0].archive, SHA256)

    def full(bodies: object, compress: object = ()) -> list[str]:
        raise ArchiveError("磁盘已满", "the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(copies[0].archive, "put_many", full)
        failed = repair(engine, SHA256, copies[0], copies[1], Fixity.DAMAGED, "王敏")
    finish_repairs(engine, copies)

    assert not failed.repaired
    [row] = repairs(engine)
    assert row.finished_at is None
    assert repair(engine, SHA256, copies[0], copies[1], Fixity.DAMAGED, "李").repaired
    [row] = repairs(engine)
    assert row.finished_at is not None
