"""Sheets of originals whose pages are fixed: PDF, OFD, pictures; and of plain text."""

from collections.abc import Iterator
from io import BytesIO
from itertools import count

import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageSequence

from monitor.pictures.drawing import Box, Sheet
from monitor.pictures.fonts import chinese_font
from monitor.pictures.notes import Spot
from monitor.plain import plain
from monitor.reading import kinds
from monitor.reading.encoding import decode
from monitor.reading.model import UnreadableError
from monitor.reading.ofd.drawing import page_picture

FIXED = frozenset((kinds.PDF, kinds.OFD, kinds.TEXT)) | kinds.PICTURES
"""The kinds of files that this module draws."""
DPI = 130
_WIDEST = 1700
"""A picture wider than this (pixels) is drawn smaller."""
_TEXT_TYPE = 18
_TEXT_STEP = 28
_TEXT_WIDTH = 1200
_LINES_A_SHEET = 70


def fixed_sheets(body: bytes, kind: str) -> Iterator[Sheet]:
    """Yield the pages of an original, one at a time.

    Raises:
        ValueError: if files of this kind have no fixed pages.
    """
    if kind == kinds.PDF:
        yield from _pdf(body)
    elif kind == kinds.OFD:
        yield from _ofd(body)
    elif kind in kinds.PICTURES:
        yield from _picture(body)
    elif kind == kinds.TEXT:
        yield from _text(decode(body))
    else:
        raise ValueError(kind)


def _pdf(body: bytes) -> Iterator[Sheet]:
    document = pdfium.PdfDocument(body)
    try:
        for index in range(len(document)):
            page = document[index]
            try:
                picture = page.render(scale=DPI / 72).to_pil().convert("RGB")
            finally:
                page.close()
            yield Sheet(picture=picture, locate=_by_page(index + 1, DPI / 72))
    finally:
        document.close()


def _ofd(body: bytes) -> Iterator[Sheet]:
    for number in count(1):
        try:
            picture = page_picture(body, number, DPI)
        except UnreadableError as error:
            if error.code == "missing" and number > 1:
                return
            raise
        yield Sheet(picture=picture.convert("RGB"), locate=_by_page(number, DPI / 72))


def _by_page(number: int, scale: float) -> "_ByPage":
    return _ByPage(number, scale)


class _ByPage:
    """Finds places by their page and box."""

    def __init__(self, number: int, scale: float) -> None:
        self._number = number
        self._scale = scale

    def __call__(self, spot: Spot) -> Box | None:
        place = spot.place
        if place.page != self._number or place.bbox is None:
            return None
        left, top, right, bottom = (edge * self._scale for edge in place.bbox)
        return (left, top, right, bottom) if left < right and top < bottom else None


def _picture(body: bytes) -> Iterator[Sheet]:
    with Image.open(BytesIO(body)) as file:
        for number, frame in enumerate(ImageSequence.Iterator(file), start=1):
            picture = frame.convert("RGB")
            scale = min(1.0, _WIDEST / picture.width)
            size = (round(picture.width * scale), round(picture.height * scale))
            yield Sheet(picture=picture.resize(size), locate=_by_page(number, scale))


def _text(text: str) -> Iterator[Sheet]:
    """Yield plain text as it stands, its lines broken at the edge; places are by offset."""
    lines = list(_broken(text))
    for first in range(0, max(1, len(lines)), _LINES_A_SHEET):
        shown = lines[first : first + _LINES_A_SHEET]
        picture = Image.new("RGB", (_TEXT_WIDTH, _TEXT_STEP * (len(shown) + 1)), "white")
        pen = ImageDraw.Draw(picture)
        for row, (_, line) in enumerate(shown):
            where = (10, _TEXT_STEP * row + 8)
            pen.text(where, plain(line), font=chinese_font(_TEXT_TYPE), fill="black")
        yield Sheet(picture=picture, locate=_ByOffset(shown))


def _broken(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text with the offset at which each begins."""
    font = chinese_font(_TEXT_TYPE)
    start, width = 0, 0.0
    for offset, char in enumerate(text):
        wide = 0 if char == "\n" else font.getlength(char)
        if char == "\n" or width + wide > _TEXT_WIDTH - 20:
            yield start, text[start:offset]
            start, width = (offset + 1, 0.0) if char == "\n" else (offset, 0.0)
        width += wide
    yield start, text[start:]


class _ByOffset:
    """Finds places by their offset in the text, as far as the line goes."""

    def __init__(self, lines: list[tuple[int, str]]) -> None:
        self._lines = lines

    def __call__(self, spot: Spot) -> Box | None:
        place = spot.place
        if place.offset is None:
            return None
        font = chinese_font(_TEXT_TYPE)
        for row, (start, line) in enumerate(self._lines):
            if start <= place.offset <= start + len(line):
                before = font.getlength(plain(line[: place.offset - start]))
                wide = font.getlength(plain(spot.text.partition("\n")[0]))
                right = min(font.getlength(plain(line)), before + max(wide, 12))
                top = _TEXT_STEP * row + 4
                return 10 + before, top, 10 + right, top + _TEXT_STEP - 2
        return None
