"""Findings as JSON objects."""

from monitor.findings.standing import FindingRow
from monitor.triage.naming import decision_object
from storage.clock import iso_utc


def finding_object(row: FindingRow) -> dict[str, object]:
    """Return a finding as ``nianbao findings --format jsonl`` prints it."""
    return {
        "agency": row.agency_id,
        "agency_name": row.agency_name,
        "fiscal_year": row.fiscal_year,
        "severity": row.severity,
        "rule": row.rule,
        "message_zh": row.message.zh,
        "message_en": row.message.en,
        "quotes": list(row.quotes),
        "basis": row.basis,
        "overlay": row.overlay,
        "url": row.url,
        "sha256": row.sha256,
        "judged_at": iso_utc(row.judged_at),
        "fingerprint": row.fingerprint,
        "triage": decision_object(row.decision) if row.decision else None,
    }
