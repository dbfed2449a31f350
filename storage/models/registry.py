"""Who must publish, and where: portals, agencies, proposals."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base, text_enum


class PortalLevel(StrEnum):
    """The level of the body that runs a portal."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    DEPARTMENT = "department"


class AgencyKind(StrEnum):
    """What an agency is, which decides what it owes and when (Order 711, arts. 4, 10, 49, 54)."""

    GOVERNMENT = "government"
    GOVERNMENT_OFFICE = "government_office"
    DEPARTMENT = "department"
    DISPATCHED = "dispatched"
    TOWNSHIP = "township"
    VERTICAL = "vertical"
    AUTHORISED = "authorised"


class Portal(Base):
    """A website on which agencies publish; ``id`` is the stable id of the registry file."""

    __tablename__ = "portals"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    division: Mapped[str]
    level: Mapped[PortalLevel] = mapped_column(text_enum(PortalLevel))
    url: Mapped[str]
    known_columns: Mapped[list[str]]

    agencies: Mapped[list["Agency"]] = relationship(back_populates="portal")


class Agency(Base):
    """A body that may owe a report; dates bound the time in which it existed, both inclusive."""

    __tablename__ = "agencies"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[AgencyKind] = mapped_column(text_enum(AgencyKind))
    division: Mapped[str]
    portal_id: Mapped[str] = mapped_column(ForeignKey("portals.id"), index=True)
    aliases: Mapped[list[str]]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    credit_code: Mapped[str | None]
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("agencies.id"))
    renamed_from: Mapped[str | None] = mapped_column(ForeignKey("agencies.id"))

    portal: Mapped[Portal] = relationship(back_populates="agencies")


class ProposalState(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


class AgencyProposal(Base):
    """An agency that lists of a portal name and the registry does not know; people decide."""

    __tablename__ = "agency_proposals"
    __table_args__ = (UniqueConstraint("portal_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    portal_id: Mapped[str] = mapped_column(ForeignKey("portals.id"))
    name: Mapped[str]
    """As titles give it (normalised: NFKC, no blanks)."""
    kind: Mapped[AgencyKind] = mapped_column(text_enum(AgencyKind))
    """What its name sounds like: a guess."""
    division: Mapped[str]
    """That of the portal: a guess."""
    title: Mapped[str]
    """The title of a report that names it."""
    url: Mapped[str]
    """The address of that report."""
    list_url: Mapped[str | None]
    """The list page that shows it."""
    sha256: Mapped[str | None]
    """Of that list page, in the archive."""
    count: Mapped[int]
    """How many reports of it have been seen."""
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    state: Mapped[ProposalState] = mapped_column(text_enum(ProposalState))
    decided_at: Mapped[datetime | None]
    agency_id: Mapped[str | None] = mapped_column(ForeignKey("agencies.id"))
    """The agency that it was accepted as."""

    portal: Mapped[Portal] = relationship()


class ColumnHint(Base):
    """A row of a central list on one portal that leads to a column inside another portal.

    The next search of that other portal looks there first.
    """

    __tablename__ = "column_hints"
    __table_args__ = (UniqueConstraint("portal_id", "url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    portal_id: Mapped[str] = mapped_column(ForeignKey("portals.id"))
    """The portal at whose address it stands."""
    url: Mapped[str]
    name: Mapped[str]
    """The agency, as the row names it."""
    listed_by: Mapped[str] = mapped_column(ForeignKey("portals.id"))
    """The portal that has the list."""
    list_url: Mapped[str]
    capture_id: Mapped[int | None] = mapped_column(ForeignKey("captures.id"))
    """Of the list."""
    sha256: Mapped[str | None]
    """Of the list, in the archive."""
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
