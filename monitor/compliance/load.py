"""The evidence for compliance from the database, in few queries however many agencies there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session

from monitor.compliance.model import (
    ColumnEvidence,
    CrawlEvidence,
    DatedBy,
    FilingEvidence,
    FindingCounts,
    PortalEvidence,
    SearchEvidence,
)
from storage.columns import SEARCHED_PLATFORM
from storage.lineage import RosterEntry
from storage.models import (
    Agency,
    Column,
    ColumnReading,
    Crawl,
    CrawlState,
    DateSource,
    Filing,
    FilingState,
    Judgement,
    Original,
    Portal,
    StoredVerdict,
    Waiver,
)


def load_roster(session: Session) -> list[tuple[Agency, RosterEntry]]:
    """Return every agency with what its duties depend on, ordered by id."""
    query = select(Agency, Portal.level).join(Portal, Agency.portal_id == Portal.id)
    return [
        (
            agency,
            RosterEntry(
                id=agency.id,
                name=agency.name,
                kind=agency.kind,
                portal_level=level,
                valid_from=agency.valid_from,
                valid_to=agency.valid_to,
                merged_into=agency.merged_into,
                renamed_from=agency.renamed_from,
            ),
        )
        for agency, level in session.execute(query.order_by(Agency.id))
    ]


def load_waivers(
    session: Session, fiscal_years: Iterable[int], as_of: datetime
) -> dict[int, dict[str, str]]:
    """Return by fiscal year and agency the reason of the latest waiver decided by ``as_of``."""
    query = select(Waiver).where(
        Waiver.fiscal_year.in_(set(fiscal_years)), Waiver.decided_at <= as_of
    )
    reasons: dict[int, dict[str, str]] = defaultdict(dict)
    for waiver in session.scalars(query.order_by(Waiver.decided_at, Waiver.id)):
        reasons[waiver.fiscal_year][waiver.agency_id] = f"{waiver.reason}（{waiver.author}）"
    return dict(reasons)


def load_filings(session: Session, fiscal_years: Sequence[int]) -> list[FilingEvidence]:
    """Return the filings of some fiscal years, and those whose year is not known.

    Of any year are those whose page is the column itself.
    """
    is_column = Filing.url == Column.url
    altered = select(func.max(Original.superseded_at)).where(Original.filing_id == Filing.id)
    query = select(
        Filing.id,
        Filing.url,
        Filing.portal_id,
        Filing.column_id,
        Filing.agency_id,
        Filing.agency_name,
        Filing.fiscal_year,
        Filing.date_candidates,
        Filing.published_on,
        Filing.published_on_source,
        Filing.first_seen_at,
        Filing.last_absent_at,
        Filing.state,
        is_column.label("is_column"),
        case((is_column, altered.correlate(Filing).scalar_subquery())).label("altered_at"),
    ).join(Column, Filing.column_id == Column.id)
    query = query.where(
        or_(Filing.fiscal_year.in_(fiscal_years), Filing.fiscal_year.is_(None), is_column)
    )
    return [
        FilingEvidence(
            id=row.id,
            url=row.url,
            portal_id=row.portal_id,
            column_id=row.column_id,
            agency_id=row.agency_id,
            agency_name=row.agency_name,
            fiscal_year=row.fiscal_year,
            dates=_dates(row.date_candidates, row.published_on, row.published_on_source),
            first_seen_at=row.first_seen_at,
            last_absent_at=row.last_absent_at,
            removed=row.state is FilingState.REMOVED,
            is_column=row.is_column,
            altered_at=row.altered_at,
        )
        for row in session.execute(query.order_by(Filing.id))
    ]


def _dates(
    candidates: list[dict[str, str]], day: date | None, source: DateSource | None
) -> tuple[DatedBy, ...]:
    found = [
        DatedBy(source=DateSource(item["source"]), day=date.fromisoformat(item["value"]))
        for item in candidates
    ]
    if day is not None and source is not None:
        found.append(DatedBy(source=source, day=day))
    return tuple(dict.fromkeys(found))


def load_known_columns(session: Session) -> dict[str, frozenset[int]]:
    """Return by agency the columns in which its reports, of any year, were seen."""
    query = select(Filing.agency_id, Filing.column_id).where(Filing.agency_id.is_not(None))
    columns: dict[str, set[int]] = defaultdict(set)
    for agency_id, column_id in session.execute(query.distinct()):
        columns[str(agency_id)].add(column_id)
    return {agency_id: frozenset(ids) for agency_id, ids in columns.items()}


def load_portals(
    session: Session, as_of: datetime, filings: Iterable[FilingEvidence]
) -> dict[str, PortalEvidence]:
    """Return what is known of each portal as of an instant.

    What was learnt after ``as_of`` is left out where a crawl of the portal had finished by then;
    where none had, everything learnt since is what is known about that day.
    """
    crawls = _believed_crawls(session, as_of)
    begun = set(session.scalars(select(Crawl.portal_id).distinct()))
    columns = _columns(session, {portal: crawl for portal, (crawl, _) in crawls.items()}, as_of)
    searches = _searches(session, [crawl for crawl, _ in crawls.values()], columns)
    unassigned: dict[str, list[FilingEvidence]] = defaultdict(list)
    for filing in filings:
        if filing.agency_id is None or filing.fiscal_year is None:
            unassigned[filing.portal_id].append(filing)
    return {
        portal: replace(
            _portal(crawls.get(portal), columns.get(portal, ()), unassigned[portal], as_of),
            search=searches.get(portal),
        )
        for portal in begun
    }


def _believed_crawls(session: Session, as_of: datetime) -> dict[str, tuple[Crawl, bool]]:
    """Return by portal the crawl to believe, and whether it is later than ``as_of``."""
    by_then = _latest(select(Crawl).where(Crawl.finished_at <= as_of))
    ever = _latest(select(Crawl).where(Crawl.finished_at.is_not(None)))
    known = {crawl.portal_id: (crawl, True) for crawl in session.scalars(ever)}
    known |= {crawl.portal_id: (crawl, False) for crawl in session.scalars(by_then)}
    return known


def _latest(crawls: Select[Crawl]) -> Select[Crawl]:
    ranked = crawls.with_only_columns(
        Crawl.id,
        func.row_number()
        .over(partition_by=Crawl.portal_id, order_by=(Crawl.finished_at.desc(), Crawl.id.desc()))
        .label("rank"),
    ).subquery()
    return select(Crawl).join(ranked, Crawl.id == ranked.c.id).where(ranked.c.rank == 1)


def _columns(
    session: Session, crawls: dict[str, Crawl], as_of: datetime
) -> dict[str, tuple[ColumnEvidence, ...]]:
    believed = {crawl.id for crawl in crawls.values()}
    readings = {
        reading.column_id: reading
        for reading in session.scalars(
            select(ColumnReading).where(ColumnReading.crawl_id.in_(believed))
        )
    }
    found: dict[str, list[ColumnEvidence]] = defaultdict(list)
    for column in session.scalars(select(Column).order_by(Column.id)):
        crawl = crawls.get(column.portal_id)
        horizon = as_of if crawl is None else max(as_of, crawl.finished_at or as_of)
        if column.found_at <= horizon:
            found[column.portal_id].append(_column(column, readings.get(column.id), horizon))
    return {portal: tuple(columns) for portal, columns in found.items()}


def _column(column: Column, reading: ColumnReading | None, horizon: datetime) -> ColumnEvidence:
    is_lost = column.lost_at is not None and column.lost_at <= horizon
    return ColumnEvidence(
        id=column.id,
        url=column.url,
        found_at=column.found_at,
        lost_at=column.lost_at if is_lost else None,
        read_at=reading.read_at if reading else None,
        read_to_end=reading.read_to_end if reading else False,
        control_passed=reading.control_passed if reading else False,
        reason=reading.reason if reading else None,
    )


def _portal(
    believed: tuple[Crawl, bool] | None,
    columns: tuple[ColumnEvidence, ...],
    unassigned: list[FilingEvidence],
    as_of: datetime,
) -> PortalEvidence:
    if believed is None:
        return PortalEvidence(unfinished=True, unassigned=tuple(unassigned))
    crawl, later = believed
    assert crawl.finished_at is not None
    return PortalEvidence(
        crawl=CrawlEvidence(
            state=crawl.state,
            started_at=crawl.started_at,
            finished_at=crawl.finished_at,
            control_passed=crawl.control_passed,
            reason=crawl.reason,
            columns=columns,
        ),
        unassigned=tuple(one for one in unassigned if later or one.first_seen_at <= as_of),
        later=later,
    )


def _searches(
    session: Session, believed: Iterable[Crawl], columns: Mapping[str, object]
) -> dict[str, SearchEvidence]:
    """Return how portals were searched of which no column was ever known, and how often."""
    last = {
        crawl.portal_id: crawl
        for crawl in believed
        if crawl.state is CrawlState.NO_COLUMN and crawl.portal_id not in columns
    }
    query = (
        select(Crawl, Portal.url)
        .join(Portal, Crawl.portal_id == Portal.id)
        .where(Crawl.portal_id.in_(last), Crawl.finished_at.is_not(None))
        .order_by(Crawl.finished_at.desc(), Crawl.id.desc())
    )
    found: dict[str, list[SearchEvidence]] = defaultdict(list)
    ended: set[str] = set()
    for crawl, home in session.execute(query):
        assert crawl.finished_at is not None
        horizon = last[crawl.portal_id].finished_at or crawl.finished_at
        if crawl.finished_at > horizon or crawl.portal_id in ended:
            continue
        if crawl.state is not CrawlState.NO_COLUMN:
            ended.add(crawl.portal_id)
            continue
        platform = (crawl.evidence or {}).get(SEARCHED_PLATFORM)
        found[crawl.portal_id].append(
            SearchEvidence(url=platform or home, platform_read=platform is not None, times=1)
        )
    return {
        portal: replace(
            each[0], platform_read=all(one.platform_read for one in each), times=len(each)
        )
        for portal, each in found.items()
    }


def load_finding_counts(session: Session, fiscal_years: Sequence[int]) -> dict[int, FindingCounts]:
    """Return by filing how many findings its current judgement has, by severity."""
    query = (
        select(Judgement.filing_id, StoredVerdict.severity, func.count())
        .join(StoredVerdict, StoredVerdict.judgement_id == Judgement.id)
        .join(Filing, Judgement.filing_id == Filing.id)
        .where(
            Judgement.current,
            StoredVerdict.outcome == "fail",
            Filing.fiscal_year.in_(fiscal_years),
        )
        .group_by(Judgement.filing_id, StoredVerdict.severity)
    )
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for filing_id, severity, count in session.execute(query):
        counts[filing_id][severity] = count
    return {filing_id: FindingCounts(**found) for filing_id, found in counts.items()}
