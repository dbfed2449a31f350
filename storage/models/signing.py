"""Who answers for the log: its keys, the signed notes of checkpoints, time stamps over them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, text_enum


class LogKey(Base):
    """The public half of a key that signs, or signed, the checkpoints of the log."""

    __tablename__ = "log_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    verifier: Mapped[str] = mapped_column(unique=True)
    """The verifier key line of C2SP signed notes: name, id, key."""
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    """When the next key took its place; None for the one that signs."""
    handed_over: Mapped[str | None] = mapped_column(Text)
    """The note by which the key before it handed the log over; None for the first."""
    author: Mapped[str | None]
    """Who handed it over, and why; None for the first."""
    reason: Mapped[str | None]


class CheckpointNote(Base):
    """A checkpoint as a signed note."""

    __tablename__ = "checkpoint_notes"

    checkpoint_id: Mapped[int] = mapped_column(
        ForeignKey("checkpoints.id"), primary_key=True, autoincrement=False
    )
    note: Mapped[str] = mapped_column(Text)


class TimeStamp(Base):
    """The token of a time authority over a checkpoint's signed note (RFC 3161)."""

    __tablename__ = "time_stamps"
    __table_args__ = (UniqueConstraint("checkpoint_id", "authority"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoints.id"), index=True)
    authority: Mapped[str]
    """Its address."""
    at: Mapped[datetime]
    """The time that the token says."""
    response: Mapped[bytes] = mapped_column(LargeBinary)
    """The authority's answer as it came, DER."""
    certificates: Mapped[str] = mapped_column(Text)
    """The certificates, PEM, that the token was checked by."""


class HolderKind(StrEnum):
    """How a checkpoint came to somebody else."""

    MAIL = "mail"
    PUBLISHED = "published"


class CheckpointHolder(Base):
    """Somebody outside who was given a signed checkpoint; time stamps have a table of their own."""

    __tablename__ = "checkpoint_holders"
    __table_args__ = (UniqueConstraint("checkpoint_id", "kind", "holder"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoints.id"))
    kind: Mapped[HolderKind] = mapped_column(text_enum(HolderKind))
    holder: Mapped[str]
    """A mail address, or the directory it was published in."""
    at: Mapped[datetime]
    """When it was published, or put into the outbox."""
    message_id: Mapped[str | None]
    """Of the mail in the outbox, which knows whether it was sent."""
