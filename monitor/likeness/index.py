"""The index of likenesses: which reports of other agencies a report is like, among all there are.

Candidates are found by their sketches; what is stored is measured exactly, on the prose of both
reports as it was read. A report is held against those there are when it is read, and those are
held against it: whichever comes later finds the other.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session, selectinload

from monitor.judging import format_for
from monitor.likeness.bodies import lie_apart, may_be_one_body
from monitor.likeness.figures import figures_of_reading
from monitor.likeness.measure import FEWEST_PROBLEMS, FEWEST_PROSE
from monitor.likeness.prints import count_shared, drop_sketch, keep_sketch
from monitor.likeness.shingles import containment, shingles
from monitor.likeness.sketches import Sketch, sketch
from monitor.likeness.texts import PROBLEMS, prose_of_reading
from storage.models import Filing, StoredLikeness, StoredReading, StoredSketch

LEAST_PROSE = 0.5
"""Containment from which a likeness is kept; thresholds of rules below it find nothing more."""
LEAST_PROBLEMS = 0.7
MOST_KEPT = 30
"""Likenesses kept of one report of each kind: of prose, of section five, of figures."""
_MOST_COMPARED = 60
_LEAST_SHARED = 0.1
"""Share of the prints of the shorter text that a candidate has of it, well below what is due."""
_FEW_PRINTS = 12
"""Prints of which one in common is enough to look closer."""
_REMEMBERED = 100
_MEASURES = ("prose", "problems", "figures")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What of a report is held against others."""

    sketch: Sketch
    prose: frozenset[str]
    problems: frozenset[str]


class LikenessIndex:
    """The likenesses of all filings, in a database; remembers the last texts it compared."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, str], Compared] = OrderedDict()

    def remember(
        self,
        session: Session,
        filing: Filing,
        reading: Mapping[str, Any] | None,
        read_from: str | None,
    ) -> frozenset[int]:
        """Hold a filing's report against those of other agencies, and store what is like it.

        ``reading`` is the report as ``StoredReading`` keeps it, None if none was read, and
        ``read_from`` the SHA-256 of the original it stands in. Reports of no registered agency,
        of no known year and in the format of before 2019 are left out.

        Returns:
            The other filings whose likenesses may have changed with it.
        """
        touched = _forget(session, filing.id)
        if reading is None or not _can_be_compared(filing):
            drop_sketch(session, filing.id)
            return touched
        ours = _compared(filing, reading)
        keep_sketch(session, filing.id, ours.sketch)
        # those that were like it before are asked again, however many are liker now
        worth = {*touched, *candidates(session, filing.id, ours.sketch)}
        for other, theirs in self._others(session, filing, worth, read_from):
            touched |= _keep_pair(session, filing, ours, other, theirs)
        return touched

    def _others(
        self, session: Session, filing: Filing, filing_ids: Iterable[int], read_from: str | None
    ) -> Iterator[tuple[Filing, Compared]]:
        """Yield those of some filings that are of other bodies, with what is compared."""
        for stored in _read(session, filing_ids):
            other = stored.filing
            # the same file under two names is one report, whosever it is
            if stored.read_from == read_from or not _can_be_compared(other):
                continue
            if not _are_of_one_body(filing, other):
                yield other, self._compared(stored)

    def _compared(self, stored: StoredReading) -> Compared:
        key = stored.filing_id, stored.key
        if key not in self._known:
            assert stored.report is not None
            self._known[key] = _compared(stored.filing, stored.report)
        self._known.move_to_end(key)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return self._known[key]


def candidates(session: Session, filing_id: int, ours: Sketch) -> tuple[int, ...]:
    """Return the filings whose sketches are so like one that their texts are worth comparing."""
    found = [
        *_sharing(session, ours.prose, StoredSketch.prose_prints.key, filing_id),
        *_sharing(session, ours.problems, StoredSketch.problems_prints.key, filing_id),
        *_same_figures(session, ours.figures_sha256),
    ]
    return tuple(key for key in dict.fromkeys(found) if key != filing_id)


def _sharing(session: Session, prints: frozenset[int], count: str, filing_id: int) -> Sequence[int]:
    shared = count_shared(session, prints)
    del shared[filing_id]
    likest = dict(shared.most_common(4 * _MOST_COMPARED))
    stored = session.scalars(select(StoredSketch).where(StoredSketch.filing_id.in_(likest)))
    estimates = {
        item.filing_id: likest[item.filing_id] / least
        for item in stored
        if is_worth(likest[item.filing_id], least := min(len(prints), getattr(item, count)))
    }
    return sorted(estimates, key=lambda key: (-estimates[key], key))[:_MOST_COMPARED]


def is_worth(shared: int, least: int) -> bool:
    """Tell whether two texts are worth comparing that share so many prints.

    ``least`` is how many prints the one with fewer has.
    """
    return shared >= (1 if least <= _FEW_PRINTS else 2) and shared >= _LEAST_SHARED * least


def _same_figures(session: Session, figures_sha256: str | None) -> Sequence[int]:
    if figures_sha256 is None:
        return ()
    query = select(StoredSketch.filing_id).where(StoredSketch.figures_sha256 == figures_sha256)
    return session.scalars(query.order_by(StoredSketch.filing_id).limit(_MOST_COMPARED)).all()


def _read(session: Session, filing_ids: Iterable[int]) -> Sequence[StoredReading]:
    query = (
        select(StoredReading)
        .where(StoredReading.filing_id.in_(filing_ids), StoredReading.read_from.is_not(None))
        .order_by(StoredReading.filing_id)
        .options(selectinload(StoredReading.filing).selectinload(Filing.agency))
    )
    return session.scalars(query).all()


def _can_be_compared(filing: Filing) -> bool:
    form = format_for(filing.fiscal_year)
    return filing.agency is not None and form is not None and form.id != "v2008"


def _are_of_one_body(one: Filing, other: Filing) -> bool:
    assert one.agency is not None
    assert other.agency is not None
    if may_be_one_body(one.agency, other.agency):
        return True
    titled = one.agency_name is not None and one.agency_name == other.agency_name
    return titled and not lie_apart(one.agency.division, other.agency.division)


def _compared(filing: Filing, reading: Mapping[str, Any]) -> Compared:
    prose = prose_of_reading(reading, names_of(filing))
    return Compared(
        sketch=sketch(prose, figures_of_reading(reading)),
        prose=shingles(prose.letters),
        problems=shingles(prose.of_section(PROBLEMS).letters),
    )


def names_of(filing: Filing) -> tuple[str, ...]:
    """Return the names under which the agency of a filing may stand in its report."""
    assert filing.agency is not None
    titled = (filing.agency_name,) if filing.agency_name else ()
    return (filing.agency.name, *filing.agency.aliases, *titled)


def _keep_pair(
    session: Session, one: Filing, ours: Compared, other: Filing, theirs: Compared
) -> frozenset[int]:
    """Store how much of each report stands in the other, if that is not the later year's."""
    assert one.fiscal_year is not None
    assert other.fiscal_year is not None
    if other.fiscal_year <= one.fiscal_year:
        _keep(session, one.id, other.id, ours, theirs)
    if one.fiscal_year <= other.fiscal_year and _keep(session, other.id, one.id, theirs, ours):
        return frozenset({other.id})
    return frozenset()


def _keep(
    session: Session, filing_id: int, other_id: int, ours: Compared, theirs: Compared
) -> bool:
    long_enough = len(ours.prose) >= FEWEST_PROSE, len(ours.problems) >= FEWEST_PROBLEMS
    figures = ours.sketch.figures_sha256
    row = StoredLikeness(
        filing_id=filing_id,
        other_id=other_id,
        prose=round(containment(ours.prose, theirs.prose), 4) if long_enough[0] else 0.0,
        problems=round(containment(ours.problems, theirs.problems), 4) if long_enough[1] else 0.0,
        figures=figures is not None and figures == theirs.sketch.figures_sha256,
    )
    if row.prose < LEAST_PROSE and row.problems < LEAST_PROBLEMS and not row.figures:
        return False
    session.add(row)
    session.flush()
    return _leave_likest(session, filing_id, other_id)


def _leave_likest(session: Session, filing_id: int, added: int) -> bool:
    """Drop what is least like a report of very many likenesses; say if the one added stays."""
    query = select(StoredLikeness).where(StoredLikeness.filing_id == filing_id)
    rows = session.scalars(query).all()
    if len(rows) <= MOST_KEPT:
        return True
    kept = {row.other_id for measure in _MEASURES for row in _likest(rows, measure)}
    for row in rows:
        if row.other_id not in kept:
            session.delete(row)
    session.flush()
    return added in kept


def _likest(rows: Sequence[StoredLikeness], measure: str) -> Sequence[StoredLikeness]:
    # of equal ones the first: whoever is found first is likeliest to be the source
    ordered = sorted(rows, key=lambda row: (-getattr(row, measure), row.other_id))
    return [row for row in ordered[:MOST_KEPT] if getattr(row, measure)]


def _forget(session: Session, filing_id: int) -> frozenset[int]:
    """Drop the likenesses of a filing and to it; return the filings that lost one."""
    touched = session.scalars(
        select(StoredLikeness.filing_id).where(StoredLikeness.other_id == filing_id)
    ).all()
    session.execute(
        delete(StoredLikeness).where(
            or_(StoredLikeness.filing_id == filing_id, StoredLikeness.other_id == filing_id)
        )
    )
    return frozenset(touched)
