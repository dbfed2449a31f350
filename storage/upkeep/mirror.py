"""Bringing the second copy up to date: what is there already is known by its name."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import Engine

from storage.archive import (
    Archive,
    ArchiveError,
    DamagedOriginal,
    LockedOriginal,
    LostOriginal,
)
from storage.captures import sweep
from storage.database import reading
from storage.models import CopyName
from storage.retention.removed import standing_removals
from storage.upkeep.listing import decided_removals, originals_in, parts
from storage.upkeep.rota import last_checks

BATCH_BYTES = 16 << 20
BATCH = 200


@dataclass(slots=True)
class Mirrored:
    """What came of bringing a second copy up to date."""

    copied: int = 0
    removed: int = 0
    """Originals that a decision has removed from the archive, and so from here."""
    failed: list[str] = field(default_factory=list)
    """Hashes of those that are damaged or lost where they were to come from."""


def mirror(
    engine: Engine, first: Archive, second: Archive, stop: Callable[[], bool] = lambda: False
) -> Mirrored:
    """Copy what the second archive does not have yet, each hashed on its way, and checkpoints.

    What is pending is left for the next time: its row may never come. What was lost here since it
    was last seen is left to the repairs, which write it down.

    Raises:
        ArchiveError: if either archive cannot be read or written at all.
    """
    sweep(engine, second)
    pending = first.pending()
    of_first, of_second = originals_in(first), originals_in(second)
    with reading(engine) as session:
        removed = decided_removals(session)
    done = Mirrored()
    for part in parts(len(of_first) + len(of_second)):
        if stop():
            return done
        here, there = of_first.part(part), of_second.part(part)
        new = here.keys() - there.keys() - pending
        with reading(engine) as session:
            decided = removed.part(part)
            left = {each: decided[each] for each in decided.keys() & (there.keys() - here.keys())}
            gone = standing_removals(session, left)
            known = new & last_checks(session, CopyName.SECOND, part).keys()
        for sha256 in sorted(gone):
            with suppress(LockedOriginal):  # until its lock ends; each time is tried again
                second.remove(sha256)
                done.removed += 1
        _copy(first, second, {each: bool(here[each]) for each in sorted(new - known)}, done)
    second.add_checkpoints(first.checkpoints())
    return done


def _copy(first: Archive, second: Archive, wanted: dict[str, bool], done: Mirrored) -> None:
    batch: list[tuple[bytes, bool]] = []
    size = 0
    for sha256, compressed in wanted.items():
        try:
            body = first.get(sha256)
        except (DamagedOriginal, LostOriginal):
            done.failed.append(sha256)
            continue
        batch.append((body, compressed))
        size += len(body)
        if size >= BATCH_BYTES or len(batch) >= BATCH:
            _put(second, batch, done)
            batch, size = [], 0
    _put(second, batch, done)


def _put(second: Archive, batch: list[tuple[bytes, bool]], done: Mirrored) -> None:
    if batch:
        digests = second.put_many([body for body, _ in batch], [may for _, may in batch])
        second.settle(digests)
        done.copied += len(batch)


def mirror_or_say(engine: Engine, first: Archive, second: Archive) -> str | None:
    """Bring the second copy up to date, or return in English why that is not possible now.

    For those who have done their own work by then: the archive itself is whole.
    """
    try:
        mirror(engine, first, second)
    except ArchiveError as error:
        return error.en
    return None
