"""The versions of filings: what was archived of each, from when on, and what it says."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class FilingVersion(Base):
    """The files that a filing was made of between two changes, and what was read of them.

    It is told from the originals and their captures, and may be made again from them at any time:
    another reader writes over what an earlier one said, and makes no version of it.
    """

    __tablename__ = "filing_versions"
    __table_args__ = (UniqueConstraint("filing_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    filing_id: Mapped[int] = mapped_column(ForeignKey("filings.id"))
    number: Mapped[int]
    """1 is the first archived."""
    seen_from: Mapped[datetime]
    """When a capture first showed all of it."""
    seen_until: Mapped[datetime | None]
    """When a capture last showed it before the next version; None of the one that stands."""
    files: Mapped[list[dict[str, Any]]]
    """Each has ``url``, ``sha256``, ``role``, ``name``, ``media_type``, ``size``, ``capture``."""
    bytes_sha256: Mapped[str]
    """Of the addresses and hashes of its files."""
    text_sha256: Mapped[str | None]
    """Of its prose without blanks; None if no report could be read."""
    cells_sha256: Mapped[str | None]
    """Of the typed cells of its tables and the hashes of its sections; None likewise."""
    sections: Mapped[dict[str, Any]]
    """The hash of the text of each section, by its part (``section:KEY``)."""
    whole: Mapped[bool]
    """Whether the report was read without any loss or doubt."""
    injected: Mapped[bool]
    """Whether it shows what only somebody who broke in puts into a page."""
    error: Mapped[str | None]
    """The code of the error if no report could be read."""
    made_of: Mapped[str]
    """The hash of the filing's originals and owner, and of the readers, that it was made of."""
    change: Mapped[dict[str, Any] | None]
    """In what it differs from the version before (``monitor.history``); None of the first."""
