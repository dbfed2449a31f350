"""From the pages of a document that is laid out to its blocks."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from monitor.reading.layout.aligned import aligned_tables
from monitor.reading.layout.joining import continued, left_open
from monitor.reading.layout.page import Page, page_lines
from monitor.reading.layout.prose import (
    Measure,
    PageLine,
    measure,
    paragraphs_of,
    title_of,
    to_paragraph,
    without_page_furniture,
)
from monitor.reading.layout.ruled import Ruled
from monitor.reading.model import Block, Damage, Grid, GridCell, Image, Place

_CONTINUED = re.compile(r"^[（(]?(?:续表?|续上表|接上表|接上页|转下页|见下页)[：:]?[)）]?$")
"""What some write between the parts of one table."""
_Item = tuple[float, PageLine | Grid | Image]


def _without_furniture(pages: Sequence[Page]) -> list[Page]:
    kept = without_page_furniture([page.lines for page in pages])
    return [replace(page, lines=tuple(lines)) for page, lines in zip(pages, kept, strict=True)]


def put_together(pages: Sequence[Page], damage: list[Damage]) -> tuple[list[Block], str | None]:
    """Return the pages of a document as blocks in reading order, and its title.

    Tables cut by page breaks are joined; page numbers and running heads are left out. What is
    lost is added to ``damage``.
    """
    pages = _without_furniture(pages)
    tables = _joined(pages)
    prose = [[*page.lines, *_framed(page, tables)] for page in pages]
    how = measure([line for lines in prose for line in lines])
    items: list[_Item] = []
    for page, lines in zip(pages, prose, strict=True):
        items += sorted(_items(page, lines, tables, damage), key=lambda item: item[0])
    return _to_blocks([item for _, item in items], how)


def _joined(pages: Sequence[Page]) -> dict[int, Ruled]:
    """Return the tables, parts on several pages joined, by the identity of their first part.

    A frame around text is left out.
    """
    tables: list[Ruled] = []
    open_end = False
    for page in pages:
        for index, table in enumerate(page.tables):
            first_on_page = index == 0 and not _lines_before(page, table)
            whole = continued(tables[-1], table) if open_end and first_on_page else None
            if whole is not None:
                tables[-1] = whole
            else:
                if open_end and tables:
                    tables[-1] = left_open(tables[-1])
                tables.append(table)
            open_end = index == len(page.tables) - 1 and not _lines_after(page, table)
        if open_end and not page.tables and (page.lines or page.pictures):
            tables[-1] = left_open(tables[-1])
            open_end = False
    if open_end and tables:
        tables[-1] = left_open(tables[-1])
    return {id(table.first): table for table in tables if table.columns > 1}


def _lines_before(page: Page, table: Ruled) -> bool:
    return any(
        line.line.box[3] <= table.first.box[1] + line.line.size
        for line in page.lines
        if not _CONTINUED.match(line.text)
    )


def _lines_after(page: Page, table: Ruled) -> bool:
    return any(
        line.line.box[1] >= table.first.box[3] - line.line.size
        for line in page.lines
        if not _CONTINUED.match(line.text)
    )


def _framed(page: Page, tables: Mapping[int, Ruled]) -> list[PageLine]:
    """Return the lines inside ruled areas that turned out to be no tables."""
    if page.marks is None:
        return []
    parts = {id(part) for table in tables.values() for part in table.parts}
    chars = [
        char
        for table in page.tables
        if id(table.first) not in parts
        for cell in table.first.cells
        for char in cell.chars
    ]
    return page_lines(page.marks, chars)


def _items(
    page: Page, lines: Sequence[PageLine], tables: Mapping[int, Ruled], damage: list[Damage]
) -> Iterable[_Item]:
    """Return what stands on a page, each with its height."""
    grids = [tables[id(table.first)] for table in page.tables if id(table.first) in tables]
    for table in grids:
        yield table.first.box[1], to_grid(table)
    number = page.marks.number if page.marks else None
    for box in page.pictures:
        yield box[1], Image(place=Place(page=number, bbox=box))
    found, flattened = aligned_tables(sorted(lines, key=lambda line: line.line.box[1]))
    damage += flattened
    for item in found:
        if isinstance(item, PageLine):
            yield item.line.box[1], item
        else:
            assert item.place.bbox is not None
            yield item.place.bbox[1], item


def _to_blocks(
    items: Sequence[PageLine | Grid | Image], how: Measure
) -> tuple[list[Block], str | None]:
    blocks: list[Block] = []
    title: str | None = None
    for is_line, group in groupby(items, key=lambda item: isinstance(item, PageLine)):
        if not is_line:
            blocks += [item for item in group if not isinstance(item, PageLine)]
            continue
        lines = [item for item in group if isinstance(item, PageLine)]
        paragraphs = paragraphs_of(lines, how)
        if title is None and not any(isinstance(block, Grid) for block in blocks):
            title = title_of(paragraphs, how)
        blocks += map(to_paragraph, paragraphs)
    return blocks, title


def to_grid(table: Ruled) -> Grid:
    """Return a table as a grid, placed where it begins."""
    cells = tuple(
        GridCell(
            text=piece.text,
            row=piece.row,
            column=piece.column,
            row_span=piece.row_span,
            column_span=piece.column_span,
            place=Place(page=piece.page, bbox=piece.box),
            doubtful=piece.doubtful,
        )
        for piece in table.pieces
    )
    place = Place(page=table.first.page, bbox=table.first.box)
    return Grid(cells=cells, rows=table.rows, columns=table.columns, place=place)
