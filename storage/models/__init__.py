"""The database schema, as typed SQLAlchemy models.

A change here needs a migration in ``storage/migrations/versions``.
"""

from storage.models.base import Base, UtcDateTime
from storage.models.certificates import Certificate
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
from storage.models.fixity import CopyName, Fixity, FixityCheck, Repair
from storage.models.history import FilingVersion
from storage.models.hosts import Host, HostTrouble
from storage.models.incidents import Incident
from storage.models.likeness import Print, StoredLikeness, StoredSketch
from storage.models.notices import RectificationNotice
from storage.models.registry import (
    Agency,
    AgencyKind,
    AgencyProposal,
    ColumnHint,
    Portal,
    PortalLevel,
    ProposalState,
)
from storage.models.retention import Deletion
from storage.models.signing import (
    CheckpointHolder,
    CheckpointNote,
    HolderKind,
    LogKey,
    TimeStamp,
)
from storage.models.telling import (
    ComplianceRow,
    Decision,
    DigestWindow,
    Event,
    JobRun,
    Lease,
    MessageState,
    ObligationVerdict,
    OutboxMessage,
    ScheduledJob,
    Settlement,
)
from storage.models.triage import TriageAction, TriageDecision, TriageKind

__all__ = [
    "AddressKind",
    "Agency",
    "AgencyKind",
    "AgencyProposal",
    "Base",
    "Capture",
    "Certificate",
    "Checkpoint",
    "CheckpointHolder",
    "CheckpointNote",
    "Column",
    "ColumnHint",
    "ColumnReading",
    "ColumnState",
    "ComplianceRow",
    "CopyName",
    "Crawl",
    "CrawlState",
    "DateSource",
    "Decision",
    "Deletion",
    "DigestWindow",
    "Event",
    "Filing",
    "FilingAddress",
    "FilingState",
    "FilingVersion",
    "Fixity",
    "FixityCheck",
    "HolderKind",
    "Host",
    "HostTrouble",
    "Incident",
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
    "RectificationNotice",
    "Repair",
    "ScheduledJob",
    "Settlement",
    "StoredLikeness",
    "StoredReading",
    "StoredSketch",
    "StoredVerdict",
    "TimeStamp",
    "TriageAction",
    "TriageDecision",
    "TriageKind",
    "UtcDateTime",
]
