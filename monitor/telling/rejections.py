"""Errors newly found in a report: it is told once, and again if others come up."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.compliance import Standing
from monitor.findings.standing import FindingRow, standing_findings
from monitor.language import Bilingual
from monitor.telling.events import REJECTED
from monitor.telling.lines import Line
from monitor.triage.effects import NOT_TOLD, Triage
from storage.models import Event

_SHOWN = 5


def record_rejections(
    session: Session, standings: Sequence[Standing], triage: Triage, now: datetime
) -> list[tuple[Event, Standing, Line]]:
    """Record and return, by agency and year, errors in its report that were never told.

    What people have dismissed, waived, acknowledged or put off is left out.
    """
    by_key = {(row.agency_id, row.fiscal_year): row for row in standings}
    years = sorted({row.fiscal_year for row in standings})
    errors: dict[tuple[str, int], list[FindingRow]] = {}
    for row in standing_findings(session, years, triage):
        key = (row.agency_id or "", row.fiscal_year or 0)
        if row.severity == "error" and key in by_key and not _is_quiet(row):
            errors.setdefault(key, []).append(row)
    told = _told(session, years)
    news = []
    for key, rows in errors.items():
        fresh = [row for row in rows if row.fingerprint not in told.get(key, ())]
        if fresh:
            event = _event(by_key[key], fresh, now)
            session.add(event)
            news.append((event, by_key[key], _line(by_key[key], fresh)))
    session.flush()
    return news


def _is_quiet(row: FindingRow) -> bool:
    return row.decision is not None and row.decision.action in NOT_TOLD


def _told(session: Session, years: Collection[int]) -> dict[tuple[str, int], set[str]]:
    query = select(Event).where(Event.kind == REJECTED, Event.fiscal_year.in_(years))
    told: dict[tuple[str, int], set[str]] = {}
    for event in session.scalars(query):
        key = (event.agency_id or "", event.fiscal_year or 0)
        told.setdefault(key, set()).update(event.details["findings"])
    return told


def _event(standing: Standing, fresh: Sequence[FindingRow], now: datetime) -> Event:
    names = sorted({row.fingerprint or row.rule for row in fresh})
    return Event(
        kind=REJECTED,
        fingerprint=f"{REJECTED}|{standing.agency_id}|{standing.fiscal_year}|{names[0]}",
        agency_id=standing.agency_id,
        portal_id=None,
        fiscal_year=standing.fiscal_year,
        happened_at=now,
        details={"url": fresh[0].url, "findings": names},
    )


def _line(standing: Standing, fresh: Sequence[FindingRow]) -> Line:
    zh = "".join(row.message.zh for row in fresh[:_SHOWN])
    en = " ".join(row.message.en for row in fresh[:_SHOWN])
    more = len(fresh) - _SHOWN
    if more > 0:
        zh, en = f"{zh}（另有{more}项）", f"{en} ({more} more)"
    return Line(
        name=standing.agency_name,
        fiscal_year=standing.fiscal_year,
        message=Bilingual(zh, en),
        basis=Bilingual(fresh[0].basis, fresh[0].basis),
        url=fresh[0].url,
        proof=_proof(fresh[0].sha256),
    )


def _proof(sha256: str | None) -> Bilingual | None:
    if sha256 is None:
        return None
    return Bilingual(
        f"证据：原件 SHA-256 {sha256}（nianbao audit original）。",
        f"Proof: original SHA-256 {sha256} (nianbao audit original).",
    )
