"""What the database knows around some filings, loaded together: few queries however many there are.

What nearly no filing needs is asked for one by one in ``monitor.publication_facts`` and
``monitor.year_facts``.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from monitor.addresses import both_schemes
from monitor.compliance.past import Past
from monitor.history.baseline import Baseline, baselines
from monitor.likeness.known import KnownLikeness, all_known_likenesses
from storage.hosts import host_of
from storage.models import (
    Agency,
    Capture,
    ColumnReading,
    Filing,
    Original,
    Portal,
    StoredReading,
)
from storage.registry import AgencyName
from storage.registry.queries import agency_name
from storage.settings import ObligationSettings

CREDIT_CODE = 18
"""Characters of a unified social credit code (GB 32100)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known around the filings it was loaded for."""

    session: Session
    portals: Mapping[str, Portal]
    portal_hosts: frozenset[str]
    """The hosts of all registered portals."""
    names: Mapping[str, Sequence[AgencyName]]
    """By portal: its agencies, by id."""
    kin: Mapping[str, frozenset[str]]
    """By agency: those that merged into it, were renamed to it, or that it came from."""
    heirs: frozenset[str]
    """Agencies that were renamed or merged into another."""
    years: Mapping[str, Sequence[int]]
    """By agency: the fiscal years of its filings, one entry each."""
    others: Mapping[tuple[str, int], Sequence[Filing]]
    """By agency and fiscal year: the filings, with their originals."""
    read: Mapping[tuple[str, int], Original]
    """By agency and fiscal year: the original that the first report read was read from."""
    rendered: frozenset[int]
    """Captures of a page's document after its scripts ran."""
    newest: Mapping[str, Capture]
    """By address: the last capture of it as a page."""
    opened: Mapping[str, datetime]
    """By address: when it was first fetched, where that is asked for."""
    readings: Mapping[int, Sequence[datetime]]
    """By column: when it was read whole with the control passed, oldest first."""
    owners: Mapping[str, Sequence[Agency]]
    """By credit code: the agencies that have it."""
    likest: Mapping[int, tuple[KnownLikeness, ...]]
    baselines: Mapping[int, Baseline]
    """By filing: the version it is compared with, if what is read of it has changed."""
    past: Past
    """Tells what could be said of agencies without a report."""


def surroundings_of(
    session: Session, filings: Sequence[Filing], settings: ObligationSettings, now: datetime
) -> Surroundings:
    """Load what is known around some filings; what people have decided, as it holds ``now``."""
    agencies = {filing.agency_id for filing in filings if filing.agency_id is not None}
    pairs = {(each.agency_id, each.fiscal_year) for each in filings if _is_assigned(each)}
    kin, heirs = _kin(session, filings)
    every_portal = session.execute(select(Portal.id, Portal.url)).all()
    own_portals = {filing.portal_id for filing in filings}
    absent = [filing for filing in filings if filing.last_absent_at is not None]
    of_years = {year + shift for _, year in pairs if year is not None for shift in (0, -1)}
    return Surroundings(
        session=session,
        portals=_by_id(session, own_portals),
        portal_hosts=frozenset(host for _, url in every_portal if (host := host_of(url))),
        names=_names(session, own_portals),
        kin=kin,
        heirs=heirs,
        years=_years(session, agencies.union(*kin.values())),
        others=_others(session, agencies, of_years),
        read=_read(session, agencies, of_years),
        rendered=_rendered(session, filings),
        newest=_newest(session, filings),
        opened=_opened(session, absent),
        readings=_readings(session, absent),
        owners=_owners(session, filings),
        likest=all_known_likenesses(session, [each for each in filings if _is_assigned(each)]),
        baselines=baselines(session, [filing.id for filing in filings]),
        past=Past(session, settings, now),
    )


def _is_assigned(filing: Filing) -> bool:
    return filing.agency_id is not None and filing.fiscal_year is not None


def _by_id(session: Session, ids: Collection[str]) -> dict[str, Portal]:
    return {row.id: row for row in session.scalars(select(Portal).where(Portal.id.in_(ids)))}


def _names(session: Session, portals: Collection[str]) -> dict[str, list[AgencyName]]:
    names: dict[str, list[AgencyName]] = defaultdict(list)
    query = select(Agency).where(Agency.portal_id.in_(portals)).order_by(Agency.id)
    for agency in session.scalars(query):
        names[agency.portal_id].append(agency_name(agency))
    return names


def _kin(
    session: Session, filings: Iterable[Filing]
) -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    agencies = {filing.agency.id: filing.agency for filing in filings if filing.agency is not None}
    query = select(Agency.id, Agency.merged_into, Agency.renamed_from).where(
        or_(Agency.merged_into.in_(agencies), Agency.renamed_from.in_(agencies))
    )
    found: dict[str, set[str]] = defaultdict(set)
    for id_, merged_into, renamed_from in session.execute(query):
        for other in (merged_into, renamed_from):
            if other in agencies:
                found[other].add(id_)
    heirs = frozenset(found)
    for agency in agencies.values():
        found[agency.id].update(id_ for id_ in (agency.renamed_from, agency.merged_into) if id_)
    return {id_: frozenset(kin) for id_, kin in found.items()}, heirs


def _years(session: Session, agencies: Collection[str]) -> dict[str, list[int]]:
    query = select(Filing.agency_id, Filing.fiscal_year).where(
        Filing.agency_id.in_(agencies), Filing.fiscal_year.is_not(None)
    )
    years: dict[str, list[int]] = defaultdict(list)
    for agency_id, year in session.execute(query):
        years[str(agency_id)].append(int(year or 0))
    return years


def _others(
    session: Session, agencies: Collection[str], years: Collection[int]
) -> dict[tuple[str, int], list[Filing]]:
    query = (
        select(Filing)
        .where(Filing.agency_id.in_(agencies), Filing.fiscal_year.in_(years))
        .options(selectinload(Filing.originals))
        .order_by(Filing.id)
    )
    found: dict[tuple[str, int], list[Filing]] = defaultdict(list)
    for filing in session.scalars(query):
        found[str(filing.agency_id), filing.fiscal_year or 0].append(filing)
    return found


def _read(
    session: Session, agencies: Collection[str], years: Collection[int]
) -> dict[tuple[str, int], Original]:
    query = (
        select(Original, Filing.agency_id, Filing.fiscal_year)
        .join(Filing, Original.filing_id == Filing.id)
        .join(StoredReading, StoredReading.filing_id == Filing.id)
        .where(
            Filing.agency_id.in_(agencies),
            Filing.fiscal_year.in_(years),
            StoredReading.read_from == Original.sha256,
        )
        .order_by(Filing.first_seen_at, Filing.id, Original.id)
    )
    found: dict[tuple[str, int], Original] = {}
    for original, agency_id, year in session.execute(query):
        found.setdefault((str(agency_id), int(year or 0)), original)
    return found


def _rendered(session: Session, filings: Iterable[Filing]) -> frozenset[int]:
    ids = [item.capture_id for filing in filings for item in filing.originals]
    query = select(Capture.id).where(Capture.id.in_(ids), Capture.rendered)
    return frozenset(session.scalars(query))


def _newest(session: Session, filings: Iterable[Filing]) -> dict[str, Capture]:
    urls = [url for filing in filings for url in both_schemes(filing.url)]
    newest = (
        select(func.max(Capture.id))
        .where(Capture.url.in_(urls), Capture.purpose == "page")
        .group_by(Capture.url)
    )
    query = select(Capture).where(Capture.id.in_(newest))
    return {capture.url: capture for capture in session.scalars(query)}


def _opened(session: Session, filings: Iterable[Filing]) -> dict[str, datetime]:
    urls = [url for filing in filings for url in both_schemes(filing.url)]
    first = select(func.min(Capture.id)).where(Capture.url.in_(urls)).group_by(Capture.url)
    query = select(Capture.url, Capture.fetched_at).where(Capture.id.in_(first))
    return {row.url: row.fetched_at for row in session.execute(query)}


def _readings(session: Session, filings: Iterable[Filing]) -> dict[int, list[datetime]]:
    columns = {filing.column_id for filing in filings}
    query = (
        select(ColumnReading.column_id, ColumnReading.read_at)
        .where(ColumnReading.column_id.in_(columns), ColumnReading.control_passed)
        .order_by(ColumnReading.read_at)
    )
    readings: dict[int, list[datetime]] = defaultdict(list)
    for column_id, read_at in session.execute(query):
        readings[column_id].append(read_at)
    return readings


def _owners(session: Session, filings: Iterable[Filing]) -> dict[str, list[Agency]]:
    codes = {code for filing in filings if (code := credit_code(filing.index_number))}
    owners: dict[str, list[Agency]] = defaultdict(list)
    if codes:
        for agency in session.scalars(select(Agency).where(Agency.credit_code.in_(codes))):
            owners[agency.credit_code or ""].append(agency)
    return owners


def credit_code(index_number: str | None) -> str | None:
    """Return the credit code that an index number (索引号) may begin with."""
    if not index_number or len(index_number) < CREDIT_CODE:
        return None
    return index_number[:CREDIT_CODE].upper()
