"""Everything that is kept of one portal, for somebody who asks why it is as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.crawl_reports.advice import reason_advice, state_advice
from monitor.crawl_reports.facts import PortalRun, portal_run
from monitor.crawl_reports.writing import portal_object
from monitor.language import Bilingual
from storage.clock import iso_utc, parse_instant
from storage.columns import UNSEARCHED, UNSEARCHED_SINCE, next_search, search_needed
from storage.models import Agency, Capture, Column, ColumnState, Crawl, CrawlState, Filing, Portal

_PROOFS = {
    "label": Bilingual("页面标签写明是年报栏目", "its labels say that it is such a column"),
    "breadcrumb": Bilingual("当前位置以年报栏目结尾", "its trail ends in such a column"),
    "heading": Bilingual("页面标题是年报栏目", "its title names such a column"),
    "titles": Bilingual("至少两行是年报标题", "two or more of its rows are titled as reports"),
    "no_decoys": Bilingual("多数行是年报", "most of its rows are reports"),
    "path": Bilingual("网址像年报栏目", "its address is like that of such a column"),
    "report": Bilingual("页面本身是年报", "the page itself is a report"),
    "link": Bilingual("指向它的链接写着年报", "the link to it speaks of annual reports"),
    "registry": Bilingual("登记中写明", "the registry names it"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingColumn:
    """A column as it is stored."""

    url: str
    name: str
    platform: str
    rendered: bool
    state: ColumnState
    found_by: str
    found_at: datetime
    lost_at: datetime | None
    proof: dict[str, Any]
    evidence_sha256: str | None
    """The page that the proof was read from, in the archive."""
    reports: int
    """Filings of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalFacts:
    """A portal with its columns and its last crawls."""

    id: str
    name: str
    url: str
    division: str
    level: str
    known_columns: tuple[str, ...]
    agencies: int
    columns: tuple[StandingColumn, ...]
    crawls: tuple[PortalRun, ...]
    """The last ones, newest first."""
    search_next: bool
    """True if the next crawl looks for columns anew."""
    search_at: datetime
    """When columns are looked for again at the latest, if nothing happens before."""
    unsearched: tuple[str, ...] = ()
    """Ways that the last search could not follow to their end, and why."""
    unsearched_since: datetime | None = None
    """Since when searches have left no others."""

    @property
    def advice(self) -> Bilingual | None:
        """What to do about its last crawl; None if it was never crawled."""
        last = next(iter(self.crawls), None)
        if last is None:
            return None
        parts = [state_advice(last.state, last.evidence), *reason_advice(last.reason)]
        return Bilingual("".join(p.zh for p in parts), " ".join(p.en for p in parts))


def portal_facts(
    session: Session, portal_id: str, *, crawls: int, now: datetime, rediscover: timedelta
) -> PortalFacts:
    """Return what is kept of a portal.

    Args:
        session: of the database.
        portal_id: of a registered portal.
        crawls: how many of its last crawls.
        now: the time that ``rediscover`` counts from.
        rediscover: after which the columns are looked for anew (``crawler.rediscover_days``).
    """
    portal = session.get_one(Portal, portal_id)
    last = session.scalars(
        select(Crawl).where(Crawl.portal_id == portal_id).order_by(Crawl.id.desc()).limit(crawls)
    )
    columns = session.scalars(
        select(Column).where(Column.portal_id == portal_id).order_by(Column.state, Column.id)
    )
    return PortalFacts(
        id=portal.id,
        name=portal.name,
        url=portal.url,
        division=portal.division,
        level=portal.level.value,
        known_columns=tuple(portal.known_columns),
        agencies=_count(session, Agency.id, Agency.portal_id == portal_id),
        columns=tuple(_column(session, column) for column in columns),
        crawls=tuple(portal_run(session, crawl, portal) for crawl in last),
        search_next=search_needed(session, portal, now, rediscover),
        search_at=next_search(session, portal, now, rediscover),
        **_left(session, portal_id),
    )


def _left(session: Session, portal_id: str) -> dict[str, Any]:
    query = select(Column.proof).where(
        Column.portal_id == portal_id, Column.state == ColumnState.ACTIVE
    )
    proofs = [proof for proof in session.scalars(query) if proof.get(UNSEARCHED)]
    since = min((each[UNSEARCHED_SINCE] for each in proofs if UNSEARCHED_SINCE in each), default="")
    return {
        "unsearched": tuple(dict.fromkeys(why for each in proofs for why in each[UNSEARCHED])),
        "unsearched_since": parse_instant(since) if since else None,
    }


def _column(session: Session, column: Column) -> StandingColumn:
    capture = column.proof.get("capture")
    kept = session.get(Capture, capture) if isinstance(capture, int) else None
    return StandingColumn(
        url=column.url,
        name=column.name,
        platform=column.platform,
        rendered=column.rendered,
        state=column.state,
        found_by=column.found_by,
        found_at=column.found_at,
        lost_at=column.lost_at,
        proof=column.proof,
        evidence_sha256=kept.sha256 if kept else None,
        reports=_count(session, Filing.id, Filing.column_id == column.id),
    )


def _count(session: Session, column: Any, condition: Any) -> int:
    return session.scalar(select(func.count(column)).where(condition)) or 0


def proof_texts(proof: dict[str, Any]) -> list[Bilingual]:
    """Say in plain words what shows that a page is an annual-report column."""
    met: Sequence[str] = [name for name in proof.get("met", ()) if isinstance(name, str)]
    if proof.get("registry"):
        met = ["registry", *met]
    texts = [_PROOFS.get(name, Bilingual(name, name)) for name in met]
    if isinstance(listed := proof.get("listed"), dict):
        texts.append(
            Bilingual(
                f"网站“{listed['portal']}”的汇总列表写明“{listed['row']}”在此：{listed['list']}",
                f"portal '{listed['portal']}' lists it as that of '{listed['row']}': "
                f"{listed['list']}",
            )
        )
    if isinstance(proof.get("rows"), int):
        counts = [proof.get(name, 0) for name in ("rows", "reports", "decoys")]
        texts.append(
            Bilingual(
                "首页 {} 行，年报 {}，貌似年报 {}".format(*counts),
                "{} rows on its first page, {} of them reports, {} that only look so".format(
                    *counts
                ),
            )
        )
    return texts


def portal_facts_object(facts: PortalFacts) -> dict[str, Any]:
    """Return it as plain data; times are UTC, ISO 8601."""
    return {
        "portal": facts.id,
        "name": facts.name,
        "url": facts.url,
        "division": facts.division,
        "level": facts.level,
        "known_columns": list(facts.known_columns),
        "agencies": facts.agencies,
        "columns": [_column_object(column) for column in facts.columns],
        "crawls": [portal_object(crawl) for crawl in facts.crawls],
        "search_next": facts.search_next,
        "search_at": iso_utc(facts.search_at),
        "unsearched": list(facts.unsearched),
        "unsearched_since": iso_utc(facts.unsearched_since) if facts.unsearched_since else None,
        "advice_zh": facts.advice.zh if facts.advice else None,
        "advice_en": facts.advice.en if facts.advice else None,
    }


def _column_object(column: StandingColumn) -> dict[str, Any]:
    return {
        "url": column.url,
        "name": column.name,
        "platform": column.platform,
        "rendered": column.rendered,
        "state": column.state.value,
        "found_by": column.found_by,
        "found_at": iso_utc(column.found_at),
        "lost_at": iso_utc(column.lost_at) if column.lost_at else None,
        "proof": column.proof,
        "evidence_sha256": column.evidence_sha256,
        "reports": column.reports,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPortal:
    """A portal in the list of all."""

    id: str
    name: str
    url: str
    columns: int
    """Columns that stand."""
    state: CrawlState | None
    """How its last crawl ended; None if it was never crawled."""
    crawled_at: datetime | None
    control_passed: bool | None


def listed_portals(session: Session) -> list[ListedPortal]:
    """Return all registered portals with how their last crawl ended, in the order of their ids."""
    last = select(func.max(Crawl.id)).group_by(Crawl.portal_id)
    crawls = {c.portal_id: c for c in session.scalars(select(Crawl).where(Crawl.id.in_(last)))}
    standing = select(Column.portal_id, func.count(Column.id)).where(
        Column.state == ColumnState.ACTIVE
    )
    columns = {row[0]: row[1] for row in session.execute(standing.group_by(Column.portal_id))}
    return [
        _listed(portal, columns.get(portal.id, 0), crawls.get(portal.id))
        for portal in session.scalars(select(Portal).order_by(Portal.id))
    ]


def _listed(portal: Portal, columns: int, crawl: Crawl | None) -> ListedPortal:
    return ListedPortal(
        id=portal.id,
        name=portal.name,
        url=portal.url,
        columns=columns,
        state=crawl.state if crawl else None,
        crawled_at=crawl.started_at if crawl else None,
        control_passed=crawl.control_passed if crawl else None,
    )
