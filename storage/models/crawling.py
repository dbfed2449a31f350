"""What was fetched: crawls, columns, captures and the log over them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base, text_enum


class CrawlState(StrEnum):
    """How a crawl of one portal ended; ``running`` until it does."""

    RUNNING = "running"
    COMPLETE = "complete"
    PARTIAL = "partial"
    BLOCKED = "blocked"
    ROBOTS_DENIED = "robots_denied"
    UNREACHABLE = "unreachable"
    NO_COLUMN = "no_column"


class Crawl(Base):
    """One portal in one run of ``nianbao crawl``: discovery and watch together."""

    __tablename__ = "crawls"
    __table_args__ = (UniqueConstraint("run_id", "portal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(index=True)
    portal_id: Mapped[str] = mapped_column(ForeignKey("portals.id"), index=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    state: Mapped[CrawlState] = mapped_column(text_enum(CrawlState), default=CrawlState.RUNNING)
    reason: Mapped[str | None]
    pages: Mapped[int] = mapped_column(default=0)
    reports_found: Mapped[int] = mapped_column(default=0)
    originals_new: Mapped[int] = mapped_column(default=0)
    originals_changed: Mapped[int] = mapped_column(default=0)
    blocked: Mapped[int] = mapped_column(default=0)
    errors: Mapped[int] = mapped_column(default=0)
    renders: Mapped[int] = mapped_column(default=0, server_default="0")
    """Pages that a browser drew."""
    control_passed: Mapped[bool] = mapped_column(default=False)
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the state rests on: for ``blocked``, the kind of block, URL, status and first text."""


class ColumnState(StrEnum):
    """Whether a column still stands where it was found."""

    ACTIVE = "active"
    LOST = "lost"


class Column(Base):
    """A list of annual reports on a portal, with the proof that it is one."""

    __tablename__ = "columns"
    __table_args__ = (UniqueConstraint("portal_id", "url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    portal_id: Mapped[str] = mapped_column(ForeignKey("portals.id"), index=True)
    url: Mapped[str]
    name: Mapped[str]
    platform: Mapped[str]
    """The name of the adapter in ``crawler.platforms`` that reads it."""
    rendered: Mapped[bool] = mapped_column(default=False)
    """True if its list exists only after scripts have run."""
    found_by: Mapped[str]
    """``registry`` if the registry names it, else how discovery came to it."""
    proof: Mapped[dict[str, Any]]
    """What shows that it is such a column, and by which way it was found (``crawler.proofs``).

    ``drift`` in it says since when, how often in a row, and why that no longer holds.
    """
    state: Mapped[ColumnState] = mapped_column(text_enum(ColumnState), default=ColumnState.ACTIVE)
    found_at: Mapped[datetime]
    lost_at: Mapped[datetime | None]
    rows: Mapped[list[dict[str, Any]] | None]
    """Its reports in the order in which its list shows them: ``url``, ``title``, ``day`` (ISO).

    None if it is more than one list, or was not read to its end.
    """
    passed_over: Mapped[dict[str, Any] | None]
    """Rows that were opened and are no reports: by address, ``title`` and ``at`` (when)."""
    moved_to: Mapped[str | None]
    """The address of the column of the portal that took the place of one that is lost."""


class ColumnReading(Base):
    """One column as one crawl read it: what a claim of absence stands on."""

    __tablename__ = "column_readings"
    __table_args__ = (UniqueConstraint("crawl_id", "column_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    crawl_id: Mapped[int] = mapped_column(ForeignKey("crawls.id"), index=True)
    column_id: Mapped[int] = mapped_column(ForeignKey("columns.id"), index=True)
    read_at: Mapped[datetime]
    pages_seen: Mapped[int]
    announced: Mapped[int | None]
    """How many items the portal says the list has; None if it does not say."""
    found: Mapped[int]
    """How many items the list pages showed."""
    reports: Mapped[int]
    """How many of them are annual reports."""
    read_to_end: Mapped[bool]
    control_passed: Mapped[bool]
    known_before: Mapped[int]
    """Reports known in this column before the crawl."""
    found_again: Mapped[int]
    """How many of those the crawl saw again."""
    reason: Mapped[str | None]
    """Why the reading is not whole, or the control did not pass."""
    newest_year: Mapped[int | None]
    """The latest fiscal year that a title of its reports names."""
    pages: Mapped[list[dict[str, Any]] | None]
    """The list pages that the reading stands on, in their order (``crawler.evidence``).

    Each has ``capture`` (the exchange that answered), ``body`` (the capture that holds its body,
    an earlier one if the page had not changed), ``url``, ``method``, ``sent``, ``list`` (the first
    page of its list), ``part`` (what the column calls that list, if it is a part), ``number``,
    ``rows``, ``announced_items``, ``announced_pages`` and ``how``: ``read``, ``unchanged`` (the
    server said so), ``carried`` (not asked again: docs/decisions/0008) or ``refused`` (a guess that
    brought nothing). None for readings of before this was kept.
    """
    control: Mapped[dict[str, Any] | None]
    """The positive control: ``found`` and ``missing``, addresses of reports known before.

    ``holders`` is what the elements are like that hold its rows, ``vacant`` what those are like
    that could, if it has none: columns of one template vouch for each other. ``parts`` are there
    if parts of it could not be read and nothing else is amiss: each with ``name`` (what the column
    calls it), ``whole``, ``reports`` and ``missing`` (how many it showed, and showed no more).
    """

    crawl: Mapped[Crawl] = relationship()
    column: Mapped[Column] = relationship()


class Capture(Base):
    """One exchange with a server: what was asked, what came back, when; never changed."""

    __tablename__ = "captures"
    __table_args__ = (
        # Few captures were served under a content coding; the sweep looks for those only.
        Index(
            "ix_captures_wire_sha256",
            "wire_sha256",
            sqlite_where=text("wire_sha256 <> sha256"),
            postgresql_where=text("wire_sha256 <> sha256"),
        ),
        # Few captures were led elsewhere; what happened to a report is told from where, too.
        Index(
            "ix_captures_final_url",
            "final_url",
            sqlite_where=text("final_url <> url"),
            postgresql_where=text("final_url <> url"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    crawl_id: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"), index=True)
    url: Mapped[str] = mapped_column(index=True)
    final_url: Mapped[str | None]
    method: Mapped[str]
    purpose: Mapped[str]
    """``robots``, ``home``, ``platform``, ``list``, ``page`` or ``attachment``."""
    redirects: Mapped[list[dict[str, Any]]]
    """The hops before ``final_url``: ``url``, ``status`` (int, or null for a meta refresh)."""
    requested_at: Mapped[datetime]
    fetched_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]
    """HTTP status; None when no answer came (see ``error``)."""
    request_headers: Mapped[list[list[str]]]
    request_body: Mapped[str | None]
    """What was sent with a POST; None without one."""
    headers: Mapped[list[list[str]]]
    """Response headers as served: name and value, in order."""
    media_type: Mapped[str | None]
    """What the bytes are, by the bytes."""
    sha256: Mapped[str | None] = mapped_column(index=True)
    """Of the body after content decoding: the document, and its name in the archive."""
    size: Mapped[int | None]
    """Bytes of that body."""
    wire_sha256: Mapped[str | None]
    """Of the body exactly as served; differs from ``sha256`` only under a content coding.

    Then the archive holds those bytes too (docs/decisions/0009).
    """
    rendered: Mapped[bool] = mapped_column(default=False)
    """True if the body is a page's document after its scripts ran in a browser."""
    address: Mapped[str | None]
    """The IP address connected to."""
    tls: Mapped[dict[str, Any] | None]
    """None for plain HTTP, else what is known of the connection.

    ``verified`` (bool), ``problem`` (why not, null if it was), ``version``, ``cipher`` and
    ``certificates``, the hashes of the chain as presented, the server's own first (see
    ``Certificate``). Captures of before chains were kept have other keys beside ``verified``.
    """
    error: Mapped[str | None]


class LogEntry(Base):
    """One leaf of the append-only log (RFC 9162): its position, its hash, and what it is of.

    It is of a capture or of a deletion, never of both.
    """

    __tablename__ = "log_entries"
    __table_args__ = (
        CheckConstraint("(capture_id IS NULL) <> (deletion_id IS NULL)", name="of_one"),
    )

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Zero-based index of the leaf."""
    capture_id: Mapped[int | None] = mapped_column(ForeignKey("captures.id"), unique=True)
    deletion_id: Mapped[int | None] = mapped_column(ForeignKey("deletions.id"), unique=True)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class Checkpoint(Base):
    """The root hash of the log at one size."""

    __tablename__ = "checkpoints"

    id: Mapped[int] = mapped_column(primary_key=True)
    tree_size: Mapped[int] = mapped_column(index=True)
    root_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    made_at: Mapped[datetime]
