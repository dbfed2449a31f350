"""Digits that run together, divided into cells where only one division is possible.

A division must give every column one number of its type. Blanks that the author printed separate
numbers; the sum that a row states of itself (six applicants make the total) rules divisions out.
A sum never fills in a value: with two divisions left, or none, nothing is read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_NUMBER = {
    "count": re.compile(r"(?:0|[1-9]\d{0,8})"),
    "signed": re.compile(r"[-+－]?(?:0|[1-9]\d{0,8})"),
    "decimal": re.compile(r"(?:0|[1-9]\d{0,9})(?:\.\d{1,6})?"),
    "money": re.compile(r"(?:0|[1-9]\d{0,11})(?:\.\d{1,6})?(?:万元|元)?"),
}
_SIGN = re.compile(r"[/／\\—－*-]|--|——|－－|无")
_MOST_STEPS = 8_000
"""Beyond this the digits admit so many divisions that none is certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A column that must equal the sum of others, by their places in the row."""

    terms: tuple[int, ...]
    total: int


class _TooManyError(Exception):
    """The search was given up."""


def split_run(run: str, types: Sequence[str], sums: Sequence[Sum] = ()) -> tuple[str, ...] | None:
    """Return the numbers of a run, one for each type of column; None unless one division fits.

    ``types`` are those of ``ColumnSpec``. Printed blanks count as separators. If no division
    keeps the sums, the one forced by blanks and number of digits is returned (the row's sum is
    wrong as printed), unless the same digits without the blanks would keep them.
    """
    pieces = tuple(run.split())
    try:
        fitting = _some(pieces, types, sums)
        if len(fitting) == 1 or not sums:
            return fitting[0] if len(fitting) == 1 else None
        if fitting:
            return None
        forced = _some(pieces, types, ())
        if len(forced) == 1 and not _some(("".join(pieces),), types, sums):
            return forced[0]
    except _TooManyError:
        return None
    return None


def _some(
    pieces: tuple[str, ...], types: Sequence[str], sums: Sequence[Sum]
) -> list[tuple[str, ...]]:
    """Return the divisions that keep the sums, at most two of them."""
    found: list[tuple[str, ...]] = []
    search = _Search(pieces, types, sums)
    for division in search.with_total() if _is_row_sum(types, sums) else search.divisions(0, 0, ()):
        if division not in found:
            found.append(division)
        if len(found) == 2:
            break
    return found


def _is_row_sum(types: Sequence[str], sums: Sequence[Sum]) -> bool:
    """Tell whether the last column is the sum of all others."""
    return len(sums) == 1 and sums[0].terms == tuple(range(len(types) - 1))


class _Search:
    def __init__(self, pieces: tuple[str, ...], types: Sequence[str], sums: Sequence[Sum]) -> None:
        self.pieces = pieces
        self.types = types
        self.sums = {item.total: item for item in sums}
        self.steps = 0
        self.budget: int | None = None
        """What the numbers so far may add up to at most, where the total is known."""

    def with_total(self) -> Iterator[tuple[str, ...]]:
        """Yield the divisions of a row whose last number is its total, the total taken first."""
        *before, last = self.pieces or ("",)
        types = self.types
        for start in range(len(last)):
            total = last[start:]
            if not _NUMBER[types[-1]].fullmatch(total) and not _SIGN.fullmatch(total):
                continue
            rest = (*before, last[:start]) if start else tuple(before)
            inner = _Search(rest, types[:-1], ())
            inner.steps = self.steps
            inner.budget = int(total) if total.isdigit() else None
            for division in inner.divisions(0, 0, ()):
                if self._keeps_sum((*division, total)):
                    yield (*division, total)
            self.steps = inner.steps

    def divisions(
        self, piece: int, offset: int, values: tuple[str, ...]
    ) -> Iterator[tuple[str, ...]]:
        """Yield the ways to go on from a place in the run with these values so far."""
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise _TooManyError
        if piece == len(self.pieces):
            if len(values) == len(self.types):
                yield values
            return
        if len(values) == len(self.types) or not self._enough(piece, offset, len(values)):
            return
        text = self.pieces[piece]
        for end in self._ends(text, offset, self.types[len(values)]):
            taken = (*values, text[offset:end])
            if not self._keeps_sum(taken) or self._exceeds(taken):
                continue
            if end == len(text):
                yield from self.divisions(piece + 1, 0, taken)
            else:
                yield from self.divisions(piece, end, taken)

    def _enough(self, piece: int, offset: int, count: int) -> bool:
        """Tell whether the characters and pieces left can still fill the columns left."""
        left = len(self.types) - count
        characters = sum(map(len, self.pieces[piece:])) - offset
        return len(self.pieces) - piece <= left <= characters

    def _exceeds(self, values: tuple[str, ...]) -> bool:
        if self.budget is None:
            return False
        return sum(int(value) for value in values if value.isdigit()) > self.budget

    def _ends(self, text: str, offset: int, kind: str) -> Iterator[int]:
        for length in (1, 2):
            end = offset + length
            if _SIGN.fullmatch(text, offset, end) and not text[end : end + 1].isdigit():
                yield end
        longest = _NUMBER[kind].match(text, offset)
        if longest is None:
            return
        for end in range(offset + 1, longest.end() + 1):
            if _NUMBER[kind].fullmatch(text, offset, end):
                yield end

    def _keeps_sum(self, values: tuple[str, ...]) -> bool:
        check = self.sums.get(len(values) - 1)
        if check is None:
            return True
        numbers = [values[place] for place in (*check.terms, check.total)]
        if not all(number.isdigit() for number in numbers):
            return True
        *terms, total = map(int, numbers)
        return sum(terms) == total
