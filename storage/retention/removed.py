"""What is gone by decision, for those who would cite it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from storage.models import Capture, Deletion, LogEntry, Original

REMOVABLE = frozenset({"robots", "home", "platform", "list"})
"""What a body was fetched for that a decision may remove; all other purposes are of filings."""
UNLOGGED = 1 << 62
_AT_ONCE = 20
"""Deletions in memory at once; each names up to a thousand originals."""
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """The decision by which one original was removed from the archive."""

    sha256: str
    size: int | None
    deletion: int
    """The decision's number."""
    position: int
    """Its place in the log."""
    decided_at: datetime
    author: str
    reason: str

    @property
    def zh(self) -> str:
        """Return it as a clause in Chinese."""
        return f"已按留存决定 {self.deletion} 号移除（{self.author}：{self.reason}）"

    @property
    def en(self) -> str:
        """Return it as a clause in English."""
        return f"removed by retention decision {self.deletion} ({self.author}: {self.reason})"


def removals_of(session: Session, digests: Collection[str]) -> dict[str, Removal]:
    """Return by hash the last decision to remove it, of those originals that stay removed.

    One that a later capture brought again is in the archive again, and is not among them.
    """
    wanted = set(digests)
    found: dict[str, Removal] = {}
    for deletion, position in _logged_deletions(session) if wanted else ():
        for each in deletion.originals:
            if each["sha256"] in wanted:
                found[each["sha256"]] = Removal(
                    sha256=each["sha256"],
                    size=each["size"],
                    deletion=deletion.id,
                    position=position,
                    decided_at=deletion.decided_at,
                    author=deletion.author,
                    reason=deletion.reason,
                )
    stand = standing_removals(session, {key: each.position for key, each in found.items()})
    return {key: each for key, each in found.items() if key in stand}


def standing_removals(session: Session, places: Mapping[str, int]) -> set[str]:
    """Return those hashes whose removal a decision at that place of the log can be.

    No decision removes what belongs to a filing, or what was fetched as a page or a file: if such
    a body is missing, it is lost, whatever a row says. What was captured again later is in the
    archive again. Bodies as served count as well as decoded ones.
    """
    ordered = sorted(places)
    standing = set(ordered)
    for start in range(0, len(ordered), _CHUNK):
        chunk = ordered[start : start + _CHUNK]
        standing -= set(session.scalars(select(Original.sha256).where(Original.sha256.in_(chunk))))
        for digest, purpose, position in _captured(session, chunk):
            if purpose not in REMOVABLE or position > places[digest]:
                standing.discard(digest)
    return standing


def captured_after(session: Session, position: int, digests: Collection[str]) -> set[str]:
    """Return those hashes that a capture after a place of the log has."""
    ordered = sorted(digests)
    found: set[str] = set()
    for start in range(0, len(ordered), _CHUNK):
        chunk = ordered[start : start + _CHUNK]
        captured = _captured(session, chunk)
        found.update(digest for digest, _, place in captured if place > position)
    return found


def _captured(session: Session, digests: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """Yield hash, purpose and place in the log of every capture that has one of the bodies.

    A capture that is not in the log comes after all places.
    """
    served = and_(Capture.wire_sha256.in_(digests), Capture.wire_sha256 != Capture.sha256)
    for column, condition in (
        (Capture.sha256, Capture.sha256.in_(digests)),
        (Capture.wire_sha256, served),
    ):
        query = (
            select(column, Capture.purpose, func.coalesce(LogEntry.position, UNLOGGED))
            .outerjoin(LogEntry, LogEntry.capture_id == Capture.id)
            .where(condition)
        )
        for digest, purpose, position in session.execute(query):
            yield str(digest), purpose, position


def _logged_deletions(session: Session) -> Iterator[tuple[Deletion, int]]:
    query = (
        select(Deletion, LogEntry.position)
        .join(LogEntry, LogEntry.deletion_id == Deletion.id)
        .order_by(LogEntry.position)
        .execution_options(yield_per=_AT_ONCE)
    )
    yield from session.execute(query)
