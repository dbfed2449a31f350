"""Copying a database while it is in use, and putting a copy back."""

import os
import shutil
import sqlite3
import subprocess
import threading
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Engine, inspect

from monitor.programs import StoppedError
from storage.errors import StorageError

_PAGES = 2000
"""Pages of SQLite that are copied between two looks at whether to stop."""
_LOOK_EVERY = 0.2
_LONGEST_REASON = 300


class BackupError(StorageError):
    """A backup cannot be made, or is not what it should be."""


def copy_name(engine: Engine) -> str:
    """Return the name that the copy of a database has in a backup."""
    return "database.dump" if engine.dialect.name == "postgresql" else "nianbao.db"


def copy_database(engine: Engine, target: Path, stopping: threading.Event) -> None:
    """Copy a database as it is at one moment, however much is written meanwhile, and check it.

    Raises:
        BackupError: if it cannot be copied, or the copy is damaged.
        StoppedError: if the end of the program was asked for.
    """
    if engine.dialect.name == "postgresql":
        _dump(engine, target, stopping)
        _run(["pg_restore", "--list", str(target)], None, stopping)
        return
    _copy_sqlite(Path(str(engine.url.database)), target, stopping)
    check_sqlite(target)


def _copy_sqlite(source: Path, target: Path, stopping: threading.Event) -> None:
    def look(_status: int, _remaining: int, _total: int) -> None:
        if stopping.is_set():
            raise StoppedError("backup")

    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.execute("BEGIN")  # one moment: without it every write begins the copy anew
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()
        old.backup(new, pages=_PAGES, progress=look, sleep=0)
        new.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it


def check_sqlite(path: Path) -> None:
    """Open a copy and let SQLite check all of it.

    Raises:
        BackupError: if it finds fault.
    """
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)) as copy:
            [[said]] = copy.execute("PRAGMA integrity_check(1)").fetchall()
            copy.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        raise BackupError(f"{path}：数据库副本已损坏：{said}", f"{path}: a damaged copy: {said}")


def _dump(engine: Engine, target: Path, stopping: threading.Event) -> None:
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"]
    _run(["pg_dump", *options, f"--dbname={_place(engine)}"], engine, stopping)


def load_dump(engine: Engine, dump: Path) -> None:
    """Put a dump into an empty PostgreSQL database, all or nothing.

    Raises:
        BackupError: if the database is not empty, or does not take it.
    """
    taken = inspect(engine).get_table_names()
    if taken:
        raise BackupError(
            f"数据库不是空的（有表 {taken[0]}）；请换一个空的数据库。",
            f"the database is not empty (it has a table {taken[0]}); use an empty one.",
        )
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    command = ["pg_restore", *options, f"--dbname={_place(engine)}", str(dump)]
    _run(command, engine, threading.Event())


def _place(engine: Engine) -> str:
    """Return where a database is for PostgreSQL's programs, without its password."""
    url = engine.url.set(drivername="postgresql")._replace(password=None)
    return url.render_as_string(hide_password=False)


def _run(command: list[str], engine: Engine | None, stopping: threading.Event) -> None:
    if shutil.which(command[0]) is None:
        raise BackupError(
            f"没有找到程序 {command[0]}；请安装 PostgreSQL 客户端。",
            f"there is no program {command[0]}; install PostgreSQL's client programs.",
        )
    environment = dict(os.environ)
    if engine is not None and engine.url.password:
        environment["PGPASSWORD"] = str(engine.url.password)
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        said = ""
        while process.returncode is None:
            if stopping.is_set():
                process.terminate()
            with suppress(subprocess.TimeoutExpired):
                said = process.communicate(timeout=_LOOK_EVERY)[1]
    if stopping.is_set():
        raise StoppedError("backup")
    if process.returncode:
        reason = " ".join(said.split())[:_LONGEST_REASON]
        raise BackupError(f"{command[0]} 失败：{reason}", f"{command[0]} failed: {reason}")
