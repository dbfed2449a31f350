"""Holds what LibreOffice made of a file against the second reading of it, cell by cell."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from monitor.reading.model import Block, Damage, Grid, GridCell, Paragraph
from monitor.reading.office.second import Row, SecondReading, Table

DISAGREE = "the two readings of the file see different text in this cell"
ROWS_DISAGREE = "the two readings of the file see different cells in this row"
NO_COUNTERPART = "the second reading of the file does not see this table"
_MOST_ROWS = 1000
"""Larger tables are compared row by row, without looking for rows put in or left out."""
_BLANK = re.compile("[\\s\u00ad\u200b-\u200f\u2028\u2029\u2060\ufeff\ue000-\uf8ff]+")
_ORDINAL = re.compile(
    r"^[(（]?(?:\d{1,2}(?:\.\d{1,2})*|[〇零一二三四五六七八九十百]{1,4}|[A-Za-z]{1,5}"
    r"|[①-⑳⑴-⒛㈠-㈩㊀-㊉]|[甲乙丙丁戊己庚辛壬癸])[)）、.．:：]*"
)
_WORDS = re.compile("[\u3400-\u9fffA-Za-z]")
_QUOTED = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Blocks whose doubtful cells are marked, and what to say of them."""

    blocks: tuple[Block, ...]
    damage: tuple[Damage, ...]


def compare(blocks: Sequence[Block], second: SecondReading) -> Compared:
    """Mark the cells on which the two readings differ; they are never corrected."""
    grids = [block for block in blocks if isinstance(block, Grid)]
    pairs = _pairs(grids, second.tables)
    held = iter([_held(grid, table) for grid, table in zip(grids, pairs, strict=True)])
    marked = tuple(next(held) if isinstance(block, Grid) else block for block in blocks)
    damage = [*_disagreements(marked, second), *_left_out(blocks, second, pairs)]
    return Compared(blocks=marked, damage=tuple(damage))


def _pairs(grids: Sequence[Grid], tables: Sequence[Table]) -> list[Table | None]:
    """Return for each grid its counterpart: by order, or by content if their numbers differ."""
    if len(grids) == len(tables):
        return list(tables)
    left: dict[tuple[str, ...], list[Table]] = {}
    for table in reversed(tables):
        left.setdefault(_content(text for row in table for text in row), []).append(table)
    same = [left.get(_content(cell.text for cell in grid.cells)) for grid in grids]
    return [tables.pop() if tables else None for tables in same]


def _content(texts: Iterator[str]) -> tuple[str, ...]:
    return tuple(_unnumbered(text) for text in texts if plain(text))


def _held(grid: Grid, table: Table | None) -> Grid:
    if table is None:
        return _with_cells(grid, [_doubted(cell, NO_COUNTERPART) for cell in grid.cells])
    rows: list[list[GridCell]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        rows[cell.row].append(cell)
    cells: list[GridCell] = []
    for row, other in _aligned(rows, table):
        if other is None or len(row) != len(other):
            cells += [_doubted(cell, ROWS_DISAGREE) for cell in row]
            continue
        cells += [
            cell if agree(cell.text, text) else _doubted(cell, DISAGREE)
            for cell, text in zip(row, other, strict=True)
        ]
    return _with_cells(grid, cells)


def _aligned(
    rows: Sequence[Sequence[GridCell]], table: Table
) -> Iterator[tuple[Sequence[GridCell], Row | None]]:
    """Yield each row with the one that is the same in the other reading, None if there is none."""
    if len(rows) == len(table):
        yield from zip(rows, table, strict=True)
        return
    if max(len(rows), len(table)) > _MOST_ROWS:
        yield from ((row, None) for row in rows)
        return
    ours = [tuple(_unnumbered(cell.text) for cell in row) for row in rows]
    theirs = [tuple(_unnumbered(text) for text in row) for row in table]
    found: dict[int, Row] = {}
    for first, second, size in SequenceMatcher(
        a=ours, b=theirs, autojunk=False
    ).get_matching_blocks():
        found |= {first + index: table[second + index] for index in range(size)}
    yield from ((row, found.get(index)) for index, row in enumerate(rows))


def agree(first: str, second: str) -> bool:
    """Tell whether two readings of a cell are the same text.

    Numbers that Word prints before list paragraphs stand in no text of the file: the first
    reading has them, before words only, and the second has not.
    """
    if plain(first) == plain(second):
        return True
    ours = [line for line in first.split("\n") if plain(line)]
    theirs = [line for line in second.split("\n") if plain(line)]
    return len(ours) == len(theirs) and all(map(_same_line, ours, theirs))


def _same_line(ours: str, theirs: str) -> bool:
    first, second = plain(ours), plain(theirs)
    if first == second:
        return True
    if not first.endswith(second) or not _WORDS.match(second.lstrip("《“（(")):
        return False
    number = first.removesuffix(second)
    found = _ORDINAL.match(number)
    return found is not None and found.end() == len(number)


def plain(text: str) -> str:
    """Return text without blanks, signs of picture fonts and what nobody sees."""
    return _BLANK.sub("", text)


def _unnumbered(text: str) -> str:
    lines = [plain(line) for line in text.split("\n")]
    return "".join(_ORDINAL.sub("", line) if _WORDS.search(line) else line for line in lines)


def _doubted(cell: GridCell, reason: str) -> GridCell:
    return cell if cell.doubtful else replace(cell, doubtful=reason)


def _with_cells(grid: Grid, cells: Sequence[GridCell]) -> Grid:
    return replace(grid, cells=tuple(cells))


_REASONS = frozenset((DISAGREE, ROWS_DISAGREE, NO_COUNTERPART))


def _disagreements(blocks: Sequence[Block], second: SecondReading) -> Iterator[Damage]:
    remarks = "".join(f"; {remark}" for remark in second.remarks)
    for block in blocks:
        if not isinstance(block, Grid):
            continue
        doubted = [cell for cell in block.cells if cell.doubtful in _REASONS]
        if doubted:
            detail = f"{len(doubted)} cells of a table differ between the two readings{remarks}"
            yield Damage(code="readers-disagree", detail=detail, place=doubted[0].place)


def _left_out(
    blocks: Sequence[Block], second: SecondReading, pairs: Sequence[Table | None]
) -> Iterator[Damage]:
    """Yield what stands in the file and not in what LibreOffice made of it."""
    shown = plain("".join(_texts(blocks)))
    for line in second.prose:
        if plain(line) not in shown:
            quoted = line.strip()[:_QUOTED]
            detail = f"the conversion lacks text that stands in the file: “{quoted}”"
            yield Damage(code="pages-lost", detail=detail)
            break
    missing = list(second.tables)
    for table in pairs:
        if table is not None:
            missing.remove(table)
    if any(plain(text) for table in missing for row in table for text in row):
        detail = "a table that stands in the file is not in its conversion"
        yield Damage(code="pages-lost", detail=detail)


def _texts(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Grid):
            yield from (cell.text for cell in block.cells)
