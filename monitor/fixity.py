"""Looking after the archive: what is due is hashed again, restored, and copied a second time."""

import logging
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random, SystemRandom

from sqlalchemy import Engine, select

from monitor.lease import LeaseHeldError, held
from storage.archive import ArchiveError, open_archive
from storage.clock import utc_now
from storage.database import reading, transaction
from storage.models import CopyName, Fixity, FixityCheck, Original
from storage.upkeep.listing import Listing, Part, decided_removals, originals_in, parts
from storage.upkeep.mirror import Mirrored, mirror
from storage.upkeep.repairs import Repaired, finish_repairs, look_at, repair
from storage.upkeep.rota import (
    Checked,
    Copy,
    expected,
    forget,
    last_checks,
    record,
    share,
    troubles,
)
from storage.workspace import Workspace

log = logging.getLogger(__name__)

LEASE = "fixity"
TIMETABLE = "nianbao schedule"
"""Who repairs what the timetable finds."""
_WRITTEN_EVERY = timedelta(seconds=5)
_MOST_AT_ONCE = 200
_IN_A_ROW = 3
"""So many originals in a row that cannot be read at all: it is the archive that cannot."""


@dataclass(slots=True)
class Round:
    """What one round of looking after gave."""

    originals: int = 0
    """That must be in the archive."""
    checked: int = 0
    unsound: list[Repaired] = field(default_factory=list)
    mirrored: Mirrored | None = None


def copies_of(workspace: Workspace) -> tuple[Copy, ...]:
    """Return the archive and, where one is set, the second copy.

    Raises:
        ArchiveUrlError: if a setting names no place that can be used.
    """
    archives = [Copy(name=CopyName.ARCHIVE, archive=open_archive(workspace.archive_url))]
    if workspace.second_copy_url:
        second = open_archive(workspace.second_copy_url)
        archives.append(Copy(name=CopyName.SECOND, archive=second))
    return tuple(archives)


def look_after(
    engine: Engine,
    copies: Collection[Copy],
    days: int,
    *,
    everything: bool = False,
    author: str = TIMETABLE,
    stopping: threading.Event | None = None,
    chance: Random | None = None,
) -> Round:
    """Hash again what is due in every copy, restore what is not sound, bring the second up to date.

    Progress is kept as it goes: what a stop leaves out comes the next time.

    Args:
        engine: of the database.
        copies: the archive and its second copy, if there is one.
        days: within which everything is to be hashed.
        everything: hash all of it now.
        author: who has it repaired.
        stopping: ends it after the original in hand.
        chance: for the random share.

    Raises:
        ArchiveError: if an archive cannot be read or written at all.
        LeaseHeldError: if another process is at it.
    """
    stop = (stopping or threading.Event()).is_set
    with held(engine, LEASE):
        finish_repairs(engine, copies)
        work = _Work(engine, copies, 0 if everything else days, author, chance or SystemRandom())
        work.go(stop)
        if len(work.copies) > 1 and not stop():
            first, second = (copy.archive for copy in work.copies)
            work.round.mirrored = mirror(engine, first, second, stop)
    return work.round


class _Work:
    def __init__(
        self, engine: Engine, copies: Collection[Copy], days: int, author: str, chance: Random
    ) -> None:
        self.copies = tuple(copies)
        self.round = Round()
        self._engine = engine
        self._days = days
        self._author = author
        self._chance = chance
        self._unwritten: list[Checked] = []
        self._written_at = utc_now()
        self._in_a_row = 0
        self._removed = Listing()

    def go(self, stop: Callable[[], bool]) -> None:
        files = {copy.name: originals_in(copy.archive) for copy in self.copies}
        with reading(self._engine) as session:
            self._removed = decided_removals(session)
        order = parts(max(map(len, files.values())))
        self._chance.shuffle(order)
        try:
            for part in order:
                for copy in self.copies:
                    for sha256 in self._due(copy, files[copy.name], part):
                        if stop():
                            return
                        self._look_at(copy, sha256)
                self._lay_open(files[CopyName.ARCHIVE].part(part))
        finally:
            self._write()

    def _due(self, copy: Copy, files: Listing, part: Part) -> list[str]:
        here = files.part(part)
        with reading(self._engine) as session:
            there = expected(session, part, here, self._removed)
            rows = last_checks(session, copy.name, part)
        self._forget(copy, rows.keys() - there)
        if copy.name is CopyName.ARCHIVE:
            self.round.originals += len(there)
        else:
            there &= here.keys() | rows.keys()  # the rest has not been copied yet
        checked = {each: _last_sound(rows.get(each), each in here) for each in sorted(there)}
        return share(checked, utc_now(), self._days, self._chance)

    def _forget(self, copy: Copy, digests: Collection[str]) -> None:
        if digests:
            with transaction(self._engine) as session:
                forget(session, copy.name, digests)

    def _look_at(self, copy: Copy, sha256: str) -> None:
        result, error = look_at(copy.archive, sha256)
        self.round.checked += 1
        self._in_a_row = self._in_a_row + 1 if result is Fixity.UNREADABLE else 0
        if error is not None and self._in_a_row >= _IN_A_ROW:
            raise error
        if error is not None:
            done = self._repair(copy, sha256, result, error)
            self.round.unsound.append(done)
            result = Fixity.SOUND if done.repaired else result
        self._unwritten.append(Checked(sha256=sha256, copy=copy.name, at=utc_now(), result=result))
        late = utc_now() - self._written_at > _WRITTEN_EVERY
        if late or error is not None or len(self._unwritten) >= _MOST_AT_ONCE:
            self._write()

    def _repair(self, copy: Copy, sha256: str, found: Fixity, error: ArchiveError) -> Repaired:
        log.warning("%s", error)
        return repaired_from_others(
            self._engine, self.copies, copy, sha256, (found, error), self._author
        )

    def _lay_open(self, here: Mapping[str, int]) -> None:
        """Lay out as they are those originals of filings that came as pages of lists."""
        compressed = {sha256 for sha256, is_compressed in here.items() if is_compressed}
        if not compressed:
            return
        with reading(self._engine) as session:
            query = select(Original.sha256).where(
                Original.sha256 >= min(compressed), Original.sha256 <= max(compressed)
            )
            found = compressed.intersection(session.scalars(query))
        for sha256 in sorted(found):
            for copy in self.copies:
                if look_at(copy.archive, sha256)[0] is Fixity.SOUND:
                    copy.archive.settle(copy.archive.put_many([copy.archive.get(sha256)]))

    def _write(self) -> None:
        checks, self._unwritten, self._written_at = self._unwritten, [], utc_now()
        if checks:
            with transaction(self._engine) as session:
                record(session, checks)


def repaired_from_others(
    engine: Engine,
    copies: Collection[Copy],
    broken: Copy,
    sha256: str,
    found: tuple[Fixity, ArchiveError],
    author: str,
) -> Repaired:
    """Restore an original that is not sound from the other copy, if there is one."""
    result, problem = found
    for source in copies:
        if source.name is not broken.name:
            return repair(engine, sha256, broken, source, result, author)
    return Repaired(sha256=sha256, copy=broken.name, found=result, repaired=False, problem=problem)


def repair_all(
    engine: Engine, copies: Collection[Copy], digests: Collection[str], author: str
) -> list[Repaired]:
    """Look at originals in every copy and restore those that are not sound; all that are known.

    Args:
        engine: of the database.
        copies: the archive and its second copy.
        digests: of the originals; empty means those that were last found not to be sound.
        author: who has it done.

    Raises:
        LeaseHeldError: if another process is at it.
    """
    with held(engine, LEASE):
        finish_repairs(engine, copies)
        with reading(engine) as session:
            known = {row.sha256 for row in troubles(session)}
        done: list[Repaired] = []
        for sha256 in sorted(digests or known):
            for copy in copies:
                result, error = look_at(copy.archive, sha256)
                if error is not None:
                    found = (result, error)
                    one = repaired_from_others(engine, copies, copy, sha256, found, author)
                    done.append(one)
                    result = Fixity.SOUND if one.repaired else result
                if error is not None or sha256 in known:
                    check = Checked(sha256=sha256, copy=copy.name, at=utc_now(), result=result)
                    with transaction(engine) as session:
                        record(session, [check])
    return done


def note_unsound(engine: Engine, found: Mapping[str, Fixity]) -> None:
    """Have the rota know originals of the archive that a verification found not to be sound.

    So they are told to the operators, looked at again first, and known to ``audit repair``. While
    another process looks after the archive, nothing is noted: it finds them by itself.
    """
    now = utc_now()
    checks = [
        Checked(sha256=sha256, copy=CopyName.ARCHIVE, at=now, result=result)
        for sha256, result in sorted(found.items())
    ]
    try:
        with held(engine, LEASE), transaction(engine) as session:
            record(session, checks)
    except LeaseHeldError as error:
        log.info("what was found is left to %s, which checks the archive", error.holder)


def _last_sound(row: FixityCheck | None, is_there: bool) -> datetime | None:
    """Return when an original was last found sound; None if it is to be looked at now."""
    if row is None or not is_there or row.result is not Fixity.SOUND:
        return None
    return row.checked_at
