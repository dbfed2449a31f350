"""Files that are on the disk for certain: written, waited for, and only then given their names.

Waiting is what costs: an fsync takes milliseconds in which nothing is computed. Those of one batch
wait side by side, so that the file system writes its journal once for many of them.
"""
# ruff: noqa: PTH108, PTH112, PTH118, PTH120
# Paths are texts where a capture is kept: making objects of them took longer than the system.

import errno
import os
import secrets
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TypeVar

TEMPORARY_PREFIX = ".tmp-"
READ_ONLY = 0o444
SIDE_BY_SIDE = 8
"""Threads that wait for the disk; more gain nothing (docs/performance.md)."""
OPEN_AT_ONCE = 64
"""Files that are open while they are waited for: a process may have some hundred."""
_NOT_OFFERED = frozenset({errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT, errno.ENOSYS})
"""What file systems and kernels answer that have no files without a name (open(2))."""
_NOT_NAMED = _NOT_OFFERED | {errno.EPERM, errno.EACCES, errno.EXDEV}
"""What they answer, and what guards machines, where such a file gets no name afterwards."""
_NAMELESS = getattr(os, "O_TMPFILE", 0) if os.path.isdir("/proc/self/fd") else 0
"""The flag for such a file; 0 where it could not be had, or not be named afterwards."""
T = TypeVar("T")


def link_new(bodies: Mapping[str, bytes]) -> None:
    """Write files that have their names only when all their bytes are on the disk.

    Many are written before the first is waited for, so that the disk can join the work. The
    directories are left to ``sync_directories``.
    """
    make_directories({os.path.dirname(path) for path in bodies})
    every = iter(bodies.items())
    while some := dict(islice(every, OPEN_AT_ONCE)):
        _link_open(some)


def _link_open(bodies: Mapping[str, bytes]) -> None:
    files: dict[str, _Nameless | _Temporary] = {}
    try:
        for path, body in bodies.items():
            files[path] = _written(path, body)
        _side_by_side(_sync_open, [file.descriptor for file in files.values()])
        for path, file in files.items():
            try:
                _name(file, path)
            except OSError as error:
                if isinstance(file, _Temporary) or error.errno not in _NOT_NAMED:
                    raise
                _link_by_name(path, bodies[path])
    finally:
        for file in files.values():
            file.close()


def _link_by_name(path: str, body: bytes) -> None:
    """Write one file by way of a temporary name, where those without one cannot get theirs."""
    file = _written(path, body, nameless=False)
    try:
        _sync_open(file.descriptor)
        _name(file, path)
    finally:
        file.close()


def _name(file: "_Nameless | _Temporary", path: str) -> None:
    # If it exists, another process had the same bytes.
    with suppress(FileExistsError):
        file.link(path)


def make_directory(path: Path) -> None:
    """Make a directory, and those above it, that survive a power cut."""
    make_directories({path})


def make_directories(paths: Collection[Path | str]) -> None:
    """Make several directories; each parent is waited for once."""
    missing = {Path(path) for path in paths if not os.path.isdir(path)}
    if not missing:
        return
    parents = {path.parent for path in missing}
    make_directories(parents)
    for path in missing:
        path.mkdir(exist_ok=True)
    sync_directories(parents)


def sync_directory(path: Path | str) -> None:
    """Wait until the names in a directory are on the disk."""
    _sync(path, os.O_RDONLY | os.O_DIRECTORY)


def sync_directories(paths: Collection[Path | str]) -> None:
    """Wait until the names in several directories are on the disk."""
    _side_by_side(sync_directory, paths)


def _side_by_side(work: Callable[[T], None], each: Collection[T]) -> None:
    if len(each) < 2:
        for one in each:
            work(one)
        return
    every = list(each)
    shares = (every[start::SIDE_BY_SIDE] for start in range(min(SIDE_BY_SIDE, len(every))))

    def take(share: list[T]) -> None:
        for one in share:
            work(one)

    for _ in _waiting(os.getpid()).map(take, shares):
        pass


@cache
def _waiting(_process: int) -> ThreadPoolExecutor:
    """Return the threads that wait, of this very process: they do not survive a fork."""
    return ThreadPoolExecutor(SIDE_BY_SIDE, "disk")


@dataclass(frozen=True, slots=True)
class _Nameless:
    """A file that has no name yet, and is gone with its writer (open(2), O_TMPFILE)."""

    descriptor: int

    def link(self, path: str) -> None:
        """Give it its name."""
        # With a directory given, Python has links followed; the path alone would name the link.
        os.link(f"/proc/self/fd/{self.descriptor}", path, src_dir_fd=self.descriptor)

    def close(self) -> None:
        """Let go of it."""
        os.close(self.descriptor)


@dataclass(frozen=True, slots=True)
class _Temporary:
    """A file under a name that is not its own, where file systems have no others."""

    descriptor: int
    path: str

    def link(self, path: str) -> None:
        """Give it its name."""
        os.link(self.path, path)

    def close(self) -> None:
        """Let go of it, and of the other name."""
        os.close(self.descriptor)
        with suppress(FileNotFoundError):
            os.unlink(self.path)


def _written(path: str, body: bytes, *, nameless: bool = True) -> _Nameless | _Temporary:
    """Write a file that is to stand at ``path``; its bytes may not be on the disk yet."""
    directory = os.path.dirname(path)
    file = (_nameless(directory) if nameless else None) or _temporary(directory)
    try:
        os.fchmod(file.descriptor, READ_ONLY)  # whatever the mask of the process is
        rest = memoryview(body)
        while rest:
            rest = rest[os.write(file.descriptor, rest) :]
    except BaseException:
        file.close()
        raise
    return file


def _nameless(directory: str) -> _Nameless | None:
    if not _NAMELESS:
        return None
    try:
        flags = os.O_WRONLY | _NAMELESS | os.O_CLOEXEC
        return _Nameless(os.open(directory, flags, READ_ONLY))
    except OSError as error:
        if error.errno not in _NOT_OFFERED:
            raise
        return None


def _temporary(directory: str) -> _Temporary:
    path = os.path.join(directory, f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    return _Temporary(os.open(path, flags, READ_ONLY), path)


def _sync_open(descriptor: int) -> None:
    os.fsync(descriptor)


def _sync(path: Path | str, flags: int) -> None:
    descriptor = os.open(path, flags | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
