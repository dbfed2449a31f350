"""From characters to lines of text, and from the lines of a cell to its text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from monitor.reading.layout.marks import Box, Char, around
from monitor.reading.normalise import CellKind, classify_cell

_SAME_LINE = 0.4
"""Middles of characters closer than this share of their size stand on one line."""
_TWICE = 0.15
"""The same character printed again within this share of its size is meant as bold type."""
_LATIN_GAP = 0.25
_WIDE_GAP = 1.0
_PADDING = 16.0
"""The most (points) that both sides of a cell keep free beside its text, borders included: 10.8 in
Word, 12 and more on web pages."""
_LEAST_PADDING = 6.6
"""What both sides keep free at the least. One digit a line is one number only in a cell in which
two digits have no room beside each other at all."""
_NEXT_LINE = 1.9
"""Numbers on lines further apart than this many times their size are two."""
_THOUSANDS = frozenset(",，")
"""No number ends with one."""
NUMERIC = frozenset("0123456789０１２３４５６７８９.,，．")


@dataclass(frozen=True)
class Line:
    """One printed line; ``chars`` from the left. What is asked of it often is worked out once."""

    chars: tuple[Char, ...]
    box: Box

    @cached_property
    def text(self) -> str:
        """The text with the blanks that are printed in it."""
        return line_text(self.chars)

    @cached_property
    def middle(self) -> float:
        """The height at which most of its characters have their middle."""
        middles = sorted([char.box[1] + char.box[3] for char in self.chars])
        return middles[len(middles) // 2] / 2

    @cached_property
    def size(self) -> float:
        """The size of most of its type."""
        sizes = sorted([char.size for char in self.chars])
        return sizes[len(sizes) // 2]


def lines_of(chars: Iterable[Char]) -> list[Line]:
    """Return the printed lines from the top."""
    rows: list[list[Char]] = []
    row: list[Char] = []
    level = size = 0.0
    for middle, char in sorted(((c.box[1] + c.box[3]) / 2, c) for c in chars):
        step = middle - level
        if row and (step <= _SAME_LINE * size or step <= _SAME_LINE * char.size):
            row.append(char)
            level += step / len(row)
        else:
            row = [char]
            rows.append(row)
            level, size = middle, char.size
    return [line for row in rows for part in _untangled(row) if (line := _line(part)) is not None]


def _untangled(row: list[Char]) -> list[list[Char]]:
    """Return a line's characters from the left; text printed over it, of another size, apart."""
    row.sort(key=_left)
    if not is_tangled(row):
        return [row]
    sizes: dict[int, list[Char]] = {}
    for char in row:
        sizes.setdefault(round(char.size), []).append(char)
    return list(sizes.values())


def _left(char: Char) -> float:
    return char.box[0]


def is_tangled(chars: Sequence[Char]) -> bool:
    """Return whether characters of a line, from the left, are printed over each other."""
    if _follow(chars):
        return False
    printed = [char for char in chars if char.text.strip()]
    return any(
        second.text != first.text
        and first.box[2] - second.box[0] > 0.6 * (first.box[2] - first.box[0])
        for first, second in pairwise(printed)
    )


def _follow(chars: Sequence[Char]) -> bool:
    """Return whether each character begins clearly right of where the one before began."""
    before = float("-inf")
    for char in chars:
        left, _, right, _ = char.box
        if left < before:
            return False
        before = left + max(0.5 * (right - left), _TWICE * char.size)
    return True


def _line(ordered: list[Char]) -> Line | None:
    single = ordered if _follow(ordered) else _once(ordered)
    first, last = 0, len(single)
    while first < last and not single[first].text.strip():
        first += 1
    while last > first and not single[last - 1].text.strip():
        last -= 1
    if first == last:
        return None
    printed = single[first:last]
    return Line(tuple(printed), around([char.box for char in printed]))


def _once(ordered: Sequence[Char]) -> list[Char]:
    """Return the characters without those printed twice in one place."""
    single: list[Char] = []
    for char in ordered:
        if not any(_printed_twice(char, other) for other in single[-3:]):
            single.append(char)
    return single


def _printed_twice(char: Char, other: Char) -> bool:
    near = _TWICE * char.size
    return (
        char.text == other.text
        and abs(char.box[0] - other.box[0]) < near
        and abs(char.box[1] - other.box[1]) < near
    )


def line_text(chars: Sequence[Char]) -> str:
    """Return the characters of one line as text, blanks as printed."""
    parts: list[str] = []
    for before, char in pairwise(chars):
        parts.append(before.text)
        gap = char.box[0] - before.box[2]
        if (
            gap > _LATIN_GAP * char.size
            and _apart(before, char)
            and before.text.strip()
            and char.text.strip()
        ):
            parts.append(" ")
    parts += [char.text for char in chars[-1:]]
    return "".join(parts).strip()


def _apart(before: Char, char: Char) -> bool:
    gap = (char.box[0] - before.box[2]) / (char.size or 1)
    latin = before.text.isascii() and char.text.isascii()
    return gap > (_LATIN_GAP if latin else _WIDE_GAP)


def cell_text(chars: Iterable[Char], width: float) -> tuple[str, str | None]:
    """Return the text of a cell ``width`` points wide, and why it is doubtful if it is.

    The lines of a cell are one text, broken where the cell ends. Two lines of digits are one
    number only if the first had no room for the next digit; otherwise they may be two numbers.
    """
    chars = chars if isinstance(chars, Sequence) else list(chars)
    simple = _run_text(chars)
    if simple is not None:
        return simple, None
    lines = lines_of(chars)
    if not lines:
        return "", None
    doubt = None
    if not all(char.decoded for line in lines for char in line.chars):
        doubt = "a character of the cell cannot be decoded"
    if any(is_tangled(line.chars) for line in lines):
        doubt = doubt or "text is printed over other text in the cell"
    if _spread(lines):
        doubt = doubt or "the digits of the cell stand apart"
    text = lines[0].text
    if len(lines) == 1:
        return text, doubt
    for before, line in pairwise(lines):
        if _is_numeric(before) and _is_numeric(line) and not _was_full(before, line, width):
            doubt = doubt or "two numbers may stand in the cell"
            text += " "
        elif text[-1:].isascii() and text[-1:].isalpha() and line.text[:1].isascii():
            text += " "
        text += line.text
    mixed = len(set(map(_is_numeric, lines))) > 1
    if mixed and classify_cell(text) is CellKind.OTHER:
        doubt = doubt or "words may have run into the cell of a number"
    return text, doubt


def _run_text(chars: Sequence[Char]) -> str | None:
    """Return the text of certain characters set one after the other on one line, as most are.

    None if there is anything else about them.
    """
    if not chars:
        return ""
    end, top, _, bottom = chars[0].box
    texts = []
    for text, (left, above, right, below), size, _, decoded in chars:
        near = _TWICE * size
        if (
            not (decoded and -near < left - end < near)
            or not (-near < above - top < near and -near < below - bottom < near)
            or text.isspace()
        ):
            return None
        end = right
        texts.append(text)
    return "".join(texts)


def _is_numeric(line: Line) -> bool:
    return all(char.text in NUMERIC or not char.text.strip() for char in line.chars)


def _was_full(line: Line, following: Line, width: float) -> bool:
    first = following.chars[0].box
    if line.chars[-1].text in _THOUSANDS:
        return True
    room = width - (line.box[2] - line.box[0])
    near = following.middle - line.middle < _NEXT_LINE * line.size
    padding = _PADDING if len(line.chars) > 1 else _LEAST_PADDING
    return near and room < first[2] - first[0] + padding


def _spread(lines: Sequence[Line]) -> bool:
    """Return whether digits stand apart without a printed blank between them."""
    for line in lines:
        if not _is_numeric(line):
            continue
        for before, char in pairwise(line.chars):
            if before.text.strip() and char.text.strip() and _apart(before, char):
                return True
    return False
