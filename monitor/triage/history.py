"""What has been decided: about one subject, everything that holds, and the record of each rule."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.triage.decisions import Decided, decide
from monitor.triage.effects import EXPIRED, PROGRAM, holds, load_triage
from monitor.triage.facts import sha256_of
from monitor.triage.subjects import Subject, UnknownSubjectError, find_subject, finding_subject
from storage.clock import local_date
from storage.models import TriageAction, TriageDecision, TriageKind

_CHANGED = "所据事实已变化 / what it was decided on has changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRecord:
    """How often people found a rule's findings right and wrong."""

    rule: str
    confirmed: int
    dismissed: int
    reasons: tuple[str, ...]
    """Why findings were dismissed, newest first."""


def history_of(session: Session, kind: TriageKind, key: str) -> Sequence[TriageDecision]:
    """Return every decision about a subject, oldest first."""
    query = select(TriageDecision).where(TriageDecision.kind == kind, TriageDecision.subject == key)
    return session.scalars(query.order_by(TriageDecision.id)).all()


def all_decisions(session: Session) -> Sequence[TriageDecision]:
    """Return the whole history, oldest first."""
    return session.scalars(select(TriageDecision).order_by(TriageDecision.id)).all()


def reopen_changed(session: Session, now: datetime) -> list[TriageDecision]:
    """Note in the history which decisions no longer hold, and why; return those notes.

    What a decision was about may be gone altogether, such as a finding that was corrected: that
    needs no decision any more, and its history stays as it is.
    """
    day = local_date(now)
    reopened = []
    for decision in load_triage(session, now).newest.values():
        if decision.action in (TriageAction.REOPEN, TriageAction.CONFIRM):
            continue
        subject = _subject(session, decision)
        if subject is None or holds(decision, sha256_of(subject.facts), day):
            continue
        expired = decision.until is not None and day > decision.until
        why = Decided(
            action=TriageAction.REOPEN, author=PROGRAM, reason=EXPIRED if expired else _CHANGED
        )
        reopened.append(decide(session, decision.kind, decision.subject, subject.facts, why, now))
    return reopened


def _subject(session: Session, decision: TriageDecision) -> Subject | None:
    try:
        if decision.kind is TriageKind.FINDING:
            return finding_subject(session, decision.subject)
        prefix = "portal:" if decision.kind is TriageKind.PORTAL else ""
        return find_subject(session, prefix + decision.subject)
    except UnknownSubjectError:
        return None


def rule_records(session: Session) -> list[RuleRecord]:
    """Return by rule how its findings fared, the most often dismissed first.

    The last confirmation or dismissal of each finding counts, whether or not it stands today.
    """
    query = select(TriageDecision).where(
        TriageDecision.kind == TriageKind.FINDING,
        TriageDecision.action.in_((TriageAction.CONFIRM, TriageAction.DISMISS)),
    )
    last = {each.subject: each for each in session.scalars(query.order_by(TriageDecision.id))}
    by_rule: dict[str, list[TriageDecision]] = {}
    for decision in last.values():
        by_rule.setdefault(str(decision.facts.get("rule", "")), []).append(decision)
    records = [_record(rule, decisions) for rule, decisions in by_rule.items()]
    return sorted(records, key=lambda one: (-one.dismissed, one.rule))


def _record(rule: str, decisions: Iterable[TriageDecision]) -> RuleRecord:
    newest = sorted(decisions, key=lambda one: one.id, reverse=True)
    counts = Counter(one.action for one in newest)
    return RuleRecord(
        rule=rule,
        confirmed=counts[TriageAction.CONFIRM],
        dismissed=counts[TriageAction.DISMISS],
        reasons=tuple(
            one.reason for one in newest if one.action is TriageAction.DISMISS and one.reason
        ),
    )
