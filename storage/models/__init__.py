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
    AddressKind,
    DateSource,
    Filing,
    FilingAddress,
    FilingState,
    Judgement,
    Original,
    OriginalRole,
    StoredReading,
    StoredVerdict,
)
from storage.models.hosts import Host, HostTrouble
from storage.models.likeness import Print, StoredLikeness, StoredSketch
from storage.models.registry import (
    Agency,
    AgencyKind,
    AgencyProposal,
    Portal,
    PortalLevel,
    ProposalState,
    Waiver,
)
from storage.models.signing import CheckpointNote, LogKey, TimeStamp
from storage.models.telling import (
    ComplianceRow,
    DigestWindow,
    Event,
    JobRun,
    Lease,
    MessageState,
    ObligationVerdict,
    OutboxMessage,
)

__all__ = [
    "AddressKind",
    "Agency",
    "AgencyKind",
    "AgencyProposal",
    "Base",
    "Capture",
    "Checkpoint",
    "CheckpointNote",
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
    "FilingAddress",
    "FilingState",
    "Host",
    "HostTrouble",
    "JobRun",
    "Judgement",
    "Lease",
    "LogEntry",
    "LogKey",
    "MessageState",
    "ObligationVerdict",
    "Original",
    "OriginalRole",
    "OutboxMessage",
    "Portal",
    "PortalLevel",
    "Print",
    "ProposalState",
    "StoredLikeness",
    "StoredReading",
    "StoredSketch",
    "StoredVerdict",
    "TimeStamp",
    "UtcDateTime",
    "Waiver",
]
