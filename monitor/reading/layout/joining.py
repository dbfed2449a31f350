"""Joins the parts of a table that stand on several pages.

A page break may fall between rows, inside a row, inside a merged cell or inside a label. Numbers
are never joined for certain.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.reading.layout.cutting import is_whole, known_labels, row_is_cut, vote
from monitor.reading.layout.ruled import Piece, Ruled, has_values, meeting
from monitor.reading.normalise import normalise_label

_SAME_EDGE = 3.5
_MOST_SHIFT = 60.0
"""How far (points) a table may stand elsewhere on the next page: margins of odd and even pages."""
_VALUE_EDGES = 5
"""So many lines at the right must be the same if the label columns differ."""
_HEADS = 2
"""So many known labels side by side, and no number, are the head of columns."""
_CUT = "a page break runs through the number"


def continued(above: Ruled, below: Ruled) -> Ruled | None:
    """Return both as one table if ``below`` goes on where ``above`` ended, else None."""
    shift = _shift(above.edges, below.edges)
    edges = _common_edges(above.edges, below.edges, shift)
    if edges is None or below.columns == 1 or not _may_begin_a_table(above):
        return None
    upper = _with_columns(above, edges, 0.0)
    lower = _without_repeated_head(upper, _with_columns(below, edges, shift))
    if row_is_cut(upper, lower):
        return _stacked(upper, lower, cut=True)
    return _stacked(_with_doubts(upper, lower, -1), _with_doubts(lower, upper, 0), cut=False)


def left_open(table: Ruled) -> Ruled:
    """Return a table that ends at a page's end without its last part: cut cells are doubtful."""
    pieces = tuple(
        replace(piece, doubtful=piece.doubtful or _CUT)
        if piece.open and (piece.numeric or not piece.text)
        else piece
        for piece in table.pieces
    )
    return replace(table, pieces=pieces)


def _with_doubts(table: Ruled, other: Ruled, row: int) -> Ruled:
    """Return a part whose row at the page break is whole, as far as the labels tell.

    If the row has no number, if nothing is drawn below its numbers, or if its label is none that
    is known to be whole, its numbers may stand on the other page: they are doubtful.
    """
    at = row % table.rows
    cells = [piece for piece in table.pieces if piece.row == at and piece.row_span == 1]
    values = [piece for piece in cells if piece.numeric or not piece.text]
    labels = [piece for piece in cells if piece.text and not piece.numeric]
    if not values or not (any(piece.numeric for piece in values) or has_values(other)):
        return table
    if row == -1 and _begins_with_labels(other):
        return table
    if _is_head(cells):
        return table
    whole = any(is_whole(piece.text) for piece in labels) or _under_head(cells, other, row)
    has_own = any(piece.numeric for piece in values) or _stands_alone(other, -1 - row)
    if whole and has_own and not any(piece.open for piece in values):
        return table
    pieces = tuple(
        replace(piece, doubtful=piece.doubtful or _CUT) if piece in values else piece
        for piece in table.pieces
    )
    return replace(table, pieces=pieces)


def _begins_with_labels(table: Ruled) -> bool:
    """Return whether the first row holds whole labels alone, so that nothing is left over there."""
    return all(is_whole(piece.text) for piece in table.pieces if piece.row == 0)


def _is_head(cells: Sequence[Piece]) -> bool:
    """Return whether a row holds several whole labels and no number, as a head of columns does."""
    shown = [piece for piece in cells if piece.text]
    return len(shown) >= _HEADS and all(is_whole(piece.text) for piece in shown)


def _stands_alone(table: Ruled, row: int) -> bool:
    """Return whether a row has its own label and its own numbers, or is the head of columns.

    Then nothing of the row on the other page can stand in it.
    """
    at = row % table.rows
    cells = [piece for piece in table.pieces if piece.row == at and piece.row_span == 1]
    labels = [piece for piece in cells if piece.text and not piece.numeric]
    if _is_head(cells):
        return True
    closed = not any(piece.open for piece in cells)
    return (
        closed and any(piece.numeric for piece in cells) and any(is_whole(x.text) for x in labels)
    )


def _under_head(cells: Sequence[Piece], other: Ruled, row: int) -> bool:
    """Return whether the cells, at the top of a page, stand under whole labels, each its own."""
    if row != 0:
        return False
    last = [piece for piece in other.pieces if piece.end == other.rows]
    if _is_head(last) and len(cells) > _HEADS and all(piece.numeric for piece in cells):
        # Some labels of a head stand a row higher, over a blank.
        return True
    above = {piece.columns: piece for piece in last}
    heads = [above.get(piece.columns) for piece in cells]
    return all(head is not None and is_whole(head.text) for head in heads)


def _shift(above: Sequence[float], below: Sequence[float]) -> float:
    """Return how far a part stands elsewhere: not at all if its lines go on, else aligned right.

    Columns are often equally wide, so that lines moved by a whole column would fit as well.
    """
    stays = all(_near(edge, above) for edge in below)
    return 0.0 if stays else above[-1] - below[-1]


def _common_edges(
    above: Sequence[float], below: Sequence[float], shift: float
) -> tuple[float, ...] | None:
    """Return all column lines if two parts have the same columns, the second moved; else None.

    A page may show fewer: a line between label columns is drawn only where some row needs it.
    """
    moved = [edge + shift for edge in below]
    if abs(shift) > _MOST_SHIFT:
        return None
    own = [edge for edge in [*above, *moved] if not (_near(edge, above) and _near(edge, moved))]
    shared = [edge for edge in above if _near(edge, moved)]
    if len(shared) < 2 or (len(shared) == 2 and not _near(moved[0], above[:1])):
        return None
    one_has_all = len(shared) == min(len(above), len(moved))
    same_values = own and sum(edge > max(own) for edge in shared) >= _VALUE_EDGES
    if not (one_has_all or same_values):
        return None
    return tuple(sorted([*above, *(edge for edge in moved if not _near(edge, above))]))


def _may_begin_a_table(table: Ruled) -> bool:
    """Return whether a part is no frame around text; a lone first row is a known label."""
    return table.columns > 1 or all(
        not piece.text or normalise_label(piece.text) in known_labels() for piece in table.pieces
    )


def _near(edge: float, edges: Iterable[float]) -> bool:
    return any(abs(edge - other) <= _SAME_EDGE for other in edges)


def _with_columns(table: Ruled, edges: tuple[float, ...], shift: float) -> Ruled:
    def index(edge: float) -> int:
        return min(range(len(edges)), key=lambda i: abs(edges[i] - edge - shift))

    places = [index(edge) for edge in table.edges]
    pieces = tuple(
        piece.moved(
            row=piece.row,
            column=places[piece.column],
            column_span=places[piece.column + piece.column_span] - places[piece.column],
        )
        for piece in table.pieces
    )
    return replace(table, edges=edges, pieces=pieces)


def _without_repeated_head(above: Ruled, below: Ruled) -> Ruled:
    """Return ``below`` without the rows at its top that repeat the head of the table."""
    for rows in range(min(6, above.rows, below.rows - 1), 0, -1):
        head = _rows(above, rows)
        if head and head == _rows(below, rows) and any(text for *_, text in head):
            kept = tuple(
                replace(piece, row=piece.row - rows) for piece in below.pieces if piece.row >= rows
            )
            return replace(below, rows=below.rows - rows, pieces=kept)
    return below


def _rows(table: Ruled, count: int) -> list[tuple[int, int, int, int, str]] | None:
    """Return the cells of the first rows; None if they hold a number or reach further down."""
    cells = [piece for piece in table.pieces if piece.row < count]
    if any(piece.end > count or piece.numeric for piece in cells):
        return None
    return sorted(
        (piece.row, piece.column, piece.row_span, piece.column_span, normalise_label(piece.text))
        for piece in cells
    )


def _stacked(above: Ruled, below: Ruled, *, cut: bool) -> Ruled:
    overlap = 1 if cut else 0
    first_row = above.rows - overlap
    lowered = [
        piece.moved(row=piece.row + first_row, column=piece.column, column_span=piece.column_span)
        for piece in below.pieces
    ]
    merged: dict[Piece, Piece] = {}
    gone: set[Piece] = set()
    lowered_of = dict(zip(below.pieces, lowered, strict=True))
    for upper, lower in meeting(above, below):
        if cut or _one_merged_cell(above, below, upper, lower):
            merged[upper] = _merge(upper, lowered_of[lower])
            gone.add(lowered_of[lower])
    kept = [merged.get(piece, piece) for piece in above.pieces]
    kept += [piece for piece in lowered if piece not in gone]
    return Ruled(
        edges=above.edges,
        rows=first_row + below.rows,
        pieces=tuple(sorted(kept, key=lambda piece: (piece.row, piece.column))),
        parts=above.parts + below.parts,
    )


def _one_merged_cell(above: Ruled, below: Ruled, upper: Piece, lower: Piece) -> bool:
    """Return whether a merged label cell goes on below the page break."""
    if upper.numeric or lower.numeric:
        return False
    if upper.open and vote(upper.text, lower.text) >= 0:
        return bool(upper.text or lower.row_span > 1 or _labels_rows(below, lower, 0))
    if not (_labels_rows(above, upper, upper.end - 1) and _labels_rows(below, lower, 0)):
        return False
    if not upper.text or not lower.text:
        return True
    same = normalise_label(upper.text) == normalise_label(lower.text)
    return same or vote(upper.text, lower.text) > 0


def _labels_rows(table: Ruled, cell: Piece, row: int) -> bool:
    """Return whether it stands left of another label, so that it labels a group of rows."""
    return any(
        piece.row <= row < piece.end
        and piece.column >= cell.column + cell.column_span
        and piece.text
        and not piece.numeric
        for piece in table.pieces
    )


def _merge(upper: Piece, lower: Piece) -> Piece:
    both = bool(upper.text and lower.text)
    repeated = both and upper.row_span > 1 and upper.text == lower.text
    doubt = upper.doubtful or lower.doubtful
    if both and (upper.numeric or lower.numeric):
        doubt = doubt or _CUT
    shown = lower if lower.text and not upper.text else upper
    return replace(
        upper,
        row_span=max(upper.end, lower.end) - upper.row,
        text=upper.text if repeated else upper.text + lower.text,
        page=shown.page,
        box=shown.box,
        doubtful=doubt,
        open=lower.open,
    )
