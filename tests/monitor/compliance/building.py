"""Cases for judging compliance, healthy and on the safe side unless said otherwise."""

from dataclasses import replace
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
from monitor.compliance.labels import Label
from monitor.compliance.model import Publishers
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


NAMES = {
    "a": "某县财政局",
    "b": "某县教育局",
    "c": "某县水利局",
    "gov": "某县人民政府",
    "office": "某县人民政府办公室",
}
HUB = "http://x.gov.cn/bm/"


def label(*agencies: str, text: str | None = None, below: bool = True) -> Label:
    """The entry of an agency in the hub; what it leads to is of its own site."""
    name = text or (NAMES.get(agencies[0], "某单位") if agencies else "某单位")
    return Label(text=name, hub=HUB, agencies=frozenset(agencies), below=below)


def own_column(agency: str, **more: Any) -> ColumnEvidence:
    """The column of one agency, as its hub calls it: ids count from 10 by ``NAMES``."""
    number = 10 + list(NAMES).index(agency)
    values: dict[str, Any] = {
        "id": number,
        "url": f"{HUB}{agency}/nb/",
        "label": label(agency),
        "platform": "trs",
        "found": 3,
        "known_before": 3,
        "holders": frozenset({"ul.list < div"}),
        **more,
    }
    return column(**values)


def seen(*owners: str, reports: int = 3, nameless: int = 0) -> Publishers:
    """Whose reports stand in a column."""
    groups = {"government" if owner in ("gov", "office") else "department" for owner in owners}
    return Publishers(
        owners=frozenset(owners), groups=frozenset(groups), reports=reports, nameless=nameless
    )


def hub_case(
    *columns: ColumnEvidence, publishers: dict[int, Publishers] | None = None, **more: Any
) -> Case:
    """The case of ``a``, on a portal where each agency has a column of its own.

    Each column shows what its label says unless ``publishers`` tells otherwise; ``more`` is of
    the crawl, or of the case.
    """
    told = {each.id: seen(*each.label.agencies) for each in columns if each.label} | (
        publishers or {}
    )
    told = {key: value for key, value in told.items() if value.reports}
    of_case: dict[str, Any] = {
        key: more.pop(key) for key in ("kin", "others", "known_columns") if key in more
    }
    whole = all(each.control_passed and each.lost_at is None for each in columns)
    ended: dict[str, Any] = {
        "state": CrawlState.COMPLETE if whole else CrawlState.PARTIAL,
        "control_passed": whole,
        **more,
    }
    unassigned = ended.pop("unassigned", ())
    portal = PortalEvidence(crawl=crawl(*columns, **ended), unassigned=unassigned)
    known = frozenset(key for key, value in told.items() if "a" in value.owners)
    values: dict[str, Any] = {
        "publishers": told,
        "group": "department",
        "kin": frozenset({"a"}),
        "neighbours": {key: AgencyName(id=key, name=name) for key, name in NAMES.items()},
        "governments": frozenset({"gov", "office"}),
        "known_columns": known,
        **of_case,
    }
    return replace(case(portal=portal), **values)
