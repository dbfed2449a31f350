"""The reports that were found, their originals, and what was judged of them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base, text_enum
from storage.models.crawling import Column
from storage.models.registry import Agency

ASIDE = "#nianbao-"
"""What the address of a filing ends in, before its fiscal year, whose page shows another report by
now (a column that is itself the newest report)."""


class FilingState(StrEnum):
    """Whether a filing still stands as it was first archived."""

    CURRENT = "current"
    CHANGED = "changed"
    REMOVED = "removed"


class OriginalRole(StrEnum):
    """The page of a filing, or a file attached to it."""

    PAGE = "page"
    ATTACHMENT = "attachment"


class DateSource(StrEnum):
    """Where a publication date was read."""

    META = "meta"
    PAGE = "page"
    LIST = "list"
    URL = "url"


class AddressKind(StrEnum):
    """What else stands at a further address of a filing."""

    TWIN = "twin"
    """The agency's own publication of the same report: mobile page, other platform, other form."""
    FORMER = "former"
    """Where the report stood before its column moved."""
    MIRROR = "mirror"
    """A repost by somebody else: seen, never fetched, and no publication of the agency's."""


class Filing(Base):
    """One published annual report: its page and its attachments together.

    It is one however many addresses it has (``addresses``): those merged into it have its agency
    and fiscal year, and the same text or a mark of being its twin.
    """

    __tablename__ = "filings"
    __table_args__ = (
        UniqueConstraint("portal_id", "url"),
        Index("ix_filings_agency_id_fiscal_year", "agency_id", "fiscal_year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    portal_id: Mapped[str] = mapped_column(ForeignKey("portals.id"), index=True)
    column_id: Mapped[int] = mapped_column(ForeignKey("columns.id"), index=True)
    url: Mapped[str] = mapped_column(index=True)
    list_title: Mapped[str]
    """The title in the list; may be cut short there."""
    title: Mapped[str]
    """The best title known: of the page, else of the list."""
    agency_id: Mapped[str | None] = mapped_column(ForeignKey("agencies.id"))
    agency_name: Mapped[str | None]
    """The agency as the title names it, whether or not the registry knows it."""
    fiscal_year: Mapped[int | None]
    assigned_by: Mapped[str | None]
    """What told the agency and year, the weaker of the two.

    ``title``, ``source`` (the publisher), ``owner`` (the portal's only agency), ``text`` (the year
    in the text of the page), ``document`` (the report as read) or ``published`` (the year before
    that of publication, where nothing else tells).
    """
    published_on: Mapped[date | None]
    published_on_source: Mapped[DateSource | None] = mapped_column(text_enum(DateSource))
    date_candidates: Mapped[list[dict[str, Any]]]
    """Every date ever stated: ``source`` (a DateSource), ``value`` (ISO day), ``text`` as printed.

    Also ``on``, ``seen_at`` and ``replaced_at``; see ``storage.told_days``, which says what counts.
    """
    date_traces: Mapped[list[dict[str, Any]] | None]
    """Days that nobody states and that prove nothing alone: ``source``, ``value`` and ``text``.

    Sources: ``id`` (counted in an id of the address), ``attachment`` (the name of a file),
    ``last_modified`` (the server's header, unless it only tells when it answered).
    """
    labels: Mapped[dict[str, Any]]
    """Page labels (meta names of the 2017 guideline, lower case) with their values."""
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    last_absent_at: Mapped[datetime | None]
    """The last time before ``first_seen_at`` that a healthy reading did not show it."""
    absent_crawls: Mapped[int] = mapped_column(default=0)
    """Consecutive healthy readings of its column that no longer show it."""
    gone_crawls: Mapped[int] = mapped_column(default=0)
    """Consecutive crawls in which its address answered 404, 410 or a redirect to the home page."""
    state: Mapped[FilingState] = mapped_column(text_enum(FilingState), default=FilingState.CURRENT)
    index_number: Mapped[str | None]
    """What the page gives as its 索引号."""
    failed_files: Mapped[list[dict[str, Any]] | None]
    """The files its page links to that could not be had when it was last opened.

    Each has ``url``, ``name``, ``outcome`` (of the crawler's ``Outcome``), ``status``, ``reason``,
    ``size``, ``media_type`` and ``at``: when it failed, once a crawl, the first ten times in a row.
    None if it was not opened since this is kept.
    """
    opened_at: Mapped[datetime | None]
    """When its page was last had, files and all; None if never since this is kept."""

    agency: Mapped[Agency | None] = relationship()
    column: Mapped[Column] = relationship()
    originals: Mapped[list["Original"]] = relationship(
        back_populates="filing", order_by="Original.id"
    )
    addresses: Mapped[list["FilingAddress"]] = relationship(
        back_populates="filing", order_by="FilingAddress.id"
    )


class FilingAddress(Base):
    """A further address of a filing, besides ``Filing.url``."""

    __tablename__ = "filing_addresses"
    __table_args__ = (UniqueConstraint("portal_id", "url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    filing_id: Mapped[int] = mapped_column(ForeignKey("filings.id"), index=True)
    portal_id: Mapped[str] = mapped_column(ForeignKey("portals.id"))
    """The portal whose lists show it."""
    column_id: Mapped[int | None] = mapped_column(ForeignKey("columns.id"))
    url: Mapped[str]
    title: Mapped[str]
    kind: Mapped[AddressKind] = mapped_column(text_enum(AddressKind))
    why: Mapped[str]
    """What makes it the same report: ``address``, ``text``, ``file``, ``mark`` or ``agency``."""
    capture_id: Mapped[int | None] = mapped_column(ForeignKey("captures.id"))
    """What stood there when it was told; None if nothing was fetched."""
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]

    filing: Mapped[Filing] = relationship(back_populates="addresses")


class Original(Base):
    """One version of one file of a filing, in the archive under its SHA-256."""

    __tablename__ = "originals"
    __table_args__ = (UniqueConstraint("filing_id", "url", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    filing_id: Mapped[int] = mapped_column(ForeignKey("filings.id"), index=True)
    capture_id: Mapped[int] = mapped_column(ForeignKey("captures.id"))
    url: Mapped[str]
    role: Mapped[OriginalRole] = mapped_column(text_enum(OriginalRole))
    name: Mapped[str | None]
    """The file's name as the link or the server gave it."""
    sha256: Mapped[str] = mapped_column(index=True)
    text_sha256: Mapped[str | None]
    """Of the page's article text, blanks removed: equal when only page furniture changed."""
    media_type: Mapped[str]
    size: Mapped[int]
    fetched_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    """When a later version of the same file was archived; None for the current one."""

    filing: Mapped[Filing] = relationship(back_populates="originals")


class StoredReading(Base):
    """What reading a filing gave; stands until its originals, or the readers, change."""

    __tablename__ = "readings"

    filing_id: Mapped[int] = mapped_column(ForeignKey("filings.id"), primary_key=True)
    key: Mapped[str]
    """Of everything that reading depends on: originals, whose report is looked for, versions."""
    read_from: Mapped[str | None]
    """SHA-256 of the original the report was read from; None if none could be read."""
    error: Mapped[dict[str, Any] | None]
    """``code`` and ``message`` if no original could be read."""
    agency_name: Mapped[str | None]
    """The agency as the report names it."""
    fiscal_year: Mapped[int | None]
    """The year as the report names it."""
    report: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    """The reading as the outside contract prints it."""

    filing: Mapped[Filing] = relationship()


class Judgement(Base):
    """One filing as one version of the reader and the rulebook judged it."""

    __tablename__ = "judgements"

    id: Mapped[int] = mapped_column(primary_key=True)
    filing_id: Mapped[int] = mapped_column(ForeignKey("filings.id"), index=True)
    judged_at: Mapped[datetime]
    inputs_sha256: Mapped[str]
    """Of everything the verdicts depend on: originals, facts, settings, versions."""
    read_from: Mapped[str | None]
    """SHA-256 of the original the report was read from; None if none could be read."""
    reading_version: Mapped[str | None]
    """Of the readers; None for judgements of before it was kept."""
    settings_sha256: Mapped[str | None]
    """Of the rules' settings and overlays; None likewise."""
    error: Mapped[dict[str, Any] | None]
    """``code`` and ``message`` if no original could be read."""
    current: Mapped[bool] = mapped_column(default=True)

    verdicts: Mapped[list["StoredVerdict"]] = relationship(
        back_populates="judgement", order_by="StoredVerdict.id"
    )
    filing: Mapped[Filing] = relationship()


class StoredVerdict(Base):
    """One verdict of one rule at one place."""

    __tablename__ = "verdicts"

    id: Mapped[int] = mapped_column(primary_key=True)
    judgement_id: Mapped[int] = mapped_column(ForeignKey("judgements.id"), index=True)
    rule: Mapped[str]
    rule_version: Mapped[int | None]
    """None for verdicts of before it was kept."""
    fingerprint: Mapped[str | None] = mapped_column(index=True)
    """What a finding is called from run to run (``monitor.rules.fingerprint``), if known."""
    overlay: Mapped[str | None]
    """The local ruling that changed or added the rule: who decided it, and why."""
    outcome: Mapped[str]
    severity: Mapped[str]
    message_zh: Mapped[str]
    message_en: Mapped[str]
    basis: Mapped[str]
    evidence: Mapped[list[dict[str, Any]]]

    judgement: Mapped[Judgement] = relationship(back_populates="verdicts")
