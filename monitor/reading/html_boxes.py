"""Tables that a page builds of boxes (div, ul, dl) instead of a table element."""

from collections.abc import Iterator

from monitor.reading.html_dom import Node
from monitor.reading.html_grid import cell_text
from monitor.reading.labels import is_table_label
from monitor.reading.model import Grid, GridCell, Place

_CONTAINERS = frozenset({"div", "ul", "ol", "dl", "section", "article"})
_FEWEST_ROWS = 2
_FEWEST_LABELS = 3
_LONGEST_CELL = 80
_LABELS_LOOKED_AT = 60


def read_boxes(node: Node) -> Grid | None:
    """Return a grid if a node's children are rows of boxes with the labels of a report's table."""
    if node.tag not in _CONTAINERS or len(node.children) < _FEWEST_ROWS or node.text.strip():
        return None
    rows = [_cells(row) for row in _rows(node)]
    if sum(len(row) > 1 for row in rows) < max(_FEWEST_ROWS, len(rows) / 2):
        return None
    texts = [[cell_text(cell) for cell in row] for row in rows]
    flat = [text for row in texts for text in row]
    if any(len(text) > _LONGEST_CELL for text in flat):
        return None
    labels = sum(is_table_label(text) for text in flat[:_LABELS_LOOKED_AT] if text)
    return _grid(node, rows, texts) if labels >= _FEWEST_LABELS else None


def _rows(node: Node) -> Iterator[Node]:
    """Yield the rows; what only groups them (a head and a body of rows) is gone through."""
    for child in node.children:
        grouping = child.children and all(
            len(row.children) > 1 and not row.text.strip() for row in child.children
        )
        if grouping and all(_is_row(row) for row in child.children):
            yield from child.children
        else:
            yield child


def _is_row(node: Node) -> bool:
    return all(child.is_block for child in node.children)


def _cells(row: Node) -> list[Node]:
    """Return the boxes of a row, the row itself if it is one box."""
    while len(row.children) == 1 and row.children[0].is_block and not row.text.strip():
        row = row.children[0]
    boxes = row.children
    if len(boxes) > 1 and not row.text.strip() and all(box.is_block for box in boxes):
        return [] if any(box.tag == "table" for box in boxes) else list(boxes)
    return [row]


def _grid(node: Node, rows: list[list[Node]], texts: list[list[str]]) -> Grid:
    cells = tuple(
        GridCell(text=text, row=number, column=column, place=Place(path=box.path))
        for number, (row, line) in enumerate(zip(rows, texts, strict=True))
        for column, (box, text) in enumerate(zip(row, line, strict=True))
    )
    width = max(len(row) for row in rows)
    return Grid(cells=cells, rows=len(rows), columns=width, place=Place(path=node.path))
