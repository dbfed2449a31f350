"""What was told, to whom, and what the timetable did."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Double, ForeignKey, Index, LargeBinary, Unicode, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, text_enum


class ComplianceRow(Base):
    """The state of one agency for one fiscal year, as last judged."""

    __tablename__ = "compliance"
    __table_args__ = (UniqueConstraint("agency_id", "fiscal_year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    fiscal_year: Mapped[int]
    state: Mapped[str]
    since: Mapped[datetime]
    judged_at: Mapped[datetime]


class ObligationVerdict(Base):
    """One verdict on an agency of which no report was found for a fiscal year.

    What is said anew each day of the same finding, such as when it was last looked for, is
    written over; a finding that goes stays with ``current`` false.
    """

    __tablename__ = "obligation_verdicts"
    __table_args__ = (
        Index("ix_obligation_verdicts_agency_id_fiscal_year", "agency_id", "fiscal_year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    fiscal_year: Mapped[int]
    since: Mapped[datetime]
    judged_at: Mapped[datetime]
    current: Mapped[bool] = mapped_column(default=True)
    rule: Mapped[str]
    rule_version: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(index=True)
    overlay: Mapped[str | None]
    outcome: Mapped[str]
    severity: Mapped[str]
    message_zh: Mapped[str]
    message_en: Mapped[str]
    basis: Mapped[str]
    evidence: Mapped[list[dict[str, Any]]]


class Event(Base):
    """Something to tell, once: written in the same transaction as the state it tells."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(unique=True)
    """Equal for the same fact, so that a restart cannot tell it twice."""
    agency_id: Mapped[str | None] = mapped_column(ForeignKey("agencies.id"), index=True)
    portal_id: Mapped[str | None] = mapped_column(ForeignKey("portals.id"), index=True)
    fiscal_year: Mapped[int | None]
    happened_at: Mapped[datetime] = mapped_column(index=True)
    details: Mapped[dict[str, Any]]


class MessageState(StrEnum):
    """Where a message stands; ``uncertain`` if the server's answer was lost after the data."""

    HELD = "held"
    """Until an operator approves or withdraws it; nothing sends it."""
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    WITHDRAWN = "withdrawn"
    """An operator decided that it is not sent."""


class OutboxMessage(Base):
    """One mail to one recipient, whole as it will be sent."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """``alert``, ``reminder``, ``digest`` or ``operator``."""
    recipient: Mapped[str] = mapped_column(index=True)
    """A mail address, or the name of a channel in the settings."""
    subject: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    """Derived from recipient, window and content: the same telling has the same id."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """The RFC 5322 message; for a channel its text, UTF-8."""
    number: Mapped[int | None]
    """Sequence number of a digest for its recipient."""
    state: Mapped[MessageState] = mapped_column(
        text_enum(MessageState), default=MessageState.WAITING, index=True
    )
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    parts: Mapped[int | None]
    """Into how many posts a text for a channel was divided when it was last tried."""
    parts_sent: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many of them arrived: what was sent is not sent again."""


class Decision(StrEnum):
    """What a person decided about a message that had ended."""

    SENT = "sent"
    """It did arrive."""
    RESEND = "resend"
    APPROVE = "approve"
    """What was held may be sent."""
    WITHDRAW = "withdraw"


class Settlement(Base):
    """A person's decision about a message that was held, had failed, or whose fate was unknown."""

    __tablename__ = "outbox_settlements"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), index=True)
    decided_at: Mapped[datetime]
    author: Mapped[str]
    was: Mapped[MessageState] = mapped_column(text_enum(MessageState))
    """The state that the decision ended."""
    decision: Mapped[Decision] = mapped_column(text_enum(Decision))
    note: Mapped[str]


class DigestWindow(Base):
    """What a digest to one recipient covered, so that the next begins where it ended."""

    __tablename__ = "digest_windows"
    __table_args__ = (UniqueConstraint("recipient", "frequency", "language", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str]
    frequency: Mapped[str] = mapped_column(default="weekly")
    """``daily``, ``weekly`` or ``monthly``; each is a series with numbers of its own."""
    language: Mapped[str | None]
    """None of digests of before each language had its own series."""
    number: Mapped[int]
    since: Mapped[datetime]
    until: Mapped[datetime]
    content_sha256: Mapped[str]
    """Of the text as it was composed."""
    text_sha256: Mapped[str | None]
    """Of the text part as it is sent, decoded; the next digest of the series prints it."""
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The fiscal year and the numbers at the top, for the change since."""
    message_id: Mapped[str | None]
    """Of its message in the outbox, which may have been withdrawn there."""


class JobRun(Base):
    """One run of a job of the timetable."""

    __tablename__ = "job_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(index=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    succeeded: Mapped[bool | None]
    """None while it runs, and if it was stopped before its end."""
    message: Mapped[str | None]


class ScheduledJob(Base):
    """A job of the timetable and its next time, as APScheduler keeps it."""

    __tablename__ = "scheduled_jobs"

    id: Mapped[str] = mapped_column(Unicode(191), primary_key=True)
    next_run_time: Mapped[float | None] = mapped_column(Double, index=True)
    """Seconds since 1970, UTC."""
    job_state: Mapped[bytes] = mapped_column(LargeBinary)


class Lease(Base):
    """Who may act under a name until when; keeps two schedulers apart."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    expires_at: Mapped[datetime]
    process: Mapped[str | None]
    """Which process of which boot holds it, so that its death can be proved on the same host."""
