"""The digest: where everybody stands, what was found, what changed since the last one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.compliance import ComplianceState, Standing, reporting_year, standings
from monitor.language import Bilingual, Language
from monitor.telling.findings import FindingRow, standing_findings
from monitor.telling.lines import Group, Line, agency_line, portal_line
from monitor.telling.mail import Attachment, Letter, address, render
from monitor.telling.outbox import Mail
from monitor.telling.workbook import MEDIA_TYPE, findings_workbook
from storage.clock import iso_utc
from storage.models import Agency, Crawl, CrawlState, DigestWindow, Portal
from storage.settings import Settings

FIRST_WINDOW = timedelta(days=7)


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
_UNSURE = (
    ComplianceState.BLOCKED,
    ComplianceState.UNREACHABLE,
    ComplianceState.CRAWLER_SUSPECT,
    ComplianceState.MOVED,
    ComplianceState.NOT_CHECKED,
)


def compose_digest(
    session: Session,
    settings: Settings,
    recipient: str,
    now: datetime,
    *,
    since: datetime | None = None,
) -> Mail:
    """Compose the next digest for one recipient and record the window it covers."""
    last = session.scalars(
        select(DigestWindow)
        .where(DigestWindow.recipient == recipient)
        .order_by(DigestWindow.number.desc())
    ).first()
    number = last.number + 1 if last else 1
    begin = since or (last.until if last else now - FIRST_WINDOW)
    letter = digest_letter(session, settings, now, since=begin, number=number)
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
    session: Session, settings: Settings, now: datetime, *, since: datetime, number: int
) -> Letter:
    """Return the digest as a letter, with the workbook of all findings attached."""
    year = reporting_year(now)
    language = settings.mail.language
    rows = standings(session, settings, [year], now)
    findings = standing_findings(session)
    graver = [row for row in findings if row.severity != "info" and row.fiscal_year == year]
    subject = _subject(year, number, rows).in_language(language)
    text, html = render(
        "digest",
        language,
        subject=subject,
        number=number,
        since=since,
        until=now,
        tiles=_tiles(rows, graver),
        groups=_groups(session, rows),
        findings=graver,
        total_findings=len(findings),
    )
    return Letter(
        kind="digest",
        subject=subject,
        text=text,
        html=html,
        attachments=[_workbook(findings, language, subject, year)],
        number=number,
    )


def _subject(year: int, number: int, rows: Sequence[Standing]) -> Bilingual:
    missing = sum(row.state is ComplianceState.MISSING for row in rows)
    late = sum(row.state is ComplianceState.LATE for row in rows)
    return Bilingual(
        f"【年报周报】{year}年度政府信息公开年报 第{number}期：未公布{missing}，逾期{late}",
        f"[nianbao] Digest No. {number}, fiscal year {year}: {missing} missing, {late} late",
    )


def _tiles(rows: Sequence[Standing], graver: Sequence[FindingRow]) -> list[Tile]:
    def count(*states: ComplianceState) -> int:
        return sum(row.state in states for row in rows)

    obliged = len(rows) - count(ComplianceState.NOT_OBLIGED, ComplianceState.WAIVED)
    faulty = {row.agency_id for row in graver if row.severity == "error"}
    return [
        Tile(name=Bilingual("应报", "owe a report"), count=obliged),
        Tile(name=Bilingual("按时", "on time"), count=count(ComplianceState.ON_TIME), tone="good"),
        Tile(name=Bilingual("逾期", "late"), count=count(ComplianceState.LATE), tone="bad"),
        Tile(name=Bilingual("未公布", "missing"), count=count(ComplianceState.MISSING), tone="bad"),
        Tile(name=Bilingual("无法判断", "unknown"), count=count(*_UNSURE), tone="care"),
        Tile(name=Bilingual("年报有错误", "with errors"), count=len(faulty), tone="care"),
    ]


def _groups(session: Session, rows: Sequence[Standing]) -> list[Group]:
    groups = []
    for state, heading in _URGENT:
        lines = [agency_line(row) for row in rows if row.state is state]
        if lines:
            groups.append(Group(heading=heading, lines=lines))
    unsure = _portal_lines(session, rows)
    if unsure:
        groups.append(
            Group(
                heading=Bilingual("无法判断的机关", "Agencies that cannot be judged"), lines=unsure
            )
        )
    return groups


def _portal_lines(session: Session, rows: Sequence[Standing]) -> list[Line]:
    """Group what cannot be judged by its cause: a portal in trouble is one line."""
    homes = dict(session.execute(select(Agency.id, Agency.portal_id)).tuples().all())
    by_portal: dict[str, list[Standing]] = {}
    for row in rows:
        if row.state in _UNSURE:
            by_portal.setdefault(homes[row.agency_id], []).append(row)
    lines: list[Line] = []
    for portal_id, hidden in sorted(by_portal.items()):
        portal = session.get_one(Portal, portal_id)
        crawl = session.scalars(
            select(Crawl)
            .where(Crawl.portal_id == portal_id, Crawl.finished_at.is_not(None))
            .order_by(Crawl.id.desc())
        ).first()
        if crawl is None or crawl.state is CrawlState.COMPLETE:
            lines.extend(agency_line(row) for row in hidden)
            continue
        names = [row.agency_name for row in hidden]
        lines.append(portal_line(portal.name, portal.url, crawl, names))
    return lines


def _workbook(
    findings: Sequence[FindingRow], language: Language, title: str, year: int
) -> Attachment:
    name = Bilingual(f"年报问题台账-{year}.xlsx", f"findings-{year}.xlsx").in_language(language)
    return Attachment(
        name=name,
        media_type=MEDIA_TYPE,
        content=findings_workbook(findings, language, title=title),
    )
