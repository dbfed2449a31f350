"""The digest: where everybody stands, what was found, what changed since the last one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.compliance import ComplianceState, Standing, current_standings, reporting_year
from monitor.findings.standing import FindingRow, absence_findings, standing_findings
from monitor.language import Bilingual, Language
from monitor.rules.rulings import Rulings
from monitor.telling.changes import changes
from monitor.telling.lines import UNSURE, Group, agency_line, unsure_lines
from monitor.telling.mail import Attachment, Letter, address, render
from monitor.telling.outbox import Mail
from monitor.telling.workbook import MEDIA_TYPE, digest_workbook
from storage.clock import iso_utc
from storage.models import DigestWindow, Portal
from storage.settings import Settings

FIRST_WINDOW = timedelta(days=7)
_MORE = Bilingual("另有 %d 项，见附件台账。", "%d more are in the attached workbook.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A number at the top of a digest."""

    name: Bilingual
    count: int
    tone: str = ""


_URGENT = (
    (ComplianceState.MISSING, Bilingual("未公布", "Missing")),
    (ComplianceState.LATE, Bilingual("逾期公布", "Published late")),
    (ComplianceState.DUE_SOON, Bilingual("即将到期", "Due soon")),
)


def compose_digest(
    session: Session,
    settings: Settings,
    recipient: str,
    now: datetime,
    *,
    since: datetime | None = None,
    rulings: Rulings | None = None,
) -> Mail:
    """Compose the next digest for one recipient and record the window it covers.

    ``rulings`` are those of the workspace; None means what its settings alone say.
    """
    last = session.scalars(
        select(DigestWindow)
        .where(DigestWindow.recipient == recipient)
        .order_by(DigestWindow.number.desc())
    ).first()
    number = last.number + 1 if last else 1
    begin = min(since or (last.until if last else now - FIRST_WINDOW), now)
    letter = digest_letter(session, settings, now, since=begin, number=number, rulings=rulings)
    session.add(
        DigestWindow(
            recipient=recipient,
            number=number,
            since=begin,
            until=now,
            content_sha256=hashlib.sha256(letter.text.encode()).hexdigest(),
        )
    )
    return address(letter, recipient, settings.mail.sender, f"{iso_utc(begin)}/{iso_utc(now)}", now)


def digest_letter(
    session: Session,
    settings: Settings,
    now: datetime,
    *,
    since: datetime,
    number: int,
    rulings: Rulings | None = None,
) -> Letter:
    """Return the digest as a letter, with the workbook of all findings attached."""
    year = reporting_year(now)
    language = settings.mail.language
    rows = current_standings(session, settings, now, rulings)
    findings = standing_findings(session)
    # reports that are not there have lines of their own in the mail
    ledger = [*absence_findings(rows, now), *findings]
    # of a report whose year is not known it cannot be said that it is of another one
    graver = [row for row in findings if row.severity != "info" and row.fiscal_year in (year, None)]
    subject = _subject(year, number, rows).in_language(language)
    text, html = render(
        "digest",
        language,
        subject=subject,
        number=number,
        since=since,
        until=now,
        tiles=_tiles(rows, graver),
        groups=_groups(session, rows, since, now),
        more=_MORE,
        findings=graver,
        total_findings=len(ledger),
    )
    return Letter(
        kind="digest",
        subject=subject,
        text=text,
        html=html,
        attachments=[_workbook(rows, ledger, language, subject, year, now)],
        number=number,
    )


def _subject(year: int, number: int, rows: Sequence[Standing]) -> Bilingual:
    missing = sum(row.state is ComplianceState.MISSING for row in rows)
    late = sum(row.state is ComplianceState.LATE for row in rows)
    return Bilingual(
        f"【年报周报】{year}年度政府信息公开年报 第{number}期：未公布{missing}，逾期{late}",
        f"[nianbao] Digest No. {number}, fiscal year {year}: missing {missing}, late {late}",
    )


def _tiles(rows: Sequence[Standing], graver: Sequence[FindingRow]) -> list[Tile]:
    def count(*states: ComplianceState) -> int:
        return sum(row.state in states for row in rows)

    obliged = len(rows) - count(ComplianceState.NOT_OBLIGED, ComplianceState.WAIVED)
    faulty = {row.agency_id for row in graver if row.severity == "error"}
    return [
        Tile(name=Bilingual("应报", "obliged"), count=obliged),
        Tile(name=Bilingual("按时", "on time"), count=count(ComplianceState.ON_TIME), tone="good"),
        Tile(name=Bilingual("逾期", "late"), count=count(ComplianceState.LATE), tone="bad"),
        Tile(name=Bilingual("未公布", "missing"), count=count(ComplianceState.MISSING), tone="bad"),
        Tile(name=Bilingual("无法判断", "unknown"), count=count(*UNSURE), tone="care"),
        Tile(
            name=Bilingual("尚未到期", "not due yet"),
            count=count(ComplianceState.NOT_DUE, ComplianceState.DUE_SOON),
        ),
        Tile(name=Bilingual("年报有错误", "with errors"), count=len(faulty), tone="care"),
    ]


def _groups(
    session: Session, rows: Sequence[Standing], since: datetime, now: datetime
) -> list[Group]:
    """Return what needs somebody, most urgent first, and then what changed."""
    portals = {portal.id: portal for portal in session.scalars(select(Portal))}
    groups = [
        Group(heading=heading, lines=[agency_line(row) for row in rows if row.state is state])
        for state, heading in _URGENT
    ]
    groups += [
        Group(
            heading=Bilingual("无法判断的机关", "Agencies that cannot be judged"),
            lines=unsure_lines(rows, portals),
        ),
        Group(
            heading=Bilingual("本期变化", "Changes in this period"),
            lines=changes(session, since, now),
        ),
    ]
    return [group for group in groups if group.lines]


def _workbook(
    rows: Sequence[Standing],
    findings: Sequence[FindingRow],
    language: Language,
    title: str,
    year: int,
    now: datetime,
) -> Attachment:
    name = Bilingual(f"年报问题台账-{year}.xlsx", f"findings-{year}.xlsx").in_language(language)
    return Attachment(
        name=name,
        media_type=MEDIA_TYPE,
        content=digest_workbook(findings, rows, language, title=title, now=now),
    )
