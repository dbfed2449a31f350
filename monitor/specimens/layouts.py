"""The three tables of a specimen in the shapes they are printed in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.formats import BlockSpec, RowSpec, TableSpec
from monitor.specimens.misprinting import is_pictured, misprinted
from monitor.specimens.model import Cells, Heading, Specimen, paragraphs, paragraphs_below

_LABEL_COLUMNS = 3
"""Columns of the table of requests that hold its labels."""


@dataclass(frozen=True, slots=True)
class Box:
    """A printed cell and the rows and columns it covers."""

    text: str
    rows: int = 1
    columns: int = 1
    value: bool = False
    """Whether it is a value cell; labels and headers are not."""


Lines = list[list[Box]]
"""A printed table: per line the cells that begin there, from left to right."""

SPANS = ("merged", "padded", "bare")
HEADERS = ("full", "two", "flat", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How the tables are laid out, whatever the form of file."""

    spans: str = "merged"
    """``merged`` spans cells as the model does, ``padded`` prints blank cells for covered ones,
    ``bare`` prints only a row's own label (one label column, no group labels)."""
    header: str = "full"
    """``full`` as in the model, ``two`` without the topmost line, ``flat`` one line, ``none``."""
    corner: bool = True
    """Whether the table of requests states its sums in the corner."""
    split_after: tuple[int, ...] = ()
    """The table of requests is closed and opened again after so many rows."""
    repeat_header: bool = False
    """Whether each part of a split table has the header again."""
    blocks_apart: bool = False
    """Whether each block of the first table is a table of its own."""
    suits_apart: bool = False
    """Whether reviews and suits stand in two tables."""

    def __post_init__(self) -> None:
        assert self.spans in SPANS
        assert self.header in HEADERS


MODEL = Shape()
"""The shape of the official model."""


def printed_table(report: Specimen, key: str) -> Lines:
    """Return one of the three tables in the shape of the official model, as one table."""
    [lines] = printed_tables(report, key)
    return lines


def printed_tables(report: Specimen, key: str, shape: Shape = MODEL) -> list[Lines]:
    """Return one of the three tables as the tables it is printed as: one, or its parts."""
    if is_pictured(report, key):
        return []
    spec, cells = report.table(key), report.tables[key]
    if key == "proactive_disclosure":
        parts = _disclosure(spec, cells, shape)
    elif key == "requests":
        parts = _requests(spec, cells, shape)
    else:
        parts = _remedies(spec, cells, shape)
    return [_reworded(lines, report) for lines in misprinted(parts, key, report.misprints)]


def contents(report: Specimen, shape: Shape = MODEL) -> Iterator[Heading | str | Lines]:
    """Yield what stands below the title: paragraphs, headings, and tables in their parts."""
    if report.preamble:
        yield from report.preamble.splitlines()
    for heading in report.headings:
        yield heading
        yield from paragraphs(report, heading.slot)
        if heading.table and heading.table in report.tables:
            yield from printed_tables(report, heading.table, shape)
        yield from paragraphs_below(report, heading.slot)


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


def size(lines: Lines) -> tuple[int, int]:
    """Return the rows and columns of a printed table."""
    placed = place(lines)
    return len(lines), max(column + box.columns for _, column, box in placed)


def header_lines(lines: Lines) -> int:
    """Return how many lines stand above the first one with a value."""
    return next((n for n, line in enumerate(lines) if any(b.value for b in line)), len(lines))


def label_columns(lines: Lines) -> int:
    """Return how many columns stand before the first value."""
    return min((column for _, column, box in place(lines) if box.value), default=0)


def _reworded(lines: Lines, report: Specimen) -> Lines:
    if not report.wordings:
        return lines
    return [
        [b if b.value else replace(b, text=report.wordings.get(b.text, b.text)) for b in line]
        for line in lines
    ]


# The first table


def _disclosure(spec: TableSpec, cells: Cells, shape: Shape) -> list[Lines]:
    blocks = [_block(block, cells, shape) for block in spec.blocks]
    return blocks if shape.blocks_apart else [[line for block in blocks for line in block]]


def _block(block: BlockSpec, cells: Cells, shape: Shape) -> Lines:
    lines: Lines = [[Box(block.caption, columns=4)]]
    spans = _shares(3, len(block.columns))
    if shape.header != "none":
        labels = (Box(c.label, columns=n) for c, n in zip(block.columns, spans, strict=True))
        lines.append([Box(block.stub_header), *labels])
    for row in block.rows:
        if row.key in cells:
            texts = (cells[row.key][column.key] for column in block.columns)
            values = (Box(t, columns=n, value=True) for t, n in zip(texts, spans, strict=True))
            lines.append([Box(row.label), *values])
    if shape.spans == "merged":
        return lines
    # Blank cells where the model merges them away.
    return [[piece for box in line for piece in _apart(box)] for line in lines]


def _apart(box: Box) -> list[Box]:
    return [replace(box, columns=1), *[Box("")] * (box.columns - 1)]


def _shares(whole: int, parts: int) -> list[int]:
    return [whole // parts + (1 if index >= parts - whole % parts else 0) for index in range(parts)]


# The second table


def _requests(spec: TableSpec, cells: Cells, shape: Shape) -> list[Lines]:
    rows = [row for row in spec.rows if row.key in cells]
    ends = [*(n for n in shape.split_after if 0 < n < len(rows)), len(rows)]
    parts: list[Lines] = []
    for start, end in zip([0, *ends], ends, strict=False):
        header = _request_header(spec, shape) if not start or shape.repeat_header else []
        parts.append(header + _request_rows(rows[start:end], cells, shape))
    return parts


def _request_header(spec: TableSpec, shape: Shape) -> Lines:
    columns = spec.rows[0].columns
    inner = [column.label for column in columns if column.group]
    group = next(column.group for column in columns if column.group) or ""
    wide = 1 if shape.spans == "bare" else _LABEL_COLUMNS
    corner = (spec.corner or "") if shape.corner else ""
    if shape.header == "none":
        return []
    if shape.header == "flat":
        flat = [Box(corner, columns=wide), *(Box(column.label) for column in columns)]
        return [flat if shape.spans != "padded" else [b for box in flat for b in _apart(box)]]
    top: Lines = [[Box("申请人情况", columns=len(columns))]] if shape.header == "full" else []
    top += [
        [Box(columns[0].label, rows=2), Box(group, columns=len(inner)), Box("总计", rows=2)],
        [Box(label) for label in inner],
    ]
    top[0].insert(0, Box(corner, rows=len(top), columns=wide))
    return _padded(top) if shape.spans == "padded" else top


def _padded(lines: Lines) -> Lines:
    """Return a table without spans: blank cells in the place of covered ones."""
    rows, columns = size(lines)
    grid = [[Box("") for _ in range(columns)] for _ in range(rows)]
    for row, column, box in place(lines):
        grid[row][column] = Box(box.text, value=box.value)
    return grid


def _request_rows(rows: Sequence[RowSpec], cells: Cells, shape: Shape) -> Lines:
    lines: Lines = []
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        values = [Box(cells[row.key][column.key], value=True) for column in row.columns]
        if shape.spans == "bare":
            lines.append([Box(row.label), *values])
            continue
        line = []
        for depth in range(1, len(row.path)):
            prefix = row.path[:depth]
            if prefix not in seen:
                seen.add(prefix)
                covered = sum(other.path[:depth] == prefix for other in rows)
                line.append(Box(prefix[-1], rows=covered))
        line.append(Box(row.label, columns=_LABEL_COLUMNS + 1 - len(row.path)))
        lines.append([*line, *values])
    return _padded(lines) if shape.spans == "padded" else lines


# The third table


def _remedies(spec: TableSpec, cells: Cells, shape: Shape) -> list[Lines]:
    groups = [row for row in spec.rows if row.key in cells]
    reviews, suits = groups[:1], groups[1:]
    if shape.suits_apart and suits:
        return [_remedy_lines(reviews, cells, shape), _remedy_lines(suits, cells, shape)]
    return [_remedy_lines(groups, cells, shape)]


def _remedy_lines(groups: Sequence[RowSpec], cells: Cells, shape: Shape) -> Lines:
    width = len(groups[0].columns)
    suits = [group for group in groups if len(group.path) > 1]
    labels = [Box(column.label) for column in groups[0].columns]
    top = [Box(g.path[0], columns=width) for g in groups if len(g.path) == 1]
    if suits:
        top.append(Box(suits[0].path[0], columns=width * len(suits)))
    alone = [replace(b, rows=2) if suits else b for b in labels] if len(groups) > len(suits) else []
    lines: Lines = [top, [*alone, *(Box(group.path[1], columns=width) for group in suits)]]
    if suits:
        lines.append(labels * len(suits))
    lines = {"full": lines, "two": lines, "flat": [labels * len(groups)], "none": []}[shape.header]
    if shape.spans == "padded" and lines:
        lines = _padded(lines)
    values = [cells[group.key][column.key] for group in groups for column in group.columns]
    return [*lines, [Box(text, value=True) for text in values]]
