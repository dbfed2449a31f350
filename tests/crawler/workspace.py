"""A workspace for crawling portals on loopback, and crawls of it in child processes."""

import os
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import selectinload

from crawler.records.columns import store_column
from storage.clock import iso_utc, parse_instant, utc_now
from storage.database import create_database_engine, reading, transaction
from storage.models import (
    Agency,
    AgencyKind,
    Capture,
    Column,
    ColumnReading,
    Crawl,
    Filing,
    Portal,
    PortalLevel,
)
from storage.workspace import DATABASE_FILE, Workspace, open_workspace
from tests.crawler.running import run_spider
from tests.databases import upgraded_file

DAY = timedelta(days=1)
SETTINGS = """
[crawler]
delay = {delay}
timeout = {timeout}
allow_private_addresses = {private}
render = "{render}"
max_bytes = {max_bytes}
max_requests_per_portal = {max_requests}
reopen_days = {reopen_days}
max_renders_per_portal = {max_renders}
contact = "https://example.org/bot"
"""


@dataclass
class Field:
    """A workspace with its database."""

    workspace: Workspace
    engine: Engine
    environment: dict[str, str] = field(default_factory=dict)

    def register(
        self,
        portal_id: str,
        url: str,
        *,
        columns: tuple[str, ...] = (),
        agencies: tuple[str, ...] = (),
    ) -> None:
        """Register a portal with its agencies."""
        with transaction(self.engine) as session:
            session.add(
                Portal(
                    id=portal_id,
                    name="清河县人民政府",
                    division="130534",
                    level=PortalLevel.COUNTY,
                    url=url,
                    known_columns=list(columns),
                )
            )
            session.flush()
            for number, name in enumerate(agencies):
                session.add(
                    Agency(
                        id=f"{portal_id}-{number}",
                        name=name,
                        kind=AgencyKind.DEPARTMENT,
                        division="130534",
                        portal_id=portal_id,
                        aliases=[],
                    )
                )

    def add_column(self, portal_id: str, url: str) -> None:
        """Store a column as an earlier search would have."""
        with transaction(self.engine) as session:
            store_column(
                session,
                portal_id,
                url=url,
                name="政府信息公开年报",
                platform="trs",
                rendered=False,
                found_by="name",
                proof={"met": ["label", "titles"]},
                now=utc_now(),
            )

    def crawl_of(self, portal_id: str) -> Crawl:
        """Return the latest crawl of a portal."""
        with reading(self.engine) as session:
            query = select(Crawl).where(Crawl.portal_id == portal_id).order_by(Crawl.id.desc())
            return session.scalars(query.limit(1)).one()

    def let_a_day_pass(self) -> None:
        """Make all files that could not be had a day older."""
        with transaction(self.engine) as session:
            for filing in session.scalars(select(Filing)):
                filing.failed_files = [
                    {**entry, "at": [iso_utc(parse_instant(at) - DAY) for at in entry["at"]]}
                    for entry in filing.failed_files or ()
                ]

    def filings(self, portal_id: str) -> list[Filing]:
        """Return the filings of a portal with their originals."""
        with reading(self.engine) as session:
            query = (
                select(Filing)
                .where(Filing.portal_id == portal_id)
                .options(selectinload(Filing.originals))
                .order_by(Filing.id)
            )
            return list(session.scalars(query))

    def readings(self, portal_id: str) -> list[ColumnReading]:
        """Return the readings of a portal's columns, the latest last."""
        with reading(self.engine) as session:
            query = (
                select(ColumnReading)
                .join(Column, ColumnReading.column_id == Column.id)
                .where(Column.portal_id == portal_id)
                .order_by(ColumnReading.id)
            )
            return list(session.scalars(query))

    def columns(self, portal_id: str) -> list[Column]:
        """Return the columns of a portal."""
        with reading(self.engine) as session:
            query = select(Column).where(Column.portal_id == portal_id).order_by(Column.id)
            return list(session.scalars(query))

    def captures(self, url_part: str) -> list[Capture]:
        """Return the captures whose address holds a text, in order."""
        with reading(self.engine) as session:
            query = select(Capture).where(Capture.url.contains(url_part)).order_by(Capture.id)
            return list(session.scalars(query))

    def command(self, spider: str, *portals: str, **arguments: str) -> list[str]:
        """Return the command line of a crawl."""
        command = [sys.executable, "-P", "-W", "error::ResourceWarning", "-m", "scrapy", "crawl"]
        command += [spider, "-a", f"portals={','.join(portals)}"]
        for name, value in arguments.items():
            command += ["-a", f"{name}={value}"]
        return command

    def surroundings(self) -> dict[str, str]:
        """Return the environment of a crawl process."""
        own = {
            "SCRAPY_SETTINGS_MODULE": "crawler.settings",
            "NIANBAO_WORKSPACE": str(self.workspace.directory),
        }
        proxies = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}
        inherited = {k: v for k, v in os.environ.items() if k.lower() not in proxies}
        return inherited | own | self.environment

    def crawl(self, spider: str, *portals: str, **arguments: str) -> list[dict[str, Any]]:
        """Run a crawl to its end in this process, and return what it told of each portal."""
        own = {
            "SCRAPY_SETTINGS_MODULE": "crawler.settings",
            "NIANBAO_WORKSPACE": str(self.workspace.directory),
        }
        return run_spider(
            spider, {"portals": ",".join(portals), **arguments}, own | self.environment
        )


def make_field(
    directory: Path,
    *,
    delay: float = 0.0,
    timeout: float = 3.0,
    private: bool = True,
    render: str = "never",
    max_bytes: int = 1024 * 1024,
    max_requests: int = 300,
    reopen_days: int = 0,
    max_renders: int = 20,
) -> Field:
    """Make a workspace in an empty directory; known reports are opened in every crawl."""
    directory.mkdir(parents=True, exist_ok=True)
    text = SETTINGS.format(
        delay=delay,
        timeout=timeout,
        private=str(private).lower(),
        render=render,
        max_bytes=max_bytes,
        max_requests=max_requests,
        reopen_days=reopen_days,
        max_renders=max_renders,
    )
    (directory / "nianbao.toml").write_text(text, encoding="utf-8")
    workspace = open_workspace(directory)
    (directory / DATABASE_FILE).write_bytes(upgraded_file())
    engine = create_database_engine(workspace.database_url)
    return Field(workspace=workspace, engine=engine)
