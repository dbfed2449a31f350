"""Tables without vertical lines: rows of numbers that stand under each other.

Only what is certain becomes a grid: every row has as many texts as there are columns, and each
text stands in its column alone. Any other row of numbers stays a line of text, and is damage.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from monitor.reading.layout.lines import Line, line_text
from monitor.reading.layout.marks import Box, Char, around
from monitor.reading.layout.prose import PageLine
from monitor.reading.model import Damage, Grid, GridCell, Place
from monitor.reading.normalise import CellKind, classify_cell

_COLUMN_GAP = 1.2
"""Texts further apart than this many times the type size stand in different columns."""
_LEAST_COLUMNS = 3
_VALUES = (
    CellKind.INTEGER,
    CellKind.SIGNED,
    CellKind.DECIMAL,
    CellKind.WITH_UNIT,
    CellKind.SLASH,
)

Text = tuple[str, Box]


def aligned_tables(
    lines: Sequence[PageLine],
) -> tuple[list[PageLine | Grid], list[Damage]]:
    """Return the lines of a page with aligned rows of numbers made grids, and the damage."""
    found: list[PageLine | Grid] = []
    damage: list[Damage] = []
    for tabular, group in groupby(lines, key=lambda line: _is_row(columns_of(line.line))):
        run = list(group)
        if not tabular:
            found += run
            continue
        header = _header(found, run)
        grid = _grid([*header, *run])
        if grid is not None:
            del found[len(found) - len(header) :]
            found.append(grid)
            continue
        found += [replace(line, alone=True) for line in run]
        place = Place(page=run[0].page, bbox=around([line.line.box for line in run]))
        detail = f"{len(run)} rows of numbers without lines, the first: “{run[0].text}”"
        damage.append(Damage(code="cells-flattened", detail=detail, place=place))
    return found, damage


def columns_of(line: Line) -> list[Text]:
    """Return the texts of a line that stand clearly apart, with their boxes."""
    groups: list[list[Char]] = [[line.chars[0]]]
    printed = [char for char in line.chars if char.text.strip()]
    groups = [[printed[0]]] if printed else []
    for before, char in pairwise(printed):
        if char.box[0] - before.box[2] > _COLUMN_GAP * char.size:
            groups.append([])
        groups[-1].append(char)
    return [(line_text(group), around([char.box for char in group])) for group in groups]


def _is_row(texts: Sequence[Text]) -> bool:
    values = sum(classify_cell(text) in _VALUES for text, _ in texts)
    return len(texts) >= _LEAST_COLUMNS and values >= len(texts) - 2 and values >= 2


def _header(found: Sequence[PageLine | Grid], run: Sequence[PageLine]) -> list[PageLine]:
    """Return the line before the rows if it has a text over each column."""
    if not found or not isinstance(found[-1], PageLine):
        return []
    above = columns_of(found[-1].line)
    below = columns_of(run[0].line)
    return [found[-1]] if len(above) == len(below) >= _LEAST_COLUMNS else []


def _grid(lines: Sequence[PageLine]) -> Grid | None:
    rows = [columns_of(line.line) for line in lines]
    count = len(rows[0])
    if len(rows) < 2 or any(len(row) != count for row in rows):
        return None
    columns = [[row[index][1] for row in rows] for index in range(count)]
    spans = [(min(box[0] for box in boxes), max(box[2] for box in boxes)) for boxes in columns]
    if any(first[1] >= second[0] for first, second in pairwise(spans)):
        return None
    cells = tuple(
        GridCell(text=text, row=i, column=j, place=Place(page=lines[i].page, bbox=box))
        for i, row in enumerate(rows)
        for j, (text, box) in enumerate(row)
    )
    place = Place(page=lines[0].page, bbox=around([box for row in rows for _, box in row]))
    return Grid(cells=cells, rows=len(rows), columns=count, place=place)
