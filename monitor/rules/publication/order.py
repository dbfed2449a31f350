"""Which rows of a list are out of their order. Pure."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from monitor.rules.model import ListedRow
from storage.titles import Title, parse_title

FEWEST = 4
"""Rows from which a list has an order."""
PINNED = 3
"""Rows at its head that may be pinned there."""

_Key = Callable[[ListedRow], int | None]


@lru_cache(maxsize=64)
def misplaced(rows: tuple[ListedRow, ...]) -> frozenset[str]:
    """Return the addresses of the rows that break the order of a list.

    A list is in order by day or by fiscal year, upwards or downwards, as a whole or agency by
    agency. Of all these the order is taken that the fewest rows break; the rows at the head may be
    pinned. Nothing is out of order where neither days nor years are known of all rows.
    """
    whole = _broken(rows)
    parts = _by_agency(rows) if whole else []
    if not parts:
        return whole
    apart = frozenset(url for part in parts for url in _broken(part, fewest=2, pinned=0))
    return min(whole, apart, key=len)


def _broken(
    rows: Sequence[ListedRow], *, fewest: int = FEWEST, pinned: int = PINNED
) -> frozenset[str]:
    if len(rows) < fewest:
        return frozenset()
    broken: list[tuple[int, int, int, frozenset[str]]] = []
    for number, values in enumerate(_orders(rows)):
        for head in range(min(pinned, len(rows) - fewest) + 1):
            outside = _outside(rows[head:], values[head:])
            if not outside:
                return outside  # in order by day, as most: no year has to be read from a title
            broken.append((len(outside), head, number, outside))
    return min(broken)[-1] if broken else frozenset()


def _orders(rows: Sequence[ListedRow]) -> Iterator[list[int]]:
    """Yield the rows as numbers that never fall in a list in order, for each order there is."""
    for key in (_day, _year):
        values = [value for row in rows if (value := key(row)) is not None]
        if len(values) == len(rows):
            yield values
            yield [-value for value in values]


def _outside(rows: Sequence[ListedRow], values: Sequence[int]) -> frozenset[str]:
    """Return the rows that are not of the longest run of rows that never fall."""
    kept = _longest_run(values)
    return frozenset(row.url for index, row in enumerate(rows) if index not in kept)


def _longest_run(values: Sequence[int]) -> set[int]:
    """Return the indexes of a longest subsequence that never falls."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values):
        length = bisect_right(ends, value)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [value]
        last[length : length + 1] = [index]
    found: set[int] = set()
    index = last[-1] if last else -1
    while index >= 0:
        found.add(index)
        index = before[index]
    return found


def _by_agency(rows: Sequence[ListedRow]) -> list[list[ListedRow]]:
    """Return the rows agency by agency if they stand together; nothing if they do not."""
    runs = [(name, list(group)) for name, group in groupby(rows, key=_agency)]
    names = [name for name, _ in runs]
    together = len(set(names)) == len(names) < len(rows)
    return [group for _, group in runs] if together and None not in names else []


def _day(row: ListedRow) -> int | None:
    return row.day.toordinal() if row.day else None


def _year(row: ListedRow) -> int | None:
    return _title(row).fiscal_year


def _agency(row: ListedRow) -> str | None:
    return _title(row).agency


def _title(row: ListedRow) -> Title:
    return parse_title(row.title, within_column=True)
