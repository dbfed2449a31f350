"""Keeping the verdicts on obligations, so that it can be told since when something is said."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.compliance.model import Standing
from monitor.rules.contract import verdict_object
from monitor.rules.fingerprint import fingerprint
from storage.models import ObligationVerdict

Key = tuple[str, int, str, str, str, int, str | None]


def record_verdicts(session: Session, standings: Collection[Standing], now: datetime) -> None:
    """Store what the rules say of obligations; what they no longer say is kept as the past."""
    years = {standing.fiscal_year for standing in standings}
    query = select(ObligationVerdict).where(
        ObligationVerdict.current, ObligationVerdict.fiscal_year.in_(years)
    )
    known = {_key(row): row for row in session.scalars(query)}
    said = {key: row for standing in standings for key, row in _rows(standing).items()}
    for key, row in known.items():
        if key not in said:
            row.current = False
    for key, values in said.items():
        row = known.get(key) or ObligationVerdict(since=now, **values)
        row.judged_at = now
        row.message_zh, row.message_en = values["message_zh"], values["message_en"]
        row.evidence = values["evidence"]
        session.add(row)
    session.flush()


def _rows(standing: Standing) -> Mapping[Key, dict[str, Any]]:
    rows: dict[Key, dict[str, Any]] = {}
    for verdict in standing.verdicts:
        name = fingerprint(standing.agency_id, standing.fiscal_year, verdict)
        values = {
            **verdict_object(verdict),
            "agency_id": standing.agency_id,
            "fiscal_year": standing.fiscal_year,
            "fingerprint": name,
        }
        rows[_key(ObligationVerdict(**values))] = values
    return rows


def _key(row: ObligationVerdict) -> Key:
    """Return what makes a finding the same one: a new version of its rule begins a new one."""
    return (
        row.agency_id,
        row.fiscal_year,
        row.fingerprint,
        row.outcome,
        row.severity,
        row.rule_version,
        row.overlay,
    )
