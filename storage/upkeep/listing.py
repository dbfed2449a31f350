"""Millions of hashes in as little memory as they take, read by their first byte."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.archive import Archive
from storage.archive.forms import SUFFIX
from storage.models import Deletion, LogEntry

_BUCKETS = 256
_PART = 20_000
"""Originals that are gone through at once."""
_HASH, _NOTE = 32, 8
_RECORD = _HASH + _NOTE
_AT_ONCE = 20
"""Deletions in memory at once; each names up to a thousand originals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """All hashes whose first byte is at least ``start`` and less than ``stop``."""

    start: int
    stop: int

    @property
    def low(self) -> str:
        """The digits that none of them comes before."""
        return f"{self.start:02x}"

    @property
    def high(self) -> str:
        """The digits that all of them come before; "g" follows every digit."""
        return "g" if self.stop == _BUCKETS else f"{self.stop:02x}"


def parts(size: int) -> list[Part]:
    """Cut so many hashes into parts that fit into memory."""
    wanted = min(_BUCKETS, 1 << (size // _PART).bit_length())
    step = _BUCKETS // wanted
    return [Part(start=start, stop=start + step) for start in range(0, _BUCKETS, step)]


class Listing:
    """Hashes with a number each: 40 bytes an item, where a dictionary takes five times as much."""

    def __init__(self) -> None:
        self._buckets = [bytearray() for _ in range(_BUCKETS)]

    def add(self, sha256: str, number: int) -> None:
        """Add a hash in hexadecimal."""
        digest = bytes.fromhex(sha256)
        self._buckets[digest[0]] += digest + number.to_bytes(_NOTE, "big")

    def __len__(self) -> int:
        return sum(map(len, self._buckets)) // _RECORD

    def part(self, part: Part) -> dict[str, int]:
        """Return the hashes of one part; of several numbers of one, the last."""
        return {
            run[at : at + _HASH].hex(): int.from_bytes(run[at + _HASH : at + _RECORD], "big")
            for run in self._buckets[part.start : part.stop]
            for at in range(0, len(run), _RECORD)
        }


def originals_in(archive: Archive) -> Listing:
    """Return the hashes of all originals of an archive; the number is 1 if one lies compressed."""
    found = Listing()
    for file in archive.files():
        if file.sha256 is not None:
            found.add(file.sha256, int(file.path.endswith(SUFFIX)))
    return found


def decided_removals(session: Session) -> Listing:
    """Return what decisions of retention have removed, each with the decision's place in the log.

    Whether it stays removed is for ``standing_removals`` to say.
    """
    found = Listing()
    query = (
        select(Deletion.originals, LogEntry.position)
        .join(LogEntry, LogEntry.deletion_id == Deletion.id)
        .order_by(LogEntry.position)
        .execution_options(yield_per=_AT_ONCE)
    )
    for originals, position in session.execute(query):
        for each in originals:
            found.add(str(each["sha256"]), position)
    return found
