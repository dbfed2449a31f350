"""What the database knows about one filing, as the facts that rules are given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from monitor.filing_reading import ReadFiling, holds_report
from monitor.judging import format_for
from monitor.likeness.known import KnownLikeness, Own, known_likenesses, likenesses
from monitor.publication_facts import (
    absences,
    column_facts,
    failed_files,
    failures,
    index_owner,
    is_home,
    original_facts,
    page_labels,
    read_alone,
)
from monitor.reading.choosing import Wanted
from monitor.reading.model import Report, UnreadableError
from monitor.rules.model import (
    Address,
    AgencyFacts,
    DateCandidate,
    Facts,
    Likeness,
    OtherFiling,
    PublicationFacts,
)
from monitor.rules.publication.order import misplaced
from monitor.year_facts import local_due, years_certain, years_published
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
from storage.registry import AgencyName, agency_names
from storage.settings import Settings

ReadOriginal = Callable[[str, str | None, Wanted], Report | UnreadableError]

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
    likest: tuple[KnownLikeness, ...] | None
    """Reports of other agencies that it is like; None if it is of none that can be compared."""
    known_agencies: tuple[str, ...]
    thresholds: Mapping[str, float]
    fingerprint: Any
    """A value that changes exactly when the facts do."""

    @property
    def wanted(self) -> Wanted:
        """The report meant, where an original holds several."""
        return self._wanted(self.fiscal_year)

    @property
    def wanted_before(self) -> Wanted:
        """The report of the year before."""
        return self._wanted(self.fiscal_year - 1 if self.fiscal_year else None)

    def _wanted(self, year: int | None) -> Wanted:
        if self.agency is None:
            return Wanted(fiscal_year=year)
        return Wanted(agencies=(self.agency.name, *self.agency.aliases), fiscal_year=year)


def known_of_filing(session: Session, filing: Filing, settings: Settings) -> KnownFiling:
    """Gather what is known about a filing without reading any original."""
    year = filing.fiscal_year
    others = _other_filings(session, filing, year)
    agency = _agency_facts(session, filing, year)
    names = agency_names(session, portal_id=filing.portal_id)
    publication = _publication(session, filing, others, settings, names)
    previous = _previous_original(session, filing, year)
    neighbours = tuple(name.name for name in names if name.id != filing.agency_id)
    unassigned = filing.agency_id is None or year is None
    likest = None if unassigned else known_likenesses(session, filing)
    return KnownFiling(
        fiscal_year=year,
        agency=agency,
        publication=publication,
        previous=previous,
        replaced=_replaced(filing),
        others=tuple(others),
        likest=likest,
        known_agencies=neighbours,
        thresholds=settings.rules.thresholds,
        fingerprint={
            "year": year,
            "agency": agency,
            "publication": _lasting(publication),
            "originals": _every_version(filing),
            "previous": previous.sha256 if previous else None,
            "others": [
                (other.url, other.title, other.state, _every_version(other)) for other in others
            ],
            "likest": likest,
            "neighbours": neighbours,
            "candidates": names if unassigned else None,
        },
    )


def facts_of_filing(
    known: KnownFiling, filing: ReadFiling, read: ReadOriginal, now: datetime
) -> Facts:
    """Return the facts about a filing, last year's report and the other ones read as well."""
    earlier = _report_of(known.replaced.get(filing.sha256 or ""), read, known.wanted)
    others = [_as_other(other, read, known.wanted) for other in known.others]
    originals = read_alone(
        known.publication.originals, lambda sha256, name: read(sha256, name, known.wanted)
    )
    previous = _report_of(known.previous, read, known.wanted_before)
    return Facts(
        as_of=now,
        report=filing.report,
        fiscal_year=known.fiscal_year,
        format=format_for(known.fiscal_year),
        agency=known.agency,
        publication=replace(known.publication, previous_version=earlier, originals=originals),
        previous=previous,
        others=tuple(other for other in others if other is not None),
        likenesses=_likenesses(known, filing.report, previous, read),
        known_agencies=known.known_agencies,
        thresholds=known.thresholds,
    )


def _likenesses(
    known: KnownFiling, report: Report | None, previous: Report | None, read: ReadOriginal
) -> tuple[Likeness, ...] | None:
    if known.likest is None or report is None:
        return None
    own = Own(report=report, previous=previous, names=known.wanted.agencies)
    return likenesses(known.likest, own, read)


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
        credit_code=agency.credit_code,
        valid_from=agency.valid_from,
        reorganised=bool(successors)
        or (year is not None and any(abs(near - year) <= 1 for near in around)),
    )


def _lasting(publication: PublicationFacts) -> Any:
    """Return what is known of the publication without what each crawl may write anew.

    Each adds an attempt, and what they tell is how many of them failed; and each list that grows
    has another order, of which it matters whether the filing stands right in it.
    """
    column = publication.column
    if column is None:
        return replace(publication, attempts=())
    bare = replace(publication, attempts=(), column=replace(column, rows=()))
    return bare, publication.url in misplaced(column.rows)


def _publication(
    session: Session,
    filing: Filing,
    others: list[Filing],
    settings: Settings,
    names: Sequence[AgencyName],
) -> PublicationFacts:
    portal = session.get_one(Portal, filing.portal_id)
    originals = original_facts(session, filing.originals)
    absent = absences(session, filing)
    years = _years(session, filing)
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
        labels=page_labels(filing, originals),
        index_number=filing.index_number,
        index_owner=index_owner(session, filing.index_number),
        column=column_facts(filing.column),
        originals=originals,
        failed_files=failed_files(filing),
        failures=failures(session, filing.url, portal.url),
        absences=absent,
        seen_elsewhere_at=min((o.first_seen_at for o in others), default=None) if absent else None,
        local_due=local_due(settings.obligations, filing.agency, filing.fiscal_year),
        years_published=years,
        years_certain=_has_gap(years) and years_certain(session, filing, names),
    )


def _years(session: Session, filing: Filing) -> tuple[int, ...]:
    """Return the fiscal years of the agency's reports, of those around a filing's own."""
    year = filing.fiscal_year
    if year is None:
        return ()
    found = years_published(session, filing.agency)
    return tuple(each for each in found if year - 2 <= each <= year)


def _has_gap(years: tuple[int, ...]) -> bool:
    return bool(years) and len(set(years)) < years[-1] - years[0] + 1


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
            to_home=is_home(capture, home),
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


def _report_of(original: Original | None, read: ReadOriginal, wanted: Wanted) -> Report | None:
    """Return the report that an original holds; a page around a report is none to compare with."""
    if original is None:
        return None
    result = read(original.sha256, original.name, wanted)
    return result if isinstance(result, Report) and holds_report(result) else None


def _as_other(filing: Filing, read: ReadOriginal, wanted: Wanted) -> OtherFiling | None:
    """Return another filing as far as it stands and was read; nothing is said of the rest.

    Pictures are only looked at if nothing else of it holds a report.
    """
    if filing.state is FilingState.REMOVED:
        return None
    current = [original for original in filing.originals if original.superseded_at is None]
    files = [original for original in current if not original.media_type.startswith("image/")]
    for originals in (files, [original for original in current if original not in files]):
        reports = [report for item in originals if (report := _report_of(item, read, wanted))]
        if reports:
            text = max((report.text for report in reports), key=len)
            return OtherFiling(url=filing.url, title=filing.title, text="".join(text.split()))
    return None
