"""Killed at any step, an archive has the old state or the new one."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from storage.archive import Archive, DirectoryArchive
from tests.storage.archive import dying
from tests.storage.archive.conftest import MakeInBucket
from tests.storage.archive.dying import FIRST, PAGE
from tests.storage.archive.places import Directory, Place
from tests.storage.archive.s3_server import Server

Killed = Callable[[str], Sequence[Place]]
ENOUGH = {"directory": 56, "s3": 16}
SHA256 = {hashlib.sha256(each).hexdigest() for each in (FIRST, PAGE)}


@pytest.fixture(params=["directory", pytest.param("s3", marks=pytest.mark.slow)])
def many(request: pytest.FixtureRequest, tmp_path: Path) -> list[Place]:
    """Archives, one for each step at which a process dies."""
    if request.param == "directory":
        return [Directory(DirectoryArchive(tmp_path / str(n))) for n in range(ENOUGH["directory"])]
    make: MakeInBucket = request.getfixturevalue("in_bucket")
    bucket = make().bucket
    return [make(prefix=f"{n}", bucket=bucket) for n in range(ENOUGH["s3"])]


@pytest.fixture(scope="module")
def program(running: Server) -> Iterator["subprocess.Popen[str]"]:
    """The program whose forks die; it is loaded once, with the keys of the running server."""
    with subprocess.Popen(
        [sys.executable, dying.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    ) as program:
        yield program


@pytest.fixture
def killed_at_each_step(program: "subprocess.Popen[str]", many: Sequence[Place]) -> Killed:
    """Does a work on each archive, killed ever later; returns those that it was begun on."""

    def kill(work: str) -> Sequence[Place]:
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write(" ".join([work, *(place.url for place in many)]) + "\n")
        program.stdin.flush()
        answer = program.stdout.readline()
        assert answer, "it ended: see what it wrote"
        return many[: int(answer) + 1]

    return kill


def nothing_half_written(archive: Archive) -> bool:
    files = [file for file in archive.files() if not file.temporary]
    return all(file.sha256 is not None and archive.check(file.sha256) >= 0 for file in files)


def test_what_is_kept_is_there_whole_or_not_at_all(killed_at_each_step: Killed) -> None:
    begun = killed_at_each_step("keep")

    for place in begun:
        archive = place.archive
        originals = {file.sha256 for file in archive.files() if not file.temporary}
        assert originals <= archive.pending()
        assert nothing_half_written(archive)
        archive.sweep(lambda digests: ())
        assert not any(file.temporary for file in archive.files())
        archive.put_many([FIRST, PAGE], [False, True])
        assert {file.sha256 for file in archive.files()} == SHA256
        assert nothing_half_written(archive)
        assert archive.set_aside() == []
    assert len(begun) > 8


def test_a_page_that_becomes_a_report_is_never_lost_on_the_way(
    many: list[Place], killed_at_each_step: Killed
) -> None:
    for place in many:
        place.archive.settle(place.archive.put_many([PAGE], [True]))

    begun = killed_at_each_step("keep-page-as-it-is")

    for place in begun:
        sha256 = hashlib.sha256(PAGE).hexdigest()
        assert place.archive.get(sha256) == PAGE
        assert nothing_half_written(place.archive)
        place.archive.put(PAGE)
        place.archive.sweep(lambda digests: ())
        # In a bucket the compressed one may stay beside it, which does no harm.
        assert place.archive.locate(sha256) == f"originals/{sha256[:2]}/{sha256}"
        assert {file.sha256 for file in place.archive.files()} == {sha256}
    assert len(begun) > 3


def test_a_damaged_file_is_kept_whenever_its_replacement_is_killed(
    many: list[Place], killed_at_each_step: Killed
) -> None:
    path = f"originals/{hashlib.sha256(PAGE).hexdigest()}"
    path = f"originals/{path[10:12]}/{path[10:]}"
    for place in many:
        place.write(path, b"damaged")

    begun = killed_at_each_step("keep-page-as-it-is")

    for place in begun:
        names = place.names()
        kept = [place.read(name) for name in names if name == path or name.startswith("damaged/")]
        assert b"damaged" in kept
        place.archive.put(PAGE)
        assert place.archive.get(hashlib.sha256(PAGE).hexdigest()) == PAGE
        assert b"damaged" in [place.read(name) for name in place.archive.set_aside()]
    assert len(begun) > 3


@pytest.mark.parametrize("many", ["directory"], indirect=True)
def test_what_was_settled_stays_when_its_markers_are_being_removed(
    many: list[Place], killed_at_each_step: Killed
) -> None:
    begun = killed_at_each_step("settle")

    for place in begun:
        place.archive.sweep(lambda digests: digests)
        assert not place.archive.pending() & {file.sha256 for file in place.archive.files()}
        assert nothing_half_written(place.archive)
    assert begun[-1].archive.pending() == set()


def test_checkpoint_lines_are_whole_or_not_there(
    many: list[Place], killed_at_each_step: Killed
) -> None:
    for place in many:
        place.archive.add_checkpoints(["1 a"])

    begun = killed_at_each_step("checkpoint")

    for place in begun:
        assert place.archive.checkpoints() in (["1 a"], ["1 a", "2 b"])
        place.archive.add_checkpoints(["1 a", "2 b", "3 c"])
        assert place.archive.checkpoints() == ["1 a", "2 b", "3 c"]
