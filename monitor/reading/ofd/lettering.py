"""Sets type on a picture of a page, in a Chinese font of this machine."""

import math
import shutil
import subprocess
from functools import cache, lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from monitor.reading.model import UnreadableError
from monitor.reading.ofd.elements import Matrix, applied, product
from monitor.reading.ofd.items import TextItem
from monitor.reading.ofd.resources import Paint

_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "/System/Library/Fonts/Supplemental/Songti.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "C:/Windows/Fonts/simsun.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)
_UPRIGHT = math.radians(1)
_LARGEST_TYPE = 2_000
"""Pixels."""


def ink_of(how: Paint) -> tuple[int, int, int, int]:
    """Return a paint as Pillow takes it."""
    return (*how.colour, round(255 * how.alpha))


def paint_text(canvas: Image.Image, item: TextItem, to_pixels: Matrix) -> None:
    """Set the type of a text object; ``to_pixels`` takes points to pixels.

    Raises:
        UnreadableError: ``no-font`` if this machine has no Chinese font.
    """
    how = product(item.how, to_pixels)
    turn = math.radians(item.turn)
    angle = math.atan2(how[1], how[0]) + turn
    size = round(abs(item.size) * math.hypot(how[2], how[3]))
    if not 1 <= size <= _LARGEST_TYPE or item.fill.alpha <= 0:
        return
    font = _font(size)
    pen = ImageDraw.Draw(canvas, "RGBA")
    for glyph in item.glyphs:
        x, y = applied(how, glyph.x, glyph.y)
        if not (-size <= x <= canvas.width + size and -size <= y <= canvas.height + size):
            continue
        text = "□" if glyph.text == "\ufffd" else glyph.text
        if abs(angle) < _UPRIGHT:
            pen.text((x, y), text, fill=ink_of(item.fill), font=font, anchor="ls",
                     stroke_width=0.3 if item.bold else 0)  # fmt: skip
        else:
            _paint_turned(canvas, text, (x, y), angle, font, item.fill)


def _paint_turned(
    canvas: Image.Image,
    text: str,
    at: tuple[float, float],
    angle: float,
    font: ImageFont.FreeTypeFont,
    fill: Paint,
) -> None:
    """Draw a character turned around the origin of its glyph."""
    reach = math.ceil(2 * font.size)
    mask = Image.new("L", (2 * reach, 2 * reach))
    ImageDraw.Draw(mask).text((reach, reach), text, fill=255, font=font, anchor="ls")
    mask = mask.rotate(-math.degrees(angle), Image.Resampling.BILINEAR)
    mask = mask.point(lambda value: round(value * fill.alpha))
    canvas.paste(fill.colour, (round(at[0]) - reach, round(at[1]) - reach), mask)


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    path = font_file()
    if path is None:
        raise UnreadableError(
            "no-font",
            "no Chinese font on this machine; install one, such as fonts-noto-cjk (Debian, Ubuntu)"
            " or google-noto-sans-cjk-fonts (Fedora)",
        )
    return ImageFont.truetype(path, size)


@cache
def font_file() -> str | None:
    """Return a file with a Chinese font: in the usual places, else as fontconfig finds it."""
    for path in _FONTS:
        if Path(path).is_file():
            return path
    program = shutil.which("fc-match")
    if program is None:
        return None
    command = [program, "--format=%{file}\n%{lang}", ":lang=zh-cn"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    path, _, languages = found.stdout.partition("\n")
    # fontconfig always answers, if need be with a font that has no Chinese characters.
    return path if "zh-cn" in languages and Path(path).is_file() else None
