"""Who has published, who has not, and who cannot be judged: one state per agency and year."""

from monitor.compliance.filing_evidence import DatedBy, FilingEvidence
from monitor.compliance.judge import judge_obligation
from monitor.compliance.model import (
    Case,
    ColumnEvidence,
    ComplianceState,
    CrawlEvidence,
    FindingCounts,
    PortalEvidence,
    Ruling,
    Standing,
)
from monitor.compliance.standings import current_standings, reporting_year, standings

__all__ = [
    "Case",
    "ColumnEvidence",
    "ComplianceState",
    "CrawlEvidence",
    "DatedBy",
    "FilingEvidence",
    "FindingCounts",
    "PortalEvidence",
    "Ruling",
    "Standing",
    "current_standings",
    "judge_obligation",
    "reporting_year",
    "standings",
]
