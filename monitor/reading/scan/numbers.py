"""Reads the numbers of a table: each in two renditions, held against the shapes of its digits.

Once by itself, in grey; once in black and white, in a strip with its neighbours. Where these
differ a third rendition decides only if the shapes of the digits confirm it too. What is not
certain is named with its reason, and never guessed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from monitor.reading.scan.ink import Box, Ink, InkLine
from monitor.reading.scan.models import Reading, Sign, read_lines
from monitor.reading.scan.shapes import (
    Glyph16,
    Shapes,
    Verdict,
    glyph,
    is_dash,
    is_slash,
    segments,
    stands_apart,
)

Picture = NDArray[np.uint8]

_ALIKE = str.maketrans(
    "oOQD〇○口lI|丨｜—–－一_．·。，：０１２３４５６７８９／", "000000011111-----...,:0123456789/"
)
"""Signs of one shape with a digit or a sign of numbers."""
_PLAIN = str.maketrans("０１２３４５６７８９．，－／", "0123456789.,-/")
_NUMBER = re.compile(r"^-?\d{1,12}(?:[.,]\d+)*%?$|^[-/]$")
_RINGS = frozenset("0Oo〇○")
"""Signs that are one ring; in the cell of a number that is a zero."""
_WORDS = re.compile(r"[^\W\d_]")
_SURE = 0.6
_VERY_SURE = 0.9
_LONG_DASH = 0.9
_STRIP = 1200
_TALL = 48
_GAP = 26
_STRIP_SHARE = 0.66


@dataclass(frozen=True, slots=True)
class Read:
    """A number as read; ``doubt`` says why it may be another."""

    text: str
    doubt: str | None = None


@dataclass(slots=True)
class _Candidate:
    """A line of a cell that may be a number, with its readings."""

    line: InkLine
    first: Reading
    height: float
    """Of the type of its table, in pixels."""
    second: str = ""
    second_sure: float = 0.0
    glyphs: tuple[Glyph16, ...] = ()
    is_dash: bool = False


def may_be_number(reading: Reading, line: InkLine, height: float) -> bool:
    """Return whether a line is to be read as a number: it has no words, or is one sign wide."""
    text = reading.text.translate(_ALIKE)
    return line.box[2] - line.box[0] < 1.2 * height or not _WORDS.search(text)


def crop(ink: Ink, line: InkLine, height: float) -> Picture:
    """Return the picture of a line with white around it, as the model likes it."""
    _, top, _, bottom = line.box
    high = max(bottom - top, 0.9 * height)
    return padded(ink.page, line.box, 0.9 * high, 0.6 * high)


def padded(page: Picture, box: Box, half: float, beside: float) -> Picture:
    """Return so much around the middle and sides of a box of a page; outside it all is white."""
    left, top, right, bottom = box
    middle = (top + bottom) / 2
    up, down = round(middle - half), round(middle + half)
    wide = round(beside)
    out = np.full((max(2, down - up), right - left + 2 * wide), 255, np.uint8)
    first, last = max(up, top - 3, 0), min(down, bottom + 3, page.shape[0])
    start, end = max(0, left - 3), min(page.shape[1], right + 3)
    at = start - left + wide
    out[first - up : last - up, at : at + end - start] = page[first:last, start:end]
    return out


def read_numbers(
    ink: Ink, lines: Sequence[InkLine], firsts: Sequence[Reading], heights: Sequence[float]
) -> list[Read]:
    """Return the lines of the cells of a page read as numbers; ``heights`` are of their type."""
    found = [_Candidate(*item) for item in zip(lines, firsts, heights, strict=True)]
    for item, second in zip(found, _strip_readings(ink, lines), strict=True):
        item.second = "".join(sign.text for sign in second).strip()
        item.second_sure = min((sign.sure for sign in second), default=0.0)
        item.is_dash = is_dash(ink.dark, item.line, item.height)
        item.glyphs = tuple(glyph(ink.page, box) for box in segments(item.line))
    shapes = Shapes([sample for item in found if _is_sample(item) for sample in _samples(item)])
    reads = [_settled(item, shapes) for item in found]
    open_ones = [index for index, read in enumerate(reads) if read.doubt]
    thirds = read_lines(
        [_third(ink, found[index].line, found[index].height) for index in open_ones]
    )
    for index, third in zip(open_ones, thirds, strict=True):
        reads[index] = _after_third(found[index], third, shapes, reads[index])
    return reads


def _is_sample(item: _Candidate) -> bool:
    sure = min(item.first.sure, item.second_sure) > _VERY_SURE
    return sure and item.first.text == item.second and len(item.glyphs) == len(item.second)


def _samples(item: _Candidate) -> list[tuple[str, Glyph16]]:
    return list(zip(item.second, item.glyphs, strict=True))


def _settled(item: _Candidate, shapes: Shapes) -> Read:
    if item.is_dash:
        return Read("-" if item.line.box[2] - item.line.box[0] < _LONG_DASH * item.height else "—")
    if len(item.glyphs) == 1 and is_slash(item.glyphs[0]):
        return Read("/")
    one, two = item.first.text.translate(_ALIKE), item.second.translate(_ALIKE)
    if one != two:
        only_second = not _NUMBER.match(one) and bool(_NUMBER.match(two))
        if only_second and item.second_sure >= _VERY_SURE and _confirmed(item, two, shapes):
            return Read(two)
        return Read(one, f"two ways of reading differ: “{item.first.text}”, “{item.second}”")
    if not _NUMBER.match(one):
        return Read(item.first.text, f"the cell reads “{item.first.text}”, which is no number")
    if stands_apart(segments(item.line), item.height):
        return Read(one, "the digits of the cell stand apart")
    verdict = _verdict(item, one, shapes)
    if verdict is Verdict.CONTRADICTS:
        return Read(one, f"the shapes of the digits do not fit “{one}”")
    ring = one == "0" and {item.first.text, item.second} <= _RINGS
    plain = {item.first.text.translate(_PLAIN), item.second.translate(_PLAIN)} == {one}
    touching = len(item.glyphs) < len(one)
    sure = min(item.first.sure, item.second_sure) >= (_VERY_SURE if touching else _SURE)
    if verdict is Verdict.CONFIRMS or (sure and (plain or ring)):
        return Read(one)
    return Read(one, f"“{item.first.text}” was not read for certain")


def _verdict(item: _Candidate, text: str, shapes: Shapes) -> Verdict:
    if len(item.glyphs) > len(text):
        return Verdict.CONTRADICTS
    if len(item.glyphs) < len(text):
        # Some digits touch, so their shapes say nothing; the width of the whole still does.
        fits = shapes.fits_width(text, segments(item.line))
        return Verdict.SILENT if fits else Verdict.CONTRADICTS
    return shapes.verdict(text, item.glyphs, sampled=_is_sample(item))


def _confirmed(item: _Candidate, text: str, shapes: Shapes) -> bool:
    return _verdict(item, text, shapes) is Verdict.CONFIRMS


def _after_third(item: _Candidate, third: Reading, shapes: Shapes, read: Read) -> Read:
    """Return the third reading if it agrees with one of the others and the shapes confirm it."""
    text = third.text.translate(_ALIKE)
    others = (item.first.text.translate(_ALIKE), item.second.translate(_ALIKE))
    if text not in others or not _NUMBER.match(text) or third.sure < _SURE:
        return read
    return Read(text) if _confirmed(item, text, shapes) else read


def _third(ink: Ink, line: InkLine, height: float) -> Picture:
    _, top, _, bottom = line.box
    high = max(bottom - top, 0.9 * height)
    soft = cv2.GaussianBlur(padded(ink.page, line.box, 0.7 * high, 0.9 * high), (3, 3), 0)
    return np.asarray(soft, np.uint8)


def _strip_readings(ink: Ink, lines: Sequence[InkLine]) -> list[list[Sign]]:
    """Read the lines in black and white, several beside each other in one strip."""
    tiles = [_tile(ink, line) for line in lines]
    strips: list[list[int]] = []
    width = _STRIP
    for index, tile in enumerate(tiles):
        if width + tile.shape[1] + _GAP > _STRIP:
            strips.append([])
            width = _GAP
        strips[-1].append(index)
        width += tile.shape[1] + _GAP
    readings = read_lines([_strip([tiles[index] for index in strip]) for strip in strips])
    found: list[list[Sign]] = [[] for _ in lines]
    for strip, reading in zip(strips, readings, strict=True):
        _share_out(reading, strip, [tiles[index].shape[1] for index in strip], found)
    return found


def _share_out(
    reading: Reading, strip: Sequence[int], widths: Sequence[int], found: list[list[Sign]]
) -> None:
    """Give each character of a strip to the line above which it stands."""
    total = sum(widths) + _GAP * (len(widths) + 1)
    ends = np.cumsum([width + _GAP for width in widths]) + _GAP / 2
    for sign in reading.signs:
        place = min(len(strip) - 1, int(np.searchsorted(ends, sign.at * total)))
        if sign.text.strip():
            found[strip[place]].append(sign)


def _tile(ink: Ink, line: InkLine) -> Picture:
    """Return the ink of a line alone, black on white, as high as a strip."""
    left, top, right, bottom = line.box
    high = max(bottom - top, 0.45 * (right - left) if len(line.marks) == 1 else 0, 8)
    middle = (top + bottom) / 2
    up, down = round(middle - high / 2 / _STRIP_SHARE), round(middle + high / 2 / _STRIP_SHARE)
    tile = np.zeros((max(2, down - up), right - left), np.uint8)
    for mark in line.marks:
        rows = slice(max(0, mark[1] - up), mark[3] - up)
        columns = slice(mark[0] - left, mark[2] - left)
        dark = ink.dark[max(mark[1], up) : mark[3], mark[0] : mark[2]]
        tile[rows, columns] |= dark[: tile[rows, columns].shape[0]]
    scale = _TALL / tile.shape[0]
    size = max(4, round(tile.shape[1] * scale)), _TALL
    grown = cv2.resize(tile * 255, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(255 - cv2.GaussianBlur(grown, (3, 3), 0), np.uint8)


def _strip(tiles: Sequence[Picture]) -> Picture:
    gap = np.full((_TALL, _GAP), 255, np.uint8)
    return np.concatenate([gap, *(part for tile in tiles for part in (tile, gap))], axis=1)
