"""The archive in S3-compatible storage.

The same paths as in a directory: ``originals/``, ``pending/``, ``damaged/``; the lines of
checkpoints are in numbered objects below ``checkpoints/``, each named by its own hash too, so that
two processes that append at once overwrite nothing. An object appears whole or not at all, and is
durable when the store has answered; the store checks each against the SHA-256 and MD5 sent along.

An original enters as: is it there? → marker → object, refused if one has come meanwhile.
"""

import hashlib
import secrets
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from storage.archive.bucket import Bucket, Exists, checksum
from storage.archive.checkpoint_file import whole_lines
from storage.archive.forms import ORIGINALS, Wanted, original_at, path_of, stored_form, wanted
from storage.archive.model import SHA256, LockedOriginal, StoredFile, Swept, require_sha256
from storage.archive.reading import HashedArchive, MissingFile
from storage.archive.s3_errors import code_of
from storage.archive.s3_place import Place
from storage.clock import iso_utc

DEAD = timedelta(days=1)
"""After so long a marker without an original is nobody's: no batch takes a day to write."""
_PENDING, _DAMAGED, _CHECKPOINTS = "pending/", "damaged/", "checkpoints/"


class S3Archive(HashedArchive):
    """An archive in a bucket."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._bucket = Bucket(place)

    @property
    def name(self) -> str:
        """Where the archive is, for people."""
        return self.place.name

    def put_many(self, bodies: Iterable[bytes], compress: Iterable[bool] = ()) -> list[str]:
        """Keep several bodies durably; hashes in the order given."""
        digests, found = wanted(bodies, compress)
        if found:
            with self._explained():
                self._store(found)
        return digests

    def settle(self, digests: Iterable[str]) -> None:
        """Remove the pending markers of originals whose rows are committed."""
        with self._explained():
            self._bucket.each(self._bucket.delete, [_marker(each) for each in digests])

    def remove(self, sha256: str) -> None:
        """Remove an original in every form and version that it has.

        Raises:
            LockedOriginal: if the store keeps it locked still.
        """
        for path in (path_of(sha256), path_of(sha256, compressed=True)):
            with self._explained():
                try:
                    self._bucket.delete_versions(path)
                except ClientError as error:
                    until = self._bucket.locked_until(path)
                    if code_of(error) != "AccessDenied" or until is None:
                        raise
                    raise self._locked(path, until) from error

    def _locked(self, path: str, until: datetime) -> LockedOriginal:
        return LockedOriginal(
            f"档案 {self.name}：{path} 仍被对象锁定，{iso_utc(until)} 到期后才能移除。",
            f"archive {self.name}: {path} is under object lock until {iso_utc(until)} and can be "
            "removed only then.",
            until,
        )

    def files(self) -> Iterator[StoredFile]:
        """Yield every file kept among the originals."""
        with self._explained():
            for found in self._bucket.listing(f"{ORIGINALS}/"):
                yield StoredFile(path=found.path, sha256=original_at(found.path))

    def pending(self) -> set[str]:
        """Return the hashes marked as pending."""
        with self._explained():
            names = {each.path.removeprefix(_PENDING) for each in self._bucket.listing(_PENDING)}
        return {name for name in names if SHA256.match(name)}

    def sweep(self, settled: Callable[[Collection[str]], Collection[str]]) -> Swept:
        """Remove the markers of originals with a row, and old ones of which nothing came.

        Nothing is ever half written here. There is no lock between machines either: a marker
        without an original may be a living writer's, so that it stays for a day.
        """
        with self._explained():
            marked = {
                each.path.removeprefix(_PENDING): each.modified_at
                for each in self._bucket.listing(_PENDING)
            }
            pending = sorted(name for name in marked if SHA256.match(name))
            done = set(settled(pending)) if pending else set()
            dead_since = self._bucket.now() - DEAD if pending else None
        old = [
            each
            for each in pending
            if each not in done and dead_since is not None and marked[each] < dead_since
        ]
        empty = {each for each in old if not self._exists_in_any_form(each)}
        self.settle(done | empty)
        return Swept(settled=len(done))

    def set_aside(self) -> list[str]:
        """Return the damaged files that a good copy has replaced, relative to the archive."""
        with self._explained():
            return [each.path for each in self._bucket.listing(_DAMAGED)]

    def add_checkpoints(self, lines: Sequence[str]) -> None:
        """Append those checkpoint lines that are not there yet, durably."""
        with self._explained():
            paths = self._checkpoint_paths()
            known = set(self._lines_of(paths))
            missing = [line for line in lines if line not in known]
            if not missing:
                return
            data = "".join(f"{line}\n" for line in missing).encode()
            number = int(paths[-1].removeprefix(_CHECKPOINTS).partition("-")[0]) if paths else 0
            path = f"{_CHECKPOINTS}{number + 1:08}-{hashlib.sha256(data).hexdigest()}.txt"
            try:
                self._bucket.add(path, data, locked=True)
            except Exists:
                return  # another process has added the very same

    def checkpoints(self) -> list[str]:
        """Return the checkpoint lines, oldest first."""
        with self._explained():
            return self._lines_of(self._checkpoint_paths())

    def _checkpoint_paths(self) -> list[str]:
        paths = (each.path for each in self._bucket.listing(_CHECKPOINTS))
        return sorted(each for each in paths if each[len(_CHECKPOINTS) :][:8].isdecimal())

    def _lines_of(self, paths: Sequence[str]) -> list[str]:
        contents = self._bucket.each(lambda path: b"".join(self._bucket.open(path) or ()), paths)
        return list(dict.fromkeys(line for each in contents for line in whole_lines(each)))

    def _open(self, path: str) -> Generator[bytes, None, None]:
        pieces = self._bucket.open(path)
        if pieces is None:
            raise MissingFile(path)
        return pieces

    def _exists(self, path: str) -> bool:
        return self._bucket.head(path) is not None

    def _exists_in_any_form(self, sha256: str) -> bool:
        with self._explained():
            return self._exists(path_of(sha256)) or self._exists(path_of(sha256, compressed=True))

    def _explained(self) -> AbstractContextManager[None]:
        return self._bucket.explained()

    def _store(self, found: Mapping[str, Wanted]) -> None:
        present = self._bucket.each(lambda item: self._present(*item), found.items())
        new = [item for item, (_, holds) in zip(found, present, strict=True) if not holds]
        forms = dict(zip(found, (want for want, _ in present), strict=True))
        self._bucket.each(self._mark, new)
        self._bucket.each(lambda sha256: self._write(sha256, forms[sha256]), new)
        # One that a kill leaves does no harm: what lies as it is goes first.
        plain = [sha256 for sha256 in new if not forms[sha256].compress]
        self._bucket.each(self._drop_compressed, plain)

    def _present(self, sha256: str, want: Wanted) -> tuple[Wanted, bool]:
        """Return what is still wanted, and whether it is there and sound.

        What lies as it is does not become compressed.
        """
        plain = self._is_sound(path_of(sha256), sha256, want.body)
        if plain is not None or not want.compress:
            return replace(want, compress=False), plain is True
        path, data = stored_form(sha256, want)
        return want, self._is_sound(path, sha256, data) is True

    def _is_sound(self, path: str, sha256: str, data: bytes) -> bool | None:
        """Tell whether an object is the original; None if there is none.

        The checksum that the store verified when it came is enough, where it keeps it; what became
        of the bytes since is for reading and for the rota of checks to see.
        """
        head = self._bucket.head(path)
        if head is None:
            return None
        if head.get("ChecksumSHA256") == checksum(data):
            return True
        try:
            return self._is_original(path, sha256)
        except MissingFile:
            return None

    def _write(self, sha256: str, want: Wanted) -> None:
        path, data = stored_form(sha256, want)
        try:
            self._bucket.add(path, data, locked=True)
        except Exists:
            if not self._is_sound(path, sha256, data):
                self._put_aside(path)
                self._bucket.replace(path, data)

    def _put_aside(self, path: str) -> None:
        name = path.rpartition("/")[2]
        self._bucket.copy(path, f"{_DAMAGED}{name}.{secrets.token_hex(4)}")

    def _drop_compressed(self, sha256: str) -> None:
        path = path_of(sha256, compressed=True)
        if not self._exists(path):
            return
        if not self._is_original(path, sha256):
            self._put_aside(path)
        self._bucket.delete(path)

    def _mark(self, sha256: str) -> None:
        try:
            self._bucket.add(_marker(sha256), b"", locked=False)
        except Exists:
            return


def _marker(sha256: str) -> str:
    return f"{_PENDING}{require_sha256(sha256)}"
