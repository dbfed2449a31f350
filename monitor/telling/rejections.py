"""Errors newly found in a report: it is told once, and again if others come up."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.compliance import ComplianceState, Standing
from monitor.findings.faulty import TOO_LATE
from monitor.findings.standing import FindingRow, standing_findings
from monitor.language import Bilingual
from monitor.telling.events import REJECTED
from monitor.telling.lines import Line
from monitor.triage.effects import NOT_TOLD, Triage
from storage.clock import iso_utc
from storage.models import Event, TriageKind

_SHOWN = 5


def record_rejections(
    session: Session, standings: Sequence[Standing], triage: Triage, now: datetime
) -> list[tuple[Event, Standing, Line]]:
    """Record and return, by agency and year, errors in its report that were never told.

    What people have dismissed, waived, acknowledged or put off is left out, and told when that
    ends; that a report came late is told of its agency.
    """
    by_key = {(row.agency_id, row.fiscal_year): row for row in standings}
    years = sorted({row.fiscal_year for row in standings})
    errors: dict[tuple[str, int], list[FindingRow]] = {}
    for row in standing_findings(session, years, triage):
        key = (row.agency_id or "", row.fiscal_year or 0)
        if row.severity == "error" and key in by_key and not _is_quiet(row, by_key[key]):
            errors.setdefault(key, []).append(row)
    told = _told(session, years)
    news = []
    for key, rows in errors.items():
        fresh = [row for row in rows if _is_fresh(row, told.get(key, {}), triage)]
        if fresh:
            event = _event(by_key[key], fresh, triage, now)
            session.add(event)
            news.append((event, by_key[key], _line(by_key[key], fresh)))
    session.flush()
    return news


def _is_quiet(row: FindingRow, standing: Standing) -> bool:
    if row.rule == TOO_LATE and standing.state is ComplianceState.LATE:
        return True
    return row.decision is not None and row.decision.action in NOT_TOLD


def _called(row: FindingRow) -> str:
    return row.fingerprint or row.rule


def _is_fresh(row: FindingRow, told: Mapping[str, datetime], triage: Triage) -> bool:
    """Tell whether a finding was never told, or not since somebody's decision about it ended."""
    last = told.get(_called(row))
    if last is None:
        return True
    ended = triage.ended_at(TriageKind.FINDING, row.fingerprint)
    return ended is not None and last < ended


def _told(session: Session, years: Collection[int]) -> dict[tuple[str, int], dict[str, datetime]]:
    """Return by agency and year when each finding was last told."""
    query = select(Event).where(Event.kind == REJECTED, Event.fiscal_year.in_(years))
    told: dict[tuple[str, int], dict[str, datetime]] = {}
    for event in session.scalars(query.order_by(Event.id)):
        key = (event.agency_id or "", event.fiscal_year or 0)
        names = dict.fromkeys(event.details["findings"], event.happened_at)
        told.setdefault(key, {}).update(names)
    return told


def _event(standing: Standing, fresh: Sequence[FindingRow], triage: Triage, now: datetime) -> Event:
    names = sorted({_called(row) for row in fresh})
    ends = [triage.ended_at(TriageKind.FINDING, row.fingerprint) for row in fresh]
    again = max((each for each in ends if each is not None), default=None)
    return Event(
        kind=REJECTED,
        fingerprint=f"{REJECTED}|{standing.agency_id}|{standing.fiscal_year}|{names[0]}"
        + (f"|{iso_utc(again)}" if again is not None else ""),
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
