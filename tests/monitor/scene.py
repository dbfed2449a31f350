"""A workspace with a county in it, for tests: rows as a crawl would have left them."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, selectinload

from monitor.filing_reading import Reader
from monitor.history.loading import load_seen
from monitor.history.work import read_versions, store_versions
from monitor.reading.kinds import file_kind
from monitor.specimens.clean import Counts, clean_report
from monitor.specimens.html import html_body
from monitor.specimens.model import Specimen
from storage.archive import Archive, open_archive
from storage.captures import Exchange, archive_exchange
from storage.clock import SHANGHAI
from storage.database import create_database_engine, reading, transaction
from storage.models import (
    Agency,
    AgencyKind,
    Column,
    ColumnReading,
    Crawl,
    CrawlState,
    DateSource,
    Filing,
    Judgement,
    Original,
    OriginalRole,
    Portal,
    PortalLevel,
    StoredReading,
    StoredVerdict,
)
from storage.settings import Settings
from storage.workspace import DATABASE_FILE, Workspace, open_workspace
from tests.databases import upgraded_file

YEAR = 2023
NOW = datetime(2024, 2, 5, 1, 0, tzinfo=UTC)
"""Five days after the due day of departments."""
HOSTILE = (
    "\"><img src=x onerror=alert(1)>=cmd|' /C calc'!A0\r\nBcc: x@y.cn\x00\x85\u2028\x1b[31m\x9b2J"
)
"""A name that tries to be a tag, a formula, a header and an escape code."""
CRAWLED_AT = datetime(2024, 2, 3, 4, 0, tzinfo=UTC)


def at(month: int, day: int, hour: int = 12, *, year: int = YEAR + 1) -> datetime:
    """Return an instant in China."""
    return datetime(year, month, day, hour, tzinfo=SHANGHAI)


def make_workspace(directory: Path, settings: str = "") -> Workspace:
    """Make what ``nianbao init`` makes, faster."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "nianbao.toml").write_text(settings, encoding="utf-8")
    (directory / DATABASE_FILE).write_bytes(upgraded_file())
    (directory / "archive").mkdir()
    return open_workspace(directory)


def a_report(agency: str, year: int = YEAR, **counts: Any) -> Specimen:
    """Return a report that no rule objects to."""
    return clean_report(agency, year, date(year + 1, 1, 20), Counts(**counts))


def as_page(report: Specimen, **labels: str) -> bytes:
    """Return a report as the page of a portal."""
    meta = {"ArticleTitle": report.title, "PubDate": f"{report.published_on} 09:00", **labels}
    tags = "".join(f'<meta name="{name}" content="{value}">' for name, value in meta.items())
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{report.title}</title>{tags}'
        f"</head><body><h1>{report.title}</h1><div class='text'>{html_body(report)}</div></body>"
        "</html>"
    ).encode()


def with_cell(report: Specimen, table: str, row: str, column: str, text: str) -> Specimen:
    """Return a report with another text in one cell."""
    cells = {key: dict(values) for key, values in report.tables[table].items()}
    cells[row][column] = text
    return replace(report, tables={**report.tables, table: cells})


@dataclass(frozen=True, slots=True)
class Scene:
    """A workspace and its database, to be filled."""

    workspace: Workspace
    engine: Engine

    @property
    def settings(self) -> Settings:
        """The settings of the workspace."""
        return self.workspace.settings

    @property
    def archive(self) -> Archive:
        """The archive of the workspace."""
        return open_archive(self.workspace.archive_url)

    def rows(self, *models: Any) -> None:
        """Store rows."""
        with transaction(self.engine) as session:
            session.add_all(models)

    def portal(self, key: str = "qh", name: str = "清河县人民政府", **more: Any) -> None:
        """Register a portal with one column."""
        url = more.pop("url", f"http://www.{key}.gov.cn/")
        with transaction(self.engine) as session:
            session.add(
                Portal(
                    id=key,
                    name=name,
                    division="130534",
                    level=PortalLevel.COUNTY,
                    url=url,
                    known_columns=[],
                    **more,
                )
            )
            session.flush()
            session.add(
                Column(
                    portal_id=key,
                    url=f"{url}nb/",
                    name="年报",
                    platform="generic",
                    found_by="discovery",
                    proof={},
                    found_at=at(1, 2),
                )
            )

    def agency(self, key: str, name: str, portal: str = "qh", **more: Any) -> None:
        """Register an agency, a department unless told otherwise."""
        values: dict[str, Any] = {
            "kind": AgencyKind.DEPARTMENT,
            "division": "130534",
            "aliases": [],
            **more,
        }
        self.rows(Agency(id=key, name=name, portal_id=portal, **values))

    def crawl(self, portal: str = "qh", when: datetime = CRAWLED_AT, **more: Any) -> int:
        """Store a crawl of a portal that read its column to the end, unless told otherwise."""
        values: dict[str, Any] = {
            "state": CrawlState.COMPLETE,
            "control_passed": True,
            "finished_at": when + timedelta(minutes=5),
            **more,
        }
        sound = values["state"] is CrawlState.COMPLETE and bool(values["control_passed"])
        with transaction(self.engine) as session:
            crawl = Crawl(run_id=f"run {when}", portal_id=portal, started_at=when, **values)
            session.add(crawl)
            session.flush()
            session.add(
                ColumnReading(
                    crawl_id=crawl.id,
                    column_id=_column(session, portal),
                    read_at=when + timedelta(minutes=1),
                    pages_seen=1,
                    found=2,
                    reports=2,
                    read_to_end=sound,
                    control_passed=sound,
                    known_before=0,
                    found_again=0,
                )
            )
            return crawl.id

    def filing(
        self,
        agency: str | None,
        page: bytes | None = None,
        *attachments: tuple[str, bytes],
        portal: str = "qh",
        year: int | None = YEAR,
        **more: Any,
    ) -> int:
        """Store a filing, published on 20 January unless told otherwise, and archive its files."""
        day = date((year or YEAR) + 1, 1, 20)
        name = more.pop("slug", f"{agency}-{year}")
        values: dict[str, Any] = {
            "url": f"http://www.{portal}.gov.cn/nb/{name}.html",
            "list_title": "政府信息公开工作年度报告",
            "title": "政府信息公开工作年度报告",
            "date_candidates": [{"source": "meta", "value": day.isoformat(), "text": str(day)}],
            "published_on": day,
            "published_on_source": DateSource.META,
            "labels": {},
            "first_seen_at": at(1, 25, year=(year or YEAR) + 1),
            "last_seen_at": at(2, 3),
            **more,
        }
        with transaction(self.engine) as session:
            filing = Filing(
                portal_id=portal,
                column_id=_column(session, portal),
                agency_id=agency,
                fiscal_year=year,
                **values,
            )
            session.add(filing)
            session.flush()
            filing_id, url = filing.id, filing.url
        if page is not None:
            self.original(filing_id, url, page)
        for file_name, body in attachments:
            self.original(filing_id, f"{url}/{file_name}", body, name=file_name)
        return filing_id

    def original(self, filing_id: int, url: str, body: bytes, name: str | None = None) -> str:
        """Archive one more version of a file of a filing; return its SHA-256."""
        exchange = Exchange(url=url, purpose="page", requested_at=NOW, fetched_at=NOW, body=body)
        [capture_id] = archive_exchange(self.engine, self.archive, [exchange])
        sha256 = self.archive.put(body)
        with transaction(self.engine) as session:
            for earlier in session.get_one(Filing, filing_id).originals:
                if earlier.url == url:
                    earlier.superseded_at = NOW
            session.add(
                Original(
                    filing_id=filing_id,
                    capture_id=capture_id,
                    url=url,
                    role=OriginalRole.PAGE if name is None else OriginalRole.ATTACHMENT,
                    name=name,
                    sha256=sha256,
                    text_sha256=sha256 if name is None else None,
                    media_type=file_kind(body, name),
                    size=len(body),
                    fetched_at=NOW,
                )
            )
        return sha256

    def tell_versions(self, *filing_ids: int) -> None:
        """Tell the versions of filings, as judging does before it judges."""
        reader = Reader(self.archive)
        with reading(self.engine) as session:
            seen = load_seen(session, filing_ids)
        with transaction(self.engine) as session:
            for each in seen:
                store_versions(session, read_versions(each, reader))

    def finding(self, filing_id: int, rule: str = "requests-unbalanced", **more: Any) -> None:
        """Store a judgement of a filing with one finding."""
        values: dict[str, Any] = {
            "outcome": "fail",
            "severity": "error",
            "message_zh": "新收与结转之和不等于办理与结转之和。",
            "message_en": "The sums do not agree.",
            "basis": "国办公开办函〔2021〕30号",
            "evidence": [{"quote": "本年新收政府信息公开申请数量 12"}],
            **more,
        }
        judgement = Judgement(
            filing_id=filing_id, judged_at=NOW, inputs_sha256="0" * 64, read_from="ab" * 32
        )
        judgement.verdicts = [StoredVerdict(rule=rule, **values)]
        self.rows(judgement)

    def judgements(self, filing_id: int) -> list[Judgement]:
        """Return every judgement of a filing, oldest first, with its verdicts."""
        with reading(self.engine) as session:
            query = select(Judgement).where(Judgement.filing_id == filing_id).order_by(Judgement.id)
            return list(session.scalars(query.options(selectinload(Judgement.verdicts))))

    def reading_of(self, filing_id: int) -> dict[str, Any] | None:
        """Return what was last read of a filing, as it is stored."""
        with reading(self.engine) as session:
            stored = session.get_one(StoredReading, filing_id)
            return stored.report


def make_scene(directory: Path, settings: str = "") -> Scene:
    """Make a workspace without any portal; the engine is the caller's to dispose of."""
    workspace = make_workspace(directory, settings)
    return Scene(workspace, create_database_engine(workspace.database_url))


def _column(session: Session, portal: str) -> int:
    return session.scalars(select(Column.id).where(Column.portal_id == portal)).one()
