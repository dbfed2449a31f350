"""The three tables of a specimen in their printed shape."""

from dataclasses import dataclass

from monitor.formats import TableSpec
from monitor.specimens.model import Cells, Specimen


@dataclass(frozen=True, slots=True)
class Box:
    """A printed cell and the rows and columns it covers."""

    text: str
    rows: int = 1
    columns: int = 1


Lines = list[list[Box]]
"""A printed table: per line the cells that begin there, from left to right."""


def printed_table(report: Specimen, key: str) -> Lines:
    """Return one of the three tables in its printed shape."""
    spec = report.format.tables[key]
    cells = report.tables[key]
    if key == "proactive_disclosure":
        return _disclosure_lines(spec, cells)
    return _request_lines(spec, cells) if key == "requests" else _remedy_lines(spec, cells)


def _disclosure_lines(spec: TableSpec, cells: Cells) -> Lines:
    lines: Lines = []
    for block in spec.blocks:
        lines.append([Box(block.caption, columns=4)])
        spans = _shares(3, len(block.columns))
        lines.append(
            [
                Box(block.stub_header),
                *(Box(c.label, columns=n) for c, n in zip(block.columns, spans, strict=True)),
            ]
        )
        lines.extend(
            [
                Box(row.label),
                *(
                    Box(cells[row.key][c.key], columns=n)
                    for c, n in zip(block.columns, spans, strict=True)
                ),
            ]
            for row in block.rows
            if row.key in cells
        )
    return lines


def _shares(whole: int, parts: int) -> list[int]:
    return [whole // parts + (1 if index >= parts - whole % parts else 0) for index in range(parts)]


def _request_lines(spec: TableSpec, cells: Cells) -> Lines:
    columns = spec.rows[0].columns
    inner = [column for column in columns if column.group]
    lines: Lines = [
        [Box(spec.corner or "", rows=3, columns=3), Box("申请人情况", columns=7)],
        [
            Box("自然人", rows=2),
            Box(inner[0].group or "", columns=len(inner)),
            Box("总计", rows=2),
        ],
        [Box(column.label) for column in inner],
    ]
    seen: set[tuple[str, ...]] = set()
    rows = [row for row in spec.rows if row.key in cells]
    for row in rows:
        line = []
        for depth in range(1, len(row.path)):
            prefix = row.path[:depth]
            if prefix not in seen:
                seen.add(prefix)
                covered = sum(other.path[:depth] == prefix for other in rows)
                line.append(Box(prefix[-1], rows=covered))
        line.append(Box(row.label, columns=4 - len(row.path)))
        line.extend(Box(cells[row.key][column.key]) for column in columns)
        lines.append(line)
    return lines


def _remedy_lines(spec: TableSpec, cells: Cells) -> Lines:
    columns = spec.rows[0].columns
    return [
        [Box("行政复议", columns=5), Box("行政诉讼", columns=10)],
        [
            *(Box(column.label, rows=2) for column in columns),
            Box("未经复议直接起诉", columns=5),
            Box("复议后起诉", columns=5),
        ],
        [Box(column.label) for _ in range(2) for column in columns],
        [Box(cells[group.key][column.key]) for group in spec.rows for column in columns],
    ]


def place(lines: Lines) -> list[tuple[int, int, Box]]:
    """Return every cell with the row and column it begins at, spans taken into account."""
    taken: set[tuple[int, int]] = set()
    placed = []
    for row, line in enumerate(lines):
        column = 0
        for box in line:
            while (row, column) in taken:
                column += 1
            placed.append((row, column, box))
            taken |= {
                (row + down, column + right)
                for down in range(box.rows)
                for right in range(box.columns)
            }
            column += box.columns
    return placed
