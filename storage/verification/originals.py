"""Verifying the originals: every one hashed again, unless it is gone by decision."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.orm import Session

from storage.archive import SHA256, Archive, ArchiveError, LostOriginal
from storage.database import reading
from storage.models import Capture, Deletion, Original
from storage.retention.removed import removals_of, standing_removals
from storage.upkeep.listing import Part, parts
from storage.upkeep.served import served_bodies
from storage.verification.log import LogReading
from storage.verification.model import Problem, ProblemKind
from storage.verification.strangers import Inventory


@dataclass(slots=True)
class Hashed:
    """What hashing all originals again gave."""

    problems: list[Problem] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """Hashes of files that lie where originals belong and that no row names."""
    named: int = 0
    size: int = 0
    """Bytes of those that are sound."""
    removed: int = 0
    """Originals that are gone by a decision that the log holds."""


def verify_originals(
    engine: Engine, archive: Archive, inventory: Inventory, log: LogReading
) -> Hashed:
    """Hash every original again that rows name.

    Long, so it holds no transaction meanwhile.

    Args:
        engine: of the database.
        archive: the originals.
        inventory: what lies there.
        log: as read, with what sound deletions remove.
    """
    found = Hashed()
    for part in parts(max(log.entries, len(inventory.originals))):
        files = inventory.originals.part(part)
        with reading(engine) as session:
            known, served = _named(session, part), served_bodies(session, part)
            kept = {each for each, was_kept in served.items() if was_kept}
            named = known | kept | (served.keys() & files.keys())
            gone = log.gone.part(part)
            excused = standing_removals(session, {each: gone[each] for each in named & gone.keys()})
        found.named += len(named)
        found.unknown += sorted(files.keys() - known - served.keys())
        _hash_all(engine, archive, sorted(named - excused), found)
        _look_for(archive, sorted(excused), found)
    _excuse_newly_removed(engine, found, log.deletions)
    return found


def _named(session: Session, part: Part) -> set[str]:
    """Return the hashes with these first bytes that rows name; what is no hash the log names."""
    found: set[str] = set()
    for column in (Capture.sha256, Original.sha256):
        # a range uses the index, which LIKE would not
        query = select(column).where(column >= part.low, column < part.high).distinct()
        found.update(each for each in session.scalars(query) if each and SHA256.match(each))
    return found


def _hash_all(engine: Engine, archive: Archive, digests: Sequence[str], found: Hashed) -> None:
    for sha256 in digests:
        try:
            found.size += archive.check(sha256)
        except ArchiveError as error:
            url = _url_of(engine, sha256)
            found.problems.append(_unsound(archive, sha256, url, error))


def _look_for(archive: Archive, digests: Sequence[str], found: Hashed) -> None:
    """Count what is gone by decision, and name what is still there."""
    for sha256 in digests:
        try:
            found.size += archive.check(sha256)
        except LostOriginal:
            found.removed += 1
            continue
        except ArchiveError:
            pass  # damaged, but there
        found.problems.append(_unremoved(archive, sha256))


def _excuse_newly_removed(engine: Engine, found: Hashed, decided: int) -> None:
    """Excuse what was removed by a decision taken while the originals were hashed."""
    lost = {str(each.sha256) for each in found.problems if each.kind is ProblemKind.LOST}
    if not lost:
        return
    with reading(engine) as session:
        newest = session.scalar(select(func.max(Deletion.id))) or 0
        removed = removals_of(session, lost) if newest > decided else {}
    found.problems = [each for each in found.problems if each.sha256 not in removed]
    found.removed += len(removed)


def _url_of(engine: Engine, sha256: str) -> str | None:
    with reading(engine) as session:
        return session.scalar(select(func.min(Capture.url)).where(Capture.sha256 == sha256))


def _unsound(archive: Archive, sha256: str, url: str | None, error: ArchiveError) -> Problem:
    lost = isinstance(error, LostOriginal)
    return Problem(
        kind=ProblemKind.LOST if lost else ProblemKind.DAMAGED,
        subject=sha256,
        message_zh=f"{error.zh}（{url}）" if url else error.zh,
        message_en=f"{error.en} ({url})" if url else error.en,
        sha256=sha256,
        url=url,
        path=archive.locate(sha256),
    )


def _unremoved(archive: Archive, sha256: str) -> Problem:
    return Problem(
        kind=ProblemKind.UNREMOVED,
        subject=sha256,
        message_zh=f"原件 {sha256} 已决定移除，但仍在档案中；nianbao retention complete 会移除它。",
        message_en=f"original {sha256} was to be removed and is still there; "
        "'nianbao retention complete' removes it.",
        sha256=sha256,
        path=archive.locate(sha256),
    )


def mismatched_originals(connection: Connection) -> Iterator[Problem]:
    """Yield the originals of filings whose capture is gone or has other bytes."""
    query = (
        select(Original.id, Original.sha256, Original.url, Capture.id)
        .outerjoin(Capture, Capture.id == Original.capture_id)
        .where(Capture.id.is_(None) | (func.coalesce(Capture.sha256, "") != Original.sha256))
        .order_by(Original.id)
    )
    for original_id, sha256, url, capture_id in connection.execute(query):
        gone = capture_id is None
        yield Problem(
            kind=ProblemKind.DELETED if gone else ProblemKind.ALTERED,
            subject=f"original {original_id}",
            message_zh=f"原件记录 {original_id}（{url}）"
            + ("的采集记录已不在。" if gone else "与其采集记录的哈希不符。"),
            message_en=f"original {original_id} ({url}) "
            + ("has lost its capture." if gone else "has another hash than its capture."),
            sha256=sha256,
            url=url,
        )
