"""What belongs into an evidence pack."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from storage.clock import utc_now
from storage.evidence.absence import readings_shown, select_absence
from storage.evidence.logged import OK, logged, logged_by_id, logged_lists, read_logged
from storage.evidence.model import (
    Absence,
    EvidenceError,
    Kind,
    LoggedCapture,
    NothingArchivedError,
    Selection,
    Told,
    Wanted,
)
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
    ObligationVerdict,
    Portal,
    StoredReading,
)


def select_evidence(session: Session, wanted: Wanted, told: Told) -> Selection:
    """Select filings with every version of their originals, and the list pages around them.

    The list pages are those of the crawl in which a filing was last seen, of the one that last
    did not show it before it appeared, and, if it is gone by now, of the newest. Without a
    filing, they are those of the last crawls that read the columns; for the proof of an absence
    those that the claim stands on, and what else was asked for in the search.

    Raises:
        EvidenceError: if agency or filing are unknown, or an absence is asked for where a report
            is archived.
        NothingArchivedError: if neither a filing nor a list page is in the archive.
    """
    filings = _filings(session, wanted)
    agency = filings[0].agency if wanted.filing_id else _agency(session, wanted.agency or "")
    fiscal_year = filings[0].fiscal_year if wanted.filing_id else wanted.fiscal_year
    absence = _absence(session, wanted, agency, filings, told)
    if absence is not None:
        readings: Sequence[ColumnReading] = readings_shown(absence)
    else:
        readings = _readings(session, agency, filings)
    captures = {
        each.position: each
        for each in (
            *_of_filings(session, filings),
            *logged_lists(session, readings),
            *logged_by_id(session, told.capture_ids),
            *(absence.search if absence else ()),
        )
    }
    if not captures:
        raise _nothing(wanted)
    portal_id = agency.portal_id if agency else filings[0].portal_id
    found = [captures[position] for position in sorted(captures)]
    return Selection(
        kind=_kind(wanted),
        agency=agency,
        portal=session.get_one(Portal, portal_id),
        fiscal_year=fiscal_year,
        filings=filings,
        judgements=_judgements(session, filings),
        reports=_reports(session, filings),
        readings=readings,
        compliance=_compliance(session, agency, fiscal_year),
        findings=_findings(session, agency, fiscal_year),
        captures=found,
        deletions=(),
        certificates={},
        absence=absence,
        told=told,
    )


def _kind(wanted: Wanted) -> Kind:
    if wanted.filing_id is not None:
        return Kind.FILING
    return Kind.ABSENCE if wanted.absence else Kind.AGENCY_YEAR


def _filings(session: Session, wanted: Wanted) -> Sequence[Filing]:
    query = (
        select(Filing)
        .options(
            selectinload(Filing.originals),
            selectinload(Filing.addresses),
            joinedload(Filing.column),
            joinedload(Filing.agency),
        )
        .order_by(Filing.id)
    )
    if wanted.filing_id is not None:
        found = session.scalars(query.where(Filing.id == wanted.filing_id)).all()
        if not found:
            raise EvidenceError(
                f"没有编号为 {wanted.filing_id} 的年报。",
                f"there is no report with the number {wanted.filing_id}.",
            )
        return found
    agency = _agency(session, wanted.agency or "")
    of_year = Filing.fiscal_year == wanted.fiscal_year
    return session.scalars(query.where(Filing.agency_id == agency.id, of_year)).all()


def _agency(session: Session, name: str) -> Agency:
    agencies = select(Agency).options(joinedload(Agency.portal))
    found = session.scalars(agencies.where(Agency.id == name)).first()
    if found is None:
        named = session.scalars(agencies.where(Agency.name == name)).all()
        if len(named) != 1:
            raise EvidenceError(
                f"登记表中没有机关“{name}”；编号见 nianbao registry export。",
                f"the registry has no agency {name!r}; 'nianbao registry export' shows their ids.",
            )
        found = named[0]
    return found


def _absence(
    session: Session,
    wanted: Wanted,
    agency: Agency | None,
    filings: Sequence[Filing],
    told: Told,
) -> Absence | None:
    if not wanted.absence or agency is None:
        return None
    if filings:
        raise EvidenceError(
            f"该机关该年度的年报已在档案中：{filings[0].url}",
            f"a report of this agency and year is in the archive: {filings[0].url}",
        )
    ground = told.ground
    as_of = ground.judged_at if ground else utc_now()
    return select_absence(session, agency, as_of, ground.columns if ground else None)


def _nothing(wanted: Wanted) -> NothingArchivedError:
    return NothingArchivedError(
        f"档案中没有 {wanted.agency} {wanted.fiscal_year} 年度的任何材料；请先运行 nianbao crawl，"
        "或加 --as-observed 导出查找过程。",
        f"nothing is archived about {wanted.agency}, fiscal year {wanted.fiscal_year}; "
        "run 'nianbao crawl' first, or export the search with --as-observed.",
    )


def _compliance(
    session: Session, agency: Agency | None, fiscal_year: int | None
) -> ComplianceRow | None:
    if agency is None:
        return None
    return session.scalars(
        select(ComplianceRow).where(
            ComplianceRow.agency_id == agency.id, ComplianceRow.fiscal_year == fiscal_year
        )
    ).first()


def _findings(
    session: Session, agency: Agency | None, fiscal_year: int | None
) -> Sequence[ObligationVerdict]:
    if agency is None:
        return ()
    return session.scalars(
        select(ObligationVerdict)
        .where(
            ObligationVerdict.agency_id == agency.id,
            ObligationVerdict.fiscal_year == fiscal_year,
            ObligationVerdict.current,
        )
        .order_by(ObligationVerdict.id)
    ).all()


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
    session: Session, agency: Agency | None, filings: Sequence[Filing]
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
    if not filings and agency is not None:
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
        query = logged().where(
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
        found |= {each.position: each for each in read_logged(session, query)}
    return list(found.values())
