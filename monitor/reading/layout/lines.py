"""From characters to lines of text, and from the lines of a cell to its text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.reading.layout.marks import Box, Char, around
from monitor.reading.normalise import CellKind, classify_cell

_SAME_LINE = 0.4
"""Middles of characters closer than this share of their size stand on one line."""
_TWICE = 0.15
"""The same character printed again within this share of its size is meant as bold type."""
_LATIN_GAP = 0.25
_WIDE_GAP = 1.0
_PADDING = 13.0
"""The most (points) that both sides of a cell keep free beside its text: Word's own 10.8, and
some play."""
NUMERIC = frozenset("0123456789０１２３４５６７８９.,，．")


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line; ``chars`` from the left."""

    chars: tuple[Char, ...]
    box: Box

    @property
    def text(self) -> str:
        """The text with the blanks that are printed in it."""
        return line_text(self.chars)

    @property
    def middle(self) -> float:
        """The height at which most of its characters have their middle."""
        middles = sorted(char.centre[1] for char in self.chars)
        return middles[len(middles) // 2]

    @property
    def size(self) -> float:
        """The size of most of its type."""
        sizes = sorted(char.size for char in self.chars)
        return sizes[len(sizes) // 2]


def lines_of(chars: Iterable[Char]) -> list[Line]:
    """Return the printed lines from the top."""
    rows: list[list[Char]] = []
    level = 0.0
    for char in sorted(chars, key=lambda item: item.centre[1]):
        middle = char.centre[1]
        if rows and middle - level <= _SAME_LINE * max(char.size, rows[-1][0].size):
            rows[-1].append(char)
            level += (middle - level) / len(rows[-1])
        else:
            rows.append([char])
            level = middle
    return [line for row in rows for part in _untangled(row) if (line := _line(part)) is not None]


def _untangled(row: list[Char]) -> list[list[Char]]:
    """Return text printed over other text, of another size, as lines of their own."""
    if not _is_tangled(sorted(row, key=lambda item: item.box[0])):
        return [row]
    sizes: dict[int, list[Char]] = {}
    for char in row:
        sizes.setdefault(round(char.size), []).append(char)
    return list(sizes.values())


def _is_tangled(chars: Sequence[Char]) -> bool:
    """Return whether characters of a line, from the left, are printed over each other."""
    printed = [char for char in chars if char.text.strip()]
    return any(
        second.text != first.text
        and first.box[2] - second.box[0] > 0.6 * (first.box[2] - first.box[0])
        for first, second in pairwise(printed)
    )


def _line(chars: list[Char]) -> Line | None:
    ordered = sorted(chars, key=lambda item: item.box[0])
    single: list[Char] = []
    for char in ordered:
        if not any(_printed_twice(char, other) for other in single[-3:]):
            single.append(char)
    while single and not single[0].text.strip():
        del single[0]
    while single and not single[-1].text.strip():
        del single[-1]
    if not single:
        return None
    return Line(tuple(single), around([char.box for char in single]))


def _printed_twice(char: Char, other: Char) -> bool:
    near = _TWICE * char.size
    return (
        char.text == other.text
        and abs(char.box[0] - other.box[0]) < near
        and abs(char.box[1] - other.box[1]) < near
    )


def line_text(chars: Sequence[Char]) -> str:
    """Return the characters of one line as text, blanks as printed."""
    if not chars:
        return ""
    parts = [chars[0].text]
    for before, char in pairwise(chars):
        if _apart(before, char) and parts[-1][-1:].strip() and char.text.strip():
            parts.append(" ")
        parts.append(char.text)
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
    lines = lines_of(chars)
    if not lines:
        return "", None
    doubt = None
    if any(not char.decoded for line in lines for char in line.chars):
        doubt = "a character of the cell cannot be decoded"
    if any(_is_tangled(line.chars) for line in lines):
        doubt = doubt or "text is printed over other text in the cell"
    if _spread(lines):
        doubt = doubt or "the digits of the cell stand apart"
    text = lines[0].text
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


def _is_numeric(line: Line) -> bool:
    return all(char.text in NUMERIC or not char.text.strip() for char in line.chars)


def _was_full(line: Line, following: Line, width: float) -> bool:
    first = following.chars[0].box
    room = width - (line.box[2] - line.box[0])
    return len(line.chars) > 1 and room < first[2] - first[0] + _PADDING


def _spread(lines: Sequence[Line]) -> bool:
    """Return whether digits stand apart without a printed blank between them."""
    for line in lines:
        if not _is_numeric(line):
            continue
        for before, char in pairwise(line.chars):
            if before.text.strip() and char.text.strip() and _apart(before, char):
                return True
    return False
