"""A real database of both kinds, and a workspace around it."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from storage.archive import Archive, open_archive
from storage.captures import Exchange
from storage.database import create_database_engine, transaction
from storage.models import Crawl, Portal, PortalLevel
from storage.workspace import Workspace, open_workspace
from tests.databases import DATABASES, new_database, upgraded_file

NOON = datetime(2024, 1, 20, 4, tzinfo=UTC)


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
