"""Reads pictures of reports: scanned pages, photographs, tables published as images.

The models and the libraries that run them are an extra (``nianbao[ocr]``) and take half a
gigabyte; they are loaded when the first picture is read, and not before.
"""

from collections.abc import Iterable
from importlib.util import find_spec
from typing import TYPE_CHECKING

from monitor.reading.layout.marks import Marks
from monitor.reading.layout.page import Page
from monitor.reading.limits import DEFAULT_LIMITS, Limits
from monitor.reading.model import Block, Damage, Document, Place, UnreadableError

if TYPE_CHECKING:
    from PIL.Image import Image

_NEEDED = ("cv2", "numpy", "onnxruntime", "rapidocr")
REMEDY = "text recognition is not installed; install it with: pip install 'nianbao[ocr]'"


def can_recognise() -> bool:
    """Return whether the recognition model is installed (the extra ``ocr``)."""
    if any(find_spec(name) is None for name in _NEEDED):
        return False
    from monitor.reading.scan.models import model_files  # noqa: PLC0415

    return model_files() is not None


def read_picture(body: bytes, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Read a picture file (PNG, JPEG, TIFF, BMP, GIF, WebP) as a document.

    A page is a frame of the file; a tall picture of a whole report is one page. Boxes are in
    pixels of the frame as it is shown, since a picture has no other sure measure.

    Raises:
        UnreadableError: ``no-recognition`` if the model is not installed, ``damaged``,
            ``too-coarse`` if the type is too small to tell digits apart, ``limits-exceeded``.
    """
    _require()
    from monitor.reading.scan.document import document_of  # noqa: PLC0415

    return document_of(body, limits)


def read_blocks(
    body: bytes, place: Place, limits: Limits = DEFAULT_LIMITS
) -> tuple[tuple[Block, ...], tuple[Damage, ...]]:
    """Read a picture inside a page as blocks, each at ``place`` with its box within the picture.

    Boxes are in pixels of the picture.

    Raises:
        UnreadableError: as ``read_picture`` does.
    """
    _require()
    from monitor.reading.scan.document import blocks_of  # noqa: PLC0415

    return blocks_of(body, place, limits)


def picture_marks(picture: "Image", number: int, width: float, height: float) -> Marks:
    """Return the marks of a page that is a picture, recognised from its pixels.

    ``width`` and ``height`` are the page's in points. The boxes of the marks are in points of the
    page laid straight and upright, as tables are found by straight lines; after layout,
    ``as_shown`` takes the places of the blocks back to the page as it is shown. Characters that
    were not recognised for certain have ``decoded`` False.

    Raises:
        UnreadableError: ``no-recognition`` if the model is not installed, ``too-coarse``.
    """
    _require()
    from monitor.reading.scan.pictures import flat  # noqa: PLC0415
    from monitor.reading.scan.whole import marks_of  # noqa: PLC0415

    return marks_of(flat(picture), number, width, height)


def lay_out_recognised(marks: Marks, damage: list[Damage]) -> Page:
    """Return a page of ``picture_marks`` with its tables and lines, ready to be put together.

    Which cells are doubtful, and why, is what the ways of reading them came to; it takes the
    place of the second reading that a page with text has.
    """
    from monitor.reading.scan.document import lay_out_recognised as lay_out  # noqa: PLC0415

    return lay_out(marks, damage)


def as_shown(
    blocks: Iterable[Block], damage: Iterable[Damage], pages: Iterable[Marks | None]
) -> tuple[tuple[Block, ...], tuple[Damage, ...]]:
    """Return what was put together with its places as the recognised pages are shown.

    Pages that were not recognised are left alone, so any reader may call this at its end.
    """
    if not can_recognise():
        return tuple(blocks), tuple(damage)
    from monitor.reading.scan.whole import as_shown as moved  # noqa: PLC0415

    return moved(blocks, damage, pages)


def _require() -> None:
    if not can_recognise():
        raise UnreadableError("no-recognition", REMEDY)
