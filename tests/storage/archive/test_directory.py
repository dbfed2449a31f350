"""What is of an archive in a directory alone."""

import errno
import hashlib
import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.archive import ArchiveError, ArchiveUrlError, DirectoryArchive, durable, open_archive

PAGE = "<li>年报</li>".encode() * 9000


@pytest.fixture
def archive(tmp_path: Path) -> DirectoryArchive:
    return DirectoryArchive(tmp_path / "archive")


def path_of(archive: DirectoryArchive, sha256: str) -> Path:
    return archive.root / archive.locate(sha256)


def test_an_auditor_finds_an_original_by_its_hash(archive: DirectoryArchive) -> None:
    sha256 = archive.put(b"report")

    path = archive.root / "originals" / sha256[:2] / sha256
    assert subprocess.check_output(["sha256sum", path]).decode().split()[0] == sha256


@pytest.mark.parametrize("compress", [True, False])
def test_an_original_cannot_be_written_by_accident(
    archive: DirectoryArchive, compress: bool
) -> None:
    path = path_of(archive, archive.put_many([PAGE], [compress])[0])

    assert stat.S_IMODE(path.stat().st_mode) == 0o444


@pytest.mark.parametrize("refused", ["by the system", "by the file system"])
def test_a_file_system_may_have_no_files_without_a_name(
    archive: DirectoryArchive, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    opened = os.open

    def refusing(path: object, flags: int, *mode: int) -> int:
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(errno.EOPNOTSUPP, "not offered")
        return opened(path, flags, *mode)  # type: ignore[arg-type]

    if refused == "by the system":
        monkeypatch.setattr(durable, "_NAMELESS", 0)
    monkeypatch.setattr(os, "open", refusing)
    digests = archive.put_many([PAGE, b"report"])

    assert [archive.get(each) for each in digests] == [PAGE, b"report"]
    assert stat.S_IMODE(path_of(archive, digests[0]).stat().st_mode) == 0o444
    assert not any(file.temporary for file in archive.files())


@pytest.mark.parametrize("refusal", [errno.EPERM, errno.EXDEV, errno.ENOENT])
def test_a_file_without_a_name_may_be_refused_one(
    archive: DirectoryArchive, monkeypatch: pytest.MonkeyPatch, refusal: int
) -> None:
    link = os.link

    def linking(source: str, *arguments: Any, **options: Any) -> None:
        if str(source).startswith("/proc/"):
            raise OSError(refusal, "guarded")
        link(source, *arguments, **options)

    monkeypatch.setattr(os, "link", linking)
    digests = archive.put_many([PAGE, b"report"])

    assert [archive.get(each) for each in digests] == [PAGE, b"report"]
    assert not any(file.temporary for file in archive.files())


@pytest.mark.parametrize("call", ["open", "fsync", "fchmod", "write", "link"])
def test_nothing_is_acknowledged_that_the_disk_refused(
    archive: DirectoryArchive, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    done = getattr(os, call)
    refused = [0]
    archive.put(b"small")
    for step in range(20):
        left = [step]

        def refusing(*arguments: Any, **options: Any) -> Any:
            left[0] -= 1  # noqa: B023 - called within its turn alone
            if left[0] == -1:  # noqa: B023
                refused[0] += 1
                raise OSError(errno.EIO, "input/output error")
            return done(*arguments, **options)

        with monkeypatch.context() as patch:
            patch.setattr(os, call, refusing)
            try:
                digests = archive.put_many([PAGE, f"report {step}".encode()])
            except ArchiveError:
                digests = []
        assert nothing_half_written(archive)
        assert not any(file.temporary for file in archive.files())
        assert set(digests) <= archive.pending()
        assert not (digests and call == "fsync" and left[0] < 0)
        archive.remove(hashlib.sha256(PAGE).hexdigest())

    assert refused[0] > 1


def test_more_files_are_kept_at_once_than_may_be_open(archive: DirectoryArchive) -> None:
    bodies = [f"page {number}".encode() for number in range(2 * durable.OPEN_AT_ONCE + 1)]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (len(list(Path("/proc/self/fd").iterdir())) + 90, hard)
    )
    try:
        digests = archive.put_many(bodies)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert [archive.get(each) for each in digests] == bodies
    assert archive.pending() == set(digests)


def test_a_marker_is_made_where_the_lock_has_all_the_names_it_can_have(
    archive: DirectoryArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def linking(source: str, *arguments: Any, **options: Any) -> None:
        if str(source).endswith("/lock"):
            raise OSError(errno.EMLINK, "too many links")
        link(source, *arguments, **options)

    monkeypatch.setattr(os, "link", linking)
    sha256 = archive.put(b"report")

    assert archive.pending() == {sha256}
    archive.settle([sha256])
    assert archive.pending() == set()


@pytest.mark.parametrize("compress", [True, False])
def test_the_same_bytes_are_not_written_again(archive: DirectoryArchive, compress: bool) -> None:
    path = path_of(archive, archive.put_many([PAGE], [compress])[0])
    inode = path.stat().st_ino

    archive.put_many([PAGE], [compress])

    assert path.stat().st_ino == inode


def test_a_sweep_clears_what_is_left(archive: DirectoryArchive) -> None:
    recorded = archive.put(b"recorded")
    torn = path_of(archive, recorded).with_name(".tmp-0123")
    torn.write_bytes(b"half")
    (archive.root / "pending" / ("0" * 64)).touch()

    swept = archive.sweep(lambda digests: set(digests) & {recorded})

    assert (swept.temporaries, swept.settled) == (1, 1)
    assert archive.pending() == set()
    assert not torn.exists()


def test_a_sweep_leaves_a_living_writer_alone(archive: DirectoryArchive) -> None:
    temporary = path_of(archive, archive.put(b"report")).with_name(".tmp-0123")
    temporary.write_bytes(b"being written")
    holder = subprocess.Popen(
        [sys.executable, "-S", "-c", HOLD_LOCK, archive.root / "lock"],
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


def test_an_archive_that_is_not_there_is_not_made_by_looking(archive: DirectoryArchive) -> None:
    archive.sweep(lambda digests: digests)
    archive.remove("0" * 64)
    assert not [*archive.files(), *archive.set_aside(), *archive.checkpoints()]

    assert not archive.root.exists()


def test_a_temporary_file_is_told_as_such(archive: DirectoryArchive) -> None:
    path_of(archive, archive.put(b"report")).with_name(".tmp-1").touch()

    assert [file.sha256 for file in archive.files() if file.temporary] == [None]


def test_a_torn_checkpoint_line_is_none_and_is_written_again(archive: DirectoryArchive) -> None:
    archive.add_checkpoints(["1 a x"])
    with (archive.root / "checkpoints.txt").open("ab") as file:
        file.write("2 b \xff".encode("latin-1"))
    assert archive.checkpoints() == ["1 a x"]

    archive.add_checkpoints(["2 b y"])

    assert archive.checkpoints() == ["1 a x", "2 b y"]


@pytest.mark.parametrize("url", ["/var/archive", "file://elsewhere/archive", "", "file:", "gs://b"])
def test_a_url_that_cannot_be_used_names_the_setting(url: str) -> None:
    with pytest.raises(ArchiveUrlError, match="archive_url") as caught:
        open_archive(url)
    assert "storage.archive_url" in caught.value.zh


def test_a_url_is_told_without_what_is_secret_in_it() -> None:
    with pytest.raises(ArchiveUrlError, match="ftp://host/x") as caught:
        open_archive("ftp://me:secret@host/x?token=secret")
    assert "secret" not in caught.value.zh + caught.value.en


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


@pytest.mark.parametrize("compress", [True, False])
def test_a_full_disk_stops_cleanly(small_disk: Path, compress: bool) -> None:
    archive = DirectoryArchive(small_disk / "archive")
    kept = archive.put(b"small")
    # Random hexadecimal digits: they become smaller, but not small.
    bodies = [os.urandom(400_000).hex().encode() for _ in range(4)]

    with pytest.raises(ArchiveError, match="disk is full") as caught:
        archive.put_many(bodies, [compress] * 4)

    assert str(small_disk) in caught.value.en
    assert "磁盘已满" in caught.value.zh
    assert nothing_half_written(archive)
    assert archive.get(kept) == b"small"
    assert archive.put(b"another small one")


def test_a_full_disk_loses_no_page_that_is_to_lie_as_it_is(small_disk: Path) -> None:
    archive = DirectoryArchive(small_disk / "archive")
    page = b"page" * 400_000
    [kept] = archive.put_many([page], [True])

    with pytest.raises(ArchiveError, match="disk is full"):
        archive.put(page)

    assert archive.get(kept) == page


def test_a_read_only_disk_stops_cleanly(small_disk: Path) -> None:
    archive = DirectoryArchive(small_disk / "archive")
    kept, page = archive.put_many([b"small", PAGE], [False, True])
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)

    for write in (
        lambda: archive.put(b"more"),
        lambda: archive.put_many([PAGE * 2], [True]),
        lambda: archive.put(PAGE),
        lambda: archive.remove(kept),
        lambda: archive.add_checkpoints(["1 a x"]),
    ):
        with pytest.raises(ArchiveError, match="disk is read-only"):
            write()

    assert archive.get(kept) == b"small"
    assert archive.get(page) == PAGE
