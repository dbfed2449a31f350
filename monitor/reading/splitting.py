"""Digits that run together, divided into cells where only one division is possible.

A division must give every column one number of its type. Blanks that the author printed separate
numbers; the sums that a row states of itself (six applicants make the total), and those that the
rows of a table state together, rule divisions out. A sum never fills in a value: with two
divisions left, or none, nothing is read, and neither if leaving a cell blank would do as well.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from operator import add

_UNIT = "[件条项个次宗]"
_WHOLE = r"(?:[1-9]\d{0,2}(?:,\d{3})+|0|[1-9]\d{0,8})"
_NUMBER = {
    "count": re.compile(rf"{_WHOLE}{_UNIT}?"),
    "signed": re.compile(rf"[-+增减]?{_WHOLE}{_UNIT}?"),
    "decimal": re.compile(r"(?:0|[1-9]\d{0,9})(?:\.\d{1,6})?(?:万元)?"),
    "money": re.compile(r"(?:0|[1-9]\d{0,11})(?:\.\d{1,6})?(?:万元|元)?"),
}
_SIGN = re.compile(r"[/\\—*-]|--|——|无")
_HALF_WIDTH = str.maketrans("０１２３４５６７８９，．／－＋", "0123456789,./-+")
_MOST_STEPS = 2_000
"""Beyond this the digits admit so many divisions that none is certain."""
_LONGEST = 22
"""Characters of a number with sign, fraction and unit."""
_MOST_DIVISIONS = 40
_MOST_COMBINATIONS = 5_000

Division = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A column that must equal the sum of others, by their places in the row."""

    terms: tuple[int, ...]
    total: int


class _TooManyError(Exception):
    """The search was given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Rows that add up to the same as others, in every column, by their places in the table."""

    left: tuple[int, ...]
    right: tuple[int, ...]


def split_run(run: str, types: Sequence[str], sums: Sequence[Sum] = ()) -> Division | None:
    """Return the numbers of a run, one for each type of column; None unless one division fits.

    ``types`` are those of ``ColumnSpec``. Printed blanks count as separators. If no division
    keeps the sums, the one forced by blanks and number of digits is returned (the row's sum is
    wrong as printed), unless the same digits without the blanks would keep them.
    """
    found = divisions_of(run, types, sums)
    return found[0] if len(found) == 1 else None


def divisions_of(run: str, types: Sequence[str], sums: Sequence[Sum] = ()) -> tuple[Division, ...]:
    """Return the divisions that ``split_run`` chooses from; empty if they are too many to tell."""
    pieces = tuple(run.translate(_HALF_WIDTH).split())
    try:
        fitting = _some(pieces, types, sums, most=_MOST_DIVISIONS if sums else 2)
        if not sums:
            # Where thousands are set apart, single digits side by side are parts of one number.
            forced = "," not in run or len(pieces) == len(types)
            return tuple(fitting) if len(fitting) == 1 and forced else ()
        if len(fitting) == _MOST_DIVISIONS or _fits_with_blanks(pieces, types, sums):
            return ()
        if fitting:
            return tuple(fitting)
        without = _some(pieces, types, ())
        if len(without) == 1 and not _some(("".join(pieces),), types, sums):
            return tuple(without) if _is_forced(pieces, types) else ()
    except _TooManyError:
        return ()
    return ()


def settle(
    rows: Sequence[Sequence[Division]], balances: Sequence[Balance]
) -> tuple[Division | None, ...]:
    """Return the division of each row, given those possible; None where several are left.

    Rows that admit several are told by the sums over the rows, if one combination keeps them all
    and the balances take in every row that is open.
    """
    open_rows = [i for i, divisions in enumerate(rows) if len(divisions) > 1]
    single = tuple(divisions[0] if len(divisions) == 1 else None for divisions in rows)
    usable = [x for x in balances if all(rows[i] for i in (*x.left, *x.right))]
    taken_in = {i for x in usable for i in (*x.left, *x.right)}
    if not open_rows or not set(open_rows) <= taken_in:
        return single
    if prod(len(rows[i]) for i in open_rows) > _MOST_COMBINATIONS:
        return single
    fixed = [_weight(i, division, usable) for i, division in enumerate(single) if division]
    options = [[_weight(i, division, usable) for division in rows[i]] for i in open_rows]
    kept = _balanced(options, fixed)
    if len(kept) != 1:
        return single
    told = {i: rows[i][choice] for i, choice in zip(open_rows, kept[0], strict=True)}
    return tuple(told.get(i, division) for i, division in enumerate(single))


def _weight(row: int, division: Division, balances: Sequence[Balance]) -> tuple[int, ...]:
    """Return what a row adds to the left side of each balance in each column."""
    counts = [_count(value) or 0 for value in division]
    signs = [balance.left.count(row) - balance.right.count(row) for balance in balances]
    return tuple(sign * count for sign in signs for count in counts)


def _balanced(
    options: Sequence[Sequence[tuple[int, ...]]], fixed: Sequence[tuple[int, ...]]
) -> list[tuple[int, ...]]:
    """Return the choices of one option for each open row that bring all sums to zero."""
    start = tuple(map(sum, zip(*fixed, strict=True))) if fixed else (0,) * len(options[0][0])
    reached: dict[tuple[int, ...], list[tuple[int, ...]]] = {start: [()]}
    for weights in options:
        following: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
        for total, choices in reached.items():
            for number, weight in enumerate(weights):
                key = tuple(map(add, total, weight))
                own = following.setdefault(key, [])
                own += [(*choice, number) for choice in choices[: 2 - len(own)]]
        reached = following
    return reached.get((0,) * len(start), [])


def _is_forced(pieces: tuple[str, ...], types: Sequence[str]) -> bool:
    """Tell a run whose author separated all numbers, or none of them."""
    return len(pieces) in (1, len(types))


def _fits_with_blanks(pieces: Division, types: Sequence[str], sums: Sequence[Sum]) -> bool:
    """Tell whether fewer numbers, some cells being blank, would keep the sums as well."""
    groups = [len(item.terms) + 1 for item in sums]
    if sum(groups) != len(types) or len(pieces) == len(types):
        return False
    fewest = sum(_fewest_numbers(piece)[0] for piece in pieces)
    for sizes in product(*(range(2, size + 1) for size in groups)):
        if not fewest <= sum(sizes) < len(types):
            continue
        starts = [sum(sizes[:i]) for i in range(len(sizes))]
        fewer = [
            Sum(terms=tuple(range(start, start + size - 1)), total=start + size - 1)
            for start, size in zip(starts, sizes, strict=True)
        ]
        if _some(pieces, types[: sum(sizes)], fewer, most=1):
            return True
    return False


def _some(
    pieces: tuple[str, ...], types: Sequence[str], sums: Sequence[Sum], *, most: int = 2
) -> list[Division]:
    """Return the divisions that keep the sums, at most so many of them."""
    found: list[Division] = []
    search = _Search(pieces, types, sums)
    for division in search.with_total() if _is_row_sum(types, sums) else search.divisions(0, 0, ()):
        if division not in found:
            found.append(division)
        if len(found) == most:
            break
    return found


def _is_row_sum(types: Sequence[str], sums: Sequence[Sum]) -> bool:
    """Tell whether the last column is the sum of all others."""
    return len(sums) == 1 and sums[0].terms == tuple(range(len(types) - 1))


def _count(value: str) -> int | None:
    """Return the whole number printed, a sign for "none" being zero; None for anything else."""
    if _SIGN.fullmatch(value):
        return 0
    digits = value.rstrip(_UNIT.strip("[]")).replace(",", "")
    return int(digits) if digits.isdigit() else None


class _Search:
    def __init__(self, pieces: tuple[str, ...], types: Sequence[str], sums: Sequence[Sum]) -> None:
        self.pieces = pieces
        self.types = types
        self.sums = {item.total: item for item in sums}
        self.needs = [_fewest_numbers(piece) for piece in pieces]
        self.needs_behind = [
            sum(need[0] for need in self.needs[place + 1 :]) for place in range(len(pieces))
        ]
        self.steps = 0
        self.budget: int | None = None
        """What the numbers so far may add up to at most, where the total is known."""

    def with_total(self) -> Iterator[Division]:
        """Yield the divisions of a row whose last number is its total, the total taken first."""
        *before, last = self.pieces or ("",)
        types = self.types
        for start in range(max(0, len(last) - _LONGEST), len(last)):
            total = last[start:]
            if not _NUMBER[types[-1]].fullmatch(total) and not _SIGN.fullmatch(total):
                continue
            rest = (*before, last[:start]) if start else tuple(before)
            inner = _Search(rest, types[:-1], ())
            inner.steps = self.steps
            inner.budget = _count(total)
            for division in inner.divisions(0, 0, ()):
                if self._keeps_sum((*division, total)):
                    yield (*division, total)
            self.steps = inner.steps

    def divisions(self, piece: int, offset: int, values: Division) -> Iterator[Division]:
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
        """Tell whether the characters left can fill the columns left, no more and no less."""
        left = len(self.types) - count
        if self.needs[piece][offset] + self.needs_behind[piece] > left:
            return False
        characters = sum(map(len, self.pieces[piece:])) - offset
        return left <= characters

    def _exceeds(self, values: Division) -> bool:
        if self.budget is None:
            return False
        return sum(_count(value) or 0 for value in values) > self.budget

    def _ends(self, text: str, offset: int, kind: str) -> Iterator[int]:
        for length in (1, 2):
            end = offset + length
            if end > len(text):
                break
            if _SIGN.fullmatch(text, offset, end) and not text[end : end + 1].isdigit():
                yield end
        longest = _NUMBER[kind].match(text, offset)
        if longest is None:
            return
        for end in range(offset + 1, longest.end() + 1):
            if _NUMBER[kind].fullmatch(text, offset, end):
                yield end

    def _keeps_sum(self, values: Division) -> bool:
        check = self.sums.get(len(values) - 1)
        if check is None:
            return True
        numbers = [_count(values[place]) for place in (*check.terms, check.total)]
        known = [number for number in numbers if number is not None]
        if len(known) < len(numbers):
            return True
        *terms, total = known
        return sum(terms) == total


def _fewest_numbers(piece: str) -> list[int]:
    """Return for each place in a piece how many numbers the rest makes at least.

    A number that begins with 0 is that 0, any other is at most so long.
    """
    fewest = [0] * (len(piece) + 1)
    for place in range(len(piece) - 1, -1, -1):
        reach = 1 if piece[place] == "0" and piece[place + 1 : place + 2] != "." else _LONGEST
        fewest[place] = 1 + min(fewest[place + 1 : place + 1 + reach])
    return fewest
