"""Rectification notices: what an agency was asked to put right, and by when."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base
from storage.models.registry import Agency


class RectificationNotice(Base):
    """A notice (整改通知) that was issued; never changed but by its closing."""

    __tablename__ = "rectification_notices"
    __table_args__ = (UniqueConstraint("series", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series: Mapped[int]
    """The calendar year (Asia/Shanghai) in which notices are counted."""
    number: Mapped[int]
    """Its number in that year, from 1."""
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"), index=True)
    fiscal_year: Mapped[int]
    issued_at: Mapped[datetime]
    answer_by: Mapped[date]
    """The last day for the agency's answer."""
    author: Mapped[str]
    issuer: Mapped[str]
    """The office in whose name it is."""
    contact: Mapped[str]
    report: Mapped[dict[str, Any]]
    """The report it is about: ``title``, ``url``, ``sha256``, ``fetched_at``; empty if none."""
    items: Mapped[list[dict[str, Any]]]
    """Its findings as they were then (``monitor.notices.model.Item``)."""
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("rectification_notices.id"))
    """The notice that it reminds of."""
    closed_at: Mapped[datetime | None]
    """When everything in it was put right, waived or found wrong."""

    agency: Mapped[Agency] = relationship()
