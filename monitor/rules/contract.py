"""Verdicts as the outside contract prints them; personal data is masked here at the latest."""

from typing import Any

from monitor.rules.model import Evidence, Verdict
from monitor.rules.privacy import mask_personal_data


def verdict_object(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as a JSON object of the contract; every key is always present."""
    return {
        "rule": verdict.rule,
        "outcome": str(verdict.outcome),
        "severity": str(verdict.severity),
        "message_zh": mask_personal_data(verdict.message.zh),
        "message_en": mask_personal_data(verdict.message.en),
        "basis": verdict.basis,
        "evidence": [_evidence_object(evidence) for evidence in verdict.evidence],
    }


def _evidence_object(evidence: Evidence) -> dict[str, Any]:
    place = evidence.place
    return {
        "quote": mask_personal_data(evidence.quote),
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
    }
