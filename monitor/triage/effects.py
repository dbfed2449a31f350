"""Which decisions hold: the newest of each subject, while its facts and its days last."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.triage.facts import (
    finding_facts,
    obligation_facts,
    obligation_key,
    portal_facts,
    sha256_of,
)
from storage.clock import local_date
from storage.models import TriageAction, TriageDecision, TriageKind

PROGRAM = "nianbao"
"""The author of what is reopened because its facts have changed, or its day has passed."""
EXPIRED = "已过截止日 / its last day has passed"
NOT_COUNTED = frozenset({TriageAction.DISMISS, TriageAction.WAIVE})
"""What is decided so is no finding that anybody must act on."""
NOT_TOLD = NOT_COUNTED | {TriageAction.SNOOZE, TriageAction.ACKNOWLEDGE}
"""What is decided so is not told again by itself."""


ABOUT_FINDINGS = (TriageKind.FINDING, TriageKind.OBLIGATION)
"""The kinds of decisions that bear on findings."""
OF_THE_DUTY = frozenset({"published-late", "local-deadline-missed"})
"""Rules that ask for a duty: who was waived is not reproached, even before it is judged again."""


def holds(decision: TriageDecision, facts_sha256: str, day: date) -> bool:
    """Tell whether a decision, the newest of its subject, still holds.

    A waiver of a report that is owed holds whatever becomes of the report; every other decision
    ends when what it was about has changed.
    """
    if decision.action is TriageAction.REOPEN:
        return False
    if decision.until is not None and day > decision.until:
        return False
    if decision.kind is TriageKind.OBLIGATION and decision.action is TriageAction.WAIVE:
        return True
    return decision.facts_sha256 == facts_sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """The newest decision of every subject, and the day on which they are asked about."""

    day: date
    newest: Mapping[tuple[TriageKind, str], TriageDecision] = field(default_factory=dict)

    def of(
        self, kind: TriageKind, subject: str | None, facts: Mapping[str, Any]
    ) -> TriageDecision | None:
        """Return the decision that holds about a subject with these facts; None if none does."""
        decision = self.newest.get((kind, subject)) if subject else None
        if decision is None or not holds(decision, sha256_of(facts), self.day):
            return None
        return decision

    def of_finding(
        self,
        fingerprint: str | None,
        rule: str,
        evidence: Iterable[Mapping[str, Any]],
        owed: tuple[str | None, int | None] = (None, None),
    ) -> TriageDecision | None:
        """Return the decision that holds about a finding; None if none does.

        ``owed`` is whose report it is about, and of which year: a waiver of that settles what is
        found about the duty.
        """
        if rule in OF_THE_DUTY and (waiver := self.waiver_of(*owed)) is not None:
            return waiver
        if (TriageKind.FINDING, fingerprint) not in self.newest:
            return None
        return self.of(TriageKind.FINDING, fingerprint, finding_facts(rule, evidence))

    def waiver_of(self, agency_id: str | None, fiscal_year: int | None) -> TriageDecision | None:
        """Return the waiver that holds about the report of an agency and year, if any."""
        if agency_id is None or fiscal_year is None:
            return None
        key = obligation_key(agency_id, fiscal_year)
        decision = self.newest.get((TriageKind.OBLIGATION, key))
        waived = decision is not None and decision.action is TriageAction.WAIVE
        return decision if waived and decision and holds(decision, "", self.day) else None

    def of_obligation(self, agency_id: str, fiscal_year: int, state: str) -> TriageDecision | None:
        """Return the decision that holds about the report of an agency and year, if any."""
        key = obligation_key(agency_id, fiscal_year)
        return self.of(TriageKind.OBLIGATION, key, obligation_facts(state))

    def of_portal(self, portal_id: str, trouble: str | None) -> TriageDecision | None:
        """Return the decision that holds about trouble of a portal, if any."""
        return self.of(TriageKind.PORTAL, portal_id, portal_facts(trouble))

    def ended_at(self, kind: TriageKind, subject: str | None) -> datetime | None:
        """Return when the decision about a subject ended by its day or by a person.

        None if none did: one that ended because its facts have changed needs no reminder, what
        is new is told by itself.
        """
        newest = self.newest.get((kind, subject)) if subject else None
        if newest is None or newest.action is not TriageAction.REOPEN:
            return None
        by_facts = newest.author == PROGRAM and newest.reason != EXPIRED
        return None if by_facts else newest.decided_at


def load_triage(session: Session, now: datetime, kinds: Iterable[TriageKind] = ()) -> Triage:
    """Return the decisions made by ``now``; only of some kinds if any are named."""
    newest = (
        select(func.max(TriageDecision.id))
        .where(TriageDecision.decided_at <= now)
        .group_by(TriageDecision.kind, TriageDecision.subject)
    )
    query = select(TriageDecision).where(TriageDecision.id.in_(newest))
    if wanted := tuple(kinds):
        query = query.where(TriageDecision.kind.in_(wanted))
    found = {(each.kind, each.subject): each for each in session.scalars(query)}
    return Triage(day=local_date(now), newest=found)
