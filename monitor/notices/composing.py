"""Composing notices of what stands now, and issuing them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.compliance import Standing, standings
from monitor.findings.standing import FindingRow, absence_findings, standing_findings
from monitor.language import Bilingual
from monitor.notices.model import Item, Notice, NoticedReport
from monitor.rules.catalogue import rulebook
from monitor.rules.manual import manual_of
from monitor.rules.masking import mask
from monitor.rules.rulings import Rulings
from monitor.triage.effects import ABOUT_FINDINGS, load_triage
from storage.clock import local_date
from storage.models import Agency, Filing, Original, RectificationNotice
from storage.settings import Settings

_GRAVITY = ("error", "warning", "info")
_LOOK_UP = Bilingual("对照依据核实并更正。", "Check it against its basis and put it right.")
"""What to do about a finding of a local rule, which has no manual."""


class NothingToPutRightError(LookupError):
    """The agency has no open finding of that year that is grave enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the office decides of a notice."""

    answer_by: date
    author: str
    issuer: str = ""
    contact: str = ""
    severity: str = "warning"
    """The least grave findings it lists."""


def open_findings(
    session: Session,
    settings: Settings,
    rulings: Rulings,
    fiscal_year: int,
    now: datetime,
) -> dict[str, list[FindingRow]]:
    """Return by agency the open findings of a fiscal year, gravest first."""
    rows = standings(session, settings, [fiscal_year], now, rulings)
    return _by_agency(session, rows, fiscal_year, now)


def _by_agency(
    session: Session, rows: Sequence[Standing], fiscal_year: int, now: datetime
) -> dict[str, list[FindingRow]]:
    triage = load_triage(session, now, ABOUT_FINDINGS)
    found: dict[str, list[FindingRow]] = {}
    for row in (
        *absence_findings(rows, now, triage),
        *standing_findings(session, [fiscal_year], triage),
    ):
        if row.agency_id is not None and row.is_open:
            found.setdefault(row.agency_id, []).append(row)
    return found


def compose(
    session: Session,
    agency: Agency,
    fiscal_year: int,
    findings: Sequence[FindingRow],
    terms: Terms,
    now: datetime,
    left: Collection[int] = (),
) -> Notice:
    """Return the notice to an agency as a draft, without a number.

    ``left`` are the notices of which something is known not to be put right: only of such a one
    may a new notice remind.

    Raises:
        NothingToPutRightError: if no finding is grave enough.
    """
    grave = _GRAVITY[: _GRAVITY.index(terms.severity) + 1]
    items = tuple(_item(row) for row in findings if row.severity in grave)
    if not items:
        raise NothingToPutRightError(agency.id)
    before = last_notice(session, agency.id, fiscal_year)
    return Notice(
        number="",
        agency_name=agency.name,
        fiscal_year=fiscal_year,
        issued_on=local_date(now),
        answer_by=terms.answer_by,
        issuer=terms.issuer,
        contact=terms.contact,
        report=_report(session, agency.id, fiscal_year, findings),
        items=items,
        follows=number_of(before) if before is not None and before.id in left else None,
    )


def issue(
    session: Session, agency: Agency, notice: Notice, terms: Terms, now: datetime
) -> RectificationNotice:
    """Record a notice under the next number of the year."""
    before = last_notice(session, agency.id, notice.fiscal_year)
    series = local_date(now).year
    last = session.scalar(
        select(func.max(RectificationNotice.number)).where(RectificationNotice.series == series)
    )
    issued = RectificationNotice(
        series=series,
        number=(last or 0) + 1,
        agency_id=agency.id,
        fiscal_year=notice.fiscal_year,
        issued_at=now,
        answer_by=notice.answer_by,
        author=terms.author,
        issuer=notice.issuer,
        contact=notice.contact,
        report=_report_json(notice.report),
        items=[item.as_json() for item in notice.items],
        follows_id=before.id if before is not None and notice.follows is not None else None,
        closed_at=None,
    )
    session.add(issued)
    session.flush()
    return issued


def notice_of(session: Session, issued: RectificationNotice) -> Notice:
    """Return an issued notice as it was composed, so that it can be written out again."""
    follows = session.get_one(RectificationNotice, issued.follows_id) if issued.follows_id else None
    return Notice(
        number=number_of(issued),
        agency_name=issued.agency.name,
        fiscal_year=issued.fiscal_year,
        issued_on=local_date(issued.issued_at),
        answer_by=issued.answer_by,
        issuer=issued.issuer,
        contact=issued.contact,
        report=_report_of(issued.report),
        items=tuple(Item.of_json(item) for item in issued.items),
        follows=number_of(follows) if follows is not None else None,
    )


def number_of(notice: RectificationNotice) -> str:
    """Return how a notice is called: year and number."""
    return f"{notice.series}-{notice.number}"


def last_notice(session: Session, agency_id: str, fiscal_year: int) -> RectificationNotice | None:
    """Return the newest notice to an agency about a fiscal year."""
    query = select(RectificationNotice).where(
        RectificationNotice.agency_id == agency_id,
        RectificationNotice.fiscal_year == fiscal_year,
    )
    return session.scalars(query.order_by(RectificationNotice.id.desc())).first()


def _item(row: FindingRow) -> Item:
    rule = rulebook().get(row.rule)
    manual = manual_of(rule) if rule is not None else None
    return Item(
        rule=row.rule,
        title=rule.title if rule is not None else Bilingual(row.rule, row.rule),
        severity=row.severity,
        message=row.message,
        quotes=row.quotes,
        basis=row.basis,
        remedy=Bilingual(manual.zh.remedy, manual.en.remedy) if manual else _LOOK_UP,
        fingerprint=row.fingerprint,
        overlay=row.overlay,
    )


def _report(
    session: Session, agency_id: str, fiscal_year: int, findings: Sequence[FindingRow]
) -> NoticedReport | None:
    read_from = next((row.sha256 for row in findings if row.sha256), None)
    judged = next((row.url for row in findings if row.sha256), None)
    filing = session.scalars(
        select(Filing)
        .where(Filing.agency_id == agency_id, Filing.fiscal_year == fiscal_year)
        .order_by((Filing.url == judged).desc(), Filing.id)
    ).first()
    if filing is None:
        return None
    fetched = session.scalar(
        select(func.max(Original.fetched_at)).where(Original.sha256 == (read_from or ""))
    )
    return NoticedReport(
        title=mask(filing.title),
        url=filing.url,
        sha256=read_from,
        fetched_on=local_date(fetched) if fetched else None,
    )


def _report_json(report: NoticedReport | None) -> dict[str, Any]:
    if report is None:
        return {}
    day = report.fetched_on.isoformat() if report.fetched_on else None
    return {"title": report.title, "url": report.url, "sha256": report.sha256, "fetched_on": day}


def _report_of(stored: Mapping[str, Any]) -> NoticedReport | None:
    if not stored:
        return None
    day = stored["fetched_on"]
    return NoticedReport(**{**stored, "fetched_on": date.fromisoformat(day) if day else None})
