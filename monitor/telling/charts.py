"""The picture of a digest: one bar for each division, as PNG that fits light and dark mails.

The ground is transparent and nothing is written in it but digits, so that no Chinese font is
needed; what they stand for is said in the mail beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

ON_TIME, LATE, MISSING, UNKNOWN, NOT_DUE = "on_time", "late", "missing", "unknown", "not_due"
COLOURS: Mapping[str, str] = {
    ON_TIME: "#2e8f63",
    LATE: "#b8651a",
    MISSING: "#c9352d",
    UNKNOWN: "#6f7988",
    NOT_DUE: "#4d82d6",
}
"""What the parts of a bar are, from left to right; all stand out from white and from black."""
WIDTH = 840
"""Pixels; mails show it at 600 or less, so that digits can be read on telephones, too."""
_BAR, _GAP, _MARGIN = 44, 14, 60
_SPLIT = 4
_LABEL = "#7d8590"
_ON_BAR = "#ffffff"
_SIZE = 28
_LEAST_FOR_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: its number in the table of the mail, and how many stand how."""

    number: int | None
    """None for the bar of all."""
    parts: Mapping[str, int]
    """Counts by the names of ``COLOURS``; others are not shown."""


def chart(bars: Sequence[Bar]) -> bytes:
    """Return bars as PNG; each fills the width, whatever its sum. The same bars, the same bytes."""
    height = len(bars) * (_BAR + _GAP) - _GAP
    image = Image.new("RGBA", (WIDTH, max(height, _BAR)), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    for index, bar in enumerate(bars):
        _draw(draw, bar, index * (_BAR + _GAP), labelled=len(bars) > 1)
    stream = BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _draw(draw: ImageDraw.ImageDraw, bar: Bar, top: int, *, labelled: bool) -> None:
    left = _MARGIN if labelled else 0
    middle = top + _BAR / 2
    if bar.number is not None:
        draw.text((left / 2, middle), str(bar.number), fill=_LABEL, font=_font(), anchor="mm")
    total = sum(bar.parts.get(name, 0) for name in COLOURS)
    if not total:
        draw.rectangle((left, middle - 1, WIDTH - 1, middle + 1), fill=_LABEL)
        return
    done = 0
    for name, colour in COLOURS.items():
        count = bar.parts.get(name, 0)
        if count:
            begin, end = (left + (WIDTH - left) * at / total for at in (done, done + count))
            _part(draw, (begin, top, end - _SPLIT, top + _BAR - 1), colour, count)
        done += count


def _part(
    draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], colour: str, count: int
) -> None:
    left, top, right, bottom = box
    draw.rectangle((left, top, max(right, left + 1), bottom), fill=colour)
    if right - left >= _LEAST_FOR_DIGITS * len(str(count)) + _LEAST_FOR_DIGITS:
        centre = ((left + right) / 2, (top + bottom) / 2)
        draw.text(centre, str(count), fill=_ON_BAR, font=_font(), anchor="mm")


def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(_SIZE)
