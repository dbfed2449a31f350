"""Lines of text where they stand on a canvas, and how they are cut out of it."""

import re
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from monitor.reading.layout.marks import Box as Area
from monitor.reading.scan.ink import Box, Ink, InkLine
from monitor.reading.scan.models import Reading, Sign

Picture = NDArray[np.uint8]

DPI = 300
POINT = 72 / DPI
UNKNOWN = "\ufffd"
"""Stands for a character that could not be read."""
CJK = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text where it stands, in pixels of the canvas."""

    line: InkLine
    reading: Reading
    doubt: str | None = None


def pixels(area: Area) -> Box:
    """Return an area in points as pixels of the canvas."""
    left, top, right, bottom = (round(value / POINT) for value in area)
    return left, top, right, bottom


def evenly(text: str) -> Reading:
    """Return a text as a reading whose characters stand at even distances."""
    return Reading(
        tuple(Sign(char, 1.0, (index + 0.5) / len(text)) for index, char in enumerate(text))
    )


def within_line(line: InkLine, reading: Reading, beside: float) -> Reading:
    """Return a reading whose places are shares of the line's own width, not of its crop.

    ``beside`` is what the crop left free at both sides, in heights of the line.
    """
    left, top, right, bottom = line.box
    free = beside * (bottom - top) / max(1, right - left)
    signs = (
        Sign(sign.text, sign.sure, min(1.0, max(0.0, sign.at * (1 + 2 * free) - free)))
        for sign in reading.signs
    )
    return Reading(tuple(signs))


def sharper(ink: Ink, line: InkLine) -> Picture:
    """Return a line in black and white, with less around it than at the first reading."""
    left, top, right, bottom = line.box
    up, beside = round(0.22 * (bottom - top)), round(0.3 * (bottom - top))
    dark = ink.dark[max(0, top - up) : bottom + up, max(0, left - beside) : right + beside]
    return np.asarray(255 - cv2.GaussianBlur(dark * 255, (3, 3), 0), np.uint8)
