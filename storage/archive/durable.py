"""Files that are on the disk for certain: written, waited for, and only then given their names.

Waiting is what costs: an fsync takes milliseconds in which nothing is computed. Those of one batch
wait side by side, so that the file system writes its journal once for many of them.
"""

import os
import secrets
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path

TEMPORARY_PREFIX = ".tmp-"
READ_ONLY = 0o444
SIDE_BY_SIDE = 8
"""Threads that wait for the disk; more gain nothing (docs/performance.md)."""


def link_new(bodies: Mapping[Path, bytes]) -> None:
    """Write files that have their names only when all their bytes are on the disk.

    All are written before the first is waited for, so that the disk can join the work. The
    directories are left to ``sync_directories``.
    """
    temporaries = {
        path: path.parent / f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}" for path in bodies
    }
    try:
        make_directories({path.parent for path in bodies})
        for path, body in bodies.items():
            _write(temporaries[path], body)
        _side_by_side(_sync_file, temporaries.values())
        for path, temporary in temporaries.items():
            # If it exists, another process had the same bytes.
            with suppress(FileExistsError):
                os.link(temporary, path)
    finally:
        for temporary in temporaries.values():
            temporary.unlink(missing_ok=True)


def make_directory(path: Path) -> None:
    """Make a directory, and those above it, that survive a power cut."""
    make_directories({path})


def make_directories(paths: Collection[Path]) -> None:
    """Make several directories; each parent is waited for once."""
    missing = {path for path in paths if not path.is_dir()}
    if not missing:
        return
    parents = {path.parent for path in missing}
    make_directories(parents)
    for path in missing:
        path.mkdir(exist_ok=True)
    sync_directories(parents)


def sync_directory(path: Path) -> None:
    """Wait until the names in a directory are on the disk."""
    _sync(path, os.O_RDONLY | os.O_DIRECTORY)


def sync_directories(paths: Collection[Path]) -> None:
    """Wait until the names in several directories are on the disk."""
    _side_by_side(sync_directory, paths)


def _side_by_side(work: Callable[[Path], None], paths: Collection[Path]) -> None:
    if len(paths) < 2:
        for path in paths:
            work(path)
        return
    every = list(paths)
    shares = (every[start::SIDE_BY_SIDE] for start in range(min(SIDE_BY_SIDE, len(every))))

    def take(share: list[Path]) -> None:
        for path in share:
            work(path)

    for _ in _waiting(os.getpid()).map(take, shares):
        pass


@cache
def _waiting(_process: int) -> ThreadPoolExecutor:
    """Return the threads that wait, of this very process: they do not survive a fork."""
    return ThreadPoolExecutor(SIDE_BY_SIDE, "disk")


def _write(path: Path, body: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, READ_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), READ_ONLY)
        file.write(body)


def _sync_file(path: Path) -> None:
    _sync(path, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
