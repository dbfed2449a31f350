"""What people have decided about findings, reports owed and portals: it only grows."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, text_enum


class TriageKind(StrEnum):
    """What a decision is about."""

    FINDING = "finding"
    """A finding, by its fingerprint."""
    OBLIGATION = "obligation"
    """The report that an agency owes for a fiscal year: ``AGENCY/YEAR``."""
    PORTAL = "portal"
    """Trouble of a portal, by its id."""
    REPORT = "report"
    """Whether a report that was found is the one that an agency owes: ``AGENCY/YEAR#FILING``."""


class TriageAction(StrEnum):
    """What was decided."""

    ACKNOWLEDGE = "acknowledge"
    """Somebody knows and is at it; it is not told again."""
    SNOOZE = "snooze"
    """Not to be told before a day."""
    WAIVE = "waive"
    """Right, and accepted all the same until a day."""
    DISMISS = "dismiss"
    """A finding that is wrong."""
    CONFIRM = "confirm"
    """A finding that a person has looked at and found right."""
    ASSIGN = "assign"
    """A report that somebody looked at: it is the one that the agency owes."""
    RULE_OUT = "rule_out"
    """A report that somebody looked at: it is not the one."""
    REOPEN = "reopen"
    """Whatever was decided before no longer holds."""


class TriageDecision(Base):
    """One decision; never changed. The newest of a subject counts while its facts stand."""

    __tablename__ = "triage_decisions"
    __table_args__ = (Index("ix_triage_decisions_kind_subject", "kind", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TriageKind] = mapped_column(text_enum(TriageKind))
    subject: Mapped[str]
    action: Mapped[TriageAction] = mapped_column(text_enum(TriageAction))
    author: Mapped[str]
    """Who decided; ``nianbao`` where the facts changed."""
    approver: Mapped[str | None]
    """Who agreed to a waiver: somebody else."""
    reason: Mapped[str | None]
    evidence: Mapped[str | None]
    """What the decision rests on: a document's number, an address, a hash."""
    until: Mapped[date | None]
    """The last day (Asia/Shanghai) on which it holds; None if it has none."""
    decided_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
    """What was decided about, as it stood then: for people, and to see that it changed."""
    facts_sha256: Mapped[str]
