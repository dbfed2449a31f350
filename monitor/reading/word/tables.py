"""From the rows of a Word table to the cells as printed.

A merged cell is one cell that spans rows and columns: ``gridSpan`` counts its columns, ``vMerge``
says that it goes on from the row above (ECMA-376 part 1 §17.4).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.reading.word.inline import alternatives
from monitor.reading.word.names import MC, Element, local, number, switched_on, value, w

_SAME_EDGE = 70
"""Cell edges closer than this (twentieths of a point) are one."""
_RAGGED = "the cells of the row do not fill the columns of the table"
_MOST_COLUMNS = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class WordCell:
    """A printed cell with the element its text stands in."""

    element: Element
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    doubtful: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Raw:
    element: Element
    start: int
    span: int
    merge: str | None
    """``restart``, ``continue`` or None."""


def table_cells(table: Element) -> tuple[list[WordCell], int, int]:
    """Return the cells of a table in reading order, and how many rows and columns it has."""
    rows = [_raw_row(row) for row in children_of(table, "tr") if not _is_gone(row)]
    widths = {_width(row) for row in rows if row}
    doubtful: set[int] = set()
    if len(widths) > 1:
        rows, doubtful = _realigned(rows, table)
    else:
        rows = _without_slivers(rows, table)
    columns = max((_width(row) for row in rows), default=0)
    return _merged(rows, doubtful), len(rows), columns


def children_of(element: Element, name: str) -> Iterator[Element]:
    """Yield the rows or cells below, also inside content controls and custom XML."""
    for child in element:
        if local(child) == name:
            yield child
        elif local(child) == "sdt":
            content = child.find(w("sdtContent"))
            if content is not None:
                yield from children_of(content, name)
        elif local(child) in ("customXml", "ins", "moveTo"):
            yield from children_of(child, name)
        elif child.tag == f"{{{MC}}}AlternateContent":
            for chosen in alternatives(child):
                yield from children_of(chosen, name)


def _is_gone(row: Element) -> bool:
    properties = row.find(w("trPr"))
    if properties is None:
        return False
    return properties.find(w("del")) is not None or bool(switched_on(properties, "hidden"))


def _raw_row(row: Element) -> list[_Raw]:
    start = number(row, "trPr", "gridBefore") or 0
    found: list[_Raw] = []
    for cell in children_of(row, "tc"):
        if cell.find(f"{w('tcPr')}/{w('cellDel')}") is not None:
            continue
        span = min(max(number(cell, "tcPr", "gridSpan") or 1, 1), _MOST_COLUMNS)
        if found and value(cell, "tcPr", "hMerge") == "continue":
            found[-1] = replace(found[-1], span=found[-1].span + span)
        else:
            found.append(_Raw(element=cell, start=start, span=span, merge=_merge(cell)))
        start += span
    return found


def _merge(cell: Element) -> str | None:
    properties = cell.find(w("tcPr"))
    merge = properties.find(w("vMerge")) if properties is not None else None
    return None if merge is None else merge.get(w("val"), "continue")


def _width(row: Sequence[_Raw]) -> int:
    return row[-1].start + row[-1].span if row else 0


def _realigned(rows: Sequence[Sequence[_Raw]], table: Element) -> tuple[list[list[_Raw]], set[int]]:
    """Place cells by their printed widths where their counts of columns do not agree.

    Without widths that agree, the rows that are too short are doubtful, unless they say themselves
    that they end early.
    """
    edges = [_edges(row) for row in rows]
    known = [row_edges for row_edges in edges if row_edges]
    ends = {row_edges[-1] for row_edges in known}
    if len(known) == len(rows) and max(ends) - min(ends) <= 3 * _SAME_EDGE:
        places = _distinct(edge for row_edges in known for edge in row_edges)
        return [
            [_at(raw, row_edges, index, places) for index, raw in enumerate(row)]
            for row, row_edges in zip(rows, edges, strict=True)
        ], set()
    full = max(_width(row) for row in rows)
    elements = list(children_of(table, "tr"))
    kept = [element for element in elements if not _is_gone(element)]
    after = [number(element, "trPr", "gridAfter") or 0 for element in kept]
    short = {i for i, row in enumerate(rows) if _width(row) + after[i] != full}
    return [list(row) for row in rows], short


def _edges(row: Sequence[_Raw]) -> list[int]:
    """Return where the cells of a row begin and end by their widths, nothing if one has none."""
    edges = [0]
    for raw in row:
        width = raw.element.find(f"{w('tcPr')}/{w('tcW')}")
        size = width.get(w("w"), "") if width is not None else ""
        if width is None or width.get(w("type"), "dxa") != "dxa" or not size.isdigit():
            return []
        edges.append(edges[-1] + int(size))
    return edges if row and row[0].start == 0 else []


def _distinct(edges: Iterator[int]) -> list[int]:
    places: list[int] = []
    for edge in sorted(edges):
        if not places or edge - places[-1] > _SAME_EDGE:
            places.append(edge)
    return places


def _without_slivers(rows: list[list[_Raw]], table: Element) -> list[list[_Raw]]:
    """Take columns of no width out: rounding of widths makes them, and no cell fills one."""
    grid = [column.get(w("w"), "") for column in table.iterfind(f"{w('tblGrid')}/{w('gridCol')}")]
    if len(grid) != max((_width(row) for row in rows), default=0) or not all(
        map(str.isdigit, grid)
    ):
        return rows
    places: list[int] = []
    for width in map(int, grid):
        places.append((places[-1] if places else 0) + (width > _SAME_EDGE))
    places.insert(0, 0)
    slim = [[_slimmed(raw, places) for raw in row] for row in rows]
    return slim if all(raw.span for row in slim for raw in row) else rows


def _slimmed(raw: _Raw, places: Sequence[int]) -> _Raw:
    start = places[raw.start]
    return replace(raw, start=start, span=places[raw.start + raw.span] - start)


def _at(raw: _Raw, edges: Sequence[int], index: int, places: Sequence[int]) -> _Raw:
    def place(edge: int) -> int:
        return min(range(len(places)), key=lambda i: abs(places[i] - edge))

    start, end = place(edges[index]), place(edges[index + 1])
    return replace(raw, start=start, span=max(1, end - start))


def _merged(rows: Sequence[Sequence[_Raw]], doubtful: set[int]) -> list[WordCell]:
    cells: list[WordCell] = []
    open_cells: dict[tuple[int, int], int] = {}
    for index, row in enumerate(rows):
        still_open: dict[tuple[int, int], int] = {}
        for raw in row:
            key = (raw.start, raw.span)
            above = open_cells.get(key)
            if raw.merge == "continue" and above is not None:
                cells[above] = replace(cells[above], row_span=cells[above].row_span + 1)
                still_open[key] = above
                continue
            if raw.merge is not None:
                still_open[key] = len(cells)
            cells.append(
                WordCell(
                    element=raw.element,
                    row=index,
                    column=raw.start,
                    column_span=raw.span,
                    doubtful=_RAGGED if index in doubtful else None,
                )
            )
        open_cells = still_open
    return cells
