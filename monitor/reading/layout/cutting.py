"""Whether a page break runs through a row.

The labels of the formats tell: two halves that make a known label belong together, two labels
that are whole each do not. Where they do not tell, it is what each half lacks.
"""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from monitor.formats import FORMAT_IDS, load_format
from monitor.reading.layout.ruled import Piece, Ruled, meeting
from monitor.reading.normalise import normalise_label, split_ordinal


def row_is_cut(above: Ruled, below: Ruled) -> bool:
    """Return whether the last row above and the first row below are one printed row."""
    pairs = meeting(above, below)
    if not pairs or _has_other_labels(above, below, pairs) or _stand_under_heads(pairs):
        return False
    single = [
        (upper, lower) for upper, lower in pairs if upper.row_span == 1 or lower.row_span == 1
    ]
    if not any(lower.text for _, lower in single) or not any(upper.text for upper, _ in single):
        return True
    labels = [
        (upper, lower)
        for upper, lower in single
        if not (upper.numeric or lower.numeric) and (upper.text or lower.text)
    ]
    votes = sum(vote(upper.text, lower.text) for upper, lower in labels)
    if votes:
        return votes > 0
    opened = any(upper.open for upper, _ in single)
    return opened or _cut_by_shape(single, labels)


def _has_other_labels(above: Ruled, below: Ruled, pairs: Sequence[tuple[Piece, Piece]]) -> bool:
    """Return whether a row has a label over other columns than the row it would go on in."""
    paired = {piece for pair in pairs for piece in pair}
    bottom = [piece for piece in above.pieces if piece.end == above.rows]
    top = [piece for piece in below.pieces if piece.row == 0]
    return any(
        piece.text and not piece.numeric and piece.row_span == 1 and piece not in paired
        for piece in [*bottom, *top]
    )


def _stand_under_heads(pairs: Sequence[tuple[Piece, Piece]]) -> bool:
    """Return whether each number below stands under the known label of its column."""
    heads = [upper for upper, lower in pairs if lower.numeric]
    return bool(heads) and all(is_whole(head.text) for head in heads)


def _cut_by_shape(
    single: Sequence[tuple[Piece, Piece]], labels: Sequence[tuple[Piece, Piece]]
) -> bool:
    """Decide without known labels, by which half holds the label and which the numbers."""
    upper_numbers = any(upper.numeric for upper, _ in single)
    lower_numbers = any(lower.numeric for _, lower in single)
    upper_label = any(upper.text for upper, _ in labels)
    lower_label = any(lower.text for _, lower in labels)
    if lower_numbers and not lower_label:
        # A row of numbers without a label: its label, and perhaps its first digits, are above.
        return upper_label or upper_numbers
    if lower_numbers:
        return not upper_numbers and not upper_label
    if upper_numbers:
        # A label without numbers is the rest of the row's label; or all of it, the row's upper
        # half holding nothing but numbers.
        return not upper_label or _begin_with_ordinals(upper for upper, _ in labels)
    return False


def _begin_with_ordinals(pieces: Iterable[Piece]) -> bool:
    return any(split_ordinal(piece.text)[0] is not None for piece in pieces if piece.text)


def vote(upper: str, lower: str) -> int:
    """Return 1 if two texts are halves of one label, -1 if each is whole, 0 if neither is sure."""
    if not upper or not lower:
        return 0
    first, second, whole = (_label(text) for text in (upper, lower, upper + lower))
    labels = known_labels()
    if whole in labels:
        return 1
    if second in labels or split_ordinal(lower)[0] is not None:
        return -1
    if first in labels:
        return -1
    return int(any(label.startswith(whole) or label.endswith(whole) for label in labels))


def is_whole(label: str) -> bool:
    """Return whether a label is known not to begin on the page before."""
    return _label(label) in known_labels() or split_ordinal(label)[0] is not None


@lru_cache(maxsize=4096)
def _label(text: str) -> str:
    return normalise_label(text)


@cache
def known_labels() -> frozenset[str]:
    """Return every label of the formats' tables as ``normalise_label`` gives it."""
    labels: set[str] = set()
    for format_id in FORMAT_IDS:
        for table in load_format(format_id).tables.values():
            labels.update(*(row.path for row in table.rows))
            labels.update(column.label for row in table.rows for column in row.columns)
            labels.update(
                column.group for row in table.rows for column in row.columns if column.group
            )
            labels.update(
                text for block in table.blocks for text in (block.caption, block.stub_header)
            )
            if table.corner:
                labels.add(table.corner)
    labels |= {"申请人情况", "法人或其他组织"}
    return frozenset(map(normalise_label, labels))
