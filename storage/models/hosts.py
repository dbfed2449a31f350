"""What is remembered of servers from one crawl to the next."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, text_enum


class HostTrouble(StrEnum):
    """Why a host is left alone for a time."""

    BLOCKED = "blocked"
    """It refuses us: a challenge, a firewall, 403 or 412 at its door."""
    BUSY = "busy"
    """It cannot answer now: 429, server errors, a long Retry-After."""


class Host(Base):
    """A server by its name, and by its port where that is not the scheme's own."""

    __tablename__ = "hosts"

    name: Mapped[str] = mapped_column(primary_key=True)
    scheme: Mapped[str | None]
    """The scheme that answered where the other one did not."""
    trouble: Mapped[HostTrouble | None] = mapped_column(text_enum(HostTrouble))
    times: Mapped[int] = mapped_column(default=0)
    """How many visits in a row it was in trouble."""
    since: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    """It is not asked again before; then once, and the rest grows if nothing has changed."""
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The answer that the trouble rests on: as ``Crawl.evidence``, with ``at`` and ``capture``."""
