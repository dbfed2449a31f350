"""A real database of both kinds, and a workspace around it."""

import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from storage.archive import Archive, open_archive
from storage.captures import Exchange
from storage.database import create_database_engine, transaction
from storage.models import Crawl, Portal, PortalLevel
from storage.schema import upgrade
from storage.workspace import Workspace, open_workspace

NOON = datetime(2024, 1, 20, 4, tzinfo=UTC)
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a throw-away PostgreSQL server; the name of a database is to be added."""
    programs = _programs()
    if programs is None:
        pytest.skip("the PostgreSQL server programs (initdb, postgres) are not on this machine")
    # Sockets have short paths, and another user must be able to come in: not pytest's directory.
    directory = Path(tempfile.mkdtemp(prefix="nianbao-pg-"))
    as_server = _other_user(directory)
    data = directory / "data"
    try:
        _run([*as_server, programs / "initdb", "-D", data, "-U", "test", "-A", "trust", "-N"])
        port = _free_port()
        options = (
            f"-p {port} -k {directory} -c listen_addresses=127.0.0.1 -c fsync=off"
            " -c synchronous_commit=off -c full_page_writes=off -c max_connections=50"
        )
        control: list[str | Path] = [*as_server, programs / "pg_ctl", "-D", data, "-w"]
        _run([*control, "-l", str(directory / "log"), "-o", options, "start"])
        try:
            yield f"postgresql://test@127.0.0.1:{port}/"
        finally:
            _run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(directory)


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


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'nianbao.db'}"
        return
    with new_database(request.getfixturevalue("postgresql")) as url:
        yield url


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of either kind with the current schema, copied from one that was upgraded."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            (tmp_path / "nianbao.db").write_bytes(upgraded_file())
            url = f"sqlite:///{tmp_path / 'nianbao.db'}"
        else:
            server = request.getfixturevalue("postgresql")
            url = stack.enter_context(new_database(server, upgraded=True))
        engine = create_database_engine(url)
        yield engine
        engine.dispose()


@contextmanager
def new_database(server: str, *, upgraded: bool = False) -> Iterator[str]:
    """Make a database on a PostgreSQL server, empty or with the current schema; give its URL."""
    name = f"test_{uuid.uuid4().hex}"
    template = f" TEMPLATE {_template(server)}" if upgraded else ""
    _administer(server, f"CREATE DATABASE {name}{template}")
    yield server + name
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


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
def _template(server: str) -> str:
    name = f"template_{uuid.uuid4().hex}"
    _administer(server, f"CREATE DATABASE {name}")
    engine = create_database_engine(server + name)
    upgrade(engine)
    engine.dispose()
    return name


def _administer(server: str, statement: str) -> None:
    url = server.replace("postgresql://", "postgresql+psycopg://") + "postgres"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def workspace(engine: Engine, tmp_path: Path) -> Workspace:
    """A workspace whose database is ``engine``'s."""
    url = engine.url.render_as_string(hide_password=False)
    (tmp_path / "nianbao.toml").write_text(f'[storage]\ndatabase_url = "{url}"\n')
    return open_workspace(tmp_path)


@pytest.fixture
def archive(workspace: Workspace) -> Archive:
    """The archive of ``workspace``."""
    return open_archive(workspace.archive_url)


@pytest.fixture
def crawl_id(engine: Engine) -> int:
    """A crawl of a portal ``boai``, in run ``run-1``."""
    with transaction(engine) as session:
        session.add(
            Portal(
                id="boai",
                name="博爱县人民政府",
                division="410822",
                level=PortalLevel.COUNTY,
                url="http://www.boai.gov.cn/",
                known_columns=[],
            )
        )
        session.flush()
        crawl = Crawl(run_id="run-1", portal_id="boai", started_at=NOON)
        session.add(crawl)
        session.flush()
        return crawl.id


@pytest.fixture
def exchange(crawl_id: int) -> Callable[..., Exchange]:
    """A maker of exchanges, each a second after the one before, with any field as wanted."""
    seconds = itertools.count()

    def make(url: str = "http://www.boai.gov.cn/a.html", **fields: Any) -> Exchange:
        at = NOON + timedelta(seconds=next(seconds))
        usual: dict[str, Any] = {
            "purpose": "page",
            "crawl_id": crawl_id,
            "requested_at": at,
            "fetched_at": at + timedelta(microseconds=250_001),
            "final_url": url,
            "status": 200,
            "request_headers": [("User-Agent", "nianbao")],
            "headers": [("Content-Type", "text/html; charset=utf-8"), ("X-政务", '公开\t"')],
            "media_type": "text/html",
            "body": f"<p>{url}</p>".encode(errors="replace"),
            "address": "192.0.2.7",
        }
        return Exchange(url=url, **{**usual, **fields})

    return make
