"""The rows of a table as read, those with the same columns together."""

from collections.abc import Iterator

from monitor.formats import RowSpec, load_format
from monitor.reading.model import ReadTable


def blocks_of(table: ReadTable) -> Iterator[list[RowSpec]]:
    """Yield the rows that a table has, in its order, a list for each run of equal columns."""
    known = {row.key: row for row in load_format(table.format).tables[table.key].rows}
    # a report on 2020 may print the rows of the other format under （六）其他处理
    other = {row.key: row for row in load_format("v2021").tables[table.key].rows}
    block: list[RowSpec] = []
    for key in table.values:
        row = known.get(key) or other[key]
        if block and [c.key for c in block[0].columns] != [c.key for c in row.columns]:
            yield block
            block = []
        block.append(row)
    if block:
        yield block
