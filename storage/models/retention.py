"""What was removed from the archive: by whose decision, and why."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class Deletion(Base):
    """A decision to remove originals; a leaf of the log before the first byte of them is removed.

    A large decision is several rows. Captures of what was removed stay as they are.
    """

    __tablename__ = "deletions"

    id: Mapped[int] = mapped_column(primary_key=True)
    decided_at: Mapped[datetime]
    author: Mapped[str]
    """Who decided it."""
    reason: Mapped[str]
    policy: Mapped[dict[str, Any]]
    """The rules by which the originals were chosen."""
    originals: Mapped[list[dict[str, Any]]]
    """What is removed, by hash: ``sha256``, ``size`` and ``captures`` (how many brought it)."""
    carried_out_at: Mapped[datetime | None] = mapped_column(index=True)
    """When it was all removed; None until then. Not part of the leaf."""
