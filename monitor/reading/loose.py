"""Tables that a conversion left as running text, found again by their labels.

Three shapes occur: the whole table in one paragraph with labels and digits run together, one row
a paragraph, and one cell a paragraph. In each, labels stand in the format's order and what
follows a label up to the next one is its run of values. A run that cannot be divided with
certainty stays one cell, which the table's reader gives no value.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from monitor.reading.loose_tables import LooseTable, anchors, loose_tables
from monitor.reading.model import Block, Grid, GridCell, Paragraph, Place


def recover_tables(blocks: Sequence[Block]) -> tuple[list[Block], frozenset[int]]:
    """Return the blocks with every table that stands in running text made a grid.

    The second answer numbers the grids made so: their columns are ours, not the original's.
    """
    recovered = _recovered(blocks)
    own = {id(block) for block in blocks}
    made = (i for i, x in enumerate(recovered) if isinstance(x, Grid) and id(x) not in own)
    return recovered, frozenset(made)


def _recovered(blocks: Sequence[Block]) -> list[Block]:
    recovered: list[Block] = []
    run: list[Paragraph] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            run.append(block)
            continue
        recovered += _from_run(run)
        recovered.append(block)
        run = []
    return recovered + _from_run(run)


def _from_run(run: list[Paragraph]) -> list[Block]:
    text = "\n".join(paragraph.text for paragraph in run)
    tables = list(loose_tables(text)) if any(anchors(text)) else []
    if not tables:
        return list(run)
    starts = [0]
    for paragraph in run:
        starts.append(starts[-1] + len(paragraph.text) + 1)
    blocks: list[Block] = []
    position = 0
    for table in tables:
        blocks += _pieces(run, starts, position, table.start)
        blocks.append(_grid(table, run, starts))
        position = table.end
    return [*blocks, *_pieces(run, starts, position, len(text))]


def _pieces(
    run: Sequence[Paragraph], starts: Sequence[int], first: int, last: int
) -> Iterator[Paragraph]:
    """Yield the paragraphs, or parts of them, between two places of the joined text."""
    for paragraph, (start, following) in zip(run, pairwise(starts), strict=True):
        left, right = max(first - start, 0), min(last, following - 1) - start
        part = paragraph.text[left:right] if left < right else ""
        if part.strip():
            lead = len(part) - len(part.lstrip())
            place = _shifted(paragraph.place, left + lead)
            yield Paragraph(text=part.strip(), place=place, level=paragraph.level)


def _shifted(place: Place, by: int) -> Place:
    offset = place.offset + by if place.offset is not None else None
    return Place(page=place.page, bbox=place.bbox, path=place.path, offset=offset)


def _grid(table: LooseTable, run: Sequence[Paragraph], starts: Sequence[int]) -> Grid:
    cells = []
    for row, line in enumerate(table.lines):
        column = 0
        for part in line:
            index = bisect_right(starts, part.offset, hi=len(starts) - 1) - 1
            cells.append(
                GridCell(
                    text=part.text,
                    row=row,
                    column=column,
                    column_span=part.span,
                    place=_shifted(run[index].place, part.offset - starts[index]),
                    doubtful=part.doubtful,
                )
            )
            column += part.span
    width = max(cell.column + cell.column_span for cell in cells)
    return Grid(cells=tuple(cells), rows=len(table.lines), columns=width, place=cells[0].place)
