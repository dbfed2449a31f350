"""Trouble that goes on: told at growing intervals until it is over."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class Incident(Base):
    """One cause that keeps portals from being watched, from its first telling to its end."""

    __tablename__ = "incidents"
    __table_args__ = (Index("ix_incidents_kind_cause", "kind", "cause"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """The kind of its event: ``portal_blocked``, ``portal_down``, ``column_lost``…"""
    cause: Mapped[str]
    """The host that is down, else the portal."""
    portals: Mapped[list[str]]
    """Ids of the portals it concerned when it was last told."""
    opened_at: Mapped[datetime]
    told_at: Mapped[datetime]
    """When it was last told."""
    told: Mapped[int]
    """How often it was told."""
    resolved_at: Mapped[datetime | None]
