"""PDFium's calls that are made for every character and every drawn thing of a page.

The same functions as ``pypdfium2.raw`` offers, bound with plain numbers for handles and addresses:
a page has thousands of characters, and building a pointer object for each costs more than the
calls themselves. What a call writes goes into memory whose address it is given.
"""

import ctypes
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from struct import iter_unpack
from typing import Any

import pypdfium2.raw as pdfium_c

Call = Callable[..., Any]

_HANDLE, _ADDRESS, _INT = ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int


def _bound(function: Any, result: Any, *arguments: Any) -> Call:
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


def handle(item: Any) -> int:
    """Return the handle of one of pypdfium2's pointers as a number."""
    return ctypes.cast(item, ctypes.c_void_p).value or 0


class Memory:
    """Memory for ``count`` numbers of one C type, filled by calls.

    ``kind`` is the type's letter in the module ``array``: ``f`` float, ``I`` unsigned number.
    """

    def __init__(self, kind: str, count: int) -> None:
        self.values = array(kind, [0] * count)
        self.address = self.values.buffer_info()[0]
        self.places = tuple(self.address + self.values.itemsize * index for index in range(count))


count_chars = _bound(pdfium_c.FPDFText_CountChars, _INT, _HANDLE)
char_code = _bound(pdfium_c.FPDFText_GetUnicode, ctypes.c_uint, _HANDLE, _INT)
char_owner = _bound(pdfium_c.FPDFText_GetTextObject, _HANDLE, _HANDLE, _INT)
char_unmapped = _bound(pdfium_c.FPDFText_HasUnicodeMapError, _INT, _HANDLE, _INT)
char_generated = _bound(pdfium_c.FPDFText_IsGenerated, _INT, _HANDLE, _INT)
_char_size = _bound(pdfium_c.FPDFText_GetFontSize, ctypes.c_double, _HANDLE, _INT)
_char_matrix = _bound(pdfium_c.FPDFText_GetMatrix, _INT, _HANDLE, _INT, _ADDRESS)
_char_box = _bound(pdfium_c.FPDFText_GetLooseCharBox, _INT, _HANDLE, _INT, _ADDRESS)

page_count = _bound(pdfium_c.FPDFPage_CountObjects, _INT, _HANDLE)
page_object = _bound(pdfium_c.FPDFPage_GetObject, _HANDLE, _HANDLE, _INT)
form_count = _bound(pdfium_c.FPDFFormObj_CountObjects, _INT, _HANDLE)
form_object = _bound(pdfium_c.FPDFFormObj_GetObject, _HANDLE, _HANDLE, ctypes.c_ulong)

object_type = _bound(pdfium_c.FPDFPageObj_GetType, _INT, _HANDLE)
object_matrix = _bound(pdfium_c.FPDFPageObj_GetMatrix, _INT, _HANDLE, _ADDRESS)
object_bounds = _bound(pdfium_c.FPDFPageObj_GetBounds, _INT, _HANDLE, *[_ADDRESS] * 4)
object_transparent = _bound(pdfium_c.FPDFPageObj_HasTransparency, _INT, _HANDLE)
fill_colour = _bound(pdfium_c.FPDFPageObj_GetFillColor, _INT, _HANDLE, *[_ADDRESS] * 4)
stroke_colour = _bound(pdfium_c.FPDFPageObj_GetStrokeColor, _INT, _HANDLE, *[_ADDRESS] * 4)
stroke_width = _bound(pdfium_c.FPDFPageObj_GetStrokeWidth, _INT, _HANDLE, _ADDRESS)
text_mode = _bound(pdfium_c.FPDFTextObj_GetTextRenderMode, _INT, _HANDLE)

draw_mode = _bound(pdfium_c.FPDFPath_GetDrawMode, _INT, _HANDLE, _ADDRESS, _ADDRESS)
segment_count = _bound(pdfium_c.FPDFPath_CountSegments, _INT, _HANDLE)
path_segment = _bound(pdfium_c.FPDFPath_GetPathSegment, _HANDLE, _HANDLE, _INT)
segment_type = _bound(pdfium_c.FPDFPathSegment_GetType, _INT, _HANDLE)
segment_point = _bound(pdfium_c.FPDFPathSegment_GetPoint, _INT, _HANDLE, _ADDRESS, _ADDRESS)
segment_closes = _bound(pdfium_c.FPDFPathSegment_GetClose, _INT, _HANDLE)


def each(call: Call, owner: int, count: int) -> list[Any]:
    """Return what ``call`` says of the first ``count`` items of ``owner``."""
    return list(map(call, repeat(owner), range(count)))


def all_of(
    call: Call, items: Sequence[int], kind: str, unsaid: Sequence[float]
) -> list[tuple[Any, ...]]:
    """Return the numbers that ``call`` writes of each item; ``unsaid`` where it writes none.

    ``kind`` is the letter of the numbers' C type as for ``Memory``.
    """
    memory = array(kind, list(unsaid) * len(items))
    start, step = memory.buffer_info()[0], memory.itemsize
    places = iter(range(start, start + step * len(memory), step))
    _exhaust(map(call, items, *[places] * len(unsaid)))
    numbers = iter(memory)
    return list(zip(*[numbers] * len(unsaid), strict=True))


def segments(paths: Sequence[int], index: int) -> list[int]:
    """Return one segment of each path."""
    return list(map(path_segment, paths, repeat(index)))


def matrices(items: Sequence[int]) -> list[tuple[float, float, float, float, float, float]]:
    """Return the matrix of each object, which changes nothing where none is stated."""
    memory = array("f", (1, 0, 0, 1, 0, 0) * len(items))
    start = memory.buffer_info()[0]
    _exhaust(map(object_matrix, items, range(start, start + 24 * len(items), 24)))
    return list(iter_unpack("6f", memory))


def char_boxes(textpage: int, count: int) -> list[tuple[float, float, float, float]]:
    """Return the box of each character: left, top, right, bottom, from the bottom of the page."""
    memory = array("f", bytes(16 * count))
    start = memory.buffer_info()[0]
    places = range(start, start + 16 * count, 16)
    _exhaust(map(_char_box, repeat(textpage), range(count), places))
    return list(iter_unpack("4f", memory))


def char_types(
    textpage: int, indices: Sequence[int]
) -> tuple[list[float], list[tuple[float, ...]]]:
    """Return the size of type and the matrix of each of these characters."""
    memory = array("f", bytes(24 * len(indices)))
    start = memory.buffer_info()[0]
    places = range(start, start + 24 * len(indices), 24)
    _exhaust(map(_char_matrix, repeat(textpage), indices, places))
    sizes = list(map(_char_size, repeat(textpage), indices))
    return sizes, list(iter_unpack("6f", memory))


def _exhaust(calls: Iterable[Any]) -> None:
    deque(calls, maxlen=0)
