"""Engines and sessions: SQLite in WAL by default, PostgreSQL by URL."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from storage.settings import SettingsError

BUSY_TIMEOUT_MS = 30_000
_SURROGATE = re.compile("[\ud800-\udfff]")
_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
"""The databases that the migrations are written for, and the driver for each."""


class DatabaseUrlError(SettingsError):
    """The setting of where the database is names none that can be used."""

    def __init__(self, url: str, zh: str, en: str) -> None:
        place = without_password(url)
        super().__init__(
            f"设置 storage.database_url（或 NIANBAO_DATABASE_URL）：不能使用“{place}”：{zh}。",
            f"setting storage.database_url (or NIANBAO_DATABASE_URL): cannot use {place!r}: {en}.",
        )


def create_database_engine(url: str) -> Engine:
    """Return an engine for a SQLAlchemy URL.

    SQLite runs in WAL with foreign keys on, synchronous=FULL and a busy timeout. Every
    transaction that may write begins with BEGIN IMMEDIATE, so that two writers queue instead of
    failing half-way through.

    Raises:
        DatabaseUrlError: if the URL cannot be read, or is of another database or driver.
    """
    parsed = _parse(url)
    try:
        engine = create_engine(
            parsed,
            pool_pre_ping=parsed.get_backend_name() != "sqlite",
            json_serializer=write_json,
        )
    except ImportError as error:
        raise DatabaseUrlError(
            url,
            f"缺少驱动程序（{error}）；请安装 nianbao[postgresql]",
            f"its driver is missing ({error}); install nianbao[postgresql]",
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
    return engine


def without_password(url: str) -> str:
    """Return a URL for messages: without user, password and options, however it is written."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return "***"
    _, at, place = rest.rpartition("@")
    return f"{scheme}://{'***@' if at else ''}{place.partition('?')[0]}"


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # What the library says may quote a part of the password.
        parsed = None
    if parsed is None or "@" in (parsed.host or ""):
        raise DatabaseUrlError(
            url,
            "不是数据库网址；请写成 postgresql://用户:密码@主机/库名 的样子，密码中的 @ : / ? # % "
            "要写成百分号编码",
            "no URL of a database; write it like postgresql://user:password@host/name, with "
            "@ : / ? # % in the password percent-encoded",
        )
    driver = _DRIVERS.get(parsed.drivername)
    if driver is None:
        raise DatabaseUrlError(
            url,
            f"不支持 {parsed.drivername}；只能用 sqlite 或 postgresql",
            f"{parsed.drivername} is not supported; use sqlite or postgresql",
        )
    return parsed.set(drivername=driver)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def write_json(value: Any) -> str:
    """Return the text in which a JSON value is stored: short, and legible in Chinese.

    A text that is no valid Unicode (a lone surrogate) is kept by escapes.
    """
    text = _encode(value)
    return json.dumps(value, separators=(",", ":")) if _SURROGATE.search(text) else text


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the "begin" event below starts transactions
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=FULL",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """Open a session whose work is committed at the end, or rolled back on an error."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Open a session that only reads and never waits for a writer."""
    with (
        engine.connect().execution_options(read_only=True) as connection,
        Session(connection, expire_on_commit=False) as session,
    ):
        yield session
