"""A workspace after a crawl, and the commands of ``nianbao audit`` on it."""

import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from monitor.cli.app import main
from storage.archive import DirectoryArchive
from storage.captures import Exchange, archive_exchange, make_checkpoint
from storage.database import create_database_engine, transaction
from storage.models import (
    Agency,
    AgencyKind,
    Column,
    ColumnReading,
    Crawl,
    CrawlState,
    Filing,
    Original,
    OriginalRole,
    Portal,
    PortalLevel,
)
from storage.schema import upgrade

NOON = datetime(2024, 1, 20, 4, tzinfo=UTC)
LIST = "http://www.boai.gov.cn/ndbg/"
PAGE = "http://www.boai.gov.cn/ndbg/2023.html"
OLD = "http://old.boai.gov.cn/2023"
BODY = b"\x00\xff<p>report</p>\r\n"
SHA256 = hashlib.sha256(BODY).hexdigest()


@dataclass
class Ran:
    """What a command said and how it ended."""

    code: int
    out: bytes
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.decode().splitlines()]


Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with nothing in it, to be copied."""
    directory = tmp_path_factory.mktemp("empty")
    (directory / "nianbao.toml").touch()
    engine = create_database_engine(f"sqlite:///{directory / 'nianbao.db'}")
    upgrade(engine)
    engine.dispose()
    return directory


@pytest.fixture(scope="module")
def full(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace after a crawl, to be copied."""
    directory = tmp_path_factory.mktemp("full") / "workspace"
    shutil.copytree(empty, directory)
    engine = create_database_engine(f"sqlite:///{directory / 'nianbao.db'}")
    _crawl(engine, DirectoryArchive(directory / "archive"))
    engine.dispose()
    return directory


@pytest.fixture
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """The database of a copy; that of the crawled workspace if the test asks for it."""
    template = "full" if "crawled" in request.fixturenames else "empty"
    shutil.copytree(request.getfixturevalue(template), tmp_path, dirs_exist_ok=True)
    engine = create_database_engine(f"sqlite:///{tmp_path / 'nianbao.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def archive(engine: Engine, tmp_path: Path) -> DirectoryArchive:
    return DirectoryArchive(tmp_path / "archive")


@pytest.fixture
def crawled(engine: Engine) -> None:
    """A list page, a report reached by a redirect, and an address that did not answer."""


def _crawl(engine: Engine, archive: DirectoryArchive) -> None:
    add_rows(
        engine,
        Portal(
            id="boai",
            name="博爱县人民政府",
            division="410822",
            level=PortalLevel.COUNTY,
            url="http://www.boai.gov.cn/",
            known_columns=[],
        ),
        Crawl(
            id=1,
            run_id="run-1",
            portal_id="boai",
            started_at=NOON,
            finished_at=NOON + timedelta(minutes=1),
            state=CrawlState.COMPLETE,
            control_passed=True,
        ),
        Agency(
            id="boai-kjj",
            name="博爱县科技和工业信息化局",
            kind=AgencyKind.DEPARTMENT,
            division="410822",
            portal_id="boai",
            aliases=[],
        ),
        Column(
            id=1,
            portal_id="boai",
            url=LIST,
            name="年报",
            platform="generic",
            found_by="registry",
            proof={},
            found_at=NOON,
        ),
        ColumnReading(
            crawl_id=1,
            column_id=1,
            read_at=NOON,
            pages_seen=1,
            found=1,
            reports=1,
            read_to_end=True,
            control_passed=True,
            known_before=0,
            found_again=0,
        ),
    )
    page = archive_exchange(
        engine,
        archive,
        [
            _exchange(0, LIST, purpose="list", body=b"<ul></ul>"),
            _exchange(1, OLD, final_url=PAGE, body=BODY),
            _exchange(
                2, "http://down.boai.gov.cn/\x1b[31m", body=None, status=None, error="timed out"
            ),
        ],
    )[1]
    add_rows(
        engine,
        Filing(
            id=1,
            portal_id="boai",
            column_id=1,
            url=OLD,
            list_title="2022年年报",
            title="2022年政府信息公开工作年度报告",
            agency_id="boai-kjj",
            fiscal_year=2022,
            date_candidates=[],
            labels={},
            first_seen_at=NOON,
            last_seen_at=NOON,
        ),
        Original(
            filing_id=1,
            capture_id=page,
            url=OLD,
            role=OriginalRole.PAGE,
            sha256=SHA256,
            media_type="text/html",
            size=len(BODY),
            fetched_at=NOON + timedelta(seconds=1),
        ),
    )
    make_checkpoint(engine, archive)


def add_rows(engine: Engine, *rows: Any) -> None:
    for row in rows:
        with transaction(engine) as session:
            session.add(row)


def _exchange(second: int, url: str, **fields: Any) -> Exchange:
    at = NOON + timedelta(seconds=second)
    usual = {"purpose": "page", "status": 200, "media_type": "text/html", "crawl_id": 1}
    return Exchange(url=url, requested_at=at, fetched_at=at, **{**usual, **fields})


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Run:
    def invoke(*arguments: str, lang: str = "en") -> Ran:
        command = ["nianbao", "--workspace", str(tmp_path), "--lang", lang, "audit", *arguments]
        monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsysbinary.readouterr()
        code = ended.value.code
        assert isinstance(code, int) or code is None
        return Ran(code or 0, captured.out, captured.err.decode())

    return invoke


def damage(archive: DirectoryArchive, sha256: str = SHA256) -> None:
    path = archive.root / archive.locate(sha256)
    path.chmod(0o644)
    path.write_bytes(b"rotten")
