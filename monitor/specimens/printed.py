"""What the pages of a PDF print: type and paths, for writers of other fixed-layout forms."""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedChar:
    """A printed sign; all in points from the top left of the page."""

    text: str
    x: float
    y: float
    """Of its origin on the baseline."""
    width: float
    size: float
    run: int
    """Signs of one run were set at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedPath:
    """A printed path; points from the top left of the page."""

    subpaths: tuple[tuple[Point, ...], ...]
    filled: bool
    width: float
    """Of its lines, if it is not filled."""
    colour: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedPage:
    """A page as printed; sizes in points."""

    width: float
    height: float
    chars: tuple[PrintedChar, ...]
    paths: tuple[PrintedPath, ...]


def printed_pages(pdf: bytes) -> Iterator[PrintedPage]:
    """Yield what the pages of a PDF print; curves and pictures are left out."""
    document = pdfium.PdfDocument(pdf)
    try:
        for index in range(len(document)):
            page = document[index]
            height = page.get_height()
            yield PrintedPage(
                width=page.get_width(),
                height=height,
                chars=tuple(_chars(page, height)),
                paths=tuple(_paths(page, height)),
            )
            page.close()
    finally:
        document.close()


def _chars(page: pdfium.PdfPage, height: float) -> Iterator[PrintedChar]:
    textpage = page.get_textpage()
    raw = textpage.raw
    x, y, box = ctypes.c_double(), ctypes.c_double(), pdfium_c.FS_RECTF()
    runs: dict[int, int] = {}
    for index in range(pdfium_c.FPDFText_CountChars(raw)):
        code = pdfium_c.FPDFText_GetUnicode(raw, index)
        if code < ord(" ") or pdfium_c.FPDFText_IsGenerated(raw, index) == 1:
            continue
        pdfium_c.FPDFText_GetCharOrigin(raw, index, x, y)
        pdfium_c.FPDFText_GetLooseCharBox(raw, index, box)
        owner = pdfium_c.FPDFText_GetTextObject(raw, index)
        address = ctypes.cast(owner, ctypes.c_void_p).value or 0
        yield PrintedChar(
            text=chr(code),
            x=x.value,
            y=height - y.value,
            width=box.right - box.left,
            size=pdfium_c.FPDFText_GetFontSize(raw, index),
            run=runs.setdefault(address, len(runs)),
        )
    textpage.close()


def _paths(page: pdfium.PdfPage, height: float) -> Iterator[PrintedPath]:
    raw = page.raw
    fill, stroke, width = ctypes.c_int(), ctypes.c_int(), ctypes.c_float()
    for index in range(pdfium_c.FPDFPage_CountObjects(raw)):
        item = pdfium_c.FPDFPage_GetObject(raw, index)
        if pdfium_c.FPDFPageObj_GetType(item) != pdfium_c.FPDF_PAGEOBJ_PATH:
            continue
        pdfium_c.FPDFPath_GetDrawMode(item, fill, stroke)
        pdfium_c.FPDFPageObj_GetStrokeWidth(item, width)
        yield PrintedPath(
            subpaths=tuple(tuple(points) for points in _subpaths(item, height)),
            filled=bool(fill.value),
            width=width.value,
            colour=_colour(item) if fill.value else (0, 0, 0),
        )


def _subpaths(item: Any, height: float) -> Sequence[list[Point]]:
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(item, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    found: list[list[Point]] = []
    for number in range(pdfium_c.FPDFPath_CountSegments(item)):
        segment = pdfium_c.FPDFPath_GetPathSegment(item, number)
        pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            height - (matrix.b * x.value + matrix.d * y.value + matrix.f),
        )
        if pdfium_c.FPDFPathSegment_GetType(segment) == pdfium_c.FPDF_SEGMENT_MOVETO:
            found.append([])
        found[-1].append(point)
        if pdfium_c.FPDFPathSegment_GetClose(segment):
            found[-1].append(found[-1][0])
    return found


def _colour(item: Any) -> tuple[int, int, int]:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium_c.FPDFPageObj_GetFillColor(item, red, green, blue, alpha)
    return red.value, green.value, blue.value
