"""An archive of either kind, and the ways of somebody who comes to its files past it."""

from pathlib import Path
from typing import Any, Protocol

from storage.archive import Archive, DirectoryArchive


class Place(Protocol):
    """Where an archive keeps its files, by paths relative to it."""

    archive: Archive
    url: str

    def read(self, path: str) -> bytes: ...

    def write(self, path: str, data: bytes) -> None: ...

    def delete(self, path: str) -> None: ...

    def names(self) -> set[str]: ...


class Directory:
    def __init__(self, archive: DirectoryArchive) -> None:
        self.archive: Archive = archive
        self.url = archive.root.as_uri()
        self._root: Path = archive.root

    def read(self, path: str) -> bytes:
        return (self._root / path).read_bytes()

    def write(self, path: str, data: bytes) -> None:
        file = self._root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.write_bytes(data)

    def delete(self, path: str) -> None:
        (self._root / path).unlink()

    def names(self) -> set[str]:
        files = (path for path in self._root.rglob("*") if path.is_file())
        return {path.relative_to(self._root).as_posix() for path in files} - {"lock"}


class InBucket:
    def __init__(self, archive: Archive, url: str, client: Any, bucket: str, prefix: str) -> None:
        self.archive = archive
        self.url = url
        self.client = client
        self.bucket = bucket
        self._prefix = prefix

    def at(self, path: str) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": self._prefix + path}

    def read(self, path: str) -> bytes:
        return bytes(self.client.get_object(**self.at(path))["Body"].read())

    def write(self, path: str, data: bytes) -> None:
        self.client.put_object(**self.at(path), Body=data)

    def delete(self, path: str) -> None:
        self.client.delete_object(**self.at(path))

    def names(self) -> set[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=self._prefix
        )
        keys = (each["Key"] for page in pages for each in page.get("Contents", ()))
        return {key.removeprefix(self._prefix) for key in keys}
