"""How fast an archive is read and judged, and judged again under changed rules.

Run from the project's root: ``python -m benchmarks.archive_judging --filings 400 --jobs 1 2``.
The archive holds invented faultless reports (monitor/specimens/faultless.py) as pages of portals
of thirty agencies, two years each; the same seed gives the same archive.
"""

import argparse
import hashlib
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from monitor.checking import CheckSummary, check_filings
from monitor.specimens.faultless import faultless_filing
from monitor.specimens.html import html_body
from monitor.specimens.model import Specimen
from storage.archive import open_archive
from storage.captures import Exchange, archive_exchange
from storage.database import create_database_engine, transaction
from storage.models import (
    Agency,
    AgencyKind,
    Column,
    DateSource,
    Filing,
    Original,
    OriginalRole,
    Portal,
    PortalLevel,
)
from storage.schema import upgrade
from storage.workspace import Workspace, open_workspace

ARCHIVE = 100_000
"""Reports of the archive that the time is told for."""
NOW = datetime(2027, 3, 1, 4, tzinfo=UTC)
_AGENCIES_PER_PORTAL = 30
_STRICTER = '[rules.severity]\noverview-long = "info"\n'
"""Settings under which everything must be judged again, and nothing need be read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """One run over the whole archive."""

    what: str
    jobs: int
    summary: CheckSummary
    seconds: float
    processor: float
    """Seconds of the processor, children's included."""

    @property
    def per_second(self) -> float:
        """Filings by the clock."""
        return self.summary.judged / self.seconds

    def line(self) -> str:
        """Return a row of the table in docs/performance.md."""
        rate, minutes = self.per_second, ARCHIVE / self.per_second / 60
        return (
            f"| {self.what} | {self.jobs} | {self.summary.judged} | {rate:.1f} | "
            f"{1000 * self.processor / self.summary.judged:.1f} | {minutes:.0f} |"
        )


def make_archive(directory: Path, filings: int, seed: int) -> Workspace:
    """Fill a workspace with portals, agencies and pages as crawls leave them."""
    directory.mkdir(parents=True)
    (directory / "archive").mkdir()
    workspace = open_workspace(directory)
    engine = create_database_engine(workspace.database_url)
    upgrade(engine)
    for number in range(0, filings, 2 * _AGENCIES_PER_PORTAL):
        count = min(_AGENCIES_PER_PORTAL, (filings - number + 1) // 2)
        _portal(workspace, engine, f"p{number:06}", range(seed + number, seed + number + count))
    engine.dispose()
    return workspace


def _portal(workspace: Workspace, engine: Engine, key: str, seeds: Sequence[int]) -> None:
    url = f"http://www.{key}.gov.cn/"
    column = Column(
        portal_id=key,
        url=f"{url}nb/",
        name="政府信息公开年报",
        platform="generic",
        found_by="discovery",
        proof={},
        found_at=NOW - timedelta(days=400),
    )
    with transaction(engine) as session:
        session.add(
            Portal(
                id=key,
                name="清河县人民政府",
                division="130534",
                level=PortalLevel.COUNTY,
                url=url,
                known_columns=[],
            )
        )
        session.flush()
        session.add(column)
    for seed in seeds:
        found = faultless_filing(seed)
        with transaction(engine) as session:
            session.add(
                Agency(
                    id=f"{key}-{seed}",
                    name=found.agency.name,
                    division="130534",
                    aliases=[],
                    kind=AgencyKind(found.kind),
                    portal_id=key,
                )
            )
        for report in (found.previous, found.report):
            if report is not None:
                _filing(workspace, engine, column, f"{key}-{seed}", report)


def _filing(
    workspace: Workspace, engine: Engine, column: Column, agency: str, report: Specimen
) -> None:
    day = date(report.fiscal_year + 1, 1, 20)
    seen = datetime(day.year, 1, 22, tzinfo=UTC)
    url = f"{column.url}{agency}-{report.fiscal_year}.html"
    body = _page(report, day)
    [capture] = archive_exchange(
        engine,
        open_archive(workspace.archive_url),
        [Exchange(url=url, purpose="page", requested_at=seen, fetched_at=seen, body=body)],
    )
    original = Original(
        capture_id=capture,
        url=url,
        role=OriginalRole.PAGE,
        media_type="text/html",
        sha256=hashlib.sha256(body).hexdigest(),
        size=len(body),
        fetched_at=seen,
    )
    with transaction(engine) as session:
        session.add(
            Filing(
                portal_id=column.portal_id,
                column_id=column.id,
                agency_id=agency,
                url=url,
                list_title=report.title,
                title=report.title,
                agency_name=report.agency,
                fiscal_year=report.fiscal_year,
                assigned_by="title",
                published_on=day,
                published_on_source=DateSource.META,
                labels={},
                date_candidates=[{"source": "meta", "value": day.isoformat(), "text": str(day)}],
                first_seen_at=seen,
                last_seen_at=NOW,
                originals=[original],
            )
        )


def _page(report: Specimen, day: date) -> bytes:
    title = f'<meta name="ArticleTitle" content="{report.title}">'
    meta = f'{title}<meta name="PubDate" content="{day}">'
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{report.title}</title>{meta}'
        f"</head><body><h1>{report.title}</h1><div class='text'>{html_body(report)}</div></body>"
        "</html>"
    ).encode()


def timed(workspace: Workspace, what: str, jobs: int) -> Timed:
    """Check the whole archive once."""
    engine = create_database_engine(workspace.database_url)
    began, used = time.perf_counter(), _processor_seconds()
    summary = check_filings(workspace, engine, NOW, jobs=jobs)
    seconds = time.perf_counter() - began
    engine.dispose()
    return Timed(
        what=what,
        jobs=jobs,
        summary=summary,
        seconds=seconds,
        processor=_processor_seconds() - used,
    )


def _processor_seconds() -> float:
    parts = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in parts)


def runs(directory: Path, filings: int, seed: int, jobs: int) -> Iterator[Timed]:
    """Yield the runs over a new archive: read and judged, then judged again."""
    workspace = make_archive(directory, filings, seed)
    yield timed(workspace, "read and judged", jobs)
    (directory / "nianbao.toml").write_text(_STRICTER, encoding="utf-8")
    yield timed(open_workspace(directory), "judged again, readings stored", jobs)


def main() -> None:
    """Print a table of all runs."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--filings", type=int, default=400)
    options.add_argument("--seed", type=int, default=7000)
    options.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    chosen = options.parse_args()
    print("| run | jobs | filings | a second | CPU ms a filing | minutes for 100,000 |")
    print("|---|---|---|---|---|---|")
    for jobs in chosen.jobs:
        with tempfile.TemporaryDirectory() as parent:
            for run in runs(Path(parent) / "workspace", chosen.filings, chosen.seed, jobs):
                print(run.line(), flush=True)


if __name__ == "__main__":
    main()
