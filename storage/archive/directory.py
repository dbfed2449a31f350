"""The archive in a directory.

``originals/<first two digits>/<sha256>`` holds the raw bytes, so that an auditor finds a file by
its hash and ``sha256sum`` says the same as the database. ``pending/<sha256>`` marks an original
whose row is not committed yet; ``checkpoints.txt`` repeats the checkpoints of the log outside the
database; ``damaged/`` keeps files that a good copy has replaced.

An original enters as: marker → fsync → temporary file → fsync → hard link (which cannot
overwrite) → fsync of the directory. Writers hold a shared lock from the marker to the end, so that
a sweep, which needs the lock alone, never meets a living writer's leftovers.
"""

import errno
import fcntl
import hashlib
import os
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from storage.archive.durable import (
    TEMPORARY_PREFIX,
    link_new,
    make_directory,
    sync_directories,
    sync_directory,
)
from storage.archive.model import (
    SHA256,
    ArchiveError,
    DamagedOriginal,
    LostOriginal,
    StoredFile,
    Swept,
    require_sha256,
)


class DirectoryArchive:
    """An archive in one directory of a file system that has hard links."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, body: bytes) -> str:
        """Keep the bytes durably and return their SHA-256."""
        return self.put_many([body])[0]

    def put_many(self, bodies: Iterable[bytes]) -> list[str]:
        """Keep several bodies durably; hashes in the order given."""
        digests: list[str] = []
        wanted: dict[str, bytes] = {}
        for body in bodies:
            digest = hashlib.sha256(body).hexdigest()
            digests.append(digest)
            wanted[digest] = body
        if wanted:
            with _explained(self.root), self._lock(fcntl.LOCK_SH):
                self._store(wanted)
        return digests

    def settle(self, digests: Iterable[str]) -> None:
        """Remove the pending markers of originals whose rows are committed.

        Not fsynced: a marker that a power cut brings back does no harm.
        """
        with _explained(self.root):
            for digest in digests:
                self._marker(digest).unlink(missing_ok=True)

    def get(self, sha256: str) -> bytes:
        """Return the bytes, having hashed them again."""
        with _explained(self.root):
            try:
                body = self._path(sha256).read_bytes()
            except FileNotFoundError as error:
                raise self._lost(sha256) from error
        if hashlib.sha256(body).hexdigest() != sha256:
            raise self._damaged(sha256)
        return body

    def check(self, sha256: str) -> int:
        """Hash an original again without holding it in memory, and return its bytes' number."""
        with _explained(self.root):
            try:
                with self._path(sha256).open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                    size = file.tell()
            except FileNotFoundError as error:
                raise self._lost(sha256) from error
        if digest != sha256:
            raise self._damaged(sha256)
        return size

    def locate(self, sha256: str) -> str:
        """Return where an original lies, relative to the archive; it need not exist."""
        return f"originals/{require_sha256(sha256)[:2]}/{sha256}"

    def files(self) -> Iterator[StoredFile]:
        """Yield every file kept among the originals, temporary ones too."""
        base = self.root / "originals"
        for directory, _, names in os.walk(base, onerror=_raise):
            for name in names:
                path = (Path(directory) / name).relative_to(self.root).as_posix()
                in_place = bool(SHA256.match(name)) and path == self.locate(name)
                yield StoredFile(
                    path=path,
                    sha256=name if in_place else None,
                    temporary=name.startswith(TEMPORARY_PREFIX),
                )

    def pending(self) -> set[str]:
        """Return the hashes marked as pending."""
        return {name for name in _names(self.root / "pending") if SHA256.match(name)}

    def sweep(self, settled: Callable[[Collection[str]], Collection[str]]) -> Swept:
        """Clear away what processes that died have left; nothing while another one writes."""
        if not self.root.is_dir():
            return Swept()
        with (
            _explained(self.root),
            suppress(BlockingIOError),
            self._lock(fcntl.LOCK_EX | fcntl.LOCK_NB),
        ):
            return self._sweep_alone(settled)
        return Swept()

    def set_aside(self) -> list[str]:
        """Return the damaged files that a good copy has replaced, relative to the archive."""
        return sorted(f"damaged/{name}" for name in _names(self.root / "damaged"))

    def add_checkpoints(self, lines: Sequence[str]) -> None:
        """Append those checkpoint lines that are not there yet, durably."""
        path = self.root / "checkpoints.txt"
        with _explained(path):
            make_directory(self.root)
            is_new = not path.exists()
            with path.open("a+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.seek(0)
                content = file.read()
                # A line torn by a crash was never acknowledged: it goes before the next is added.
                file.truncate(content.rfind(b"\n") + 1)
                known = set(_whole_lines(content))
                missing = [line for line in lines if line not in known]
                file.write("".join(line + "\n" for line in missing).encode())
                file.flush()
                os.fsync(file.fileno())
            if is_new:
                sync_directory(self.root)

    def checkpoints(self) -> list[str]:
        """Return the checkpoint lines, oldest first; a line torn by a crash is none."""
        path = self.root / "checkpoints.txt"
        with _explained(path):
            return _whole_lines(path.read_bytes()) if path.exists() else []

    def _path(self, sha256: str) -> Path:
        return self.root / self.locate(sha256)

    def _marker(self, sha256: str) -> Path:
        return self.root / "pending" / require_sha256(sha256)

    @contextmanager
    def _lock(self, operation: int) -> Iterator[None]:
        make_directory(self.root)
        descriptor = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, operation)
            yield
        finally:
            os.close(descriptor)

    def _store(self, wanted: Mapping[str, bytes]) -> None:
        new = {digest: body for digest, body in wanted.items() if not self._holds(digest, body)}
        self._mark(new)
        link_new({self._path(digest): body for digest, body in new.items()})
        # Also for what was there already: its writer may not have come to its own fsync yet.
        sync_directories({self._path(digest).parent for digest in wanted})

    def _holds(self, sha256: str, body: bytes) -> bool:
        """Say whether the original is there and sound; a damaged one is set aside."""
        path = self._path(sha256)
        if not path.exists():
            return False
        if path.read_bytes() == body:
            return True
        aside = self.root / "damaged" / f"{sha256}.{secrets.token_hex(4)}"
        make_directory(aside.parent)
        path.rename(aside)
        sync_directory(aside.parent)
        return False

    def _mark(self, digests: Collection[str]) -> None:
        if not digests:
            return
        make_directory(self.root / "pending")
        for digest in digests:
            os.close(os.open(self._marker(digest), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644))
        sync_directory(self.root / "pending")

    def _sweep_alone(self, settled: Callable[[Collection[str]], Collection[str]]) -> Swept:
        temporaries = [file.path for file in self.files() if file.temporary]
        for path in temporaries:
            (self.root / path).unlink(missing_ok=True)
        pending = self.pending()
        # A marker without a file promises nothing: its writer died before the link.
        empty = {digest for digest in pending if not self._path(digest).exists()}
        done = set(settled(pending - empty))
        self.settle(done | empty)
        return Swept(temporaries=len(temporaries), settled=len(done))

    def _lost(self, sha256: str) -> LostOriginal:
        return LostOriginal(
            f"档案中没有原件 {self.locate(sha256)}；请从备份恢复。",
            f"the archive has no original {self.locate(sha256)}; restore it from a backup.",
        )

    def _damaged(self, sha256: str) -> DamagedOriginal:
        return DamagedOriginal(
            f"原件 {self.locate(sha256)} 的内容与其 SHA-256 不符；请从备份恢复。",
            f"the bytes of original {self.locate(sha256)} no longer have that SHA-256; "
            "restore it from a backup.",
        )


def _names(directory: Path) -> list[str]:
    try:
        return [path.name for path in directory.iterdir()]
    except FileNotFoundError:
        return []


def _whole_lines(content: bytes) -> list[str]:
    whole, _, _ = content.rpartition(b"\n")
    return whole.decode("utf-8", "replace").split("\n") if whole else []


def _raise(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


REMEDIES = {
    errno.ENOSPC: ("磁盘已满，请腾出空间", "the disk is full; free some space"),
    errno.EDQUOT: ("磁盘配额已用完，请提高配额", "the disk quota is used up; raise it"),
    errno.EFBIG: ("文件超过了允许的大小，请提高限制", "the file exceeds a size limit; raise it"),
    errno.EROFS: ("磁盘是只读的，请以可写方式挂载", "the disk is read-only; mount it writable"),
    errno.EACCES: ("没有权限，请检查目录的所有者和权限", "no permission; check owner and mode"),
    errno.EPERM: (
        "不允许此操作，请检查权限以及文件系统是否支持硬链接",
        "not permitted; check the permissions, and that the file system has hard links",
    ),
    errno.EIO: ("磁盘读写出错，请检查磁盘", "input/output error; check the disk"),
}


@contextmanager
def _explained(place: Path) -> Iterator[None]:
    """Turn what the system says into what the operator must do."""
    try:
        yield
    except OSError as error:
        named = error.filename or place
        reason = error.strerror or str(error)
        zh, en = REMEDIES.get(error.errno or 0, (reason, reason))
        raise ArchiveError(
            f"档案 {named}：{zh}（{reason}）。", f"archive {named}: {en} ({reason})."
        ) from error
