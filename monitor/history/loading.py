"""What the database knows of the files of some filings, and of the captures of their addresses."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, true
from sqlalchemy.orm import Session, selectinload

from monitor.addresses import both_schemes, is_home
from monitor.history.model import Proof, VersionFile
from monitor.history.states import KeptFile, Sighting, State, bare_address, states_of
from storage.models import (
    AddressKind,
    Capture,
    Crawl,
    Filing,
    FilingAddress,
    LogEntry,
    Original,
    Portal,
)

CHUNK = 400
"""Values in one IN list; databases limit them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFiling:
    """A filing with its files and every capture of its addresses, oldest first."""

    filing: Filing
    files: tuple[KeptFile, ...]
    sightings: tuple[Sighting, ...]

    @property
    def states(self) -> tuple[State, ...]:
        """What it was made of, when."""
        return states_of(self.files, self.sightings)


def load_seen(session: Session, filing_ids: Collection[int]) -> list[SeenFiling]:
    """Return filings, in the order of their ids, in queries that do not grow with their number."""
    found: list[SeenFiling] = []
    ids = sorted(filing_ids)
    for start in range(0, len(ids), CHUNK):
        query = (
            select(Filing)
            .where(Filing.id.in_(ids[start : start + CHUNK]))
            .options(
                selectinload(Filing.originals),
                selectinload(Filing.addresses),
                selectinload(Filing.agency),
                selectinload(Filing.column),
            )
            .order_by(Filing.id)
        )
        filings = session.scalars(query).all()
        homes = _homes(session, filings)
        captures = _captures(session, (url for each in filings for url in addresses_of(each)))
        found += [_seen(filing, captures, homes[filing.portal_id]) for filing in filings]
    return found


def addresses_of(filing: Filing) -> set[str]:
    """Return where a filing and its files stand or stood, under both schemes; no reposts."""
    places = {each.url for each in filing.addresses if each.kind is not AddressKind.MIRROR}
    urls = {filing.url, *places, *(original.url for original in filing.originals)}
    return {each for url in urls for each in both_schemes(url)}


def kept_file(original: Original) -> KeptFile:
    """Return an original as a value."""
    return KeptFile(
        url=original.url,
        sha256=original.sha256,
        role=original.role,
        name=original.name,
        media_type=original.media_type,
        size=original.size,
        capture_id=original.capture_id,
        fetched_at=original.fetched_at,
        superseded_at=original.superseded_at,
    )


def as_original(file: VersionFile) -> Original:
    """Return a file of a version as the reader takes it; it is no row of the database."""
    return Original(
        url=file.url,
        sha256=file.sha256,
        role=file.role,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        superseded_at=None,
    )


def load_proofs(session: Session, capture_ids: Iterable[int]) -> dict[int, Proof]:
    """Return captures by their ids, as what proves something."""
    found: dict[int, Proof] = {}
    wanted = sorted(set(capture_ids))
    for start in range(0, len(wanted), CHUNK):
        query = (
            select(Capture, LogEntry.position, LogEntry.leaf_hash, Crawl.run_id)
            .outerjoin(LogEntry, LogEntry.capture_id == Capture.id)
            .outerjoin(Crawl, Crawl.id == Capture.crawl_id)
            .where(Capture.id.in_(wanted[start : start + CHUNK]))
        )
        for capture, position, leaf_hash, run_id in session.execute(query):
            found[capture.id] = Proof(
                capture_id=capture.id,
                position=position,
                leaf_hash=_hexadecimal(leaf_hash),
                run_id=run_id,
                url=capture.url,
                final_url=capture.final_url,
                status=capture.status,
                error=capture.error,
                fetched_at=capture.fetched_at,
                sha256=capture.sha256,
            )
    return found


def _hexadecimal(digest: bytes | None) -> str | None:
    return None if digest is None else digest.hex()


def _homes(session: Session, filings: Sequence[Filing]) -> dict[str, str]:
    ids = {filing.portal_id for filing in filings}
    query = select(Portal.id, Portal.url).where(Portal.id.in_(ids))
    return dict(session.execute(query).all())


def _captures(session: Session, urls: Iterable[str]) -> Mapping[str, list[tuple[str, Capture]]]:
    """Return by bare address the captures that asked for it, or were led there, oldest first.

    Each with the address as it was asked for, or as it was led to.
    """
    found: dict[str, dict[int, tuple[str, Capture]]] = defaultdict(dict)
    wanted = sorted(set(urls))
    led = Capture.final_url != Capture.url
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        for column, condition in ((Capture.url, true()), (Capture.final_url, led)):
            query = select(column, Capture).where(
                column.in_(chunk), condition, Capture.method == "GET"
            )
            for url, capture in session.execute(query):
                assert url is not None  # one of the chunk
                found[bare_address(url)].setdefault(capture.id, (url, capture))
    return {address: [of[id_] for id_ in sorted(of)] for address, of in found.items()}


def _seen(
    filing: Filing, captures: Mapping[str, Sequence[tuple[str, Capture]]], home: str
) -> SeenFiling:
    addresses = sorted({bare_address(url) for url in addresses_of(filing)})
    return SeenFiling(
        filing=filing,
        files=tuple(kept_file(original) for original in filing.originals),
        sightings=tuple(_sightings(addresses, captures, home)),
    )


def _sightings(
    addresses: Iterable[str], captures: Mapping[str, Sequence[tuple[str, Capture]]], home: str
) -> Iterator[Sighting]:
    for address in addresses:
        for url, capture in captures.get(address, ()):
            yield Sighting(
                capture_id=capture.id,
                crawl_id=capture.crawl_id,
                url=url,
                at=capture.fetched_at,
                status=capture.status,
                error=capture.error,
                sha256=capture.sha256,
                to_home=is_home(capture, home),
            )


def filings_at(session: Session, url: str) -> list[int]:
    """Return the filings that stand, or whose files stand, at an address, under either scheme."""
    urls = both_schemes(url)
    own = select(Filing.id).where(Filing.url.in_(urls))
    files = select(Original.filing_id).where(Original.url.in_(urls))
    further = select(FilingAddress.filing_id).where(FilingAddress.url.in_(urls))
    return sorted({each for query in (own, files, further) for each in session.scalars(query)})


def filings_with(session: Session, sha256: str) -> list[int]:
    """Return the filings with an original whose hash begins so."""
    digits = sha256.lower()
    query = select(Original.filing_id).where(
        Original.sha256 >= digits, Original.sha256 < digits + "g"
    )
    return sorted(set(session.scalars(query)))
