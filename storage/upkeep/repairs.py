"""Restoring an original in one archive from the other, and writing down that it was done."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from storage.archive import Archive, ArchiveError, DamagedOriginal, LostOriginal
from storage.archive.forms import SUFFIX
from storage.clock import utc_now
from storage.database import transaction
from storage.models import CopyName, Fixity, Repair
from storage.upkeep.rota import Copy


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """What came of one original that was not sound."""

    sha256: str
    copy: CopyName
    found: Fixity
    repaired: bool
    problem: ArchiveError | None
    """Why it could not be repaired."""


def look_at(archive: Archive, sha256: str) -> tuple[Fixity, ArchiveError | None]:
    """Hash an original again; return how it is and, unless it is sound, the error that says so."""
    try:
        archive.check(sha256)
    except LostOriginal as error:
        return Fixity.LOST, error
    except DamagedOriginal as error:
        return Fixity.DAMAGED, error
    except ArchiveError as error:
        return Fixity.UNREADABLE, error
    return Fixity.SOUND, None


def repair(
    engine: Engine, sha256: str, broken: Copy, source: Copy, found: Fixity, author: str
) -> Repaired:
    """Restore an original that was found damaged or lost; a good one is never overwritten.

    The bytes of the source are hashed first. A damaged file is put aside, not removed. What was
    written is read back.
    """

    def outcome(problem: ArchiveError | None) -> Repaired:
        return Repaired(
            sha256=sha256,
            copy=broken.name,
            found=found,
            repaired=problem is None,
            problem=problem,
        )

    try:
        body = source.archive.get(sha256)
        row = _begin(engine, sha256, broken, source, found, author)
        before = set(broken.archive.set_aside())
        compressed = source.archive.locate(sha256).endswith(SUFFIX)
        broken.archive.put_many([body], [compressed])
        broken.archive.settle([sha256])
        broken.archive.check(sha256)
        _finish(engine, row, set(broken.archive.set_aside()) - before)
    except ArchiveError as error:
        return outcome(error)
    return outcome(None)


def finish_repairs(engine: Engine, copies: Collection[Copy]) -> None:
    """Close the repairs of a process that was killed after it had written the good bytes."""
    archives = {copy.name: copy.archive for copy in copies}
    with transaction(engine) as session:
        rows = session.scalars(select(Repair).where(Repair.finished_at.is_(None))).all()
    for row in rows:
        archive = archives.get(row.copy)
        if archive is not None and look_at(archive, row.sha256)[0] is Fixity.SOUND:
            _finish(engine, row.id, _files_of(archive, row.sha256))


def _begin(
    engine: Engine, sha256: str, broken: Copy, source: Copy, found: Fixity, author: str
) -> int:
    with transaction(engine) as session:
        row = _open_repair(session, sha256, broken.name)
        if row is None:
            row = Repair(
                sha256=sha256,
                copy=broken.name,
                found=found,
                place=broken.archive.name,
                source=source.archive.name,
                author=author,
                begun_at=utc_now(),
            )
            session.add(row)
            session.flush()
        return row.id


def _open_repair(session: Session, sha256: str, copy: CopyName) -> Repair | None:
    query = select(Repair).where(
        Repair.sha256 == sha256, Repair.copy == copy, Repair.finished_at.is_(None)
    )
    return session.scalars(query).first()


def _finish(engine: Engine, repair_id: int, set_aside: Collection[str]) -> None:
    with transaction(engine) as session:
        row = session.get_one(Repair, repair_id)
        row.finished_at = utc_now()
        mine = sorted(each for each in set_aside if row.sha256 in each)
        row.set_aside = mine[-1] if mine else None


def _files_of(archive: Archive, sha256: str) -> list[str]:
    return [each for each in archive.set_aside() if sha256 in each]
