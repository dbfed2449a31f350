"""The evidence for compliance from the database, in few queries however many agencies there are."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session

from monitor.compliance.model import DatedBy, FilingEvidence, FindingCounts
from monitor.triage.effects import NOT_COUNTED, holds, load_triage
from storage.captures import CHUNK
from storage.lineage import RosterEntry
from storage.models import (
    Agency,
    Column,
    DateSource,
    Filing,
    FilingState,
    Judgement,
    Original,
    Portal,
    StoredVerdict,
    TriageAction,
    TriageKind,
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
    """Return by fiscal year and agency who waived the report and why, as it held at ``as_of``."""
    triage = load_triage(session, as_of, (TriageKind.OBLIGATION,))
    years = set(fiscal_years)
    reasons: dict[int, dict[str, str]] = defaultdict(dict)
    for decision in triage.newest.values():
        agency_id, _, year = decision.subject.rpartition("/")
        waived = decision.action is TriageAction.WAIVE and holds(decision, "", triage.day)
        if waived and int(year) in years:
            reasons[int(year)][agency_id] = f"{decision.reason}（{decision.author}）"
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


def load_finding_counts(
    session: Session, fiscal_years: Sequence[int], as_of: datetime
) -> dict[int, FindingCounts]:
    """Return by filing how many findings its current judgement has, by severity.

    Those that people had dismissed as wrong or waived by ``as_of`` are not counted.
    """
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for filing_id, severity, count in session.execute(
        _findings(fiscal_years)
        .with_only_columns(Judgement.filing_id, StoredVerdict.severity, func.count())
        .group_by(Judgement.filing_id, StoredVerdict.severity)
    ):
        counts[filing_id][severity] += count
    for filing_id, severity in _decided(session, fiscal_years, as_of):
        counts[filing_id][severity] -= 1
    return {filing_id: FindingCounts(**found) for filing_id, found in counts.items()}


def _findings(fiscal_years: Sequence[int]) -> Select[StoredVerdict]:
    return (
        select(StoredVerdict)
        .join(Judgement, StoredVerdict.judgement_id == Judgement.id)
        .join(Filing, Judgement.filing_id == Filing.id)
        .where(
            Judgement.current,
            StoredVerdict.outcome == "fail",
            Filing.fiscal_year.in_(fiscal_years),
        )
    )


def _decided(
    session: Session, fiscal_years: Sequence[int], as_of: datetime
) -> Iterator[tuple[int, str]]:
    """Yield filing and severity of each finding that need not be acted on."""
    triage = load_triage(session, as_of, (TriageKind.FINDING,))
    names = [each.subject for each in triage.newest.values() if each.action in NOT_COUNTED]
    for start in range(0, len(names), CHUNK):
        chunk = StoredVerdict.fingerprint.in_(names[start : start + CHUNK])
        query = _findings(fiscal_years).add_columns(Judgement.filing_id).where(chunk)
        for verdict, filing_id in session.execute(query):
            if triage.of_finding(verdict.fingerprint, verdict.rule, verdict.evidence) is not None:
                yield filing_id, verdict.severity
