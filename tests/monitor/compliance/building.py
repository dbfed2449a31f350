"""Cases for judging compliance, healthy and on the safe side unless said otherwise."""

from datetime import date, datetime, timedelta
from typing import Any

from monitor.compliance import (
    Case,
    ColumnEvidence,
    CrawlEvidence,
    DatedBy,
    FilingEvidence,
    PortalEvidence,
)
from storage.clock import SHANGHAI
from storage.lineage import RosterEntry
from storage.models import AgencyKind, CrawlState, DateSource, PortalLevel
from storage.obligations import obligations
from storage.registry import AgencyName
from storage.settings import ObligationSettings

YEAR = 2023
DUE = date(2024, 1, 31)


def at(month: int, day: int, hour: int = 12, *, year: int = 2024) -> datetime:
    return datetime(year, month, day, hour, tzinfo=SHANGHAI)


def column(**more: Any) -> ColumnEvidence:
    values: dict[str, Any] = {
        "id": 1,
        "url": "http://x.gov.cn/nb/",
        "found_at": at(1, 1, year=2023),
        "read_at": at(2, 5),
        "read_to_end": True,
        "control_passed": True,
        **more,
    }
    return ColumnEvidence(**values)


def crawl(*columns: ColumnEvidence, **more: Any) -> CrawlEvidence:
    values: dict[str, Any] = {
        "state": CrawlState.COMPLETE,
        "started_at": at(2, 5) - timedelta(hours=1),
        "finished_at": at(2, 5) + timedelta(hours=1),
        "control_passed": True,
        "reason": None,
        "columns": columns or (column(),),
        **more,
    }
    return CrawlEvidence(**values)


def filing(*dates: tuple[DateSource, date], **more: Any) -> FilingEvidence:
    values: dict[str, Any] = {
        "id": 1,
        "url": "http://x.gov.cn/nb/1.html",
        "portal_id": "x",
        "column_id": 1,
        "agency_id": "a",
        "agency_name": "某县财政局",
        "fiscal_year": YEAR,
        "dates": tuple(DatedBy(source=source, day=day) for source, day in dates),
        "first_seen_at": at(2, 20),
        "last_absent_at": None,
        **more,
    }
    return FilingEvidence(**values)


def case(
    *filings: FilingEvidence,
    portal: PortalEvidence | None = None,
    kind: AgencyKind = AgencyKind.DEPARTMENT,
    settings: ObligationSettings | None = None,
    waived: dict[str, str] | None = None,
    known_columns: frozenset[int] = frozenset(),
) -> Case:
    entry = RosterEntry(id="a", name="某县财政局", kind=kind, portal_level=PortalLevel.COUNTY)
    (obligation,) = obligations([entry], YEAR, settings or ObligationSettings(), waived)
    return Case(
        agency=AgencyName(id="a", name="某县财政局"),
        obligation=obligation,
        filings=filings,
        portal=portal or PortalEvidence(crawl=crawl()),
        known_columns=known_columns,
    )
