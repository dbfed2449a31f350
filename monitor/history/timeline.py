"""The timeline of a filing, out of the database; no original is read for it.

What versions say, and in what they differ, stands in ``filing_versions`` since the last judging
(``monitor.history.work``); when they were seen is told from their captures.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.history.absences import absent_readings
from monitor.history.contract import change_of
from monitor.history.happenings import Known, captures_of, happenings_of
from monitor.history.loading import (
    CHUNK,
    SeenFiling,
    filings_at,
    filings_with,
    load_proofs,
    load_seen,
)
from monitor.history.model import Proof, Timeline, Version
from monitor.history.redating import redated
from monitor.history.states import Sighting, State, bare_address
from storage.clock import local_date
from storage.models import (
    AddressKind,
    Filing,
    FilingState,
    FilingVersion,
    OriginalRole,
)
from storage.models.filings import ASIDE
from storage.told_days import day_stated

_HASH = re.compile(r"[0-9a-fA-F]{8,64}\Z")


def load_timeline(session: Session, filing_id: int) -> Timeline:
    """Return what happened to a filing.

    Raises:
        KeyError: if there is no such filing.
    """
    found = timelines_of(session, [filing_id])
    if not found:
        raise KeyError(filing_id)
    return found[0]


def timelines_of(session: Session, filing_ids: Collection[int]) -> list[Timeline]:
    """Return the timelines of filings, in the order of their ids."""
    seen = load_seen(session, filing_ids)
    rows = _versions(session, filing_ids)
    others = _others(session, [each.filing for each in seen])
    known = [_known(session, each, rows.get(each.filing.id, {}), others=others) for each in seen]
    proofs = load_proofs(session, (capture for each in known for capture in captures_of(each)))
    return [_timeline(each.filing, about, proofs) for each, about in zip(seen, known, strict=True)]


def find_filings(session: Session, what: str) -> list[int]:
    """Return the filings that an id, an address or the beginning of a hash (8 digits) means."""
    if what.isascii() and what.isdigit() and len(what) < 8:
        return [int(what)] if session.get(Filing, int(what)) is not None else []
    if _HASH.match(what):
        return filings_with(session, what)
    return filings_at(session, what)


def filings_about(session: Session, agency_id: str, fiscal_year: int | None) -> list[int]:
    """Return the filings of an agency, of one fiscal year or of all."""
    query = select(Filing.id).where(Filing.agency_id == agency_id)
    if fiscal_year is not None:
        query = query.where(Filing.fiscal_year == fiscal_year)
    return sorted(session.scalars(query))


def _timeline(filing: Filing, known: Known, proofs: Mapping[int, Proof]) -> Timeline:
    return Timeline(
        filing_id=filing.id,
        url=filing.url,
        title=filing.title,
        agency_id=filing.agency_id,
        agency_name=filing.agency.name if filing.agency else filing.agency_name,
        fiscal_year=filing.fiscal_year,
        state=filing.state,
        published_on=filing.published_on,
        first_seen_at=filing.first_seen_at,
        last_seen_at=filing.last_seen_at,
        last_absent_at=filing.last_absent_at,
        versions=known.versions,
        happenings=happenings_of(known, proofs),
    )


def _known(
    session: Session,
    seen: SeenFiling,
    rows: Mapping[str, FilingVersion],
    *,
    others: Mapping[tuple[str, int], Sequence[Filing]],
) -> Known:
    filing = seen.filing
    aside = ASIDE in filing.url
    pages = tuple(_page_sightings(seen, aside=aside))
    opened = min((each.at for each in pages), default=filing.first_seen_at)
    return Known(
        first_seen_at=filing.first_seen_at,
        absences=absent_readings(session, filing, min(opened, filing.first_seen_at)),
        sightings=pages,
        versions=tuple(_versions_of(seen.states, rows)),
        day_stated=_day_stated(filing),
        elsewhere=_is_elsewhere(filing, others),
        aside=aside,
        redated=tuple(redated(session, filing)),
    )


def _page_sightings(seen: SeenFiling, *, aside: bool) -> Iterator[Sighting]:
    """Yield the captures of its pages; of a page that is of another year by now only its own."""
    filing = seen.filing
    pages = {file.url for file in seen.files if file.role is OriginalRole.PAGE}
    places = {each.url for each in filing.addresses if each.kind is not AddressKind.MIRROR}
    turned = {bare_address(url) for url in (filing.url, *places) if ASIDE in url}
    addresses = {bare_address(url) for url in {filing.url, *pages, *places}}
    own = {file.sha256 for file in seen.files}
    found = (each for each in seen.sightings if bare_address(each.url) in addresses)
    for each in sorted(found, key=lambda item: (item.at, item.capture_id)):
        if each.sha256 in own or not (aside or bare_address(each.url) in turned):
            yield each


def _versions_of(states: Iterable[State], rows: Mapping[str, FilingVersion]) -> Iterator[Version]:
    for number, state in enumerate(states, start=1):
        row = rows.get(f"{number} {state.bytes_sha256}")
        yield Version(
            number=number,
            seen_from=state.seen_from,
            seen_until=state.seen_until,
            current=state.current,
            files=state.files,
            bytes_sha256=state.bytes_sha256,
            text_sha256=row.text_sha256 if row else None,
            cells_sha256=row.cells_sha256 if row else None,
            sections=row.sections if row else {},
            whole=row.whole if row else False,
            error=row.error if row else None,
            change=change_of(row.change) if row and row.change else None,
        )


def _versions(session: Session, filing_ids: Collection[int]) -> dict[int, dict[str, FilingVersion]]:
    found: dict[int, dict[str, FilingVersion]] = defaultdict(dict)
    ids = sorted(filing_ids)
    for start in range(0, len(ids), CHUNK):
        query = select(FilingVersion).where(FilingVersion.filing_id.in_(ids[start : start + CHUNK]))
        for row in session.scalars(query):
            found[row.filing_id][f"{row.number} {row.bytes_sha256}"] = row
    return found


def _day_stated(filing: Filing) -> date | None:
    return day_stated(
        filing.date_candidates,
        fiscal_year=filing.fiscal_year,
        first_seen=local_date(filing.first_seen_at),
    )


def _others(session: Session, filings: Iterable[Filing]) -> dict[tuple[str, int], list[Filing]]:
    agencies = {filing.agency_id for filing in filings if filing.agency_id is not None}
    found: dict[tuple[str, int], list[Filing]] = defaultdict(list)
    query = select(Filing).where(Filing.agency_id.in_(agencies))
    for other in session.scalars(query):
        if other.agency_id is not None and other.fiscal_year is not None:
            found[other.agency_id, other.fiscal_year].append(other)
    return found


def _is_elsewhere(filing: Filing, others: Mapping[tuple[str, int], Sequence[Filing]]) -> bool:
    """Tell whether the report may stand, or have stood, at another address; unknown ones may."""
    if filing.agency_id is None or filing.fiscal_year is None:
        return True
    same = others.get((filing.agency_id, filing.fiscal_year), ())
    standing = any(
        other.id != filing.id and other.state is not FilingState.REMOVED for other in same
    )
    return standing or any(each.kind is not AddressKind.MIRROR for each in filing.addresses)
