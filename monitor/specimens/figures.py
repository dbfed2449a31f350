"""Numbers for the three tables: such as agree with each other, or such as all differ."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from monitor.formats import ColumnSpec, TableSpec
from monitor.specimens.model import Cells

_FULL_WIDTH = str.maketrans("0123456789,.+-/", "０１２３４５６７８９，．＋－／")
_ENDS = ("new", "carried_in", "handled_total", "carried_out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """How numbers are printed."""

    zero: str = "0"
    """What stands for no case: ``0``, a blank, ``/``, ``-``."""
    zeros_shown: float = 1.0
    """The share of zeros that are printed as 0 all the same."""
    thousands: bool = False
    full_width: bool = False
    unit: str = ""
    """A unit behind each count above zero: 件."""
    sign: str = "+"
    """How growth is signed: ``+``, ``增``, or nothing; a decrease bears ``-``, or ``减``."""

    def count(self, number: int, chance: Random) -> str:
        """Return a count as printed."""
        if number == 0 and chance.random() >= self.zeros_shown:
            return self.zero
        text = f"{number:,}" if self.thousands else str(number)
        text += self.unit if number else ""
        return text.translate(_FULL_WIDTH) if self.full_width else text

    def change(self, number: int) -> str:
        """Return a signed number as printed."""
        if self.sign == "增":
            text = f"{'增' if number > 0 else '减' if number < 0 else ''}{abs(number)}"
        else:
            text = f"{self.sign}{number}" if number > 0 else str(number)
        return text.translate(_FULL_WIDTH) if self.full_width else text


def agreeing_requests(spec: TableSpec, chance: Random, *, most: int, show: Print) -> Cells:
    """Return a table of requests in which every sum of the format holds.

    ``most`` is about the number of requests of the busiest kind of applicant.
    """
    results = [row.key for row in spec.rows if row.key not in _ENDS]
    *applicants, total = (column.key for column in spec.rows[0].columns)
    numbers: dict[str, dict[str, int]] = {row.key: {} for row in spec.rows}
    for place, applicant in enumerate(applicants):
        column = _column(results, chance, most if place < 2 else most // 20)
        for key, number in column.items():
            numbers[key][applicant] = number
    for values in numbers.values():
        values[total] = sum(values.values())
    return {
        key: {column: show.count(number, chance) for column, number in values.items()}
        for key, values in numbers.items()
    }


def _column(results: Sequence[str], chance: Random, most: int) -> dict[str, int]:
    busy = chance.random() < 0.8
    column = {
        key: chance.randint(1, max(1, most // 4)) if busy and most and chance.random() < 0.45 else 0
        for key in results
    }
    handled = sum(column.values())
    carried_out = chance.choice((0, 0, chance.randint(0, most // 5 + 1))) if busy else 0
    carried_in = chance.randint(0, min(handled + carried_out, most // 5 + 1)) if busy else 0
    ends = (handled + carried_out - carried_in, carried_in, handled, carried_out)
    return {**column, **dict(zip(_ENDS, ends, strict=True))}


def agreeing_remedies(spec: TableSpec, chance: Random, *, most: int, show: Print) -> Cells:
    """Return a table of reviews and suits in which every total holds."""
    cells = {}
    for group in spec.rows:
        *kinds, total = (column.key for column in group.columns)
        numbers = {key: chance.randint(0, most) if chance.random() < 0.4 else 0 for key in kinds}
        numbers[total] = sum(numbers.values())
        cells[group.key] = {key: show.count(number, chance) for key, number in numbers.items()}
    return cells


def disclosure(spec: TableSpec, chance: Random, *, number: Callable[[], int], show: Print) -> Cells:
    """Return a table of proactive disclosure with ``number`` as the source of its counts."""
    return {
        row.key: {column.key: _figure(column, chance, number, show) for column in row.columns}
        for row in spec.rows
    }


def _figure(column: ColumnSpec, chance: Random, number: Callable[[], int], show: Print) -> str:
    amount = number()
    if column.type == "signed":
        return show.change(amount * chance.choice((1, -1)))
    if column.type == "decimal":
        return _decimal(amount, chance, show)
    if column.type == "money":
        return _decimal(amount, chance, show) + chance.choice(("万元", "万元", "元")) * bool(amount)
    return show.count(amount, chance)


def _decimal(amount: int, chance: Random, show: Print) -> str:
    places = chance.choice((0, 0, 1, 2, 4, 6))
    if not amount or not places:
        return replace(show, unit="").count(amount, chance)
    whole = f"{amount:,}" if show.thousands else str(amount)
    text = f"{whole}.{chance.randrange(10**places):0{places}d}"
    return text.translate(_FULL_WIDTH) if show.full_width else text


def differing(
    tables: Mapping[str, TableSpec], chance: Random, *, zeros: float = 0.0, digits: int = 5
) -> dict[str, Cells]:
    """Return tables in which no number occurs twice, so that any swap is seen; no sum holds.

    A share ``zeros`` of the cells holds 0.
    """
    supply = _supply(chance, zeros=zeros, digits=digits)
    show = Print()
    return {
        key: {
            row.key: {c.key: _plain_figure(c, supply, chance, show) for c in row.columns}
            for row in spec.rows
        }
        for key, spec in tables.items()
    }


def _plain_figure(column: ColumnSpec, supply: Iterator[int], chance: Random, show: Print) -> str:
    return _figure(column, chance, lambda: next(supply), show)


def _supply(chance: Random, *, zeros: float, digits: int) -> Iterator[int]:
    numbers = iter(chance.sample(range(1, 10**digits), min(10**digits - 1, 300)))
    while True:
        yield 0 if chance.random() < zeros else next(numbers)
