"""Verdicts as the outside contract prints them; personal data is masked here at the latest."""

from functools import lru_cache
from typing import Any

from monitor.rules.masking import mask
from monitor.rules.model import Evidence, Verdict


def verdict_object(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as a JSON object of the contract; every key is always present."""
    return {
        "rule": verdict.rule,
        "rule_version": verdict.rule_version,
        "outcome": str(verdict.outcome),
        "severity": str(verdict.severity),
        "message_zh": _masked(verdict.message.zh),
        "message_en": _masked(verdict.message.en),
        "basis": verdict.basis,
        "overlay": verdict.overlay,
        "evidence": [_evidence_object(evidence) for evidence in verdict.evidence],
    }


@lru_cache(maxsize=4096)
def _masked(message: str) -> str:
    """Mask a message; most of them say of every report the same."""
    return mask(message)


def _evidence_object(evidence: Evidence) -> dict[str, Any]:
    place = evidence.place
    return {
        "quote": mask(evidence.quote),
        # a table stands in the section of the same key (formats/*.toml)
        "section": evidence.section or evidence.table,
        "table": evidence.table,
        "row": evidence.row,
        "column": evidence.column,
        "page": place.page,
        "bbox": None if place.bbox is None else list(place.bbox),
        "path": place.path,
        "offset": place.offset,
        "url": evidence.url,
        "sha256": evidence.sha256,
        "capture": evidence.capture,
        "log_position": evidence.position,
    }
