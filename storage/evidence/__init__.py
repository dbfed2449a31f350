"""Evidence packs: what was archived of a report, or of its absence, to be verified offline."""

from storage.evidence.export import Pack, export_pack, verifier
from storage.evidence.model import (
    AbsenceNotProvedError,
    EvidenceError,
    Ground,
    Kind,
    NothingArchivedError,
    Told,
    Wanted,
)

__all__ = [
    "AbsenceNotProvedError",
    "EvidenceError",
    "Ground",
    "Kind",
    "NothingArchivedError",
    "Pack",
    "Told",
    "Wanted",
    "export_pack",
    "verifier",
]
