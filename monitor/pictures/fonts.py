"""Finds a font with Chinese characters on this machine."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

from PIL import ImageFont

_USUAL = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/PingFang.ttc",
)


class NoFontError(Exception):
    """No font on this machine has Chinese characters."""


@cache
def chinese_font_file() -> Path:
    """Return the file of a font with Chinese characters.

    Raises:
        NoFontError: if there is none; install one, such as Debian's ``fonts-noto-cjk``.
    """
    for name in (*_USUAL, *_configured()):
        if Path(name).is_file():
            return Path(name)
    raise NoFontError("no font with Chinese characters; install one (Debian: fonts-noto-cjk)")


def _configured() -> list[str]:
    """Return the files that fontconfig knows."""
    program = shutil.which("fc-list")
    if program is None:
        return []
    done = subprocess.run(
        [program, ":lang=zh", "--format=%{file}\n"], capture_output=True, text=True, check=False
    )
    return done.stdout.split("\n")


@cache
def chinese_font(size: int) -> ImageFont.FreeTypeFont:
    """Return a font with Chinese characters, ``size`` in pixels."""
    return ImageFont.truetype(str(chinese_font_file()), size)
