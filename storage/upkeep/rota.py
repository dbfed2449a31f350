"""Whose turn it is to be hashed again: everything within so many days, and a random share.

The share is drawn anew each time from all originals, those of yesterday too, by the system's own
source of chance: who tampers cannot know when they are looked at next. Those that chance has left
out for long come when their time is up, so that the promise of days holds whatever chance does.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from storage.archive import SHA256, Archive
from storage.models import Capture, CopyName, Fixity, FixityCheck, Original
from storage.retention.removed import standing_removals
from storage.upkeep.listing import Listing, Part, decided_removals, parts
from storage.upkeep.served import served_bodies

EARLY = timedelta(days=1, hours=12)
"""So long before its time is up an original is looked at: the next run is a day away."""
_CHUNK = 500
_FIRST = CopyName.ARCHIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One of the archives that have everything."""

    name: CopyName
    archive: Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How one original was found."""

    sha256: str
    copy: CopyName
    at: datetime
    result: Fixity


def expected(session: Session, part: Part, files: Collection[str], removed: Listing) -> set[str]:
    """Return the hashes of one part that must be in the archive.

    Those that a capture or a filing names; bodies as served that ``served_bodies`` says were kept,
    are in ``files``, or were seen once. Not those that ``removed`` says are gone by decision.
    """
    found: set[str] = set()
    for column in (Capture.sha256, Original.sha256):
        query = select(column).where(column >= part.low, column < part.high).distinct()
        found.update(each for each in session.scalars(query) if each and SHA256.match(each))
    seen = {*files, *_seen(session, part)}
    served = served_bodies(session, part)
    found.update(each for each, was_kept in served.items() if was_kept or each in seen)
    decided = removed.part(part)
    missing = {each: decided[each] for each in decided.keys() & found.difference(files)}
    return found - standing_removals(session, missing)


def _seen(session: Session, part: Part) -> Iterable[str]:
    query = select(FixityCheck.sha256).where(
        FixityCheck.sha256 >= part.low, FixityCheck.sha256 < part.high
    )
    return session.scalars(query)


def last_checks(session: Session, copy: CopyName, part: Part) -> dict[str, FixityCheck]:
    """Return the last checks of the originals of one part."""
    query = select(FixityCheck).where(
        FixityCheck.copy == copy, FixityCheck.sha256 >= part.low, FixityCheck.sha256 < part.high
    )
    return {row.sha256: row for row in session.scalars(query)}


def share(
    checked: Mapping[str, datetime | None], now: datetime, days: int, chance: Random | None = None
) -> list[str]:
    """Return what is to be hashed now, in random order.

    Args:
        checked: when each original was last found sound; None if it never was.
        now: the time; a check of a later one counts for nothing.
        days: within which each is to be hashed.
        chance: where it comes from; the system's own source by default.
    """
    chance = chance or secrets.SystemRandom()
    before = now - timedelta(days=days) + EARLY
    due = [
        sha256
        for sha256, at in checked.items()
        if at is None or not before < at <= now or chance.random() * days < 1
    ]
    chance.shuffle(due)
    return due


def record(session: Session, checks: Iterable[Checked]) -> None:
    """Write down how originals were found."""
    for each in checks:
        row = session.get(FixityCheck, (each.sha256, each.copy))
        if row is None:
            row = FixityCheck(sha256=each.sha256, copy=each.copy)
            session.add(row)
        if row.result is not each.result:
            row.result, row.since = each.result, each.at
        row.checked_at = each.at


def forget(session: Session, copy: CopyName, digests: Iterable[str]) -> None:
    """Forget originals that need not be there any more."""
    gone = sorted(digests)
    for start in range(0, len(gone), _CHUNK):
        chunk = gone[start : start + _CHUNK]
        session.execute(
            delete(FixityCheck).where(FixityCheck.copy == copy, FixityCheck.sha256.in_(chunk))
        )


def troubles(session: Session) -> list[FixityCheck]:
    """Return what was last found damaged, lost or unreadable, in either archive."""
    query = select(FixityCheck).where(FixityCheck.result != Fixity.SOUND)
    return list(session.scalars(query.order_by(FixityCheck.copy, FixityCheck.sha256)))


def never_checked(session: Session) -> int:
    """Return how many originals of the archive were not hashed again even once."""
    removed = decided_removals(session)
    size = session.scalar(select(func.count()).select_from(Capture)) or 0
    return sum(
        len(expected(session, part, (), removed) - last_checks(session, _FIRST, part).keys())
        for part in parts(size)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far the rota is in one archive."""

    copy: CopyName
    checked: int
    """Originals that were hashed again at least once."""
    in_time: int
    """Of those, how many within the days."""
    oldest: FixityCheck | None
    """The one whose last check is longest ago."""


def standing(session: Session, copy: CopyName, now: datetime, days: int) -> Standing:
    """Return how far the rota is in one archive."""
    of_copy = select(func.count()).select_from(FixityCheck).where(FixityCheck.copy == copy)
    since = now - timedelta(days=days)
    oldest = (
        select(FixityCheck)
        .where(FixityCheck.copy == copy)
        .order_by(FixityCheck.checked_at)
        .limit(1)
    )
    return Standing(
        copy=copy,
        checked=session.scalar(of_copy) or 0,
        in_time=session.scalar(of_copy.where(FixityCheck.checked_at.between(since, now))) or 0,
        oldest=session.scalars(oldest).first(),
    )
