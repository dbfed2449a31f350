"""Evidence packs: what was archived of one agency's year, for a stranger to verify offline."""

from storage.evidence.export import EvidenceError, NothingArchivedError, Pack, export_pack

__all__ = ["EvidenceError", "NothingArchivedError", "Pack", "export_pack"]
