"""Databases of both kinds for tests: made once with the current schema, then used again."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from storage.database import create_database_engine
from storage.models import Base
from storage.schema import upgrade

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]

_SPARE: dict[str, list[str]] = defaultdict(list)
"""By server: databases that are again as they were made."""
_SHAPE = """
SELECT md5(string_agg(line, '/' ORDER BY line)) FROM (
    SELECT concat_ws(' ', 'table', oid, relname, relkind, reloptions) AS line FROM pg_class
        WHERE relnamespace NOT IN ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace,
            'information_schema'::regnamespace)
    UNION ALL SELECT concat_ws(' ', 'column', attrelid, attname, atttypid, attnotnull, attisdropped)
        FROM pg_attribute WHERE attnum > 0 AND attrelid > 16383
    UNION ALL SELECT concat_ws(' ', 'default', adrelid, adnum, pg_get_expr(adbin, adrelid))
        FROM pg_attrdef
    UNION ALL SELECT concat_ws(' ', 'constraint', oid, conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE oid > 16383
    UNION ALL SELECT concat_ws(' ', 'trigger', oid, tgname, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat_ws(' ', 'schema', nspname) FROM pg_namespace WHERE nspname !~ '^pg_'
    UNION ALL SELECT concat_ws(' ', 'function', proname, prosrc) FROM pg_proc WHERE oid > 16383
    UNION ALL SELECT concat_ws(' ', 'version', version_num) FROM alembic_version
) AS lines
"""
"""Whatever a test may have changed besides rows; object numbers are those of the template."""


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a throw-away PostgreSQL server; the name of a database is to be added."""
    programs = _programs()
    if programs is None:
        pytest.skip("the PostgreSQL server programs (initdb, postgres) are not on this machine")
    # Another user must be able to come in: not pytest's directory.
    directory = Path(tempfile.mkdtemp(prefix="nianbao-pg-"))
    as_server = _other_user(directory)
    data = directory / "data"
    control: list[str | Path] = [*as_server, programs / "pg_ctl", "-D", data, "-w"]
    try:
        _run([*as_server, programs / "initdb", "-D", data, "-U", "test", "-A", "trust", "-N"])
        port = _start([*control, "-l", str(directory / "log")])
        try:
            yield f"postgresql://test@127.0.0.1:{port}/"
        finally:
            _run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(directory)


def _start(control: list[str | Path], attempts: int = 5) -> int:
    """Start the server on a free port, or on another if somebody else took that meanwhile."""
    port = _free_port()
    options = (
        f"-p {port} -k '' -c listen_addresses=127.0.0.1 -c fsync=off"  # no socket: no short path
        " -c synchronous_commit=off -c full_page_writes=off -c max_connections=50"
    )
    try:
        _run([*control, "-o", options, "start"])
    except AssertionError:
        if attempts == 1:
            raise
        return _start(control, attempts - 1)
    return port


def _programs() -> Path | None:
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((each for each in places if (each / "initdb").exists()), None)


def _other_user(directory: Path) -> list[str]:
    """PostgreSQL refuses to run as root: give the directory to another user and become that."""
    if os.geteuid() != 0:
        return []
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(directory, user.pw_uid, user.pw_gid)
        return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    pytest.skip("PostgreSQL refuses to run as root, and there is no user to run it as")


def _run(command: list[str | Path]) -> None:
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def new_database(server: str, *, upgraded: bool = False) -> Iterator[str]:
    """Give the URL of a PostgreSQL database of one's own, empty or with the current schema."""
    if upgraded:
        with _upgraded_database(server) as url:
            yield url
        return
    name = f"test_{uuid.uuid4().hex}"
    _administer(server, f"CREATE DATABASE {name}")
    yield server + name
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _upgraded_database(server: str) -> Iterator[str]:
    """Copying a template takes a quarter of a second; emptying what was copied, nothing."""
    template, shape = _template(server)
    if _SPARE[server]:
        name = _SPARE[server].pop()
    else:
        name = f"test_{uuid.uuid4().hex}"
        _administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server + name
    if _emptied(server, name, shape):
        _SPARE[server].append(name)
    else:
        _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _emptied(server: str, name: str, shape: str) -> bool:
    """Take all rows from a database and all who use it; say whether it is as it was made."""
    tables = [table for table in Base.metadata.tables if table != "alembic_version"]
    with _connected(server, name) as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
        connection.execute(text(f"{others} '{name}' AND pid <> pg_backend_pid()"))
        try:
            if connection.scalar(text(_SHAPE)) != shape:
                return False
        except DBAPIError:
            return False
        connection.execute(text("SET session_replication_role = replica"))  # no foreign keys
        connection.exec_driver_sql("; ".join(f"DELETE FROM {table}" for table in tables))
        connection.execute(text("SELECT setval(seqrelid, seqstart, false) FROM pg_sequence"))
    return True


@cache
def upgraded_file() -> bytes:
    """Return a SQLite database with the current schema."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "nianbao.db"
        engine = create_database_engine(f"sqlite:///{path}")
        upgrade(engine)
        engine.dispose()
        return path.read_bytes()


@cache
def _template(server: str) -> tuple[str, str]:
    """Return the name of a database with the current schema, and its shape."""
    name = f"template_{uuid.uuid4().hex}"
    _administer(server, f"CREATE DATABASE {name}")
    engine = create_database_engine(server + name)
    upgrade(engine)
    engine.dispose()
    with _connected(server, name) as connection:
        return name, str(connection.scalar(text(_SHAPE)))


def _administer(server: str, statement: str) -> None:
    with _connected(server, "postgres") as connection:
        connection.execute(text(statement))


@contextmanager
def _connected(server: str, name: str) -> Iterator[Connection]:
    url = server.replace("postgresql://", "postgresql+psycopg://") + name
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()
