"""What the database knows about one filing, as the facts that rules are given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from monitor.filing_reading import ReadFiling, holds_report
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
from storage.hosts import host_of
from storage.models import (
    Agency,
    Capture,
    Filing,
    FilingState,
    Judgement,
    Original,
    Portal,
)
from storage.registry import agency_names
from storage.settings import Settings

ReadOriginal = Callable[[str, str | None], Report | UnreadableError]

_ATTEMPTS = 6
_GONE_FOR_GOOD = 10
"""Crawls in a row without the page, beyond which one more tells nothing new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFiling:
    """What the database knows about a filing, and the originals that its facts are read from."""

    fiscal_year: int | None
    agency: AgencyFacts | None
    publication: PublicationFacts
    previous: Original | None
    """Of last year's report of the same agency."""
    replaced: Mapping[str, Original]
    """By the SHA-256 of a file that stands: the same file as first archived, if it has changed."""
    others: tuple[Filing, ...]
    """Other filings of the same agency and year."""
    known_agencies: tuple[str, ...]
    thresholds: Mapping[str, float]
    fingerprint: Any
    """A value that changes exactly when the facts do."""


def known_of_filing(session: Session, filing: Filing, settings: Settings) -> KnownFiling:
    """Gather what is known about a filing without reading any original."""
    year = filing.fiscal_year
    others = _other_filings(session, filing, year)
    agency = _agency_facts(session, filing, year)
    publication = _publication(session, filing, others, settings)
    previous = _previous_original(session, filing, year)
    names = agency_names(session, portal_id=filing.portal_id)
    neighbours = tuple(name.name for name in names if name.id != filing.agency_id)
    unassigned = filing.agency_id is None or year is None
    return KnownFiling(
        fiscal_year=year,
        agency=agency,
        publication=publication,
        previous=previous,
        replaced=_replaced(filing),
        others=tuple(others),
        known_agencies=neighbours,
        thresholds=settings.rules.thresholds,
        fingerprint={
            "year": year,
            "agency": agency,
            # each crawl adds an attempt; what they tell is how many of them failed
            "publication": replace(publication, attempts=()),
            "originals": _every_version(filing),
            "previous": previous.sha256 if previous else None,
            "others": [
                (other.url, other.title, other.state, _every_version(other)) for other in others
            ],
            "neighbours": neighbours,
            "candidates": names if unassigned else None,
        },
    )


def facts_of_filing(
    known: KnownFiling, filing: ReadFiling, read: ReadOriginal, now: datetime
) -> Facts:
    """Return the facts about a filing, last year's report and the other ones read as well."""
    earlier = _report_of(known.replaced.get(filing.sha256 or ""), read)
    others = [_as_other(other, read) for other in known.others]
    return Facts(
        as_of=now,
        report=filing.report,
        fiscal_year=known.fiscal_year,
        format=format_for(known.fiscal_year),
        agency=known.agency,
        publication=replace(known.publication, previous_version=earlier),
        previous=_report_of(known.previous, read),
        others=tuple(other for other in others if other is not None),
        known_agencies=known.known_agencies,
        thresholds=known.thresholds,
    )


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
    return PublicationFacts(
        url=filing.url,
        official_hosts=_official_hosts(session, filing, settings),
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
        removed_crawls=min(filing.gone_crawls, _GONE_FOR_GOOD),
        attempts=_attempts(session, filing.url, portal.url) if filing.gone_crawls else (),
        successor=any(other.state is not FilingState.REMOVED for other in others),
    )


def _official_hosts(session: Session, filing: Filing, settings: Settings) -> tuple[str, ...]:
    """Return the hosts of the settings, and the filing's own if a registered portal is there."""
    host = host_of(filing.url)
    registered = {host_of(url) for url in session.scalars(select(Portal.url))}
    own = {host} if host is not None and host in registered else set()
    return tuple(sorted({*settings.crawler.official_hosts, *own}))


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


def _every_version(filing: Filing) -> list[tuple[str, str, bool]]:
    return sorted((item.sha256, item.url, item.superseded_at is None) for item in filing.originals)


def _replaced(filing: Filing) -> dict[str, Original]:
    first = {
        original.url: original
        for original in reversed(filing.originals)
        if original.superseded_at is not None
    }
    return {
        original.sha256: first[original.url]
        for original in filing.originals
        if original.superseded_at is None
        and original.url in first
        and not _is_same_text(original, first[original.url])
    }


def _is_same_text(one: Original, other: Original) -> bool:
    return one.text_sha256 is not None and one.text_sha256 == other.text_sha256


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


def _report_of(original: Original | None, read: ReadOriginal) -> Report | None:
    """Return the report that an original holds; a page around a report is none to compare with."""
    if original is None:
        return None
    result = read(original.sha256, original.name)
    return result if isinstance(result, Report) and holds_report(result) else None


def _as_other(filing: Filing, read: ReadOriginal) -> OtherFiling | None:
    """Return another filing as far as it stands and was read; nothing is said of the rest."""
    if filing.state is FilingState.REMOVED:
        return None
    current = [original for original in filing.originals if original.superseded_at is None]
    reports = [report for original in current if (report := _report_of(original, read))]
    if not reports:
        return None
    text = max((report.text for report in reports), key=len)
    return OtherFiling(url=filing.url, title=filing.title, text="".join(text.split()))
