"""The digest: where everybody stands, what was found, what changed since the last one.

Each recipient has a series for each language and frequency. Every digest but the first of a
series names the one before by its number and by the SHA-256 of its text part: of the bytes that a
mail program gets when it decodes that part (UTF-8, lines ending in CR LF); for a channel, of the
text. So a reader sees a gap, and anybody with both mails can recompute it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy

from sqlalchemy.orm import Session

from monitor.compliance import Standing
from monitor.findings.faulty import agencies_with_errors
from monitor.findings.standing import FindingRow
from monitor.language import Bilingual, Language
from monitor.rules.naming import SEVERITY_NAMES
from monitor.telling.charts import LATE, MISSING, Bar, chart
from monitor.telling.digest_counts import (
    NAMES,
    OBLIGED,
    TONES,
    DivisionRow,
    change,
    counts_of,
    division_rows,
)
from monitor.telling.digest_matter import Matter, Scope, of_years
from monitor.telling.digest_sections import sections_of
from monitor.telling.digest_series import (
    FIRST_WINDOWS,
    FREQUENCY_NAMES,
    Series,
    last_sent,
    last_window,
)
from monitor.telling.fitting import Fitted, fitted
from monitor.telling.mail import Attachment, Letter, address, render
from monitor.telling.outbox import Mail
from monitor.telling.workbook import MEDIA_TYPE, digest_workbook
from storage.clock import iso_utc, local_date
from storage.models import DigestWindow
from storage.telling_settings import is_channel

_BARS = 13
"""Bars in the picture: that of all, and of the divisions with most trouble."""
_COLUMNS = tuple(name for name in NAMES if name != OBLIGED)
_MORE = Bilingual("另有 %d 项，见附件台账。", "%d more are in the attached workbook.")
_MORE_POSTED = Bilingual(
    "另有 %d 项，用 nianbao status、nianbao findings 查看。",
    "%d more; 'nianbao status' and 'nianbao findings' list them.",
)
_WHOLE = Bilingual(
    "全部问题（含提示）和各机关状态见附件台账，共 %d 条问题。",
    "All findings, hints included, and where everybody stands are in the attached workbook; "
    "findings: %d.",
)
_WHOLE_POSTED = Bilingual(
    "全部问题（含提示）共 %d 条，用 nianbao findings 查看。",
    "All findings, hints included: %d; 'nianbao findings' lists them.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A number at the top of a digest."""

    key: str
    name: Bilingual
    count: int
    change: int | None
    """By how much it differs from the last digest; None if that cannot be said."""
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The digests of a series that were before."""

    last: DigestWindow | None
    sent: DigestWindow | None
    """The newest that was not withdrawn."""


def _end_of(past: Past) -> datetime | None:
    """Return until when the reader was told; None if nothing was ever composed."""
    if past.sent is not None:
        return past.sent.until
    return past.last.since if past.last is not None else None


def _past(session: Session, series: Series) -> Past:
    return Past(last=last_window(session, series), sent=last_sent(session, series))


def compose_digest(
    session: Session, matter: Matter, series: Series, *, since: datetime | None = None
) -> Mail:
    """Compose the next digest of a series and record the window it covers.

    The window begins at ``since``, else where that of the last digest ended that was not withdrawn.
    """
    now, past = matter.now, _past(session, series)
    begin = min(since or _end_of(past) or now - FIRST_WINDOWS[series.frequency], now)
    number = past.last.number + 1 if past.last else 1
    letter, counts = digest_letter(session, matter, series, past, since=begin, number=number)
    window = f"{series.frequency} {iso_utc(begin)}/{iso_utc(now)}"
    mail = address(letter, series.recipient, matter.settings.mail.sender, window, now)
    session.add(
        DigestWindow(
            recipient=series.recipient,
            frequency=series.frequency,
            language=series.language,
            number=number,
            since=begin,
            until=now,
            content_sha256=hashlib.sha256(letter.text.encode()).hexdigest(),
            text_sha256=text_sha256(mail),
            counts={"fiscal_year": matter.year, **counts},
            message_id=mail.message_id,
        )
    )
    session.flush()
    return mail


def text_sha256(mail: Mail) -> str:
    """Return the SHA-256 of the text part of a mail as it is sent, decoded."""
    if is_channel(mail.recipient):
        return hashlib.sha256(mail.content).hexdigest()
    part = message_from_bytes(mail.content, policy=policy.SMTP).get_body(("plain",))
    content = part.get_payload(decode=True) if part is not None else b""
    return hashlib.sha256(content if isinstance(content, bytes) else b"").hexdigest()


def digest_letter(
    session: Session,
    matter: Matter,
    series: Series,
    past: Past,
    *,
    since: datetime,
    number: int,
) -> tuple[Letter, Mapping[str, int]]:
    """Return the digest as a letter with the workbook of all findings, and its numbers."""
    scope, language = Scope(subscriptions=series.subscriptions), series.language
    rows = scope.standings(matter.standings)
    findings = scope.findings(matter.findings, matter)
    faulty = agencies_with_errors(findings, matter.year)
    counts = counts_of(rows, faulty)
    divisions = division_rows(rows, faulty, matter.governments, matter.portals.values())
    subject = _subject(series, matter.year, number, counts).in_language(language)
    picture = _picture(counts, divisions)
    # reports that are not there have lines of their own in the mail
    ledger = [*scope.findings(matter.absences, matter), *findings]
    posts = is_channel(series.recipient)  # nothing can be attached there

    def rendered(shown: Sequence[Fitted]) -> tuple[str, str]:
        return render(
            "digest",
            language,
            subject=subject,
            number=number,
            since=since,
            until=matter.now,
            tiles=_tiles(
                counts, change(counts, past.sent.counts if past.sent else None, matter.year)
            ),
            divisions=divisions,
            columns=[(name, NAMES[name]) for name in _COLUMNS],
            obliged=OBLIGED,
            picture=picture.cid if counts[OBLIGED] else "",
            sections=shown,
            clean=_is_clean(findings, matter.year),
            severities=SEVERITY_NAMES,
            more=_MORE_POSTED if posts else _MORE,
            whole=_WHOLE_POSTED if posts else _WHOLE,
            total_findings=len(ledger),
            before=_before(past),
            archive=matter.settings.mail.archive_base_url.rstrip("/"),
        )

    sections = sections_of(session, matter, scope, rows, findings, since)
    text, html = fitted(sections, rendered, posts=posts)
    attachments = [_workbook(matter, rows, ledger, faulty, language, subject)]
    if counts[OBLIGED]:
        attachments.insert(0, picture)
    letter = Letter(
        kind="digest",
        subject=subject,
        text=text,
        html=html,
        attachments=attachments,
        number=number,
    )
    return letter, counts


def _before(past: Past) -> Bilingual:
    """Say which digest was the one before, so that a reader sees one that is not there."""
    last = past.last
    if last is None:
        return Bilingual("本期是第一期，此前没有。", "This is the first; there was none before.")
    zh, en = f"上一期 第{last.number}期", f"The one before: No. {last.number}"
    day = local_date(last.until)
    if past.sent is None or past.sent.number != last.number:
        return Bilingual(
            f"{zh}（{day}）已撤回，没有发出。", f"{en} ({day}) was withdrawn and never sent."
        )
    if last.text_sha256 is None:
        return Bilingual(
            f"{zh}（{day}），由旧版程序发出，没有留下 SHA-256。",
            f"{en} ({day}), of an older program, which kept no SHA-256.",
        )
    return Bilingual(
        f"{zh}（{day}）SHA-256 {last.text_sha256}（文本部分解码后的字节）。",
        f"{en} ({day}), SHA-256 {last.text_sha256} (of its text part, decoded).",
    )


def _is_clean(findings: Sequence[FindingRow], year: int) -> bool:
    return not any(
        row.is_open and row.severity != "info" for row in of_years(findings, (year, None))
    )


def _subject(series: Series, year: int, number: int, counts: Mapping[str, int]) -> Bilingual:
    name, missing, late = FREQUENCY_NAMES[series.frequency], counts[MISSING], counts[LATE]
    return Bilingual(
        f"【年报{name.zh}】{year}年度政府信息公开年报 第{number}期：未公布{missing}，逾期{late}",
        f"[nianbao] {name.en} No. {number}, fiscal year {year}: missing {missing}, late {late}",
    )


def _tiles(counts: Mapping[str, int], changed: Mapping[str, int]) -> list[Tile]:
    return [
        Tile(
            key=key,
            name=name,
            count=counts[key],
            change=changed.get(key),
            tone=TONES.get(key, ""),
        )
        for key, name in NAMES.items()
    ]


def _picture(counts: Mapping[str, int], divisions: Sequence[DivisionRow]) -> Attachment:
    bars = [Bar(number=row.number, parts=row.counts) for row in divisions[:_BARS]]
    content = chart(bars or [Bar(number=None, parts=counts)])
    sha256 = hashlib.sha256(content).hexdigest()
    return Attachment(
        name="chart.png", media_type="image/png", content=content, cid=f"{sha256[:32]}@nianbao"
    )


def _workbook(
    matter: Matter,
    rows: Sequence[Standing],
    findings: Sequence[FindingRow],
    faulty: set[str],
    language: Language,
    title: str,
) -> Attachment:
    year = matter.year
    name = Bilingual(f"年报问题台账-{year}.xlsx", f"findings-{year}.xlsx").in_language(language)
    divisions = division_rows(rows, faulty, matter.governments, matter.portals.values(), most=None)
    content = digest_workbook(
        findings, rows, language, title=title, now=matter.now, divisions=divisions
    )
    return Attachment(name=name, media_type=MEDIA_TYPE, content=content)
