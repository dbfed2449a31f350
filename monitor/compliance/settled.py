"""Doubts that people have settled: whose report it is, of those that may be the one looked for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from monitor.compliance.filing_evidence import FilingEvidence
from monitor.triage.effects import holds, load_triage
from monitor.triage.facts import report_facts, sha256_of
from monitor.triage.subjects import parts_of_report
from storage.captures import CHUNK
from storage.models import Filing, StoredReading, TriageAction, TriageKind

Owed = tuple[str, int]
"""Agency and fiscal year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What holds of what people have decided."""

    assigned: Mapping[int, tuple[Owed, ...]] = field(default_factory=dict)
    """By filing whose report it is, and of which year."""
    ruled_out: Mapping[Owed, frozenset[int]] = field(default_factory=dict)
    """By agency and year the filings that are not its report."""

    def of(self, filings: Iterable[FilingEvidence]) -> list[FilingEvidence]:
        """Return filings as people know them.

        A report of several bodies may be each one's: that it is one agency's takes it from no
        other. Nobody's becomes that agency's; its own that bears another year moves to its year.
        """
        return [each for filing in filings for each in self._known(filing)]

    def _known(self, filing: FilingEvidence) -> Iterator[FilingEvidence]:
        owed = self.assigned.get(filing.id, ())
        is_of_another = filing.agency_id is not None and all(
            agency != filing.agency_id for agency, _ in owed
        )
        if is_of_another or not owed:
            yield filing
        for agency, year in owed:
            yield replace(filing, agency_id=agency, fiscal_year=year, year_by_day=False)


def load_settled(session: Session, now: datetime) -> Settled:
    """Return which decisions about reports hold at an instant: their facts are as they were."""
    triage = load_triage(session, now, (TriageKind.REPORT,))
    decided = {
        parts_of_report(key): decision
        for (_, key), decision in triage.newest.items()
        if decision.action is not TriageAction.REOPEN
    }
    facts = _facts(session, {filing for _, _, filing in decided})
    assigned: dict[int, list[Owed]] = defaultdict(list)
    ruled_out: dict[Owed, set[int]] = defaultdict(set)
    for (agency, year, filing), decision in decided.items():
        if not holds(decision, facts.get(filing, ""), triage.day):
            continue
        if decision.action is TriageAction.ASSIGN:
            assigned[filing].append((agency, year))
        else:
            ruled_out[agency, year].add(filing)
    return Settled(
        assigned={filing: tuple(sorted(owed)) for filing, owed in assigned.items()},
        ruled_out={owed: frozenset(filings) for owed, filings in ruled_out.items()},
    )


def _facts(session: Session, filing_ids: Iterable[int]) -> dict[int, str]:
    ids, found = sorted(filing_ids), {}
    for start in range(0, len(ids), CHUNK):
        query = (
            select(Filing, StoredReading)
            .outerjoin(StoredReading, StoredReading.filing_id == Filing.id)
            .where(Filing.id.in_(ids[start : start + CHUNK]))
            .options(selectinload(Filing.originals))
        )
        for filing, read in session.execute(query):
            found[filing.id] = sha256_of(report_facts(filing, read))
    return found
