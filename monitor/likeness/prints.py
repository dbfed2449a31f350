"""The prints of all reports in the database: kept, taken back, and looked up."""

import struct
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, bindparam, delete, insert, select, tuple_, union_all
from sqlalchemy.orm import Session

from monitor.likeness.sketches import SKETCH_VERSION, Sketch
from storage.models import Print, StoredSketch

_AT_ONCE = 32
"""Prints looked up by one statement."""
MOST_REPORTS = 300
"""Reports looked at for one print, latest first; only stock phrases are in more of them."""


def keep_sketch(session: Session, filing_id: int, sketch: Sketch) -> None:
    """Store the sketch of a filing in the place of an earlier one."""
    prints = sketch.prose | sketch.problems
    stored = session.get(StoredSketch, filing_id)
    before = _unpacked(stored.prints) if stored else frozenset()
    _take_back(session, filing_id, before - prints)
    _add(session, filing_id, prints - before)
    stored = stored or StoredSketch(filing_id=filing_id)
    stored.version = SKETCH_VERSION
    stored.prints = _packed(prints)
    stored.prose_prints, stored.problems_prints = len(sketch.prose), len(sketch.problems)
    stored.figures_sha256 = sketch.figures_sha256
    session.add(stored)
    session.flush()


def drop_sketch(session: Session, filing_id: int) -> None:
    """Forget the sketch of a filing, if there is one."""
    stored = session.get(StoredSketch, filing_id)
    if stored is not None:
        _take_back(session, filing_id, _unpacked(stored.prints))
        session.delete(stored)


def count_shared(session: Session, prints: Iterable[int]) -> Counter[int]:
    """Return by filing how many of some prints it has, stock phrases not counted to the last."""
    wanted: list[int | None] = list(prints)
    wanted += [None] * (
        -len(wanted) % _AT_ONCE
    )  # nothing equals NULL; the statement stays the same
    shared: Counter[int] = Counter()
    for begin in range(0, len(wanted), _AT_ONCE):
        values = {f"print_{i}": wanted[begin + i] for i in range(_AT_ONCE)}
        shared.update(session.scalars(_lookup(), values))
    return shared


@cache
def _lookup() -> CompoundSelect[Any]:
    """Return the statement that finds the latest reports with each of some prints."""
    found = (
        select(Print.filing_id)
        .where(Print.hash == bindparam(f"print_{i}", type_=Print.hash.type))
        .order_by(Print.filing_id.desc())
        .limit(MOST_REPORTS)
        .subquery()
        for i in range(_AT_ONCE)
    )
    return union_all(*(select(part.c.filing_id) for part in found))


def _add(session: Session, filing_id: int, prints: Iterable[int]) -> None:
    rows = [{"hash": value, "filing_id": filing_id} for value in sorted(prints)]
    if rows:
        session.execute(insert(Print), rows)


def _take_back(session: Session, filing_id: int, prints: Iterable[int]) -> None:
    keys: Sequence[tuple[int, int]] = [(value, filing_id) for value in sorted(prints)]
    for begin in range(0, len(keys), 400):
        part = keys[begin : begin + 400]
        session.execute(delete(Print).where(tuple_(Print.hash, Print.filing_id).in_(part)))


def _packed(prints: Iterable[int]) -> bytes:
    ordered = sorted(prints)
    return struct.pack(f">{len(ordered)}q", *ordered)


def _unpacked(packed: bytes) -> frozenset[int]:
    return frozenset(struct.unpack(f">{len(packed) // 8}q", packed))
