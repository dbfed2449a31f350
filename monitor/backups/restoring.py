"""Putting a backup back into an empty workspace."""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import Engine, bindparam, text

from monitor.backups.databases import BackupError, check_sqlite, load_dump
from monitor.backups.making import MANIFEST, backups_in, sha256_of
from storage.database import create_database_engine
from storage.models import UtcDateTime
from storage.settings import SETTINGS_FILE, load_settings
from storage.workspace import ARCHIVE_DIRECTORY, Workspace

_COPIES = {"nianbao.db", "database.dump"}
_UNCERTAIN = text(
    "UPDATE outbox SET state = 'uncertain', finished_at = :now, last_error = :why"
    " WHERE state IN ('held', 'waiting', 'sending')"
).bindparams(bindparam("now", type_=UtcDateTime))


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put back."""

    made_at: str
    """When the backup was made, RFC 3339."""
    unsettled: int
    """Messages that waited then, and may have been sent since: a person must look at each."""


def restore(backup: Path, directory: Path, now: datetime) -> Restored:
    """Put a backup back into a workspace that holds nothing but, perhaps, its archive.

    Messages that waited when the backup was made become ``uncertain``: they may have gone out
    since. Leases are forgotten.

    Raises:
        BackupError: if the backup is damaged, or something stands in its place.
        OSError: if a file cannot be read or written.
    """
    manifest = _checked(backup)
    _refuse_taken(directory)
    directory.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    try:
        workspace = Workspace(directory=directory, settings=load_settings(backup / SETTINGS_FILE))
        engine = create_database_engine(workspace.database_url)
        try:
            _put_database(backup, engine, manifest, written)
            unsettled = _settle(engine, now, manifest["made_at"])
        finally:
            engine.dispose()
        # settings last: without them nobody takes what was cut off for a workspace
        names = sorted(manifest["files"].keys() - _COPIES, key=lambda name: name == SETTINGS_FILE)
        written.extend(_copy(backup, directory, name) for name in names)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return Restored(made_at=manifest["made_at"], unsettled=unsettled)


def _checked(backup: Path) -> dict[str, Any]:
    """Return the manifest of a backup, every file of which is as it was written."""
    try:
        manifest: dict[str, Any] = json.loads((backup / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise _no_backup(backup) from error
    for name, sha256 in manifest["files"].items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise BackupError(f"{backup}：{name} 不在备份中", f"{backup}: {name} is outside of it")
        if not (backup / name).is_file() or sha256_of(backup / name) != sha256:
            raise BackupError(
                f"{backup / name}：缺失或已被改动，与清单不符。",
                f"{backup / name}: is missing or was altered: it is not what the manifest says.",
            )
    if "nianbao.db" in manifest["files"]:
        check_sqlite(backup / "nianbao.db")
    return manifest


def _no_backup(backup: Path) -> BackupError:
    found = backups_in(backup) if backup.is_dir() else []
    zh = f"；其中最新的是 {found[-1]}" if found else ""
    en = f"; the newest in it is {found[-1]}" if found else ""
    return BackupError(f"{backup}：不是备份（没有 {MANIFEST}）{zh}。", f"{backup}: no backup{en}.")


def _refuse_taken(directory: Path) -> None:
    taken = [each.name for each in directory.iterdir()] if directory.exists() else []
    taken = sorted(set(taken) - {ARCHIVE_DIRECTORY})
    if taken:
        raise BackupError(
            f"{directory} 中已有 {taken[0]}；只能恢复到空目录（可有 {ARCHIVE_DIRECTORY}/）。",
            f"{directory} holds {taken[0]}; restore into an empty directory "
            f"({ARCHIVE_DIRECTORY}/ may be there).",
        )


def _copy(backup: Path, directory: Path, name: str) -> Path:
    target = directory / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch(mode=0o600)
    shutil.copyfile(backup / name, target)
    return target


def _put_database(
    backup: Path, engine: Engine, manifest: dict[str, Any], written: list[Path]
) -> None:
    if engine.dialect.name != manifest["database"]:
        raise BackupError(
            f"备份是 {manifest['database']} 的，设置中的数据库是 {engine.dialect.name}。",
            f"the backup is of {manifest['database']}, the settings name {engine.dialect.name}.",
        )
    if engine.dialect.name == "postgresql":
        load_dump(engine, backup / "database.dump")
        return
    target = Path(str(engine.url.database))
    if target.exists():
        raise BackupError(f"{target} 已经存在。", f"{target} is there already.")
    target.parent.mkdir(parents=True, exist_ok=True)
    written.append(target)
    shutil.copyfile(backup / "nianbao.db", target)


def _settle(engine: Engine, now: datetime, made_at: str) -> int:
    why = f"restored from the backup of {made_at}: it may have been sent since"
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM leases"))
        return int(connection.execute(_UNCERTAIN, {"now": now, "why": why}).rowcount)
