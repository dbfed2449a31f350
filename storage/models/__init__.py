"""The database schema, as typed SQLAlchemy models.

A change here needs a migration in ``storage/migrations/versions``.
"""

from storage.models.base import Base, UtcDateTime
from storage.models.crawling import (
    Capture,
    Checkpoint,
    Column,
    ColumnReading,
    ColumnState,
    Crawl,
    CrawlState,
    LogEntry,
)
from storage.models.filings import (
    DateSource,
    Filing,
    FilingState,
    Judgement,
    Original,
    OriginalRole,
    StoredVerdict,
)
from storage.models.likeness import Print, StoredLikeness, StoredSketch
from storage.models.registry import Agency, AgencyKind, Portal, PortalLevel, Waiver
from storage.models.telling import (
    ComplianceRow,
    DigestWindow,
    Event,
    JobRun,
    Lease,
    MessageState,
    OutboxMessage,
)

__all__ = [
    "Agency",
    "AgencyKind",
    "Base",
    "Capture",
    "Checkpoint",
    "Column",
    "ColumnReading",
    "ColumnState",
    "ComplianceRow",
    "Crawl",
    "CrawlState",
    "DateSource",
    "DigestWindow",
    "Event",
    "Filing",
    "FilingState",
    "JobRun",
    "Judgement",
    "Lease",
    "LogEntry",
    "MessageState",
    "Original",
    "OriginalRole",
    "OutboxMessage",
    "Portal",
    "PortalLevel",
    "Print",
    "StoredLikeness",
    "StoredSketch",
    "StoredVerdict",
    "UtcDateTime",
    "Waiver",
]
