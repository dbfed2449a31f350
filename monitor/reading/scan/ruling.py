"""Finds the ruling lines of tables on a straight page, also faint and broken ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

_ALONG = 61
"""Pixels along which a line must show: longer than the strokes of most characters."""
_DRAWN = 0.8
"""Share of these that must be drawn."""
_BESIDE = (8, 15)
"""How far beside the middle of a thin or a thick line the paper is looked at."""
_CONTRAST = 16
"""How much darker than the paper a faint line is, in grey levels."""
_THICKEST = 30
_SHORTEST = 44
_SAME_LEVEL = 4
_SMALL_GAP = 20
_WIDEST_GAP = 160
_TRACED = 0.6
_REACH = 14
"""How far from a crossing line the end of a line may be."""
_LONG = 400
"""A line of this length (pixels) is none of a character."""
_TABLE_WIDTH, _TABLE_HEIGHT = 300, 70


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line in pixels: its place across its run, where it starts and ends, its thickness."""

    at: float
    start: float
    end: float
    thickness: float


def ruling_strokes(page: Picture) -> tuple[list[Stroke], list[Stroke]]:
    """Return the horizontal and the vertical lines of the tables on a page of 300 dpi."""
    ink = 255 - page
    across = _strokes(ink)
    down = _strokes(np.ascontiguousarray(ink.T))
    return _of_tables(across, down)


def _strokes(ink: Picture) -> list[Stroke]:
    smooth = np.asarray(cv2.blur(ink, (5, 1)), np.uint8)
    drawn = np.maximum(*(_ridges(smooth, beside) for beside in _BESIDE))
    share = cv2.blur(drawn * 255, (_ALONG, 1))
    long = (share > 255 * _DRAWN).astype(np.uint8)
    _, _, stats, centres = cv2.connectedComponentsWithStats(long)
    found = [
        _stroke(drawn, (int(x), int(wide)), float(centre[1]), area / max(1, wide))
        for (x, _, wide, high, area), centre in zip(stats[1:], centres[1:], strict=True)
        if high < _THICKEST
    ]
    found = [stroke for stroke in found if stroke.end - stroke.start >= _SHORTEST]
    return _linked(sorted(found, key=lambda stroke: stroke.start), ink)


def _ridges(ink: Picture, beside: int) -> Picture:
    """Return where ink stands between lighter pixels on both sides, as on a thin line."""
    ground = np.maximum(np.roll(ink, beside, 0), np.roll(ink, -beside, 0))
    ridges = (cv2.subtract(ink, ground) > _CONTRAST).astype(np.uint8)
    return np.asarray(cv2.dilate(ridges, np.ones((3, 1), np.uint8)), np.uint8)


def _stroke(drawn: Picture, run: tuple[int, int], at: float, thickness: float) -> Stroke:
    """Return a line from where its ink begins to where it ends, a little beyond its sure part."""
    middle = min(len(drawn) - 1, round(at))
    row = drawn[middle]
    start, end = run[0], run[0] + run[1]
    while start > 0 and row[start - 1]:
        start -= 1
    while end < len(row) and row[end]:
        end += 1
    return Stroke(at, start, end, max(1.0, thickness - 2))


def _linked(strokes: Sequence[Stroke], ink: Picture) -> list[Stroke]:
    """Join the pieces of one line where ink goes on between them."""
    linked: list[Stroke] = []
    for stroke in strokes:
        for index, other in enumerate(linked):
            near = abs(stroke.at - other.at) <= _SAME_LEVEL
            if near and stroke.start - other.end <= _WIDEST_GAP and _goes_on(other, stroke, ink):
                linked[index] = _joined(other, stroke)
                break
        else:
            linked.append(stroke)
    return linked


def _goes_on(first: Stroke, second: Stroke, ink: Picture) -> bool:
    start, end = round(first.end), round(second.start)
    if end - start <= _SMALL_GAP:
        return True
    at = round((first.at + second.at) / 2)
    band = ink[max(0, at - 3) : at + 4, start:end]
    return bool((band.max(axis=0) > 2 * _CONTRAST).mean() > _TRACED)


def _joined(first: Stroke, second: Stroke) -> Stroke:
    one, two = first.end - first.start, second.end - second.start
    at = (first.at * one + second.at * two) / (one + two)
    thickness = (first.thickness * one + second.thickness * two) / (one + two)
    return Stroke(at, min(first.start, second.start), max(first.end, second.end), thickness)


def _of_tables(across: list[Stroke], down: list[Stroke]) -> tuple[list[Stroke], list[Stroke]]:
    """Keep long lines, and shorter ones that run from one kept line to another.

    Strokes of characters are left out, and lines that cross no other.
    """
    level = [line for line in across if line.end - line.start >= _LONG]
    steep = [line for line in down if line.end - line.start >= _LONG]
    grown = True
    while grown:
        more_steep = [x for x in down if x not in steep and _ends(x, level) == 2]
        steep += more_steep
        more_level = [x for x in across if x not in level and _ends(x, steep) == 2]
        level += more_level
        grown = bool(more_steep or more_level)
    kept = [group for group in _groups(level, steep) if _is_table(*group)]
    return [x for group in kept for x in group[0]], [x for group in kept for x in group[1]]


def _ends(stroke: Stroke, crossing: Iterable[Stroke]) -> int:
    """Return how many of its two ends lie at a crossing line."""
    met = [line.at for line in crossing if line.start - _REACH <= stroke.at <= line.end + _REACH]
    return sum(any(abs(end - at) <= _REACH for at in met) for end in (stroke.start, stroke.end))


def _groups(
    across: Sequence[Stroke], down: Sequence[Stroke]
) -> list[tuple[list[Stroke], list[Stroke]]]:
    groups: list[tuple[list[Stroke], list[Stroke]]] = []
    for line in across:
        touched = [group for group in groups if any(_cross(line, x) for x in group[1])]
        fresh = [x for x in down if _cross(line, x) and not any(x in g[1] for g in groups)]
        groups = [group for group in groups if group not in touched]
        groups.append(
            (
                [line, *(x for group in touched for x in group[0])],
                [*fresh, *(x for group in touched for x in group[1])],
            )
        )
    return groups


def _cross(level: Stroke, steep: Stroke) -> bool:
    return (
        level.start - _REACH <= steep.at <= level.end + _REACH
        and steep.start - _REACH <= level.at <= steep.end + _REACH
    )


def _is_table(across: Sequence[Stroke], down: Sequence[Stroke]) -> bool:
    if len(across) < 2 or len(down) < 2:
        return False
    width = max(x.end for x in across) - min(x.start for x in across)
    height = max(x.end for x in down) - min(x.start for x in down)
    return width >= _TABLE_WIDTH and height >= _TABLE_HEIGHT


def without_strokes(page: Picture, across: Iterable[Stroke], down: Iterable[Stroke]) -> Picture:
    """Return the page with its ruling lines painted over in white."""
    clean = page.copy()
    for lines, turned in ((across, False), (down, True)):
        view = clean.T if turned else clean
        for line in lines:
            half = line.thickness / 2 + 2.5
            low, high = max(0, round(line.at - half)), round(line.at + half) + 1
            view[low:high, max(0, round(line.start) - 6) : round(line.end) + 7] = 255
    return clean
