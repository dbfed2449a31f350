"""What is kept of reports to find others like them, and what was found."""

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class StoredSketch(Base):
    """The sketch of a filing's report as it was last judged."""

    __tablename__ = "sketches"

    filing_id: Mapped[int] = mapped_column(ForeignKey("filings.id"), primary_key=True)
    version: Mapped[str]
    """Of the program part that made it."""
    prints: Mapped[bytes]
    """The prints of it in ``prints``, eight bytes each, so that they can be taken back."""
    prose_prints: Mapped[int]
    """How many of them are of the whole prose."""
    problems_prints: Mapped[int]
    """How many of them are of section five."""
    figures_sha256: Mapped[str | None] = mapped_column(index=True)
    """Equal where all figures of the tables are; None if they are too few to tell."""


class Print(Base):
    """A shingle that a filing's report has, by its hash.

    The key is the index: a table of its own rows beside it would double what is by far the
    largest part of a national archive. It has no foreign key for the same reason.
    """

    __tablename__ = "prints"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - read by SQLAlchemy from the class

    hash: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    filing_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class StoredLikeness(Base):
    """How much of a filing's report stands in that of another agency, of its year or earlier."""

    __tablename__ = "likenesses"
    __table_args__ = (Index("ix_likenesses_other_id", "other_id"),)

    filing_id: Mapped[int] = mapped_column(ForeignKey("filings.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("filings.id"), primary_key=True)
    prose: Mapped[float]
    """Containment of its prose in the other's, 0 to 1."""
    problems: Mapped[float]
    """The same of section five; 0 if it is too short to tell."""
    figures: Mapped[bool]
    """Whether all figures of the tables are the same."""
