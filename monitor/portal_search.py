"""Looking at a portal before it is registered: what its columns are, and what shows it.

The search runs in a workspace of its own that is thrown away, with the crawler settings of the
real one: nothing is stored there until somebody has looked at what was found.
"""

import json
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from monitor.crawl_processes import run_groups
from storage.crawler_settings import CrawlerSettings
from storage.database import create_database_engine, reading, transaction
from storage.models import Column, Crawl, CrawlState, Portal, PortalLevel
from storage.schema import upgrade
from storage.settings import SETTINGS_FILE
from storage.workspace import ARCHIVE_DIRECTORY, Workspace, open_workspace

_ELSEWHERE = {"NIANBAO_DATABASE_URL": "", "NIANBAO_ARCHIVE_URL": ""}
"""The throw-away workspace keeps to itself, whatever the environment says."""
_SHOWN_AS = "portal"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundColumn:
    """A column that a search found."""

    url: str
    name: str
    platform: str
    found_by: str
    proof: dict[str, Any]
    """What shows that it is one (``Column.proof``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalSearch:
    """How the search of a portal ended."""

    state: CrawlState
    reason: str | None
    evidence: dict[str, Any]
    pages: int
    columns: tuple[FoundColumn, ...]


def search_portal(
    workspace: Workspace, url: str, tell: Callable[[dict[str, Any]], None]
) -> PortalSearch:
    """Search a portal that is not registered for its annual-report columns; store nothing.

    Args:
        workspace: its settings say how to crawl.
        url: the front page of the portal.
        tell: is called with the progress (see ``monitor.crawling.Tell``).
    """
    # Its turns are those of the real workspace: both may meet one server.
    elsewhere = {**_ELSEWHERE, "NIANBAO_TURNS": str(workspace.directory / ".turns")}
    with _throw_away(workspace.settings.crawler) as (scratch, engine):
        with transaction(engine) as session:
            session.add(
                Portal(
                    id=_SHOWN_AS,
                    name=url,
                    division="000000",
                    level=PortalLevel.COUNTY,
                    url=url,
                    known_columns=[],
                )
            )
        run = {"run_id": uuid.uuid4().hex, "fiscal_years": ""}
        ended = list(
            run_groups(scratch, "discovery", [[_SHOWN_AS]], run, tell, environment=elsewhere)
        )
        return _result(engine, [end.last_words for end in ended if end.unfinished])


@contextmanager
def _throw_away(settings: CrawlerSettings) -> Iterator[tuple[Workspace, Engine]]:
    with tempfile.TemporaryDirectory(prefix="nianbao-") as name:
        directory = Path(name)
        (directory / ARCHIVE_DIRECTORY).mkdir()
        (directory / SETTINGS_FILE).write_text(_as_toml(settings), encoding="utf-8")
        engine = create_database_engine(f"sqlite:///{directory / 'nianbao.db'}")
        try:
            upgrade(engine)
            yield open_workspace(directory), engine
        finally:
            engine.dispose()


def _as_toml(settings: CrawlerSettings) -> str:
    """Return the section as TOML; texts, numbers, booleans and lists look as they do in JSON."""
    values = settings.model_dump(mode="json", exclude_none=True)
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
    return "\n".join(["[crawler]", *lines, ""])


def _result(engine: Engine, crashes: Sequence[str]) -> PortalSearch:
    with reading(engine) as session:
        crawl = session.scalars(select(Crawl)).first()
        columns = session.scalars(select(Column).order_by(Column.id)).all()
        found = tuple(
            FoundColumn(
                url=column.url,
                name=column.name,
                platform=column.platform,
                found_by=column.found_by,
                proof=column.proof,
            )
            for column in columns
        )
        if crawl is None or crashes:
            reason = f"the search ended before it was done: {' | '.join(crashes)}"
            return PortalSearch(
                state=CrawlState.PARTIAL, reason=reason, evidence={}, pages=0, columns=found
            )
        return PortalSearch(
            state=crawl.state,
            reason=crawl.reason,
            evidence=crawl.evidence,
            pages=crawl.pages,
            columns=found,
        )
