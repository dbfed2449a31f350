"""Turns specimens into scans: pages as pictures, worn the way offices, copiers and cameras do.

The same wear and seed always give the same bytes.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageDraw, ImageFilter

_POINTS = 72
_STAMP = (214, 48, 44)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wear:
    """What happened to a page between the printer and the picture of it."""

    dpi: int = 200
    turn: float = 0.0
    """Degrees counter-clockwise that the sheet lay askew."""
    quarter_turns: int = 0
    """How often the picture was turned by 90 degrees counter-clockwise afterwards."""
    blur: float = 0.0
    """Radius of the blur in thousandths of an inch."""
    noise: int = 0
    """Largest change of a pixel, in grey levels."""
    fade: float = 0.0
    """Share by which ink is lighter than black, lines included."""
    paper: int = 255
    """Grey level of the paper."""
    shadow: float = 0.0
    """Share of the light that is lost at one edge."""
    stamp: bool = False
    """Whether a red seal lies over the page."""
    holes: bool = False
    """Whether the sheet was punched for a binder."""
    specks: int = 0
    """How many specks of dust lie on the page."""
    perspective: float = 0.0
    """Share of the width by which the far edge of a photographed sheet is shorter."""
    bilevel: bool = False
    """Whether the scanner knew black and white only."""
    quality: int = 85
    """JPEG quality, where the picture is stored as JPEG."""


def scanned_pages(pdf: bytes, wear: Wear, seed: int = 0) -> list[Image.Image]:
    """Return the pages of a PDF as pictures that are worn."""
    document = pdfium.PdfDocument(pdf)
    try:
        pages = []
        for index in range(len(document)):
            page = document[index]
            rendered = page.render(scale=wear.dpi / _POINTS).to_pil().convert("RGB")
            page.close()
            pages.append(worn(rendered, wear, seed + index))
        return pages
    finally:
        document.close()


def worn(page: Image.Image, wear: Wear, seed: int = 0) -> Image.Image:
    """Return the picture of a page after its wear."""
    chance = random.Random(seed)  # noqa: S311 - wear must be the same for the same seed
    page = _on_paper(page, wear)
    if wear.stamp:
        page = _stamped(page, wear.dpi, chance)
    if wear.holes or wear.specks:
        page = _punched(page, wear, chance)
    page = _turned(page, wear)
    page = _lit(page, wear)
    if wear.blur:
        page = page.filter(ImageFilter.GaussianBlur(wear.blur * wear.dpi / 1000))
    if wear.noise:
        page = _noisy(page, wear.noise, chance)
    if wear.bilevel:
        page = page.convert("L").point(lambda level: 255 * (level > 0.6 * wear.paper)).convert("1")
    return page.rotate(90 * wear.quarter_turns, expand=True) if wear.quarter_turns % 4 else page


def _on_paper(page: Image.Image, wear: Wear) -> Image.Image:
    darkest = int(255 * wear.fade)
    return page.point(lambda level: (darkest + level * (255 - darkest) // 255) * wear.paper // 255)


def _stamped(page: Image.Image, dpi: int, chance: random.Random) -> Image.Image:
    """Lay a round seal of 42 mm over the page; its ink lets the print show through."""
    size = int(42 / 25.4 * dpi)
    x = chance.randrange(max(1, page.width - size))
    y = chance.randrange(max(1, page.height - size))
    layer = Image.new("RGB", page.size, "white")
    draw = ImageDraw.Draw(layer)
    width = max(2, dpi // 50)
    draw.ellipse((x, y, x + size, y + size), outline=_STAMP, width=width)
    middle = (x + size / 2, y + size / 2, size / 6)
    draw.regular_polygon(middle, 5, rotation=0, fill=_STAMP)
    return ImageChops.multiply(page, layer)


def _punched(page: Image.Image, wear: Wear, chance: random.Random) -> Image.Image:
    page = page.copy()
    draw = ImageDraw.Draw(page)
    if wear.holes:
        radius = 3 / 25.4 * wear.dpi
        for part in (0.36, 0.64):
            x, y = 10 / 25.4 * wear.dpi, part * page.height
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(70, 70, 70))
    for _ in range(wear.specks):
        x, y = chance.randrange(page.width), chance.randrange(page.height)
        size = max(1, round(chance.uniform(0.002, 0.006) * wear.dpi))
        draw.ellipse((x, y, x + size, y + size), fill=(90, 90, 90))
    return page


def _turned(page: Image.Image, wear: Wear) -> Image.Image:
    ground = (wear.paper,) * 3
    if wear.turn:
        page = page.rotate(wear.turn, Image.Resampling.BICUBIC, fillcolor=ground)
    if not wear.perspective:
        return page
    across, down = page.size
    inset = wear.perspective * across / 2
    corners = ((-inset, 0), (across + inset, 0), (across, down), (0, down))
    coefficients = _perspective(((0, 0), (across, 0), (across, down), (0, down)), corners)
    return page.transform(
        page.size,
        Image.Transform.PERSPECTIVE,
        coefficients,
        Image.Resampling.BICUBIC,
        fillcolor=ground,
    )


def _perspective(
    seen: Sequence[tuple[float, float]], true: Sequence[tuple[float, float]]
) -> list[float]:
    """Return the eight numbers that map the corners ``seen`` on the corners ``true``."""
    rows = []
    for (x, y), (u, v) in zip(seen, true, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    return _solved(rows)


def _solved(rows: list[list[float]]) -> list[float]:
    """Return the solution of linear equations, each with its right side as last number."""
    size = len(rows)
    for column in range(size):
        best = max(range(column, size), key=lambda index: abs(rows[index][column]))
        rows[column], rows[best] = rows[best], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for index in range(size):
            if index != column:
                factor = rows[index][column]
                rows[index] = [
                    a - factor * b for a, b in zip(rows[index], rows[column], strict=True)
                ]
    return [row[-1] for row in rows]


def _lit(page: Image.Image, wear: Wear) -> Image.Image:
    if not wear.shadow:
        return page
    gradient = Image.linear_gradient("L").rotate(90).resize(page.size)
    light = gradient.point(lambda level: 255 - int(wear.shadow * level))
    return ImageChops.multiply(page, Image.merge("RGB", (light,) * 3))


def _noisy(page: Image.Image, most: int, chance: random.Random) -> Image.Image:
    grain = Image.frombytes("L", page.size, chance.randbytes(page.width * page.height))
    grain = grain.point(lambda level: level * 2 * most // 255)
    return ImageChops.add(page, Image.merge("RGB", (grain,) * 3), offset=-most)


def as_png(page: Image.Image) -> bytes:
    """Return a page as a PNG file."""
    return _saved(page, "PNG")


def as_jpeg(page: Image.Image, wear: Wear) -> bytes:
    """Return a page as a JPEG file that states its resolution."""
    stored = page.convert("RGB") if page.mode == "1" else page
    return _saved(stored, "JPEG", quality=wear.quality, dpi=(wear.dpi, wear.dpi))


def as_tiff(pages: Sequence[Image.Image], dpi: int) -> bytes:
    """Return pages as the frames of one TIFF file."""
    compression = "group4" if pages[0].mode == "1" else "tiff_lzw"
    return _saved(
        pages[0],
        "TIFF",
        save_all=True,
        append_images=list(pages[1:]),
        dpi=(dpi, dpi),
        compression=compression,
    )


def as_pdf(pages: Sequence[Image.Image], wear: Wear) -> bytes:
    """Return pages as a PDF of pictures, without any text."""
    return _saved(
        pages[0],
        "PDF",
        save_all=True,
        append_images=list(pages[1:]),
        resolution=wear.dpi,
        quality=wear.quality,
    )


def as_tall_picture(pages: Sequence[Image.Image]) -> Image.Image:
    """Return pages below each other as one picture, as portals publish a 图片版."""
    tall = Image.new("RGB", (pages[0].width, sum(page.height for page in pages)), "white")
    top = 0
    for page in pages:
        tall.paste(page, (0, top))
        top += page.height
    return tall


def _saved(page: Image.Image, form: str, **options: object) -> bytes:
    stream = BytesIO()
    page.save(stream, form, **options)
    return stream.getvalue()
