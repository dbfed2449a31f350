"""Opens picture files: each frame as an upright picture in grey or colour, within limits."""

import struct
import warnings
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from monitor.reading.limits import Limits
from monitor.reading.model import UnreadableError

_FORMS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "JPEG2000")
_PAGED = "TIFF"
"""The only form whose frames are pages; those of the others are moments of an animation."""
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    struct.error,
    UnidentifiedImageError,
)
"""What Pillow raises on broken files."""


def frames(body: bytes, limits: Limits) -> Iterator[tuple[Image.Image, float | None]]:
    """Yield the pages of a picture file, each with its resolution in dpi if it states one.

    Raises:
        UnreadableError: ``damaged``, ``limits-exceeded``.
    """
    try:
        with warnings.catch_warnings():
            # Sizes are held against our own limits below, before anything is unpacked.
            warnings.simplefilter("ignore")
            picture = Image.open(BytesIO(body), formats=_FORMS)
            count = getattr(picture, "n_frames", 1) if picture.format == _PAGED else 1
            if count > limits.scan_pages:
                message = f"{count} pages to recognise, more than {limits.scan_pages}"
                raise UnreadableError("limits-exceeded", message)
            for number in range(count):
                if number:
                    picture.seek(number)
                _refuse_if_large(picture, limits)
                yield _upright(picture), _resolution(picture)
    except Image.DecompressionBombError as error:
        raise UnreadableError("limits-exceeded", "the picture has too many pixels") from error
    except _BROKEN as error:
        raise UnreadableError("damaged", f"no readable picture: {error}") from error


def _refuse_if_large(picture: Image.Image, limits: Limits) -> None:
    pixels = picture.width * picture.height
    if pixels > limits.scan_pixels:
        message = f"{pixels} pixels, more than {limits.scan_pixels}"
        raise UnreadableError("limits-exceeded", message)


def _upright(picture: Image.Image) -> Image.Image:
    return flat(ImageOps.exif_transpose(picture))


def flat(picture: Image.Image) -> Image.Image:
    """Return a picture of any mode in grey (``L``) or colour (``RGB``), on white paper."""
    if picture.mode in ("L", "RGB"):
        return picture.copy()
    if picture.mode == "1":
        return picture.convert("L")
    if picture.mode.startswith("I") or picture.mode == "F":
        # Sixteen bits a pixel; Pillow would cut them off instead of scaling.
        return picture.convert("F").point(lambda level: level / 257).convert("L")
    if "transparency" in picture.info or picture.mode in ("LA", "RGBA", "PA", "La", "RGBa"):
        shown = picture.convert("RGBA")
        paper = Image.new("RGBA", shown.size, "white")
        return Image.alpha_composite(paper, shown).convert("RGB")
    return picture.convert("RGB")


def _resolution(picture: Image.Image) -> float | None:
    stated = picture.info.get("dpi")
    try:
        dpi = float(stated[0]) if stated else 0.0
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return dpi or None
