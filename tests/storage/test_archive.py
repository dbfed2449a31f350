import hashlib
import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.archive import (
    Archive,
    ArchiveError,
    ArchiveUrlError,
    DamagedOriginal,
    DirectoryArchive,
    LostOriginal,
    open_archive,
)


@pytest.fixture
def archive(tmp_path: Path) -> DirectoryArchive:
    return DirectoryArchive(tmp_path / "archive")


def path_of(archive: DirectoryArchive, sha256: str) -> Path:
    return archive.root / archive.locate(sha256)


def test_an_original_lies_under_its_hash_as_it_is(archive: DirectoryArchive) -> None:
    body = "政府信息公开\0".encode() * 1000

    sha256 = archive.put(body)

    path = archive.root / "originals" / sha256[:2] / sha256
    assert path.read_bytes() == body
    assert subprocess.check_output(["sha256sum", path]).decode().split()[0] == sha256
    assert archive.get(sha256) == body
    assert archive.check(sha256) == len(body)


def test_an_original_cannot_be_written_by_accident(archive: DirectoryArchive) -> None:
    path = path_of(archive, archive.put(b"report"))

    assert stat.S_IMODE(path.stat().st_mode) == 0o444


def test_the_same_bytes_twice_are_one_file(archive: DirectoryArchive) -> None:
    first = archive.put(b"report")
    inode = path_of(archive, first).stat().st_ino

    assert archive.put_many([b"report", b"other", b"report"]) == [
        first,
        hashlib.sha256(b"other").hexdigest(),
        first,
    ]
    assert path_of(archive, first).stat().st_ino == inode
    assert len(list(archive.files())) == 2


def test_an_empty_body_is_an_original_too(archive: DirectoryArchive) -> None:
    assert archive.get(archive.put(b"")) == b""


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=50), max_size=6))
def test_what_is_put_comes_back(archive: DirectoryArchive, bodies: list[bytes]) -> None:
    digests = archive.put_many(bodies)

    assert [archive.get(digest) for digest in digests] == bodies
    assert digests == [hashlib.sha256(body).hexdigest() for body in bodies]


def test_a_flipped_bit_is_seen_at_every_reading(archive: DirectoryArchive) -> None:
    sha256 = archive.put(b"report")
    path = path_of(archive, sha256)
    path.chmod(0o644)
    path.write_bytes(b"repprt")

    for read in (archive.get, archive.check):
        with pytest.raises(DamagedOriginal, match=sha256):
            read(sha256)


def test_a_lost_original_is_not_a_damaged_one(archive: DirectoryArchive) -> None:
    sha256 = archive.put(b"report")
    path_of(archive, sha256).unlink()

    for read in (archive.get, archive.check):
        with pytest.raises(LostOriginal, match=sha256):
            read(sha256)


def test_a_good_copy_takes_the_place_of_a_damaged_one_which_is_kept(
    archive: DirectoryArchive,
) -> None:
    sha256 = archive.put(b"report")
    path = path_of(archive, sha256)
    path.chmod(0o644)
    path.write_bytes(b"repprt")

    archive.put(b"report")

    assert archive.get(sha256) == b"report"
    [aside] = archive.set_aside()
    assert (archive.root / aside).read_bytes() == b"repprt"


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_what_is_no_hash_never_becomes_a_path(archive: DirectoryArchive, name: str) -> None:
    for use in (archive.get, archive.check, archive.locate):
        with pytest.raises(ValueError, match="not a SHA-256"):
            use(name)


def test_an_original_is_pending_until_it_is_settled(archive: DirectoryArchive) -> None:
    sha256 = archive.put(b"report")
    assert archive.pending() == {sha256}

    archive.settle([sha256, sha256])

    assert archive.pending() == set()


def test_bytes_that_are_settled_already_do_not_become_pending_again(
    archive: DirectoryArchive,
) -> None:
    sha256 = archive.put(b"report")
    archive.settle([sha256])

    archive.put(b"report")

    assert archive.pending() == set()


def test_a_sweep_clears_what_is_left_and_keeps_what_may_be_needed(
    archive: DirectoryArchive,
) -> None:
    recorded, unrecorded = archive.put_many([b"recorded", b"unrecorded"])
    torn = path_of(archive, recorded).with_name(".tmp-0123")
    torn.write_bytes(b"half")
    (archive.root / "pending" / ("0" * 64)).touch()

    swept = archive.sweep(lambda digests: set(digests) & {recorded})

    assert (swept.temporaries, swept.settled) == (1, 1)
    assert archive.pending() == {unrecorded}
    assert archive.get(unrecorded) == b"unrecorded"
    assert not torn.exists()


def test_a_sweep_leaves_a_living_writer_alone(archive: DirectoryArchive) -> None:
    temporary = path_of(archive, archive.put(b"report")).with_name(".tmp-0123")
    temporary.write_bytes(b"being written")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_LOCK, archive.root / "lock"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    holder.stdout.readline()

    assert archive.sweep(lambda digests: digests).temporaries == 0
    assert temporary.exists()

    holder.communicate()
    assert archive.sweep(lambda digests: digests).temporaries == 1


HOLD_LOCK = """
import fcntl, sys
with open(sys.argv[1]) as file:
    fcntl.flock(file, fcntl.LOCK_SH)
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_sweep_of_an_archive_that_is_not_there_makes_none(tmp_path: Path) -> None:
    DirectoryArchive(tmp_path / "archive").sweep(lambda digests: digests)

    assert not (tmp_path / "archive").exists()


def test_files_that_are_no_originals_are_told_apart(archive: DirectoryArchive) -> None:
    sha256 = archive.put(b"report")
    folder = path_of(archive, sha256).parent
    (folder / "notes.txt").write_text("x")
    (archive.root / "originals" / ("f" * 64)).write_text("in the wrong place")
    (folder / ".tmp-1").touch()

    found = {file.path: (file.sha256, file.temporary) for file in archive.files()}

    assert found == {
        archive.locate(sha256): (sha256, False),
        f"originals/{sha256[:2]}/notes.txt": (None, False),
        f"originals/{'f' * 64}": (None, False),
        f"originals/{sha256[:2]}/.tmp-1": (None, True),
    }


def test_checkpoint_lines_are_kept_once_and_in_order(archive: DirectoryArchive) -> None:
    assert archive.checkpoints() == []
    archive.add_checkpoints(["1 a x"])
    archive.add_checkpoints(["1 a x", "2 b y"])

    assert archive.checkpoints() == ["1 a x", "2 b y"]


def test_a_torn_checkpoint_line_is_none_and_is_written_again(archive: DirectoryArchive) -> None:
    archive.add_checkpoints(["1 a x"])
    with (archive.root / "checkpoints.txt").open("ab") as file:
        file.write("2 b \xff".encode("latin-1"))
    assert archive.checkpoints() == ["1 a x"]

    archive.add_checkpoints(["2 b y"])

    assert archive.checkpoints() == ["1 a x", "2 b y"]


@pytest.mark.parametrize(
    "url", ["s3://bucket/archive", "/var/archive", "file://elsewhere/archive", "", "file:"]
)
def test_a_url_that_cannot_be_used_names_the_setting(url: str) -> None:
    with pytest.raises(ArchiveUrlError, match="archive_url") as caught:
        open_archive(url)
    assert "storage.archive_url" in caught.value.zh


def test_a_file_url_may_have_blanks_and_chinese_in_it(tmp_path: Path) -> None:
    directory = tmp_path / "档 案"

    sha256 = open_archive(directory.as_uri()).put(b"report")

    assert (directory / "originals" / sha256[:2] / sha256).exists()


def nothing_half_written(archive: DirectoryArchive) -> bool:
    return all(
        file.sha256 is not None and archive.check(file.sha256) >= 0 for file in archive.files()
    )


LIMITED = """
import resource, sys
from storage.archive import ArchiveError, open_archive
archive = open_archive(sys.argv[1])
archive.put(b"small")
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    archive.put_many([b"x" * 50_000, b"y" * 200_000])
except ArchiveError as error:
    print(error)
    print(error.zh)
"""


def test_a_body_over_the_limit_of_the_system_is_refused_whole(archive: DirectoryArchive) -> None:
    command = [sys.executable, "-c", LIMITED, archive.root.as_uri()]
    # SIGXFSZ would kill the child; Python ignores it, so that write fails with EFBIG.
    said = subprocess.check_output(command, text=True).splitlines()

    assert str(archive.root) in said[0]
    assert "limit" in said[0]
    assert "限制" in said[1]
    assert nothing_half_written(archive)
    assert archive.get(hashlib.sha256(b"small").hexdigest()) == b"small"
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 100_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB."""
    mounted = tmp_path / "disk"
    mounted.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(mounted)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"cannot mount a small disk here: {done.stderr.strip()}")
    yield mounted
    subprocess.run(["umount", mounted], check=True)


def test_a_full_disk_stops_cleanly(small_disk: Path) -> None:
    archive = DirectoryArchive(small_disk / "archive")
    kept = archive.put(b"small")

    with pytest.raises(ArchiveError, match="disk is full") as caught:
        archive.put_many([os.urandom(400_000) for _ in range(4)])

    assert str(small_disk) in caught.value.en
    assert "磁盘已满" in caught.value.zh
    assert nothing_half_written(archive)
    assert archive.get(kept) == b"small"
    assert archive.put(b"another small one")


def test_a_read_only_disk_stops_cleanly(small_disk: Path) -> None:
    archive = DirectoryArchive(small_disk / "archive")
    kept = archive.put(b"small")
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)

    with pytest.raises(ArchiveError, match="disk is read-only"):
        archive.put(b"more")
    with pytest.raises(ArchiveError, match="disk is read-only"):
        archive.add_checkpoints(["1 a x"])

    assert archive.get(kept) == b"small"


# Dies with SIGKILL at the n-th call of the system that matters to durability.
DIE_AT = """
import os, signal, sys
from storage.archive import open_archive

archive, left = open_archive(sys.argv[1]), int(sys.argv[2])

def dying(call):
    def wrapped(*arguments, **options):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments, **options)
    return wrapped

for name in ("open", "fsync", "link", "unlink", "mkdir", "fchmod", "close"):
    setattr(os, name, dying(getattr(os, name)))
archive.put_many([b"first" * 9000, b"second" * 9000])
print("done")
"""


@pytest.mark.slow
def test_killed_at_any_step_it_leaves_whole_originals_or_none(tmp_path: Path) -> None:
    finished = False
    step = 0
    while not finished:
        archive: Archive = DirectoryArchive(tmp_path / str(step))
        url = (tmp_path / str(step)).as_uri()
        child = subprocess.run(
            [sys.executable, "-S", "-c", DIE_AT, url, str(step)],
            capture_output=True,
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
            check=False,
        )
        finished = child.returncode == 0
        assert finished or child.returncode == -9, child.stderr.decode()

        originals = {file.sha256 for file in archive.files() if not file.temporary}
        assert None not in originals
        assert originals <= archive.pending()
        archive.sweep(lambda digests: ())
        assert nothing_half_written(archive)  # type: ignore[arg-type]
        assert archive.get(archive.put(b"first" * 9000)) == b"first" * 9000
        step += 1

    assert step > 20
