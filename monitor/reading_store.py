"""What reading originals gave, kept in files, so that changed rules need no second reading.

The files may be deleted at any time: what is not there is read again. They lie under the versions
of program and readers, so that nothing an older reader said is ever taken for today's.
"""

import hashlib
import json
import logging
import os
import shutil
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path

from pydantic import TypeAdapter

from monitor.reading.choosing import Wanted
from monitor.reading.model import READING_VERSION, Report
from storage.workspace import Workspace

log = logging.getLogger(__name__)

DIRECTORY = "readings"
"""Below the workspace."""
_LARGEST = 32 * 2**20
"""Bytes of JSON; what is larger is read again each time."""
_reports = TypeAdapter(Report)


def reading_versions() -> str:
    """Return what a stored reading is of, besides its original: a new reader reads anew."""
    return f"{metadata.version('nianbao')}-{READING_VERSION}"


class ReadingStore:
    """Reports by what they were read from; any number of processes may share one."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory / reading_versions()

    def get(self, key: str) -> Report | None:
        """Return a report; None if it is not kept, or its file is damaged."""
        try:
            return _reports.validate_json(zlib.decompress(self._path(key).read_bytes()))
        except (OSError, zlib.error, ValueError):
            return None

    def put(self, key: str, report: Report) -> None:
        """Keep a report; that the disk is full or cannot be written is no fault of it."""
        body = _reports.dump_json(report)
        if len(body) > _LARGEST:
            return
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, zlib.compress(body, 3))
        except OSError as error:
            log.debug("reading %s is not kept: %s", key, error)

    def drop_others(self) -> None:
        """Delete what other versions have read."""
        for other in self._directory.parent.glob("*"):
            if other != self._directory:
                shutil.rmtree(other, ignore_errors=True)

    def _path(self, key: str) -> Path:
        return self._directory / key[:2] / key


def store_of(workspace: Workspace) -> ReadingStore:
    """Return the store of a workspace."""
    return ReadingStore(workspace.directory / DIRECTORY)


def key_of(
    sha256: str, name: str | None, wanted: Wanted | None, pictures: Mapping[str, str]
) -> str:
    """Return the key of what reading an original with its pictures gives.

    ``wanted`` is None where it makes no difference: an original that is no bundle.
    """
    asked = None if wanted is None else [wanted.agencies, wanted.fiscal_year]
    return _hash(["original", sha256, name, asked, sorted(pictures.items())])


def key_of_scan(pictures: Sequence[str]) -> str:
    """Return the key of what reading pictures as the pages of one scan gives."""
    return _hash(["scan", *pictures])


def _hash(parts: Sequence[object]) -> str:
    text = json.dumps(parts, ensure_ascii=False)
    return hashlib.sha256(text.encode(errors="backslashreplace")).hexdigest()


def _write(path: Path, body: bytes) -> None:
    """Write a file that is either whole or not there under its name."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
