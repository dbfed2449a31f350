"""A portal with a hub: each agency has a column of its own, with its reports of earlier years."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from storage.clock import SHANGHAI, iso_utc
from storage.columns import SEARCHED_AT
from storage.database import transaction
from storage.models import (
    Agency,
    AgencyKind,
    Base,
    Column,
    ColumnReading,
    ColumnState,
    Crawl,
    CrawlState,
    Filing,
    Portal,
    PortalLevel,
)

HUB = "http://q.gov.cn/bm/"
ENTRIES = {"edu": "教育局", "fin": "县财政局信息公开", "wat": "水利局"}
NAMES = {"edu": "清河县教育局", "fin": "清河县财政局", "wat": "清河县水利局"}


def at(month: int, day: int, hour: int = 12) -> datetime:
    """Return an instant of 2024 in China."""
    return datetime(2024, month, day, hour, tzinfo=SHANGHAI)


def register(engine: Engine) -> None:
    """Make the database, with the portal and its agencies."""
    Base.metadata.create_all(engine)
    with transaction(engine) as session:
        session.add(
            Portal(
                id="qh", name="清河县人民政府门户网站", division="130534",
                level=PortalLevel.COUNTY, url="http://q.gov.cn/", known_columns=[],
            )
        )  # fmt: skip
        session.add_all(
            Agency(
                id=key, name=name, kind=AgencyKind.DEPARTMENT, division="130534",
                portal_id="qh", aliases=[],
            )
            for key, name in NAMES.items()
        )  # fmt: skip


def fill(engine: Engine) -> None:
    """Add a column for each agency, with its reports on 2021 and 2022."""
    with transaction(engine) as session:
        for number, (key, entry) in enumerate(ENTRIES.items(), start=1):
            session.add(own_column(number, key, entry))
            session.flush()
            for year in (2021, 2022):
                session.add(report(number, key, year))


def own_column(number: int, slug: str, entry: str) -> Column:
    """Return a column that the entry of the hub leads to."""
    way = [
        {"text": "政府信息公开", "url": "http://q.gov.cn/gk/", "why": "platform"},
        {"text": "部门信息公开", "url": HUB, "why": "hub"},
        {"text": entry, "url": f"{HUB}{slug}/", "why": "agency"},
        {"text": "年报", "url": f"{HUB}{slug}/nb/", "why": "named so"},
    ]
    return Column(
        id=number, portal_id="qh", url=f"{HUB}{slug}/nb/", name="年报", platform="trs",
        found_by="named so", proof={"way": way, SEARCHED_AT: iso_utc(at(1, 2))},
        state=ColumnState.ACTIVE, found_at=at(1, 2),
    )  # fmt: skip


def report(column: int, agency: str, year: int, **more: Any) -> Filing:
    """Return a report of an agency in a column, seen on 2 January."""
    values: dict[str, Any] = {
        "agency_name": NAMES[agency],
        "date_candidates": [],
        "labels": {},
        "first_seen_at": at(1, 2),
        "last_seen_at": at(1, 2),
        **more,
    }
    return Filing(
        portal_id="qh", column_id=column, list_title="x", title="x", agency_id=agency,
        fiscal_year=year, url=f"{HUB}{agency}/nb/{year}.html", **values,
    )  # fmt: skip


def crawled(session: Session, *bad: int, when: datetime | None = None, **more: Any) -> None:
    """A crawl after the due day; the columns ``bad`` were not read to their end."""
    when = when or at(2, 8)
    values = {
        "state": CrawlState.PARTIAL if bad else CrawlState.COMPLETE,
        "control_passed": not bad,
        **more,
    }
    crawl = Crawl(
        run_id=f"{when}", portal_id="qh", started_at=when,
        finished_at=when + timedelta(minutes=9), **values,
    )  # fmt: skip
    session.add(crawl)
    session.flush()
    for number in range(1, 4):
        whole = number not in bad
        session.add(
            ColumnReading(
                crawl_id=crawl.id, column_id=number, read_at=when, pages_seen=1, found=2,
                reports=2, known_before=2, found_again=2, read_to_end=whole, control_passed=whole,
                control={"found": [], "missing": []},
            )
        )  # fmt: skip
