"""The cells of a report's tables as they are compared, and which of two reports' cells differ."""

from collections import Counter
from collections.abc import Iterator

from monitor.history.model import CellChange
from monitor.reading.model import Report, StatisticsRow
from monitor.reading.normalise import parse_amount
from monitor.rules.quoting import flatten

STATISTICS = "statistics"
"""The annex 政府信息公开情况统计表 of fiscal years 2014 to 2018, as the key of a table."""

Key = tuple[str, str, str]
"""Table, row and column; of the annex the label, a running number where it repeats, and unit."""
Typed = tuple[object, str | None]
"""The value as it is compared (a number, else the text), and as printed."""


UNREAD: Typed = (None, None)
"""A cell that is there and could not be read."""


def typed_cells(report: Report) -> dict[Key, Typed]:
    """Return every cell of a report, ``UNREAD`` for one that could not be read."""
    cells: dict[Key, Typed] = {
        (key, row, column): (_typed(value.text), value.text)
        for key, table in report.tables.items()
        for row, values in table.values.items()
        for column, value in values.items()
    }
    return cells | dict(_annex(report))


def changed_cells(before: Report, after: Report) -> Iterator[CellChange]:
    """Yield the cells with another value, of the tables that both have; rows may come and go.

    A cell that could not be read says nothing.
    """
    ours, theirs = typed_cells(before), typed_cells(after)
    common = _tables(before) & _tables(after)
    for key in dict.fromkeys((*theirs, *ours)):
        old, new = ours.get(key), theirs.get(key)
        if key[0] not in common or UNREAD in (old, new):
            continue
        if old is None or new is None or old[0] != new[0]:
            yield CellChange(
                table=key[0],
                row=key[1],
                column=key[2],
                before=old[1] if old else None,
                after=new[1] if new else None,
            )


def _tables(report: Report) -> set[str]:
    return {*report.tables, *({STATISTICS} if report.statistics else ())}


def _typed(text: str | None) -> object:
    if text is None:
        return None
    amount = parse_amount(text)
    return flatten(text) if amount is None else amount


def _annex(report: Report) -> Iterator[tuple[Key, Typed]]:
    times: Counter[str] = Counter()
    for row in report.statistics:
        name = flatten(row.label)
        times[name] += 1
        number = f" {times[name]}" if times[name] > 1 else ""
        yield (STATISTICS, f"{name}{number}", row.unit or ""), _value(row)


def _value(row: StatisticsRow) -> Typed:
    text = row.value.text if row.value is not None else ""
    return _typed(text), text
