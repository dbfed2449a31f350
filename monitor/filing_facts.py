"""What the database knows about one filing, as the facts that rules are given."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from monitor.judging import format_for
from monitor.reading.model import Report, UnreadableError
from monitor.rules.model import (
    Address,
    AgencyFacts,
    DateCandidate,
    Facts,
    OtherFiling,
    PublicationFacts,
)
from storage.models import (
    Agency,
    Capture,
    Filing,
    FilingState,
    Judgement,
    Original,
    OriginalRole,
    Portal,
)
from storage.settings import Settings

ReadOriginal = Callable[[str, str | None], Report | UnreadableError]

_ATTEMPTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsOfFiling:
    """The facts, and a value that changes exactly when they do."""

    facts: Facts
    fingerprint: Any


def facts_of_filing(
    session: Session,
    filing: Filing,
    report: Report | None,
    read: ReadOriginal,
    settings: Settings,
    now: datetime,
) -> FactsOfFiling:
    """Gather agency, publication, last year's report and other filings of the same year."""
    year = filing.fiscal_year if filing.fiscal_year is not None else _year_of(report)
    previous_original = _previous_original(session, filing, year)
    previous = _read_if_possible(previous_original, read)
    replaced = _replaced_original(filing)
    others = _other_filings(session, filing, year)
    agency = _agency_facts(session, filing, year)
    publication = _publication(session, filing, others, settings)
    facts = Facts(
        as_of=now,
        report=report,
        fiscal_year=year,
        format=format_for(year),
        agency=agency,
        publication=_with_previous_version(publication, _read_if_possible(replaced, read)),
        previous=previous,
        others=tuple(_as_other(other, read) for other in others),
        known_agencies=tuple(
            session.scalars(
                select(Agency.name).where(Agency.id != (filing.agency_id or "")).order_by(Agency.id)
            )
        ),
        thresholds=settings.rules.thresholds,
    )
    fingerprint = {
        "year": year,
        "agency": agency,
        "publication": publication,
        "previous": previous_original.sha256 if previous_original else None,
        "replaced": replaced.sha256 if replaced else None,
        "others": [(other.url, _current_hashes(other)) for other in others],
        "known_agencies": facts.known_agencies,
    }
    return FactsOfFiling(facts=facts, fingerprint=fingerprint)


def _year_of(report: Report | None) -> int | None:
    return report.fiscal_year if report else None


def _agency_facts(session: Session, filing: Filing, year: int | None) -> AgencyFacts | None:
    agency = filing.agency
    if agency is None:
        return AgencyFacts(name=filing.agency_name) if filing.agency_name else None
    successors = session.scalars(
        select(Agency.id).where(
            (Agency.merged_into == agency.id) | (Agency.renamed_from == agency.id)
        )
    ).all()
    around = [day.year for day in (agency.valid_from, agency.valid_to) if day is not None]
    return AgencyFacts(
        id=agency.id,
        name=agency.name,
        kind=agency.kind.value,
        aliases=tuple(agency.aliases),
        division=agency.division,
        reorganised=bool(successors)
        or (year is not None and any(abs(near - year) <= 1 for near in around)),
    )


def _publication(
    session: Session, filing: Filing, others: list[Filing], settings: Settings
) -> PublicationFacts:
    portal = session.get_one(Portal, filing.portal_id)
    hosts = {*settings.crawler.official_hosts}
    hosts |= {urlsplit(url).hostname or "" for url in session.scalars(select(Portal.url))}
    return PublicationFacts(
        url=filing.url,
        official_hosts=tuple(sorted(hosts - {""})),
        list_title=filing.list_title,
        dates=tuple(
            DateCandidate(
                source=item["source"],
                day=date.fromisoformat(item["value"]),
                text=item.get("text", ""),
            )
            for item in filing.date_candidates
        ),
        published_on=filing.published_on,
        published_on_source=(
            filing.published_on_source.value if filing.published_on_source else None
        ),
        first_seen_at=filing.first_seen_at,
        last_absent_at=filing.last_absent_at,
        source_name=filing.labels.get("contentsource") or None,
        removed_crawls=filing.gone_crawls,
        attempts=_attempts(session, filing.url, portal.url),
        successor=any(other.state is not FilingState.REMOVED for other in others),
    )


def _attempts(session: Session, url: str, home: str) -> tuple[Address, ...]:
    captures = session.scalars(
        select(Capture).where(Capture.url == url).order_by(Capture.id.desc()).limit(_ATTEMPTS)
    ).all()
    return tuple(
        Address(
            at=capture.fetched_at,
            status=capture.status,
            final_url=capture.final_url,
            to_home=capture.final_url is not None
            and capture.final_url != url
            and capture.final_url.rstrip("/") == home.rstrip("/"),
        )
        for capture in reversed(captures)
    )


def _with_previous_version(
    publication: PublicationFacts, previous: Report | None
) -> PublicationFacts:
    return replace(publication, previous_version=previous)


def _current_hashes(filing: Filing) -> list[str]:
    return sorted(item.sha256 for item in filing.originals if item.superseded_at is None)


def _replaced_original(filing: Filing) -> Original | None:
    """Return the page as first archived, if the text of the current one differs from it."""
    pages = [item for item in filing.originals if item.role is OriginalRole.PAGE]
    current = next((item for item in pages if item.superseded_at is None), None)
    first = next((item for item in pages if item.superseded_at is not None), None)
    if current is None or first is None or first.text_sha256 == current.text_sha256:
        return None
    return first


def _previous_original(session: Session, filing: Filing, year: int | None) -> Original | None:
    """Return the original that last year's report of the same agency was read from."""
    if filing.agency_id is None or year is None:
        return None
    return session.scalars(
        select(Original)
        .join(Filing, Original.filing_id == Filing.id)
        .join(Judgement, Judgement.filing_id == Filing.id)
        .where(
            Filing.agency_id == filing.agency_id,
            Filing.fiscal_year == year - 1,
            Judgement.current,
            Judgement.read_from == Original.sha256,
        )
        .order_by(Filing.first_seen_at, Filing.id)
    ).first()


def _other_filings(session: Session, filing: Filing, year: int | None) -> list[Filing]:
    if filing.agency_id is None or year is None:
        return []
    return list(
        session.scalars(
            select(Filing)
            .where(
                Filing.agency_id == filing.agency_id,
                Filing.fiscal_year == year,
                Filing.id != filing.id,
            )
            .options(selectinload(Filing.originals))
            .order_by(Filing.id)
        )
    )


def _read_if_possible(original: Original | None, read: ReadOriginal) -> Report | None:
    if original is None:
        return None
    result = read(original.sha256, original.name)
    return result if isinstance(result, Report) else None


def _as_other(filing: Filing, read: ReadOriginal) -> OtherFiling:
    texts = [
        result.text
        for original in filing.originals
        if original.superseded_at is None
        and isinstance(result := read(original.sha256, original.name), Report)
    ]
    text = max(texts, key=len, default="")
    return OtherFiling(url=filing.url, title=filing.title, text="".join(text.split()))
