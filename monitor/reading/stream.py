"""A document as one stream of paragraphs, table lines and pictures, in reading order."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from monitor.reading.labels import (
    APPLICANTS_HEADERS,
    begins_request_row,
    caption_block,
    ends_request_row,
    exact_proactive_row,
    exact_request_row,
    is_check_note,
    proactive_column_labels,
    remedy_columns,
    remedy_groups,
    request_columns,
    request_groups,
)
from monitor.reading.lines import Line, LineCell, line_cell, lines_of
from monitor.reading.model import Block, Grid, Image, Paragraph
from monitor.reading.normalise import REMEMBERED, normalise_label, split_ordinal
from monitor.reading.proactive_headers import STUB_HEADER
from monitor.reading.remedies import is_residue

Item = Paragraph | Line | Image

PROACTIVE = "proactive_disclosure"
REQUESTS = "requests"
REMEDIES = "remedies"

_LONG_CELL = 60
_AMBIGUOUS = frozenset({"其他", "总计"})
_REMEDY_CELLS = (15, 10, 5)


def build_stream(
    blocks: Iterable[Block], *, native: bool, torn: bool, made: frozenset[int] = frozenset()
) -> list[Item]:
    """Return the items of a document.

    ``native`` says whether grid columns are the original's, ``torn`` whether labels may have been
    cut; ``made`` numbers the grids made from running text, whose columns are never the original's.

    A caption of the first table that stands as a paragraph of its own becomes a line, and grids
    that only lay out text become paragraphs.
    """
    items: list[Item] = []
    blocks = list(blocks)
    for number, block in enumerate(blocks):
        if isinstance(block, Grid):
            own = number in made
            lines = lines_of(block, number=number, native=native and not own, torn=torn)
            items += _grid_items(list(lines))
        elif isinstance(block, Paragraph) and (
            caption_block(block.text) or _is_group_caption(block, blocks[number + 1 : number + 2])
        ):
            items.append(_caption_line(block, number))
        else:
            items.append(block)
    return items


def table_of(line: Line) -> str | None:
    """Return the table that a line's labels belong to, None if they do not tell."""
    scores = {PROACTIVE: 0, REQUESTS: 0, REMEDIES: 0}
    for cell in line.cells:
        for table in _tables_of_label(cell.text):
            scores[table] += 1
    best = max(scores, key=lambda table: scores[table])
    if scores[best]:
        return best
    return REMEDIES if is_residue(line) and len(line.cells) >= min(_REMEDY_CELLS) else None


def assign_tables(items: list[Item], headings: dict[int, str | None]) -> dict[int, str]:
    """Return the table of each line by its position in the stream.

    ``headings`` gives the section that begins at a position. Lines without a telling label go
    with the lines around them in the same grid, else with the section, else with the last table.
    """
    assigned: dict[int, str] = {}
    for positions in _grids(items):
        known = {p: table for p in positions if (table := table_of(_line(items, p)))}
        if not known:
            context = _context(items, positions, headings, assigned)
            known = {positions[0]: context} if context else {}
        assigned |= _spread(positions, known)
    return assigned


def _grids(items: list[Item]) -> Iterator[list[int]]:
    """Yield the positions of the lines of each grid."""
    grids: dict[int, list[int]] = {}
    for position, item in enumerate(items):
        if isinstance(item, Line):
            grids.setdefault(item.grid, []).append(position)
    yield from grids.values()


def _line(items: list[Item], position: int) -> Line:
    item = items[position]
    assert isinstance(item, Line)
    return item


def _spread(positions: list[int], known: dict[int, str]) -> dict[int, str]:
    """Give every line of a grid the table of the nearest telling line, the one before it first."""
    spread: dict[int, str] = {}
    current = known[min(known)] if known else None
    for position in positions:
        current = known.get(position, current)
        if current:
            spread[position] = current
    return spread


def _context(
    items: list[Item],
    positions: list[int],
    headings: dict[int, str | None],
    assigned: dict[int, str],
) -> str | None:
    """Return the table that a grid of bare values continues."""
    values = max(len(_line(items, position).cells) for position in positions)
    section = next((headings[p] for p in range(positions[0], -1, -1) if p in headings), None)
    last = next((assigned[p] for p in range(positions[0], -1, -1) if p in assigned), None)
    if values >= max(_REMEDY_CELLS) and REMEDIES in (section, last):
        return REMEDIES
    if section in (PROACTIVE, REQUESTS, REMEDIES):
        return section
    return None


@lru_cache(maxsize=REMEMBERED)
def _tables_of_label(text: str) -> tuple[str, ...]:
    label = normalise_label(text)
    core = split_ordinal(text)[1]
    if not core or label in _AMBIGUOUS:
        return ()
    tables = []
    if (
        label == STUB_HEADER
        or caption_block(text)
        or label in proactive_column_labels()
        or exact_proactive_row(text)
    ):
        tables.append(PROACTIVE)
    if (
        label in request_columns()
        or label in APPLICANTS_HEADERS
        or is_check_note(label)
        or core in request_groups()
        or exact_request_row(text)
        or begins_request_row(text)
        or ends_request_row(text)
    ):
        tables.append(REQUESTS)
    if label in remedy_columns() or label in remedy_groups():
        tables.append(REMEDIES)
    return tuple(tables)


def _grid_items(lines: list[Line]) -> Iterator[Item]:
    if any(table_of(line) for line in lines) or not _is_layout(lines):
        for line in lines:
            yield from _unwrapped(line)
        return
    for line in lines:
        for cell in line.cells:
            yield from _paragraphs(cell)


def _is_layout(lines: list[Line]) -> bool:
    """Tell a grid that lays out text: it has a long cell, or one column only."""
    cells = [cell for line in lines for cell in line.cells if not cell.blank]
    return any(len(cell.text) > _LONG_CELL for cell in cells) or all(
        len(line.cells) == 1 for line in lines
    )


def _unwrapped(line: Line) -> Iterator[Item]:
    """Yield a line of a table; one that holds a single running text is a paragraph."""
    shown = [cell for cell in line.cells if not cell.blank]
    if len(shown) == 1 and len(shown[0].text) > _LONG_CELL and table_of(line) is None:
        yield from _paragraphs(shown[0])
    else:
        yield line


def _paragraphs(cell: LineCell) -> Iterator[Paragraph]:
    for text in cell.text.split("\n"):
        if text.strip():
            yield Paragraph(text=text.strip(), place=cell.place)


def _is_group_caption(paragraph: Paragraph, following: list[Block]) -> bool:
    """Tell the name of a group of remedies that stands over a table of its five results."""
    if split_ordinal(paragraph.text)[1] not in remedy_groups():
        return False
    grid = following[0] if following else None
    return isinstance(grid, Grid) and any(
        normalise_label(cell.text) in remedy_columns() for cell in grid.cells
    )


def _caption_line(paragraph: Paragraph, number: int) -> Line:
    cell = line_cell(paragraph.text, 0, 1, paragraph.place)
    return Line(cells=(cell,), grid=number, width=1, native=False)
