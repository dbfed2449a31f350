"""Opens the pictures of a document with Pillow, with caps.

JBIG2, which OFD allows (GB/T 33190-2016 §10), is a format Pillow cannot open.
"""

import struct
import warnings
from io import BytesIO

from PIL import Image

from monitor.reading.model import UnreadableError
from monitor.reading.ofd.items import PictureItem
from monitor.reading.ofd.package import Package

MAX_PIXELS = 40_000_000
"""A page of A4 scanned at 400 dots an inch has 15 million."""
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "JPEG2000")
_BROKEN = (
    OSError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    SyntaxError,
    EOFError,
    ArithmeticError,
    RuntimeError,
    struct.error,
    Image.DecompressionBombError,
)
"""What Pillow raises on pictures that are broken or of a strange kind."""
_OPAQUE_MODES = ("1", "L", "RGB", "CMYK", "YCbCr", "I", "I;16")


def open_picture(package: Package, item: PictureItem) -> Image.Image:
    """Return a picture, its pixels loaded.

    Raises:
        UnreadableError: ``missing``, ``unsupported-type`` for a format that cannot be opened,
            ``limits-exceeded``, ``damaged``.
    """
    picture = _opened(package, item)
    if picture.width * picture.height > MAX_PIXELS:
        raise UnreadableError("limits-exceeded", f"a picture of {picture.size} pixels")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture.load()
    except _BROKEN as error:
        raise UnreadableError("damaged", f"a picture is broken: {error}") from error
    return picture


def is_opaque(package: Package, item: PictureItem) -> bool:
    """Return whether nothing shows through a picture; False if it is not known."""
    if item.masked or item.member is None:
        return False
    if _is_jbig2(item.member):
        return True
    try:
        picture = _opened(package, item)
    except UnreadableError:
        return False
    return picture.mode in _OPAQUE_MODES and "transparency" not in picture.info


def _is_jbig2(member: str) -> bool:
    return member.lower().endswith((".jb2", ".jbig2", ".jbg"))


def _opened(package: Package, item: PictureItem) -> Image.Image:
    data = item.data
    if data is None and item.member is None:
        raise UnreadableError("missing", "a picture is not in the package")
    if data is None:
        assert item.member is not None
        data = package.read(item.member)
    if data.startswith(b"\x97JB2\r\n\x1a\n") or _is_jbig2(item.member or ""):
        raise UnreadableError("unsupported-type", "a picture is in JBIG2, which cannot be opened")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Image.open(BytesIO(data), formats=_FORMATS)
    except _BROKEN as error:
        raise UnreadableError("unsupported-type", f"a picture cannot be opened: {error}") from error
