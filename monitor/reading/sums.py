"""The sums that a format requires, and where those of a report as read do not hold.

They only tell that something may have been misread, so that a file is read again with more care
or rows are left open; no value is ever taken from a sum.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from monitor.formats import Relation, load_format
from monitor.reading.model import ReadTable, Report, Value
from monitor.reading.normalise import CellKind, classify_cell, parse_count

Side = Sequence[Value | None]
"""The cells of one side of a sum; None where the table has none."""


def pages_in_doubt(report: Report) -> frozenset[int]:
    """Return the pages with cells of a hard relation of the format (勾稽关系) that does not hold.

    Where a cell was not read, is no number or is not there, the sum tells nothing.
    """
    return frozenset(
        cell.place.page
        for table in report.tables.values()
        for relation in hard_relations(table, table.format)
        for _, left, right in places_of(table, relation)
        if _shows_any(left) and _shows_any(right) and breaks(left, right, _strictly)
        for cell in (*left, *right)
        if cell is not None and cell.place.page is not None
    )


def hard_relations(table: ReadTable, format_id: str) -> list[Relation]:
    """Return the sums that must hold within a table of one report."""
    return [
        relation
        for relation in load_format(format_id).relations
        if relation.hard and relation.table == table.key and _within_one_report(relation)
    ]


def _within_one_report(relation: Relation) -> bool:
    return not any("@" in term for term in (*relation.left, *relation.right))


def places_of(table: ReadTable, relation: Relation) -> Iterator[tuple[str, Side, Side]]:
    """Yield each row, or each column, for which a sum must hold, and the cells of both sides."""
    if relation.per != "column":
        for row, cells in table.values.items():
            yield row, _of(cells, relation.left), _of(cells, relation.right)
        return
    rows = table.values
    for column in dict.fromkeys(column for cells in rows.values() for column in cells):
        there = {row: cells[column] for row, cells in rows.items() if column in cells}
        yield column, _of(there, relation.left), _of(there, relation.right)


def _of(cells: Mapping[str, Value], terms: Sequence[str]) -> Side:
    return [cells.get(term) for term in terms]


def breaks(left: Side, right: Side, count: Callable[[str], int | None]) -> bool:
    """Return whether both sides can be summed up and differ; ``count`` is what a text counts."""
    first, second = _total(left, count), _total(right, count)
    return first is not None and second is not None and first != second


def _total(cells: Side, count: Callable[[str], int | None]) -> int | None:
    total = 0
    for value in cells:
        number = count(value.text) if value is not None and value.text is not None else None
        if number is None:
            return None
        total += number
    return total


def _strictly(text: str) -> int | None:
    """Return what a printed cell counts: a blank nothing, None for what is no number."""
    return 0 if classify_cell(text) is CellKind.BLANK else parse_count(text)


def _shows_any(cells: Side) -> bool:
    return any(value is not None and value.text for value in cells)
