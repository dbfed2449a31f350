"""Making a backup: written aside, checked, and only then given its name."""

import hashlib
import json
import os
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path, PurePosixPath

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from monitor.backups.databases import copy_database, copy_name
from monitor.lease import held
from storage.clock import iso_utc
from storage.settings import SETTINGS_FILE
from storage.signing.keys import KEY_FILE
from storage.workspace import Workspace

LEASE = "backup"
MANIFEST = "manifest.json"
_NAME = re.compile(r"nianbao-\d{8}T\d{6}Z")
_PARTIAL = ".partial-"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A backup that was made and checked."""

    path: Path
    bytes: int
    removed: int
    """How many older backups were removed, being more than are kept."""


def make_backup(
    workspace: Workspace,
    engine: Engine,
    directory: Path,
    now: datetime,
    *,
    stopping: threading.Event | None = None,
) -> Backup:
    """Make a backup in ``directory`` and remove the oldest beyond those that are kept.

    Raises:
        BackupError: if the database cannot be copied, or the copy is damaged.
        LeaseHeldError: if another process makes one.
        StoppedError: if ``stopping`` was set.
        OSError: if the directory cannot be written.
    """
    path = directory / f"nianbao-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    with held(engine, LEASE):
        directory.mkdir(parents=True, exist_ok=True)
        _sweep(directory)
        # readable by its owner only: settings may hold passwords
        aside = Path(tempfile.mkdtemp(dir=directory, prefix=_PARTIAL))
        try:
            _fill(workspace, engine, aside, now, stopping or threading.Event())
            aside.rename(path)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        _sync(directory)
        removed = _remove_old(directory, workspace.settings.schedule.backup_keep)
    size = sum(each.stat().st_size for each in path.rglob("*") if each.is_file())
    return Backup(path=path, bytes=size, removed=removed)


def _fill(
    workspace: Workspace, engine: Engine, aside: Path, now: datetime, stopping: threading.Event
) -> None:
    copy_database(engine, aside / copy_name(engine), stopping)
    for name in files_of(workspace):
        target = aside / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(workspace.directory / name, target)
    files = {str(each.relative_to(aside)): sha256_of(each) for each in _below(aside)}
    with engine.connect().execution_options(read_only=True) as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    manifest = {
        "made_at": iso_utc(now),
        "program": metadata.version("nianbao"),
        "database": engine.dialect.name,
        "schema": revision,
        "files": files,
    }
    (aside / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    for each in [*_below(aside), aside]:
        _sync(each)


def files_of(workspace: Workspace) -> Iterator[str]:
    """Yield the files of a workspace that go into a backup, relative to it.

    The settings, the files that they name inside the workspace, and the key if they say so.
    """
    yield SETTINGS_FILE
    settings = workspace.settings
    named = [
        *settings.rules.overlays,
        *(authority.ca_file for authority in settings.storage.time_authorities),
        settings.mail.ca_file,
    ]
    if settings.schedule.backup_key:
        named.append(KEY_FILE)
    for name in dict.fromkeys(named):
        inside = name and not PurePosixPath(name).is_absolute() and ".." not in Path(name).parts
        if inside and (workspace.directory / name).is_file():
            yield name


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def backups_in(directory: Path) -> list[Path]:
    """Return the backups in a directory, oldest first."""
    return sorted(each for each in directory.iterdir() if _NAME.fullmatch(each.name))


def _remove_old(directory: Path, keep: int) -> int:
    old = backups_in(directory)[:-keep]
    for path in old:
        shutil.rmtree(path)
    return len(old)


def _sweep(directory: Path) -> None:
    """Remove what a killed run left; nobody else is making a backup now."""
    for path in directory.glob(f"{_PARTIAL}*"):
        shutil.rmtree(path, ignore_errors=True)


def _below(directory: Path) -> list[Path]:
    return sorted(each for each in directory.rglob("*") if each.is_file())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
