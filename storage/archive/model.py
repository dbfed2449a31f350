"""What an archive of originals does, wherever it is."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from storage.errors import StorageError
from storage.settings import SettingsError

SHA256 = re.compile(r"[0-9a-f]{64}\Z")


class ArchiveError(StorageError):
    """The archive cannot do what was asked; the message names the place and the remedy."""


class ArchiveUrlError(ArchiveError, SettingsError):
    """The setting of where the archive is names no place that can be used."""


class LostOriginal(ArchiveError):  # noqa: N818 - named by what happened
    """The archive holds no original with this hash."""


class DamagedOriginal(ArchiveError):  # noqa: N818 - named by what happened
    """The bytes under this hash are not the bytes that were archived."""


class LockedOriginal(ArchiveError):  # noqa: N818 - named by what happened
    """The store keeps an original, under object lock, that was to be removed."""

    def __init__(self, zh: str, en: str, until: datetime) -> None:
        super().__init__(zh, en)
        self.until = until
        """When the lock ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One file found in the archive."""

    path: str
    """Relative to the archive, with ``/``."""
    sha256: str | None
    """The original it is, by its name and place; None if it is none."""
    temporary: bool = False
    """True if it was left by a process that died while writing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep put in order."""

    temporaries: int = 0
    settled: int = 0


class Archive(Protocol):
    """Where originals are kept. Every method may raise ``ArchiveError``."""

    def put(self, body: bytes) -> str:
        """Keep the bytes durably and return their SHA-256."""

    @property
    def name(self) -> str:
        """Where the archive is, for people; without anything secret."""

    def put_many(self, bodies: Iterable[bytes], compress: Iterable[bool] = ()) -> list[str]:
        """Keep several bodies durably, at the cost of few; hashes in the order given.

        ``compress`` says of each body, in the same order, whether it may lie compressed; of those
        it says nothing about, none may. A body that lies compressed and is put again as one that
        may not, lies as it is from then on. Each new original is pending until ``settle``.
        """

    def settle(self, digests: Iterable[str]) -> None:
        """Remove the pending markers of originals whose rows are committed."""

    def remove(self, sha256: str) -> None:
        """Remove an original, in every form and version; what is not there stays not there.

        For decisions of retention only: nothing else ever removes one.

        Raises:
            LockedOriginal: if the store refuses for the time being.
        """

    def get(self, sha256: str) -> bytes:
        """Return the bytes, having hashed them again.

        Raises:
            LostOriginal: if there is none of this hash.
            DamagedOriginal: if the bytes have another hash.
        """

    def check(self, sha256: str) -> int:
        """Hash an original again without holding it in memory, and return its bytes' number.

        Raises:
            LostOriginal, DamagedOriginal: as ``get``.
        """

    def locate(self, sha256: str) -> str:
        """Return where an original lies, relative to the archive; it need not exist."""

    def files(self) -> Iterator[StoredFile]:
        """Yield every file kept among the originals, temporary ones too."""

    def pending(self) -> set[str]:
        """Return the hashes marked as pending."""

    def sweep(self, settled: Callable[[Collection[str]], Collection[str]]) -> Swept:
        """Clear away what processes that died have left.

        ``settled`` is asked which of the pending hashes have a committed row.
        """

    def set_aside(self) -> list[str]:
        """Return the damaged files that a good copy has replaced, relative to the archive."""

    def add_checkpoints(self, lines: Sequence[str]) -> None:
        """Append those checkpoint lines that are not there yet, durably."""

    def checkpoints(self) -> list[str]:
        """Return the checkpoint lines, oldest first; a line torn by a crash is none."""


def require_sha256(text: str) -> str:
    """Return ``text`` if it is a SHA-256 in lower-case hexadecimal, so that it is safe in a path.

    Raises:
        ValueError: if it is not.
    """
    if not SHA256.match(text):
        msg = f"not a SHA-256 in lower-case hexadecimal: {text!r}"
        raise ValueError(msg)
    return text
