"""Takes the marks off the pages of a PDF with PDFium.

PDFium is called through its raw interface where pypdfium2 has no call of its own, since one
page holds thousands of characters. Each page is closed before the next is opened.
"""

import ctypes
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from monitor.reading.layout.marks import Box, Char, Marks, Ruling, area
from monitor.reading.layout.radicals import plain_character
from monitor.reading.model import UnreadableError
from monitor.reading.pdf.geometry import Frame, rulings_of_path

MAX_CHARS = 60_000
"""A page of a report holds some thousand characters."""
MAX_OBJECTS = 60_000
_MAX_FORM_DEPTH = 8
_INVISIBLE = pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
_LINE_PICTURE = 2.0
"""A picture thinner than this (points) is a line drawn as a picture."""
_ONE_AT_A_TIME = threading.Lock()
"""PDFium may be called by one thread at a time only."""
_END_MARK = re.compile(rb"%%EOF|startxref")
_END_WITHIN = 8192
"""How far from its end a whole PDF has its end mark, whatever a server wrote behind it."""
_CONTROL = frozenset(chr(code) for code in range(32))

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


@contextmanager
def open_pdf(body: bytes) -> Iterator[pdfium.PdfDocument]:
    """Open a PDF.

    Raises:
        UnreadableError: ``encrypted`` if it asks for a password, ``damaged`` if it is no
            whole PDF.
    """
    if not _END_MARK.search(body[-_END_WITHIN:]):
        raise UnreadableError("damaged", "the PDF is cut short: it has no end mark")
    with _ONE_AT_A_TIME:
        try:
            document = pdfium.PdfDocument(body)
        except pdfium.PdfiumError as error:
            raise _unreadable(error) from error
        try:
            if len(document) == 0:
                raise UnreadableError("damaged", "the PDF has no pages")
            yield document
        finally:
            document.close()


def _unreadable(error: pdfium.PdfiumError) -> UnreadableError:
    if error.err_code in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY):
        return UnreadableError("encrypted", "the PDF asks for a password")
    return UnreadableError("damaged", f"no readable PDF: {error}")


def page_marks(document: pdfium.PdfDocument, index: int) -> Marks:
    """Return the marks of one page, counted from zero.

    Raises:
        UnreadableError: ``damaged`` if the page cannot be loaded.
    """
    try:
        page = document[index]
    except pdfium.PdfiumError as error:
        raise UnreadableError("damaged", f"page {index + 1} cannot be loaded") from error
    try:
        return _Page(page, index + 1).marks()
    finally:
        page.close()


def turned_copy(document: pdfium.PdfDocument, index: int, rotation: int) -> bytes:
    """Return the file with one page turned, for a reader that goes by what the file states."""
    page = document[index]
    page.set_rotation(rotation)
    page.close()
    copy = BytesIO()
    document.save(copy)
    return copy.getvalue()


class _Page:
    """One open page, while its marks are taken."""

    def __init__(self, page: pdfium.PdfPage, number: int) -> None:
        self.page = page
        self.number = number
        self.skipped = False
        self.rulings: tuple[list[Ruling], list[Ruling]] = ([], [])
        self.pictures: list[Box] = []
        self.paths = 0
        self.invisible: set[int] = set()
        self.frame = Frame(page.get_bbox(), page.get_rotation())
        self.turned: int | None = None

    def marks(self) -> Marks:
        textpage = self.page.get_textpage()
        try:
            self._turn_with_text(textpage.raw)
            self._take_objects(self.page.raw, _IDENTITY, 0)
            chars, hidden = self._take_chars(textpage.raw)
        finally:
            textpage.close()
        covered = sum(area(box) for box in self.pictures) >= 0.5 * self.frame.area
        recognised = bool(hidden) and not chars and covered
        return Marks(
            number=self.number,
            width=self.frame.width,
            height=self.frame.height,
            chars=tuple(hidden if recognised else chars),
            across=tuple(self.rulings[0]),
            down=tuple(self.rulings[1]),
            pictures=tuple(self.pictures),
            paths=self.paths,
            recognised=recognised,
            turned=self.turned,
            skipped=self.skipped,
        )

    def _turn_with_text(self, textpage: Any) -> None:
        """Turn a landscape page whose text was drawn sideways so that it reads upright."""
        count = min(pdfium_c.FPDFText_CountChars(textpage), 400)
        turns = [0, 0, 0, 0]
        for index in range(count):
            if pdfium_c.FPDFText_GetUnicode(textpage, index) > ord(" "):
                angle = pdfium_c.FPDFText_GetCharAngle(textpage, index)
                turns[round(angle / 1.5707963) % 4] += 1
        upright = -90 * turns.index(max(turns)) % 360
        if upright != self.page.get_rotation() and max(turns) > 0.8 * sum(turns):
            self.frame = Frame(self.page.get_bbox(), upright)
            self.turned = upright

    def _take_objects(self, parent: Any, matrix: Matrix, depth: int) -> None:
        count, get = _children(parent, depth)
        if count > MAX_OBJECTS:
            self.skipped = True
        for index in range(min(count, MAX_OBJECTS)):
            item = get(parent, index)
            kind = pdfium_c.FPDFPageObj_GetType(item)
            if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
                self._take_path(item, matrix)
            elif kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
                self._take_picture(item, matrix)
            elif kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
                if pdfium_c.FPDFTextObj_GetTextRenderMode(item) == _INVISIBLE:
                    self.invisible.add(_address(item))
            elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < _MAX_FORM_DEPTH:
                self._take_objects(item, _product(_matrix(item), matrix), depth + 1)

    def _take_path(self, path: Any, matrix: Matrix) -> None:
        full = _product(_matrix(path), matrix)
        points, fill, stroke = _path_points(path, full, self.frame)
        if not (fill or stroke):
            return
        width = ctypes.c_float()
        pdfium_c.FPDFPageObj_GetStrokeWidth(path, width)
        across, down, others = rulings_of_path(points, stroke=stroke, thickness=width.value)
        self.rulings[0].extend(line for line in across if 0 <= line.at <= self.frame.height)
        self.rulings[1].extend(line for line in down if 0 <= line.at <= self.frame.width)
        self.paths += others

    def _take_picture(self, picture: Any, matrix: Matrix) -> None:
        a, b, c, d, e, f = _product(_matrix(picture), matrix)
        corners = [
            self.frame.point(e + x * a + y * c, f + x * b + y * d) for x in (0, 1) for y in (0, 1)
        ]
        lefts, tops = zip(*corners, strict=True)
        box = self.frame.clip((min(lefts), min(tops), max(lefts), max(tops)))
        if box[3] - box[1] <= _LINE_PICTURE < box[2] - box[0]:
            self.rulings[0].append(Ruling((box[1] + box[3]) / 2, box[0], box[2]))
        elif box[2] - box[0] <= _LINE_PICTURE < box[3] - box[1]:
            self.rulings[1].append(Ruling((box[0] + box[2]) / 2, box[1], box[3]))
        elif area(box):
            self.pictures.append(box)

    def _take_chars(self, textpage: Any) -> tuple[list[Char], list[Char]]:
        """Return the visible and the invisible characters in the order of the file."""
        shown: list[Char] = []
        hidden: list[Char] = []
        count = pdfium_c.FPDFText_CountChars(textpage)
        if count > MAX_CHARS:
            self.skipped = True
        runs: dict[int, int] = {}
        rect, size = pdfium_c.FS_RECTF(), pdfium_c.FPDFText_GetFontSize
        pending = 0
        for index in range(min(count, MAX_CHARS)):
            code = pdfium_c.FPDFText_GetUnicode(textpage, index)
            if 0xD800 <= code < 0xDC00:
                pending = code
                continue
            if 0xDC00 <= code < 0xE000 and pending:
                code = 0x10000 + ((pending - 0xD800) << 10) + (code - 0xDC00)
            pending = 0
            if pdfium_c.FPDFText_IsGenerated(textpage, index) == 1:
                continue
            pdfium_c.FPDFText_GetLooseCharBox(textpage, index, rect)
            box = self.frame.box(rect.left, rect.bottom, rect.right, rect.top)
            if not self.frame.shows(box):
                continue
            owner = _address(pdfium_c.FPDFText_GetTextObject(textpage, index))
            text, decoded = _character(code)
            decoded = decoded and pdfium_c.FPDFText_HasUnicodeMapError(textpage, index) != 1
            if not text:
                continue
            char = Char(
                text,
                box,
                size(textpage, index) * self._scale(textpage, index),
                runs.setdefault(owner, len(runs)),
                decoded,
            )
            (hidden if owner in self.invisible else shown).append(char)
        return shown, hidden

    def _scale(self, textpage: Any, index: int) -> float:
        matrix = pdfium_c.FS_MATRIX()
        if not pdfium_c.FPDFText_GetMatrix(textpage, index, matrix):
            return 1.0
        return float((matrix.b**2 + matrix.d**2) ** 0.5) or 1.0


def _character(code: int) -> tuple[str, bool]:
    """Return the character of a code, and whether the code says for certain which one it is."""
    text = chr(code)
    if text in _CONTROL:
        # A tab or a line end is layout; any other control code is a character not decoded.
        return ("", True) if text in "\t\n\r\f\v\x1c\x1d\x1e\x1f\x02" else ("\ufffd", False)
    private = 0xE000 <= code <= 0xF8FF or code >= 0xF0000
    if private or code in (0xFFFD, 0xFFFE, 0xFFFF):
        return "\ufffd", False
    return plain_character(text), True


def _children(parent: Any, depth: int) -> tuple[int, Any]:
    if depth == 0:
        return pdfium_c.FPDFPage_CountObjects(parent), pdfium_c.FPDFPage_GetObject
    return pdfium_c.FPDFFormObj_CountObjects(parent), pdfium_c.FPDFFormObj_GetObject


def _address(item: Any) -> int:
    return ctypes.cast(item, ctypes.c_void_p).value or 0


def _matrix(item: Any) -> Matrix:
    m = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFPageObj_GetMatrix(item, m):
        return _IDENTITY
    return m.a, m.b, m.c, m.d, m.e, m.f


def _product(first: Matrix, second: Matrix) -> Matrix:
    """Return the matrix that applies ``first``, then ``second``."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def _path_points(
    path: Any, matrix: Matrix, frame: Frame
) -> tuple[list[list[tuple[float, float] | None]], bool, bool]:
    """Return the path's subpaths as points (None after a curve), and whether it fills, strokes."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDFPath_GetDrawMode(path, fill, stroke)
    filled = bool(fill.value) and _opaque(path, pdfium_c.FPDFPageObj_GetFillColor)
    stroked = bool(stroke.value) and _opaque(path, pdfium_c.FPDFPageObj_GetStrokeColor)
    subpaths: list[list[tuple[float, float] | None]] = []
    if not (filled or stroked):
        return subpaths, False, False
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(min(pdfium_c.FPDFPath_CountSegments(path), MAX_OBJECTS)):
        segment = pdfium_c.FPDFPath_GetPathSegment(path, index)
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
        point = frame.point(a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO or not subpaths:
            subpaths.append([point])
        elif kind == pdfium_c.FPDF_SEGMENT_LINETO:
            subpaths[-1].append(point)
        else:
            subpaths[-1] += [None, point]
        if pdfium_c.FPDFPathSegment_GetClose(segment):
            subpaths[-1].append(subpaths[-1][0])
    return subpaths, filled, stroked


def _opaque(path: Any, get_color: Any) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not get_color(path, red, green, blue, alpha):
        return True
    return alpha.value > 0
