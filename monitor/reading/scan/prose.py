"""The text outside tables; lines with digits are read twice."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np

from monitor.reading.scan.ink import Box, Ink, InkLine
from monitor.reading.scan.models import Reading, Sign, find_lines, read_lines
from monitor.reading.scan.texts import UNKNOWN, Picture, Text, sharper, within_line

_BESIDE = 0.3
"""Heights of a line that its crop leaves free at both of its sides."""


def read_prose(ink: Ink, tables: Sequence[Box]) -> list[Text]:
    """Return the lines that stand outside ``tables``, their boxes in pixels."""
    rest = ink.page.copy()
    for left, top, right, bottom in tables:
        rest[max(0, top - 6) : bottom + 6, max(0, left - 6) : right + 6] = 255
    if not _has_text(ink, tables):
        return []
    lines = [line for box in find_lines(rest) if (line := _line_in(ink, rest, box)) is not None]
    readings = read_lines([_line_crop(rest, line) for line in lines])
    found = [
        Text(line, within_line(line, reading, _BESIDE))
        for line, reading in zip(lines, readings, strict=True)
        if reading.text
    ]
    return _numbers_twice(ink, found)


def _has_text(ink: Ink, tables: Sequence[Box]) -> bool:
    outside = np.ones(len(ink.boxes), bool)
    for table in tables:
        outside[ink.index_inside(table)] = False
    boxes = ink.boxes[outside]
    high = boxes[:, 3] - boxes[:, 1]
    return bool(((high >= 12) & (high < 150)).sum() >= 2)


def _line_in(ink: Ink, rest: Picture, box: Box) -> InkLine | None:
    """Return the ink of a line that the model found, None if there is none."""
    left, top, right, bottom = box
    inside = (rest[top:bottom, left:right] < 255).any()
    marks = ink.inside(box)
    marks = marks[(marks[:, 3] - marks[:, 1]) < 2.0 * (bottom - top)] if len(marks) else marks
    if not inside or not len(marks):
        return None
    low, high = marks.min(axis=0), marks.max(axis=0)
    return InkLine((int(low[0]), int(low[1]), int(high[2]), int(high[3])), ())


def _line_crop(page: Picture, line: InkLine) -> Picture:
    left, top, right, bottom = line.box
    up, beside = round(0.2 * (bottom - top)), round(_BESIDE * (bottom - top))
    return page[max(0, top - up) : bottom + up, max(0, left - beside) : right + beside]


def _numbers_twice(ink: Ink, texts: list[Text]) -> list[Text]:
    """Read lines with digits a second time; digits that come out otherwise are unknown."""
    with_digits = [i for i, text in enumerate(texts) if re.search(r"\d", text.reading.text)]
    seconds = read_lines([sharper(ink, texts[index].line) for index in with_digits])
    for index, second in zip(with_digits, seconds, strict=True):
        first = texts[index]
        texts[index] = Text(first.line, _agreed(first.reading, second))
    return texts


def _agreed(first: Reading, second: Reading) -> Reading:
    one, two = ("".join(sign.text for sign in reading.signs) for reading in (first, second))
    signs = list(first.signs)
    for what, start, end, *_ in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        # An inserted digit makes those beside it doubtful.
        reach = range(max(0, start - (what == "insert")), min(len(signs), max(end, start + 1)))
        for index in reach:
            if signs[index].text.isdigit():
                signs[index] = Sign(UNKNOWN, 0.0, signs[index].at)
    return Reading(tuple(signs))
