"""What belongs into the evidence pack of one agency and fiscal year."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from storage.models import (
    AddressKind,
    Agency,
    Capture,
    Column,
    ColumnReading,
    ComplianceRow,
    Crawl,
    Filing,
    FilingState,
    Judgement,
    LogEntry,
    StoredReading,
)

OK = 200
NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedCapture:
    """A capture with its place in the log and its crawl."""

    capture: Capture
    position: int
    leaf_hash: bytes
    run_id: str | None
    portal_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What the pack tells, and the captures that prove it, by position in the log."""

    agency: Agency
    fiscal_year: int
    filings: Sequence[Filing]
    judgements: Sequence[Judgement]
    reports: Mapping[int, dict[str, Any] | None]
    """What was read of each filing, as the outside contract prints it, by the filing's id."""
    readings: Sequence[ColumnReading]
    compliance: ComplianceRow | None
    captures: Sequence[LoggedCapture]

    @property
    def bodies(self) -> dict[str, str | None]:
        """The media type of every body that the pack must hold, by its hash."""
        found = {
            each.capture.sha256: each.capture.media_type
            for each in self.captures
            if each.capture.sha256 is not None
        }
        return found | {
            each.sha256: each.media_type for filing in self.filings for each in filing.originals
        }


def select_evidence(session: Session, agency: Agency, fiscal_year: int) -> Selection:
    """Select filings with every version of their originals, and the list pages around them.

    The list pages are those of the crawl in which a filing was last seen, of the one that last
    did not show it before it appeared, and, if it is gone by now, of the newest. Without a
    filing, they are those of the last crawls that read the columns.
    """
    filings = session.scalars(
        select(Filing)
        .where(Filing.agency_id == agency.id, Filing.fiscal_year == fiscal_year)
        .options(
            selectinload(Filing.originals),
            selectinload(Filing.addresses),
            joinedload(Filing.column),
        )
        .order_by(Filing.id)
    ).all()
    readings = _readings(session, agency, filings)
    captures = {
        each.position: each
        for each in (*_of_filings(session, filings), *_of_lists(session, readings))
    }
    return Selection(
        agency=agency,
        fiscal_year=fiscal_year,
        filings=filings,
        judgements=_judgements(session, filings),
        reports=_reports(session, filings),
        readings=readings,
        compliance=session.scalars(
            select(ComplianceRow).where(
                ComplianceRow.agency_id == agency.id, ComplianceRow.fiscal_year == fiscal_year
            )
        ).first(),
        captures=[captures[position] for position in sorted(captures)],
    )


def _judgements(session: Session, filings: Iterable[Filing]) -> Sequence[Judgement]:
    return session.scalars(
        select(Judgement)
        .where(Judgement.filing_id.in_([filing.id for filing in filings]), Judgement.current)
        .options(selectinload(Judgement.verdicts), joinedload(Judgement.filing))
        .order_by(Judgement.id)
    ).all()


def _reports(session: Session, filings: Iterable[Filing]) -> dict[int, dict[str, Any] | None]:
    query = select(StoredReading.filing_id, StoredReading.report)
    rows = session.execute(query.where(StoredReading.filing_id.in_([f.id for f in filings])))
    return dict(rows.all())


def _readings(
    session: Session, agency: Agency, filings: Sequence[Filing]
) -> Sequence[ColumnReading]:
    found: dict[int, ColumnReading] = {}
    for filing in filings:
        query = _newest_readings().where(ColumnReading.column_id == filing.column_id)
        seen = session.scalars(query.where(Crawl.started_at <= filing.last_seen_at).limit(1))
        absent: Iterable[ColumnReading] = ()
        if filing.last_absent_at is not None:
            before = ColumnReading.read_at <= filing.last_absent_at
            absent = session.scalars(query.where(before).limit(1))
        gone = filing.absent_crawls or filing.state is FilingState.REMOVED
        newest = session.scalars(query.limit(1)) if gone else ()
        found |= {reading.id: reading for reading in (*seen, *absent, *newest)}
    if not filings:
        found = {reading.id: reading for reading in _last_readings(session, agency)}
    return [found[reading_id] for reading_id in sorted(found)]


def _last_readings(session: Session, agency: Agency) -> Sequence[ColumnReading]:
    """Return what the last crawls read of all columns of the agency's portal.

    The last one, and the last one whose control passed everywhere: it speaks of absence.
    """
    of_portal = _newest_readings().where(Column.portal_id == agency.portal_id)
    other = aliased(ColumnReading)
    failed = select(other.id).where(other.crawl_id == ColumnReading.crawl_id, ~other.control_passed)
    last = session.scalars(of_portal.limit(1)).all()
    healthy = session.scalars(of_portal.where(~failed.exists()).limit(1)).all()
    crawls = {each.crawl_id for each in (*last, *healthy)}
    return session.scalars(of_portal.where(ColumnReading.crawl_id.in_(crawls))).all()


def _newest_readings() -> Select[ColumnReading]:
    return (
        select(ColumnReading)
        .join(ColumnReading.crawl)
        .join(ColumnReading.column)
        .options(joinedload(ColumnReading.crawl), joinedload(ColumnReading.column))
        .order_by(Crawl.started_at.desc(), ColumnReading.id.desc())
    )


def _of_filings(session: Session, filings: Iterable[Filing]) -> list[LoggedCapture]:
    """Return the captures of every version, and every other answer from their addresses.

    A body that is no version (only the page's furniture had changed) is left out.
    """
    found: dict[int, LoggedCapture] = {}
    for filing in filings:
        originals = filing.originals
        places = (each.url for each in filing.addresses if each.kind is not AddressKind.MIRROR)
        urls = {filing.url, *places, *(each.url for each in originals)}
        versions = {each.sha256 for each in originals}
        query = _logged().where(
            or_(
                Capture.id.in_([each.capture_id for each in originals]),
                and_(
                    Capture.url.in_(urls),
                    or_(
                        Capture.sha256.in_(versions),
                        Capture.status.is_(None),
                        Capture.status != OK,
                        Capture.error.is_not(None),
                    ),
                ),
            )
        )
        found |= {each.position: each for each in _read(session, query)}
    return list(found.values())


def _of_lists(session: Session, readings: Iterable[ColumnReading]) -> list[LoggedCapture]:
    """Return the list pages that the readings stand on.

    A healthy reading names them, those of an earlier time that had not changed among them. Of one
    that failed, or was kept before they were named, it is whatever its crawl asked for as a list.
    """
    found: list[LoggedCapture] = []
    named = [reading for reading in readings if reading.control_passed and reading.pages]
    ids = {page[key] for each in named for page in each.pages or () for key in ("capture", "body")}
    found += _read(session, _logged().where(Capture.id.in_(ids - {None})))
    others = [reading for reading in readings if reading not in named]
    for crawl_id in sorted({reading.crawl_id for reading in others}):
        columns = {each.column.url for each in others if each.crawl_id == crawl_id}
        query = _logged().where(
            Capture.crawl_id == crawl_id,
            or_(Capture.purpose == "list", Capture.url.in_(columns)),
        )
        pages = _read(session, query)
        unchanged = [page for page in pages if page.capture.status == NOT_MODIFIED]
        found += [*pages, *(each for page in unchanged for each in _before(session, page))]
    return found


def _before(session: Session, page: LoggedCapture) -> list[LoggedCapture]:
    query = (
        _logged()
        .where(
            Capture.url == page.capture.url,
            Capture.method == page.capture.method,
            Capture.sha256.is_not(None),
            Capture.status == OK,
            Capture.error.is_(None),
            Capture.rendered.is_(False),
            LogEntry.position < page.position,
        )
        .order_by(LogEntry.position.desc())
    )
    return _read(session, query.limit(1))


def _logged() -> Select[Capture, int, bytes, str, str]:
    return (
        select(Capture, LogEntry.position, LogEntry.leaf_hash, Crawl.run_id, Crawl.portal_id)
        .join(LogEntry, LogEntry.capture_id == Capture.id)
        .outerjoin(Crawl, Crawl.id == Capture.crawl_id)
    )


def _read(session: Session, query: Select[Capture, int, bytes, str, str]) -> list[LoggedCapture]:
    return [
        LoggedCapture(
            capture=capture,
            position=position,
            leaf_hash=leaf_hash,
            run_id=run_id,
            portal_id=portal_id,
        )
        for capture, position, leaf_hash, run_id, portal_id in session.execute(query)
    ]
