"""The ruling lines of a page: pieces joined, lines that touch grouped, cut tables closed."""

from collections.abc import Iterable, Sequence

from monitor.reading.layout.marks import Ruling

SNAP = 3.0
"""Lines closer than this (points) are one line: double lines, and borders of two cells."""
_JOIN = 4.0
"""Pieces of a line closer than this are one line: dashes, and gaps at corners."""
_TOUCH = 3.0
_SHORTEST = 4.0
_WIDEST_LABEL = 250.0
_LEAST_ROW = 6.0
_LEAST_COLUMN = 12.0
_PAGE_END = 0.2
"""Share of the page's height at top and bottom at which page breaks cut tables."""


def merge_rulings(rulings: Iterable[Ruling]) -> list[Ruling]:
    """Return the lines with the pieces of each joined."""
    merged: list[Ruling] = []
    for group in _level(sorted(rulings, key=lambda line: line.at)):
        pieces = sorted(group, key=lambda line: line.start)
        current = pieces[0]
        for piece in pieces[1:]:
            if piece.start <= current.end + _JOIN:
                current = Ruling(current.at, current.start, max(current.end, piece.end))
            else:
                merged.append(current)
                current = piece
        merged.append(current)
    return [line for line in merged if line.end - line.start >= _SHORTEST]


def _level(lines: Sequence[Ruling]) -> Iterable[list[Ruling]]:
    """Group lines, sorted by ``at``, that lie on one level, and give each group one ``at``."""
    group: list[Ruling] = []
    for line in lines:
        if group and line.at - group[0].at > 1.0:
            yield _at_one_level(group)
            group = []
        group.append(line)
    if group:
        yield _at_one_level(group)


def _at_one_level(group: list[Ruling]) -> list[Ruling]:
    at = sum(line.at for line in group) / len(group)
    return [Ruling(at, line.start, line.end) for line in group]


def touching(
    across: Sequence[Ruling], down: Sequence[Ruling]
) -> Iterable[tuple[list[Ruling], list[Ruling]]]:
    """Return the groups of lines that cross or touch each other."""
    owner = list(range(len(across) + len(down)))

    def find(index: int) -> int:
        while owner[index] != index:
            owner[index] = owner[owner[index]]
            index = owner[index]
        return index

    for i, flat in enumerate(across):
        for j, steep in enumerate(down, len(across)):
            if (
                flat.start - _TOUCH <= steep.at <= flat.end + _TOUCH
                and steep.start - _TOUCH <= flat.at <= steep.end + _TOUCH
            ):
                owner[find(j)] = find(i)
    groups: dict[int, tuple[list[Ruling], list[Ruling]]] = {}
    for index, line in enumerate([*across, *down]):
        group = groups.setdefault(find(index), ([], []))
        group[index >= len(across)].append(line)
    tables = [group for group in groups.values() if group[0] and group[1]]
    for group in groups.values():
        if not group[0]:
            _attach(group[1], tables)
    return tables


def _attach(lone: Sequence[Ruling], tables: Sequence[tuple[list[Ruling], list[Ruling]]]) -> None:
    """Add a vertical line that no other touches to the table it runs along from end to end.

    The outer line of a label cell that fills the whole page is such a line.
    """
    for line in lone:
        for across, down in tables:
            top, bottom = min(x.start for x in down), max(x.end for x in down)
            beside = min(abs(line.at - x.at) for x in down) < _WIDEST_LABEL
            shared = min(line.end, bottom) - max(line.start, top)
            if across and beside and shared > 0.9 * max(line.end - line.start, bottom - top):
                down.append(line)
                break


def close_lines(lines: list[Ruling], crossing: Sequence[Ruling], least: float) -> list[Ruling]:
    """Add a line where the crossing lines end beyond the first or last line.

    Only where at least two crossing lines end together: a page break cuts them all.
    """
    if len(crossing) < 2:
        return lines
    first, last = min(line.at for line in lines), max(line.at for line in lines)
    top = _common_end([line for line in crossing if line.start < first - least], start=True)
    bottom = _common_end([line for line in crossing if line.end > last + least], start=False)
    return [*lines, *(edge for edge in (top, bottom) if edge is not None)]


def close_open_table(
    across: Sequence[Ruling], down: Sequence[Ruling], height: float
) -> list[Ruling]:
    """Return the horizontal lines with those that a table without lines around it leaves out.

    Its horizontal lines reach beyond the vertical ones at both sides, and one of these may be all
    that reaches beyond its first or last line. Of a single line that one other meets, a row is
    taken only at the end of a page (``height`` points high), which cuts tables there.
    """
    lines = list(across)
    first, last = min(across, key=_level_of), max(across, key=_level_of)
    left, right = min(line.start for line in across), max(line.end for line in across)
    top, bottom = min(line.start for line in down), max(line.end for line in down)
    inside = left + _LEAST_COLUMN < min(map(_level_of, down)) and (
        max(map(_level_of, down)) < right - _LEAST_COLUMN
    )
    if not inside or right - left < _WIDEST_LABEL:
        return lines
    above, below = first.at - top > _LEAST_ROW, bottom - last.at > _LEAST_ROW
    several = len(positions(across)) > 1 or (above and below)
    if above and (several or top < _PAGE_END * height):
        lines.append(Ruling(top, left, right))
    if below and (several or bottom > (1 - _PAGE_END) * height):
        lines.append(Ruling(bottom, left, right))
    return lines


def _level_of(line: Ruling) -> float:
    return line.at


def _common_end(crossing: Sequence[Ruling], *, start: bool) -> Ruling | None:
    if len(crossing) < 2:
        return None
    at = min(line.start for line in crossing) if start else max(line.end for line in crossing)
    ending = [line.at for line in crossing if abs((line.start if start else line.end) - at) <= SNAP]
    if len(ending) < 2:
        return None
    return Ruling(at, min(ending), max(ending))


def positions(lines: Sequence[Ruling]) -> list[float]:
    """Return the places of the lines, those of double lines joined."""
    places: list[list[float]] = []
    for at in sorted(line.at for line in lines):
        if places and at - places[-1][0] <= SNAP:
            places[-1].append(at)
        else:
            places.append([at])
    return [sum(group) / len(group) for group in places]
