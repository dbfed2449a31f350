"""Places in files that have no elements: counted, so that a person can follow them anywhere.

``table[2]/row[5]/cell[4]`` is the fourth cell that begins in the fifth row of the second table;
merged cells count once, where they begin. ``paragraph[7]`` is the seventh paragraph with text
outside tables. A table inside a cell counts after the one it is in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from monitor.reading.model import Block, Grid, GridCell, Image, Paragraph, Place


def with_counted_places(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks of a converted file, placed by counting."""
    return tuple(_placed(blocks))


def _placed(blocks: Sequence[Block]) -> Iterator[Block]:
    counts = {"paragraph": 0, "table": 0, "picture": 0}
    last = None
    for block in blocks:
        if isinstance(block, Grid):
            counts["table"] += 1
            yield _grid(block, f"table[{counts['table']}]")
        elif isinstance(block, Image):
            counts["picture"] += 1
            yield replace(block, place=Place(path=f"picture[{counts['picture']}]"))
        else:
            # The lines of one paragraph have one place.
            counts["paragraph"] += block.place != last
            last = block.place
            yield _paragraph(block, counts["paragraph"])


def _paragraph(block: Paragraph, count: int) -> Paragraph:
    return replace(block, place=Place(path=f"paragraph[{count}]"))


def _grid(grid: Grid, path: str) -> Grid:
    cells: list[GridCell] = []
    row, count = -1, 0
    for cell in grid.cells:
        count = count + 1 if cell.row == row else 1
        row = cell.row
        place = Place(path=f"{path}/row[{row + 1}]/cell[{count}]")
        cells.append(replace(cell, place=place))
    return replace(grid, cells=tuple(cells), place=Place(path=path))
