"""Signs of a label that hang over a ruling line into the cell of a value.

Programs that set a line tighter or wider than it was measured let its last sign, mostly a closing
bracket, hang over the line of the cell. By its middle it then stands in the cell beside it.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from monitor.reading.layout.marks import Char
from monitor.reading.normalise import CellKind, classify_cell

FOREIGN = "a sign that is no part of a value stands at the edge of the cell"
CLOSING = frozenset("，。、；：！？）”’》〉】〕」』)]},.;:?!%％")
"""Signs that belong to what stands before them."""
_OPENING = frozenset("（“‘《〈【〔「『([{")
_LEFT_OVER = CLOSING - frozenset("%％.")
"""Closing signs that no value begins with."""


def goes_on(first: Char, second: Char) -> bool:
    """Return whether one character follows another without a gap on one line."""
    same_line = abs(first.centre[1] - second.centre[1]) < 0.3 * first.size
    near = abs(second.box[0] - first.box[2]) < 0.3 * first.size
    return same_line and near and bool((first.text + second.text).strip())


class Overhang:
    """The characters of a table with the cell of each, of which some hang over a line.

    ``owner`` is changed where a sign is given back to the label that it ends.
    """

    def __init__(self, chars: Sequence[Char], owner: list[int | None]) -> None:
        self.chars, self.owner = chars, owner

    def settle(self, over: Iterable[int]) -> set[int | None]:
        """Give back what belongs to the cell before; return the cells that remain doubtful.

        ``over`` are the places of the characters that hang over a line, or follow one of another
        cell without a gap. Only those matter without which the cell holds a value, or nothing.
        """
        doubtful: set[int | None] = set()
        for index, places in self._by_cell(over).items():
            signs = set(places)
            inside = [i for i, cell in enumerate(self.owner) if cell == index]
            rest = "".join(self.chars[i].text for i in inside if i not in signs)
            whole = "".join(self.chars[i].text for i in inside)
            if not (is_value(rest) and not is_value(whole)):
                continue
            for place in sorted(signs):
                if self._ends_what_is_before(place, index):
                    self.owner[place] = self.owner[place - 1]
                else:
                    doubtful.add(index)
        return doubtful

    def _by_cell(self, over: Iterable[int]) -> dict[int | None, list[int]]:
        cells: dict[int | None, list[int]] = {}
        for place in over:
            if self.chars[place].text.strip():
                cells.setdefault(self.owner[place], []).append(place)
        return cells

    def _ends_what_is_before(self, place: int, index: int | None) -> bool:
        if not place or self.chars[place].text not in CLOSING:
            return False
        before = self.owner[place - 1]
        other = before is not None and before != index
        return other and goes_on(self.chars[place - 1], self.chars[place])


@lru_cache(maxsize=4096)
def is_value(text: str) -> bool:
    """Return whether a text may be all that a value cell holds; it may be blank."""
    return classify_cell(text) is not CellKind.OTHER


@lru_cache(maxsize=4096)
def has_foreign_sign(text: str) -> bool:
    """Return whether a value begins with a closing sign, or ends with an opening one."""
    first, last = text[0] in _LEFT_OVER, text[-1] in _OPENING
    return (first or last) and is_value(text[first : len(text) - last].strip())
