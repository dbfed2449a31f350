"""When each original was hashed again, and which were restored."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, text_enum


class CopyName(StrEnum):
    """Which of the archives that have an original."""

    ARCHIVE = "archive"
    SECOND = "second"


class Fixity(StrEnum):
    """How an original was found when it was hashed again."""

    SOUND = "sound"
    DAMAGED = "damaged"
    LOST = "lost"
    UNREADABLE = "unreadable"


class FixityCheck(Base):
    """The last time that one original was hashed again in one of the archives."""

    __tablename__ = "fixity_checks"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    copy: Mapped[CopyName] = mapped_column(text_enum(CopyName), primary_key=True)
    checked_at: Mapped[datetime] = mapped_column(index=True)
    result: Mapped[Fixity] = mapped_column(text_enum(Fixity), index=True)
    since: Mapped[datetime]
    """Since when that is the result."""


class Repair(Base):
    """One original that was damaged or lost in an archive, and was restored from the other one.

    Begun before anything is written and finished when the good bytes have been read back, so that
    none goes untold. Never removed.
    """

    __tablename__ = "repairs"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    copy: Mapped[CopyName] = mapped_column(text_enum(CopyName))
    found: Mapped[Fixity] = mapped_column(text_enum(Fixity))
    """What was wrong with it."""
    place: Mapped[str]
    """The archive that was repaired; a directory or an address, without anything secret."""
    source: Mapped[str]
    """The archive that the good bytes came from."""
    author: Mapped[str]
    """Who had it repaired: a person, or the timetable."""
    begun_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    set_aside: Mapped[str | None]
    """Where the damaged file was put, relative to the archive; None if there was none."""
