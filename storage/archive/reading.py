"""Reading an original from either of its forms, and hashing it again each time."""

import hashlib
import zlib
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable, Iterator
from contextlib import AbstractContextManager, closing

from storage.archive.forms import inflated, path_of
from storage.archive.model import DamagedOriginal, LostOriginal, StoredFile

UNPROVEN = 64 << 20
"""Bytes of one original held in memory before their hash is known to be right.

A file that was exchanged for one that inflates a thousandfold is told from its hash, not by the
memory it takes.
"""


class MissingFile(Exception):  # noqa: N818 - named by what happened
    """There is no file at a path of the archive."""


class HashedArchive(ABC):
    """What reading is like wherever an archive is."""

    @property
    @abstractmethod
    def name(self) -> str:
        """Where the archive is, for people; without anything secret."""

    @abstractmethod
    def put_many(self, bodies: Iterable[bytes], compress: Iterable[bool] = ()) -> list[str]:
        """Keep several bodies durably; hashes in the order given."""

    @abstractmethod
    def _open(self, path: str) -> Generator[bytes, None, None]:
        """Return the bytes of a file in pieces; it is opened before this returns.

        Raises:
            MissingFile: if there is none.
        """

    @abstractmethod
    def _exists(self, path: str) -> bool:
        """Tell whether there is a file at a path."""

    @abstractmethod
    def _explained(self) -> AbstractContextManager[None]:
        """Turn errors of the place into ``ArchiveError``."""

    def put(self, body: bytes) -> str:
        """Keep the bytes durably and return their SHA-256."""
        return self.put_many([body])[0]

    def get(self, sha256: str) -> bytes:
        """Return the bytes, having hashed them again."""
        body = self._read(sha256, UNPROVEN)
        if body is None:
            self.check(sha256)
            body = self._read(sha256, None)
        assert body is not None
        if hashlib.sha256(body).hexdigest() != sha256:
            raise self._damaged(sha256)
        return body

    def check(self, sha256: str) -> int:
        """Hash an original again without holding it in memory, and return its bytes' number."""
        digest, size = hashlib.sha256(), 0
        for piece in self._body(sha256):
            digest.update(piece)
            size += len(piece)
        if digest.hexdigest() != sha256:
            raise self._damaged(sha256)
        return size

    def locate(self, sha256: str) -> str:
        """Return where an original lies, relative to the archive; it need not exist."""
        plain, compressed = path_of(sha256), path_of(sha256, compressed=True)
        with self._explained():
            is_compressed = not self._exists(plain) and self._exists(compressed)
        return compressed if is_compressed else plain

    @abstractmethod
    def files(self) -> Iterator[StoredFile]:
        """Yield every file kept among the originals, temporary ones too."""

    def _read(self, sha256: str, most: int | None) -> bytes | None:
        """Return the bytes as they are; None if they are more than ``most``."""
        pieces, size = [], 0
        for piece in self._body(sha256):
            pieces.append(piece)
            size += len(piece)
            if most is not None and size > most:
                return None
        return b"".join(pieces)

    def _body(self, sha256: str) -> Iterator[bytes]:
        """Yield the bytes of an original in pieces, inflated if need be; not hashed."""
        plain, compressed = path_of(sha256), path_of(sha256, compressed=True)
        # Once more at the end: a form as it is may have taken the place of a compressed one.
        for path in (plain, compressed, plain):
            try:
                with self._explained(), closing(self._open(path)) as pieces:
                    yield from inflated(pieces) if path is compressed else pieces
            except MissingFile:
                continue
            except zlib.error as error:
                raise self._damaged(sha256) from error
            return
        raise self._lost(sha256)

    def _is_original(self, path: str, sha256: str) -> bool:
        """Tell whether the file at a path, in the form that its name says, is that original.

        Raises:
            MissingFile: if there is none.
        """
        digest = hashlib.sha256()
        try:
            with closing(self._open(path)) as pieces:
                for piece in inflated(pieces) if path != path_of(sha256) else pieces:
                    digest.update(piece)
        except zlib.error:
            return False
        return digest.hexdigest() == sha256

    def _lost(self, sha256: str) -> LostOriginal:
        path = path_of(sha256)
        return LostOriginal(
            f"档案 {self.name} 中没有原件 {path}；请运行 nianbao audit repair 从第二副本恢复，"
            "或从备份恢复。",
            f"the archive {self.name} has no original {path}; restore it from the second copy "
            "(nianbao audit repair) or from a backup.",
        )

    def _damaged(self, sha256: str) -> DamagedOriginal:
        path = self.locate(sha256)
        return DamagedOriginal(
            f"档案 {self.name} 中原件 {path} 的内容与其 SHA-256 不符；请运行 nianbao audit repair "
            "从第二副本恢复，或从备份恢复。",
            f"the bytes of original {path} in the archive {self.name} no longer have that SHA-256; "
            "restore it from the second copy (nianbao audit repair) or from a backup.",
        )
