"""The evidence for compliance from the database, in few queries however many agencies there are."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from monitor.compliance.model import FindingCounts
from monitor.triage.effects import (
    ABOUT_FINDINGS,
    NOT_COUNTED,
    OF_THE_DUTY,
    holds,
    load_triage,
)
from storage.captures import CHUNK
from storage.lineage import RosterEntry
from storage.models import (
    Agency,
    Filing,
    Judgement,
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
    triage = load_triage(session, as_of, ABOUT_FINDINGS)
    decided = [each for each in triage.newest.values() if each.action in NOT_COUNTED]
    names = [each.subject for each in decided if each.kind is TriageKind.FINDING]
    wanted = [StoredVerdict.fingerprint.in_(chunk) for chunk in _batched(names)]
    if len(names) < len(decided):
        wanted.append(StoredVerdict.rule.in_(OF_THE_DUTY))
    told: set[int] = set()
    for condition in wanted:
        query = _findings(fiscal_years).add_columns(Filing).where(condition)
        for verdict, filing in session.execute(query):
            owed = filing.agency_id, filing.fiscal_year
            named = verdict.fingerprint, verdict.rule, verdict.evidence
            decision = triage.of_finding(*named, owed)
            if verdict.id in told or decision is None:
                continue
            if decision.action in NOT_COUNTED:
                told.add(verdict.id)
                yield filing.id, verdict.severity


def _batched(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield names in numbers that a query takes."""
    return (names[start : start + CHUNK] for start in range(0, len(names), CHUNK))
