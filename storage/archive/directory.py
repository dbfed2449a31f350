"""The archive in a directory.

``originals/<first two digits>/<sha256>`` holds the raw bytes, so that an auditor finds a file by
its hash and ``sha256sum`` says the same as the database; ``<sha256>.gz`` beside it, where pages of
lists are kept compressed, says so by ``zcat``. ``pending/<sha256>`` marks an original whose row is
not committed yet; ``checkpoints.txt`` repeats the checkpoints of the log outside the database;
``damaged/`` keeps files that a good copy has replaced.

An original enters as: marker → fsync → temporary file → fsync → hard link (which cannot
overwrite) → fsync of the directory. Writers hold a shared lock from the marker to the end, so that
a sweep, which needs the lock alone, never meets a living writer's leftovers.
"""
# ruff: noqa: PTH108, PTH110
# Paths are texts where a capture is kept: making objects of them took longer than the system.

import fcntl
import os
import secrets
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from storage.archive.checkpoint_file import append_lines, whole_lines
from storage.archive.disk_errors import explained
from storage.archive.durable import (
    TEMPORARY_PREFIX,
    link_new,
    make_directory,
    sync_directories,
    sync_directory,
)
from storage.archive.forms import (
    ORIGINALS,
    PIECE,
    SUFFIX,
    Wanted,
    directory_of,
    inflates_to,
    original_at,
    path_of,
    stored_form,
    wanted,
)
from storage.archive.model import SHA256, StoredFile, Swept, require_sha256
from storage.archive.reading import HashedArchive, MissingFile


class DirectoryArchive(HashedArchive):
    """An archive in one directory of a file system that has hard links."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def name(self) -> str:
        """Where the archive is, for people."""
        return str(self.root)

    def put_many(self, bodies: Iterable[bytes], compress: Iterable[bool] = ()) -> list[str]:
        """Keep several bodies durably; hashes in the order given."""
        digests, found = wanted(bodies, compress)
        if found:
            with self._explained(), self._lock(fcntl.LOCK_SH):
                self._store(found)
        return digests

    def settle(self, digests: Iterable[str]) -> None:
        """Remove the pending markers of originals whose rows are committed.

        Not fsynced: a marker that a power cut brings back does no harm.
        """
        with self._explained():
            for digest in digests:
                with suppress(FileNotFoundError):
                    os.unlink(self._marker(digest))

    def remove(self, sha256: str) -> None:
        """Remove an original in every form that it has; while nobody writes."""
        forms = self._forms(sha256)
        with self._explained():
            if not forms[0].parent.is_dir():
                return
            with self._lock(fcntl.LOCK_EX):
                for path in forms:
                    path.unlink(missing_ok=True)
                sync_directory(forms[0].parent)

    def files(self) -> Iterator[StoredFile]:
        """Yield every file kept among the originals, temporary ones too."""
        base = self.root / ORIGINALS
        with self._explained():
            for directory, _, names in os.walk(base, onerror=_raise):
                for name in names:
                    path = (Path(directory) / name).relative_to(self.root).as_posix()
                    yield StoredFile(
                        path=path,
                        sha256=original_at(path),
                        temporary=name.startswith(TEMPORARY_PREFIX),
                    )

    def pending(self) -> set[str]:
        """Return the hashes marked as pending."""
        with self._explained():
            return {name for name in _names(self.root / "pending") if SHA256.match(name)}

    def sweep(self, settled: Callable[[Collection[str]], Collection[str]]) -> Swept:
        """Clear away what processes that died have left; nothing while another one writes."""
        if not self.root.is_dir():
            return Swept()
        with (
            self._explained(),
            suppress(BlockingIOError),
            self._lock(fcntl.LOCK_EX | fcntl.LOCK_NB),
        ):
            return self._sweep_alone(settled)
        return Swept()

    def set_aside(self) -> list[str]:
        """Return the damaged files that a good copy has replaced, relative to the archive."""
        with self._explained():
            return sorted(f"damaged/{name}" for name in _names(self.root / "damaged"))

    def add_checkpoints(self, lines: Sequence[str]) -> None:
        """Append those checkpoint lines that are not there yet, durably."""
        path = self.root / "checkpoints.txt"
        with explained(path):
            append_lines(path, lines)

    def checkpoints(self) -> list[str]:
        """Return the checkpoint lines, oldest first; a line torn by a crash is none."""
        path = self.root / "checkpoints.txt"
        with explained(path):
            return whole_lines(path.read_bytes()) if path.exists() else []

    def _open(self, path: str) -> Generator[bytes, None, None]:
        try:
            return _pieces((self.root / path).open("rb", buffering=0))
        except FileNotFoundError as error:
            raise MissingFile(path) from error

    def _exists(self, path: str) -> bool:
        return (self.root / path).exists()

    def _explained(self) -> AbstractContextManager[None]:
        return explained(self.root)

    def _forms(self, sha256: str) -> tuple[Path, Path]:
        return self.root / path_of(sha256), self.root / path_of(sha256, compressed=True)

    def _marker(self, sha256: str) -> str:
        return f"{self.root}/pending/{require_sha256(sha256)}"

    @contextmanager
    def _lock(self, operation: int) -> Iterator[None]:
        make_directory(self.root)
        descriptor = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, operation)
            yield
        finally:
            os.close(descriptor)

    def _store(self, found: Mapping[str, Wanted]) -> None:
        new = [sha256 for sha256, want in found.items() if not self._holds(sha256, want)]
        files = dict(stored_form(sha256, found[sha256]) for sha256 in new)
        self._mark(new)
        link_new({f"{self.root}/{path}": data for path, data in files.items()})
        # Also for what was there already: its writer may not have come to its own fsync yet.
        sync_directories({f"{self.root}/{directory_of(sha256)}" for sha256 in found})
        for sha256, want in found.items():
            if not want.compress:
                with suppress(FileNotFoundError):
                    os.unlink(f"{self.root}/{path_of(sha256, compressed=True)}")

    def _holds(self, sha256: str, want: Wanted) -> bool:
        """Say whether the body is there and sound; damaged files of it are set aside."""
        # Told before paths are made of them: nearly always there is neither.
        here = f"{self.root}/{path_of(sha256)}"
        if not os.path.exists(here) and not os.path.exists(here + SUFFIX):
            return False
        plain, compressed = self._forms(sha256)
        if plain.exists():
            if plain.read_bytes() == want.body:
                return True
            self._put_aside(plain)
        if not compressed.exists():
            return False
        if inflates_to(compressed.read_bytes(), want.body):
            return want.compress
        self._put_aside(compressed)
        return False

    def _put_aside(self, path: Path) -> None:
        name = f"{path.name.removesuffix(SUFFIX)}.{secrets.token_hex(4)}"
        aside = self.root / "damaged" / f"{name}{path.suffix}"
        make_directory(aside.parent)
        path.rename(aside)
        sync_directory(aside.parent)

    def _mark(self, digests: Collection[str]) -> None:
        if not digests:
            return
        make_directory(self.root / "pending")
        for digest in digests:
            self._mark_one(self._marker(digest))
        sync_directory(self.root / "pending")

    def _mark_one(self, marker: str) -> None:
        """Make an empty file: another name of the lock's, which is empty as well.

        A file of its own for some milliseconds costs ext4 most of what a capture does: it looks
        for a number that no file had within the last seconds.
        """
        try:
            os.link(f"{self.root}/lock", marker)
        except FileExistsError:
            return
        except OSError:  # a file has had all the names that it can have
            os.close(os.open(marker, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644))

    def _sweep_alone(self, settled: Callable[[Collection[str]], Collection[str]]) -> Swept:
        temporaries = [file.path for file in self.files() if file.temporary]
        for path in temporaries:
            (self.root / path).unlink(missing_ok=True)
        pending = self.pending()
        # A marker without a file promises nothing: its writer died before the link.
        empty = {each for each in pending if not any(path.exists() for path in self._forms(each))}
        done = set(settled(pending - empty))
        self.settle(done | empty)
        return Swept(temporaries=len(temporaries), settled=len(done))


def _pieces(file: BinaryIO) -> Generator[bytes, None, None]:
    with file:
        while piece := file.read(PIECE):
            yield piece


def _names(directory: Path) -> list[str]:
    try:
        return [path.name for path in directory.iterdir()]
    except FileNotFoundError:
        return []


def _raise(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error
