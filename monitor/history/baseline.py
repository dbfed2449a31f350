"""The version that a filing is compared with for its findings, and the captures of both."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.history.contract import file_of
from monitor.history.loading import CHUNK, as_original, load_proofs
from monitor.history.model import Proof
from monitor.rules.model import CaptureFacts, EarlierVersion
from storage.models import FilingVersion, Original


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """An earlier version of a filing, of which something else is read than of what stands."""

    version: EarlierVersion
    originals: tuple[Original, ...]
    """Its files, to be read; they are no rows of the database."""


def baselines(session: Session, filing_ids: Sequence[int]) -> dict[int, Baseline]:
    """Return for the filings of which what is read has changed what they are compared with."""
    rows: dict[int, list[FilingVersion]] = {}
    for start in range(0, len(filing_ids), CHUNK):
        changed = select(FilingVersion.filing_id).where(
            FilingVersion.filing_id.in_(filing_ids[start : start + CHUNK]), FilingVersion.number > 1
        )
        query = select(FilingVersion).where(FilingVersion.filing_id.in_(changed))
        for row in session.scalars(query.order_by(FilingVersion.filing_id, FilingVersion.number)):
            rows.setdefault(row.filing_id, []).append(row)
    pairs = {filing_id: _pair(versions) for filing_id, versions in rows.items()}
    told = {filing_id: pair for filing_id, pair in pairs.items() if pair is not None}
    ids = {file["capture"] for pair in told.values() for row in pair for file in row.files}
    proofs = load_proofs(session, ids)
    return {filing_id: _baseline(*pair, proofs) for filing_id, pair in told.items()}


def _pair(versions: Sequence[FilingVersion]) -> tuple[FilingVersion, FilingVersion] | None:
    """Return what to compare: the first version that was read whole, else read at all, else none.

    Where intruders write into what stands, it is the first without them. None where both say the
    same, or neither could be read for the same reason and has the same files.
    """
    *earlier, last = versions
    clean = [each for each in earlier if not each.injected] if last.injected else list(earlier)
    candidates = clean or earlier
    first = next((each for each in candidates if each.whole), None)
    first = first or next((each for each in candidates if each.error is None), candidates[0])
    if first.bytes_sha256 == last.bytes_sha256:
        return None
    if first.error is None and first.cells_sha256 == last.cells_sha256:
        return None if first.text_sha256 == last.text_sha256 else (first, last)
    return first, last


def _baseline(first: FilingVersion, last: FilingVersion, proofs: Mapping[int, Proof]) -> Baseline:
    same = {_name(file) for file in first.files} & {_name(file) for file in last.files}
    version = EarlierVersion(
        number=first.number,
        seen_from=first.seen_from,
        seen_until=first.seen_until,
        captures=_captures(first.files, same, proofs),
        later=_captures(last.files, same, proofs),
        later_from=last.seen_from,
        error=first.error,
        injected=last.injected and not first.injected,
    )
    originals = tuple(as_original(file_of(file)) for file in first.files)
    return Baseline(version=version, originals=originals)


def _name(file: Mapping[str, Any]) -> tuple[str, str]:
    return file["url"], file["sha256"]


def _captures(
    files: Iterable[Mapping[str, Any]], same: set[tuple[str, str]], proofs: Mapping[int, Proof]
) -> tuple[CaptureFacts, ...]:
    return tuple(
        CaptureFacts(
            id=file["capture"],
            position=proofs[file["capture"]].position,
            url=file["url"],
            at=proofs[file["capture"]].fetched_at,
            sha256=file["sha256"],
        )
        for file in files
        if _name(file) not in same and file["capture"] in proofs
    )


def capture_facts(proofs: Iterable[Proof]) -> tuple[CaptureFacts, ...]:
    """Return captures as facts for rules."""
    return tuple(
        CaptureFacts(
            id=each.capture_id,
            position=each.position,
            url=each.url,
            at=each.fetched_at,
            sha256=each.sha256,
        )
        for each in proofs
    )
