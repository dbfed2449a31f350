"""What has happened to reports that were published: changed, taken down, returned, backdated.

What counts is what the rules say in the judgements that stand, so that local rulings and settings
hold here too; an event is recorded once for each version, removal, return and day.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from monitor.language import Bilingual
from monitor.rules.model import Outcome
from monitor.telling.corrections import corrections
from monitor.telling.events import (
    BACKDATED,
    CHANGED,
    HIJACKED,
    REMOVED,
    RETURNED,
)
from monitor.telling.report_news import ReportNews, name_of
from monitor.triage.effects import NOT_TOLD, Triage
from storage.captures import CHUNK
from storage.models import (
    Agency,
    Event,
    Filing,
    FilingState,
    FilingVersion,
    Judgement,
    StoredVerdict,
)

_RULES = {"report-changed": CHANGED, "report-removed": REMOVED, "pubdate-backdated": BACKDATED}


def record_reports(
    session: Session, now: datetime, triage: Triage
) -> list[tuple[Event, ReportNews]]:
    """Record and return what has happened to reports and was not told yet.

    What people have dismissed, waived, acknowledged or put off is left out until that ends.
    """
    filings = _concerned(session)
    news = [
        *_by_rules(session, filings, triage),
        *_returned(session),
        *corrections(session, filings),
    ]
    told = _told(session, [each.fingerprint for each in news])
    fresh = [each for each in news if each.fingerprint not in told]
    happened = [(_event(each, now), each) for each in fresh]
    session.add_all(event for event, _ in happened)
    session.flush()
    return happened


def _event(news: ReportNews, now: datetime) -> Event:
    return Event(
        kind=news.kind,
        fingerprint=news.fingerprint,
        agency_id=news.filing.agency_id,
        portal_id=news.filing.portal_id,
        fiscal_year=news.filing.fiscal_year,
        happened_at=now,
        details={
            "filing": news.filing.id,
            "url": news.filing.url,
            "message_zh": news.message.zh,
            "message_en": news.message.en,
            "captures": list(news.captures),
        },
    )


def _told(session: Session, fingerprints: Sequence[str]) -> set[str]:
    told: set[str] = set()
    for start in range(0, len(fingerprints), CHUNK):
        chunk = fingerprints[start : start + CHUNK]
        told.update(session.scalars(select(Event.fingerprint).where(Event.fingerprint.in_(chunk))))
    return told


def _concerned(session: Session) -> dict[int, tuple[Filing, str | None]]:
    """Return the filings that may have been changed, removed or backdated, with their agencies."""
    several = select(FilingVersion.filing_id).where(FilingVersion.number > 1)
    query = (
        select(Filing, Agency.name)
        .outerjoin(Agency, Agency.id == Filing.agency_id)
        .where(
            or_(
                Filing.id.in_(several),
                Filing.gone_crawls > 0,
                Filing.last_absent_at > Filing.published_on,
            )
        )
        .order_by(Filing.id)
    )
    return {filing.id: (filing, name) for filing, name in session.execute(query)}


def _by_rules(
    session: Session, filings: Mapping[int, tuple[Filing, str | None]], triage: Triage
) -> Iterator[ReportNews]:
    """Yield what the rules find in the judgements that stand."""
    ids = list(filings)
    newest, returns = _newest_versions(session), _returns(session)
    for start in range(0, len(ids), CHUNK):
        query = (
            select(Judgement.filing_id, StoredVerdict)
            .join(StoredVerdict, StoredVerdict.judgement_id == Judgement.id)
            .where(
                Judgement.filing_id.in_(ids[start : start + CHUNK]),
                Judgement.current,
                StoredVerdict.rule.in_(_RULES),
                StoredVerdict.outcome == Outcome.FAIL.value,
            )
            .order_by(Judgement.filing_id, StoredVerdict.id)
        )
        for filing_id, verdict in session.execute(query):
            decision = triage.of_finding(verdict.fingerprint, verdict.rule, verdict.evidence)
            if decision is not None and decision.action in NOT_TOLD:
                continue
            filing, name = filings[filing_id]
            version = newest.get(filing_id)
            kind = _RULES[verdict.rule]
            if kind == CHANGED and version is not None and version.injected:
                kind = HIJACKED
            # a report may be changed again, and be taken down again once it was back
            once = f"{version.number} {version.bytes_sha256}" if version is not None else ""
            if kind == REMOVED:
                if _back(session, filing) is not None:
                    continue  # it was judged before that
                once = str(returns.get(filing_id, 0))
            yield _finding(kind, filing, name, verdict, "" if kind == BACKDATED else once)


def _finding(
    kind: str, filing: Filing, name: str | None, verdict: StoredVerdict, once: str
) -> ReportNews:
    captures = [item.get("capture") for item in verdict.evidence]
    proved = tuple(dict.fromkeys(each for each in captures if each is not None))
    return ReportNews(
        kind=kind,
        filing=filing,
        name=name_of(filing, name),
        message=Bilingual(verdict.message_zh, verdict.message_en),
        fingerprint=f"{kind}|{filing.id}|{once}",
        captures=proved,
    )


def _newest_versions(session: Session) -> dict[int, FilingVersion]:
    """Return the newest version of each filing that has several."""
    query = (
        select(FilingVersion)
        .where(FilingVersion.number > 1)
        .order_by(FilingVersion.filing_id, FilingVersion.number)
    )
    return {row.filing_id: row for row in session.scalars(query)}


def _returns(session: Session) -> dict[int, int]:
    """Return by filing the last event that told of its return."""
    query = select(Event).where(Event.kind == RETURNED).order_by(Event.id)
    return {event.details["filing"]: event.id for event in session.scalars(query)}


def _returned(session: Session) -> Iterator[ReportNews]:
    """Yield the reports of which it was told that they were taken down, and that are back."""
    newest = select(func.max(Event.id)).where(Event.kind == REMOVED).group_by(Event.fingerprint)
    for event in session.scalars(select(Event).where(Event.id.in_(newest)).order_by(Event.id)):
        filing = session.get(Filing, event.details.get("filing"))
        message = _back(session, filing) if filing is not None else None
        if filing is None or message is None:
            continue
        agency = session.get(Agency, filing.agency_id) if filing.agency_id else None
        yield ReportNews(
            kind=RETURNED,
            filing=filing,
            name=name_of(filing, agency.name if agency else None),
            message=message,
            fingerprint=f"{RETURNED}|{filing.id}|{event.id}",
        )


def _back(session: Session, filing: Filing) -> Bilingual | None:
    """Say that a report is back, at its address or at another; None if it is not."""
    if not filing.gone_crawls and filing.state is not FilingState.REMOVED:
        return Bilingual(
            "此前无法打开的年报页面现已恢复可用。", "The report that no longer opened is back."
        )
    found = select(Filing.url).where(
        Filing.agency_id == filing.agency_id,
        Filing.fiscal_year == filing.fiscal_year,
        Filing.id != filing.id,
        Filing.state != FilingState.REMOVED,
        Filing.gone_crawls == 0,
    )
    url = session.scalars(found.order_by(Filing.id.desc()).limit(1)).first()
    if url is None:
        return None
    return Bilingual(
        f"此前无法打开的年报现见于另一网址：{url}",
        f"The report that no longer opened stands at another address: {url}",
    )
