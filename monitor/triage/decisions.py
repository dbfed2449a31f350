"""Recording a decision, by somebody who answers for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from monitor.language import Bilingual
from monitor.triage.facts import sha256_of
from storage.clock import local_date
from storage.models import TriageAction, TriageDecision, TriageKind

_ABOUT_REPORTS = frozenset({TriageAction.ASSIGN, TriageAction.RULE_OUT})
_NEEDS_A_REASON = _ABOUT_REPORTS | {
    TriageAction.WAIVE,
    TriageAction.DISMISS,
    TriageAction.REOPEN,
}
_NEEDS_A_DAY = frozenset({TriageAction.SNOOZE, TriageAction.WAIVE})
_FOR_FINDINGS = frozenset({TriageAction.DISMISS, TriageAction.CONFIRM})


class WrongDecisionError(ValueError):
    """A decision lacks what it needs; says what, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Bilingual(zh, en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What somebody has decided, before it is recorded."""

    action: TriageAction
    author: str
    reason: str | None = None
    approver: str | None = None
    evidence: str | None = None
    until: date | None = None


def decide(
    session: Session,
    kind: TriageKind,
    subject: str,
    facts: Mapping[str, Any],
    decided: Decided,
    now: datetime,
) -> TriageDecision:
    """Append a decision to the history.

    Raises:
        WrongDecisionError: if nobody answers for it, or it lacks reason, day or second person.
    """
    _require(kind, decided, local_date(now))
    decision = TriageDecision(
        kind=kind,
        subject=subject,
        action=decided.action,
        author=decided.author.strip(),
        approver=_text(decided.approver),
        reason=_text(decided.reason),
        evidence=_text(decided.evidence),
        until=decided.until,
        decided_at=now,
        facts=dict(facts),
        facts_sha256=sha256_of(facts),
    )
    session.add(decision)
    session.flush()
    return decision


def _text(value: str | None) -> str | None:
    return value.strip() or None if value else None


def _require(kind: TriageKind, decided: Decided, today: date) -> None:
    action, author = decided.action, decided.author.strip()
    if not author:
        raise WrongDecisionError("须写明决定人（--author）。", "name who decides (--author).")
    if action in _FOR_FINDINGS and kind is not TriageKind.FINDING:
        raise WrongDecisionError(
            "只有问题可以确认或判定为误报。", "only findings are confirmed or dismissed."
        )
    _require_its_kind(kind, action)
    if action in _NEEDS_A_REASON and not _text(decided.reason):
        raise WrongDecisionError("须写明理由（--reason）。", "say why (--reason).")
    if action in _NEEDS_A_DAY and decided.until is None:
        raise WrongDecisionError("须写明截止日（--until）。", "say until which day (--until).")
    if decided.until is not None and decided.until < today:
        raise WrongDecisionError("截止日已过（--until）。", "that day has passed (--until).")
    if action is TriageAction.WAIVE:
        _require_a_second_person(author, _text(decided.approver))


def _require_its_kind(kind: TriageKind, action: TriageAction) -> None:
    """Whose report it is, is decided of reports, and nothing else is."""
    if action is TriageAction.REOPEN or (action in _ABOUT_REPORTS) == (kind is TriageKind.REPORT):
        return
    raise WrongDecisionError(
        "报告归属只能用 triage assign 或 triage rule-out 决定。",
        "whose report it is, is decided by 'triage assign' or 'triage rule-out', "
        "which decide nothing else.",
    )


def _require_a_second_person(author: str, approver: str | None) -> None:
    if approver is None or approver.casefold() == author.casefold():
        raise WrongDecisionError(
            "豁免须由另一人批准（--approver）。",
            "a waiver needs the approval of somebody else (--approver).",
        )
