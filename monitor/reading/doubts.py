"""Sums that do not agree where characters were recognised: who erred, the agency or the reading?

In a recognised scan a wrong sum may be a misread digit. Each cell stands in two sums, that of its
row and that of its column. A row whose own sum holds was read right, but for errors that make up
for one another; if all rows of a column hold, the column's wrong sum is what the agency printed,
and the other way round. Only where neither direction vouches for the cells, the rows are named in
a damage, so that nothing certain is said of them. Nothing is filled in or changed.
"""

from collections.abc import Iterator, Mapping

from monitor.formats import Relation
from monitor.reading.model import Damage, ReadTable
from monitor.reading.normalise import parse_count
from monitor.reading.sums import breaks, hard_relations, places_of

REQUESTS = "requests"
REMEDIES = "remedies"
_RECOGNISED = "scan"


def find_doubts(tables: Mapping[str, ReadTable], method: str, format_id: str) -> tuple[Damage, ...]:
    """Return the rows of recognised tables whose sums leave open how they were read.

    ``method`` is that of the document; only those with ``scan`` in it were recognised.
    """
    if _RECOGNISED not in method:
        return ()
    found = []
    for key in (REQUESTS, REMEDIES):
        table = tables.get(key)
        if table is not None:
            own = table.format if table.format in ("v2019", "v2021") else format_id
            rows = frozenset(_doubtful_rows(table, hard_relations(table, own)))
            if rows:
                found.append(_damage(key, rows, table))
    return tuple(found)


def _damage(table: str, rows: frozenset[str], read: ReadTable) -> Damage:
    return Damage(
        code="sums-disagree",
        detail="sums do not agree, and a character may have been misread",
        tables=frozenset({table}),
        rows=rows,
        place=read.place,
    )


def _doubtful_rows(table: ReadTable, relations: list[Relation]) -> Iterator[str]:
    across = [relation for relation in relations if relation.per in ("row", "group")]
    down = [relation for relation in relations if relation.per == "column"]
    wrong_rows = {row for relation in across for row in _wrong_places(table, relation)}
    wrong_columns = [(x, column) for x in down for column in _wrong_places(table, x)]
    for row in wrong_rows:
        if wrong_columns or not _stands_in_sums(table, row, down):
            yield row
    for relation, column in wrong_columns:
        shown = [x for x in (*relation.left, *relation.right) if _count_of(table, x, column)]
        yield from (row for row in shown if row in wrong_rows)


def _wrong_places(table: ReadTable, relation: Relation) -> Iterator[str]:
    """Yield the rows, or the columns, for which a sum does not hold."""
    for place, left, right in places_of(table, relation):
        if breaks(left, right, _count):
            yield place


def _count(text: str) -> int | None:
    """Return what a recognised cell counts: a blank or a sign for "none" nothing."""
    count = parse_count(text)
    return 0 if count is None and not any(character.isdigit() for character in text) else count


def _count_of(table: ReadTable, row: str, column: str) -> int | None:
    value = table.values[row].get(column)
    return _count(value.text) if value is not None and value.text is not None else None


def _stands_in_sums(table: ReadTable, row: str, down: list[Relation]) -> bool:
    """Tell whether every cell of a row stands in the sum of its column, all of whose rows exist."""
    own = [relation for relation in down if row in (*relation.left, *relation.right)]
    return any(all(key in table.values for key in (*x.left, *x.right)) for x in own)
