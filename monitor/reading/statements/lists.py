"""Lists of parts: 其中…, 包括…, 分别为…, or a bracket behind a count."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from monitor.reading.statements.binding import Bound
from monitor.reading.statements.flat import Flat, flat_position
from monitor.reading.statements.model import Breakdown, Count, Thing
from monitor.reading.statements.tokens import Token

_TOTALS = frozenset(
    {
        Thing.REQUESTS_NEW,
        Thing.REQUESTS_RECEIVED,
        Thing.REQUESTS_ACCEPTED,
        Thing.REQUESTS_HANDLED,
        Thing.REQUESTS_ANSWERED,
    }
)
_RESULTS = frozenset(
    {
        Thing.GRANTED,
        Thing.PARTIAL,
        Thing.GRANTED_OR_PARTIAL,
        Thing.DENIED,
        Thing.UNABLE,
        Thing.REFUSED,
        Thing.OTHER_HANDLING,
    }
)
_FAMILIES = ("requests", "reviews", "suits", "normative", "regulations", "licensing", "penalties")
_EXHAUSTIVE = ("分别", "即", "分为", "具体为", "具体是", "按", "从")
_OPEN = "主要"


@dataclass(slots=True)
class _List:
    parent: int
    opening: str
    depth: int = 0
    parts: list[int] = field(default_factory=list)
    key: str | None = None
    """By what the parts are told apart: a facet, their things, or their words alone."""
    certain: bool = True


class Lists:
    """The lists of a sentence; ``counts`` is shared with the walk and named by position."""

    def __init__(self, flat: Flat, counts: list[Count], parent: int | None) -> None:
        self.flat, self.counts = flat, counts
        self.last = parent
        """The count of which a list that opens now gives the parts."""
        self._open: _List | None = None
        self._closed: list[_List] = []

    @property
    def is_open(self) -> bool:
        """Whether a list is open."""
        return self._open is not None

    @property
    def total(self) -> Count | None:
        """The count of which the list that is open gives the parts."""
        return self.counts[self._open.parent] if self._open is not None else None

    def open(self, opening: str, depth: int) -> None:
        """Open a list of the last count; a second one within a list is not certain."""
        if self.last is None:
            return
        if self._open is not None and not self._open.parts:
            self._open.opening = opening
            return
        again = self._open is not None
        self.close()
        self._open = _List(parent=self.last, opening=opening, depth=depth, certain=not again)

    def close(self) -> None:
        """Close the list that is open."""
        if self._open is not None:
            self._closed.append(self._open)
        self._open = None

    def leave_bracket(self, depth: int) -> None:
        """Close a list that a bracket opened, behind that bracket."""
        if self._open is not None and self._open.depth > depth:
            self.close()

    def ends_before(self, bound: Bound, head: Sequence[Token]) -> bool:
        """Whether a count is no part: it has a total or time of its own, or is of another kind."""
        total = self.total
        if total is None:
            return False
        if any(word.means("sum") or word.kind in ("year", "day") for word in head):
            return True
        if bound.things and bound.facet is None and total.thing is not None:
            return family(bound.things[0]) != family(total.thing)
        return False

    def known_thing(self, thing: Thing | None, part: Count) -> Thing | None:
        """Return None for a part that seems to count what its total counts: its words are lost."""
        total = self.total
        if thing is None or total is None or part.whole or part.narrowed:
            return thing
        same = part.scope is total.scope and part.time is total.time
        return None if total.thing is thing and same and not total.narrowed else thing

    def take(self, place: int, bound: Bound) -> None:
        """Take a count as a part; one of another unit or told apart otherwise ends the list."""
        assert self._open is not None
        part, total = self.counts[place], self.counts[self._open.parent]
        key = bound.facet or ("thing" if bound.things else "label")
        if part.thing is Thing.REQUESTS_CARRIED_IN:
            key = "carried"
            if total.thing in _TOTALS:
                self.counts[self._open.parent] = replace(total, includes_carried=True)
        if part.unit == total.unit and self._open.key in (None, key):
            self._open.key = key
            self._open.parts.append(place)
            self._open.certain &= part.time is total.time and part.scope is total.scope
            return
        parent = self._open.parent
        self.close()
        if part.unit == total.unit:
            self._open = _List(parent=parent, opening="", parts=[place], key=key, certain=False)

    def breakdowns(self) -> list[Breakdown]:
        """Return the lists that have parts, once the counts are final."""
        return [self._breakdown(item) for item in self._closed if item.parts]

    def _breakdown(self, item: _List) -> Breakdown:
        end = flat_position(self.flat, self.counts[item.parts[-1]].quotation.end)
        return Breakdown(
            total=self.counts[item.parent],
            parts=tuple(self.counts[part] for part in item.parts),
            opening=item.opening,
            exhaustive=item.opening.startswith(_EXHAUSTIVE),
            open_ended=item.opening.startswith(_OPEN) or self.flat.plain.startswith("等", end),
            certain=item.certain and bool(item.opening),
        )


def family(thing: Thing) -> str:
    """Return what things must share to be parts of one another."""
    if thing in _RESULTS:
        return "requests"
    return next((name for name in _FAMILIES if thing.startswith(name)), str(thing))
