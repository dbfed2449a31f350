"""A bucket of S3-compatible storage: single requests, repeated where that helps, explained.

The library repeats what failed on the way or was answered by 5xx or "slow down", with growing and
random pauses. Paths are relative to the prefix of the place.
"""

import base64
import hashlib
import os
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from urllib3.exceptions import HTTPError

from storage.archive.forms import PIECE
from storage.archive.s3_errors import NO_LOCK, code_of, explained, status_of
from storage.archive.s3_place import Place
from storage.clock import utc_now

SIDE_BY_SIDE = 8
"""Requests under way at once."""
CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 10, 60, 6
RESUMED = 4
"""How often a download that broke off is taken up again."""
FORBIDDEN, PRECONDITION_FAILED, CONFLICT, NOT_IMPLEMENTED = 403, 412, 409, 501
MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An object as a listing shows it."""

    path: str
    modified_at: datetime


class Exists(Exception):  # noqa: N818 - named by what happened
    """There is an object already where none may be overwritten."""


class Bucket:
    """One bucket; may be used from several threads, and after a fork."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._asks_for_absence = True
        self._lock_is_there = False

    def explained(self) -> AbstractContextManager[None]:
        """Turn errors of the library into ``ArchiveError``."""
        return explained(self.place)

    def head(self, path: str) -> dict[str, Any] | None:
        """Return what the store says of an object; None if there is none."""
        try:
            return dict(self._client.head_object(**self._at(path), ChecksumMode="ENABLED"))
        except ClientError as error:
            if code_of(error) in MISSING:
                return None
            if status_of(error) == FORBIDDEN:
                self._ask(path)  # the answer to HEAD has no body that would say why
            raise

    def add(self, path: str, data: bytes, *, locked: bool) -> None:
        """Write a new object; the store checks its hash, and has it durably when this returns.

        Raises:
            Exists: if there is one, as far as the store can tell; it stays as it is.
        """
        if not self._asks_for_absence:
            self._add_unconditionally(path, data, locked=locked)
            return
        condition = {"IfNoneMatch": "*"}
        try:
            self._put(path, data, condition | (self._lock() if locked else {}))
        except ClientError as error:
            if status_of(error) == PRECONDITION_FAILED:
                raise Exists(path) from error
            if status_of(error) not in (NOT_IMPLEMENTED, CONFLICT):
                raise
            # A store that knows no conditions, or one that is busy with the very same name.
            self._asks_for_absence = status_of(error) != NOT_IMPLEMENTED
            self._add_unconditionally(path, data, locked=locked)

    def _add_unconditionally(self, path: str, data: bytes, *, locked: bool) -> None:
        """Write an object if none is there now; one that comes meanwhile is of the same name."""
        if self.head(path) is not None:
            raise Exists(path)
        self._put(path, data, self._lock() if locked else {})

    def replace(self, path: str, data: bytes) -> None:
        """Write an object whatever was there before; for a damaged one that was put aside."""
        self._put(path, data, self._lock())

    def copy(self, path: str, to: str) -> None:
        """Copy an object within the bucket."""
        source = {"Bucket": self.place.bucket, "Key": self.place.prefix + path}
        self._client.copy_object(**self._at(to), CopySource=source)

    def delete(self, path: str) -> None:
        """Delete an object; in a bucket with versions it stays as an older one."""
        self._client.delete_object(**self._at(path))

    def delete_versions(self, path: str) -> None:
        """Delete an object with all its versions; nothing if there is none."""
        for version, _ in self._versions(path):
            self._client.delete_object(**self._at(path), VersionId=version)

    def locked_until(self, path: str) -> datetime | None:
        """Return when the last lock of any version of an object ends; None if none is locked."""
        ends = []
        for version, has_bytes in self._versions(path):
            if has_bytes:
                head = self._client.head_object(**self._at(path), VersionId=version)
                ends.append(head.get("ObjectLockRetainUntilDate"))
        return max((end for end in ends if end is not None and end > utc_now()), default=None)

    def _versions(self, path: str) -> Iterator[tuple[str, bool]]:
        """Yield the versions of an object; False of one that only says that it was deleted."""
        at = self._at(path)
        pages = self._client.get_paginator("list_object_versions").paginate(
            Bucket=at["Bucket"], Prefix=at["Key"]
        )
        for page in pages:
            for kind in ("Versions", "DeleteMarkers"):
                for each in page.get(kind, ()):
                    if each["Key"] == at["Key"]:
                        yield each["VersionId"], kind == "Versions"

    def listing(self, folder: str) -> Iterator[Found]:
        """Yield every object below a folder, in the order of paths."""
        prefix = self.place.prefix + folder
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self.place.bucket, Prefix=prefix
        )
        for page in pages:
            for each in page.get("Contents", ()):
                path = each["Key"].removeprefix(self.place.prefix)
                yield Found(path=path, modified_at=each["LastModified"])

    def now(self) -> datetime:
        """Return the time by the store's own clock, as far as it tells."""
        answer = self._ask("")
        date = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
        try:
            told = parsedate_to_datetime(date) if date else utc_now()
        except ValueError:
            return utc_now()
        return told if told.tzinfo else told.replace(tzinfo=UTC)

    def open(self, path: str) -> Generator[bytes, None, None] | None:
        """Return an object's bytes in pieces; None if there is none."""
        try:
            answer = self._client.get_object(**self._at(path))
        except ClientError as error:
            if code_of(error) in MISSING:
                return None
            raise
        return self._pieces(path, answer)

    def each(self, work: Callable[[T], U], items: Iterable[T]) -> list[U]:
        """Do the work for every item, several side by side."""
        every = list(items)
        if len(every) < 2:
            return [work(item) for item in every]
        with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(every)), "s3") as threads:
            return list(threads.map(work, every))

    def _ask(self, path: str) -> dict[str, Any]:
        at = self._at(path)
        return dict(self._client.list_objects_v2(Bucket=at["Bucket"], Prefix=at["Key"], MaxKeys=1))

    def _pieces(self, path: str, answer: dict[str, Any]) -> Generator[bytes, None, None]:
        at, left, size, etag = 0, RESUMED, answer["ContentLength"], answer["ETag"]
        while True:
            try:
                for piece in answer["Body"].iter_chunks(PIECE):
                    at += len(piece)
                    yield piece
            except (BotoCoreError, HTTPError):
                left -= 1
                if left < 0:
                    raise
            finally:
                answer["Body"].close()
            if at >= size:
                return
            answer = self._client.get_object(**self._at(path), IfMatch=etag, Range=f"bytes={at}-")

    def _put(self, path: str, data: bytes, options: dict[str, Any]) -> None:
        self._client.put_object(
            **self._at(path),
            Body=data,
            ContentMD5=_base64(hashlib.md5(data, usedforsecurity=False).digest()),
            ChecksumAlgorithm="SHA256",
            ChecksumSHA256=checksum(data),
            **options,
        )

    def _lock(self) -> dict[str, Any]:
        lock = self.place.lock
        if lock is None:
            return {}
        if not self._lock_is_there:
            # Else some stores would take the object and forget the lock; some that have none
            # answer this question like any other about the bucket.
            name = "GetObjectLockConfiguration"
            answer = self._client.get_object_lock_configuration(Bucket=self.place.bucket)
            if answer.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") != "Enabled":
                raise ClientError({"Error": {"Code": NO_LOCK, "Message": "not enabled"}}, name)
            self._lock_is_there = True
        return {"ObjectLockMode": lock.mode, "ObjectLockRetainUntilDate": lock.end(utc_now())}

    def _at(self, path: str) -> dict[str, str]:
        return {"Bucket": self.place.bucket, "Key": self.place.prefix + path}

    @property
    def _client(self) -> Any:
        try:
            return _client(os.getpid(), self.place.endpoint_url, self.place.region)
        except ValueError as error:  # what the library says of an endpoint that is no URL
            raise ParamValidationError(report=str(error)) from error


def checksum(data: bytes) -> str:
    """Return the SHA-256 of an object's bytes as stores write it."""
    return _base64(hashlib.sha256(data).digest())


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


@cache
def _client(_process: int, endpoint_url: str | None, region: str | None) -> Any:
    """Return the client of this very process: connections do not survive a fork."""
    return boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint_url,
        region_name=region,
        config=Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            max_pool_connections=SIDE_BY_SIDE,
            # We give ours with each object; not every store knows what the library adds itself.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path" if endpoint_url else "auto"},
        ),
    )
