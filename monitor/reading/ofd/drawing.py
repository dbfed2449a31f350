"""Draws a page as a picture, for a person to see what the file shows.

Type is set in a Chinese font of this machine, whatever font the file asks for: places and sizes
are those of the file, the shapes of the letters are not.
"""

import math
from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw

from monitor.reading.limits import DEFAULT_LIMITS
from monitor.reading.model import UnreadableError
from monitor.reading.ofd.elements import Matrix, applied, product
from monitor.reading.ofd.items import Item, PathItem, PictureItem, TextItem
from monitor.reading.ofd.lettering import ink_of, paint_text
from monitor.reading.ofd.package import Package, open_package
from monitor.reading.ofd.pictures import open_picture
from monitor.reading.ofd.seals import seals_of
from monitor.reading.ofd.sheet import Sheet, draw_sheet, stamp_matrix
from monitor.reading.ofd.source import Source
from monitor.reading.ofd.structure import read_structure

MAX_PIXELS = 40_000_000
_NOTHING = 1e-6

Canvas = Image.Image


def page_picture(body: bytes, number: int, dpi: int = 144) -> Image.Image:
    """Return a page, counted from one, as it looks: type, lines, areas, pictures, seals.

    Raises:
        UnreadableError: ``missing`` if there is no such page, ``no-font`` if this machine has
            no Chinese font, ``limits-exceeded`` if the picture would be too large, or what
            reading the file raises.
    """
    return _page_picture(body, number, dpi, seals=True)


def _page_picture(body: bytes, number: int, dpi: float, *, seals: bool) -> Image.Image:
    with open_package(body) as package:
        structure, _ = read_structure(package)
        if not 1 <= number <= min(len(structure.pages), DEFAULT_LIMITS.pages):
            raise UnreadableError("missing", f"the document has no page {number}")
        source = Source(package, structure)
        ref = structure.pages[number - 1]
        sheet = draw_sheet(source, ref, number)
        items: list[Item] = [*sheet.drawn.items, *sheet.over.items]
        if seals:
            box = (0.0, 0.0, sheet.width * 25.4 / 72, sheet.height * 25.4 / 72)
            for seal in seals_of(package, structure.signatures):
                how = stamp_matrix(seal.boundary, box)
                if seal.page == ref.id and how is not None:
                    data = _seal_picture(seal.picture, dpi)
                    items.append(
                        PictureItem(how=how, member=None, alpha=1.0, masked=False, data=data)
                    )
        return _painted(package, sheet, items, dpi)


def _seal_picture(data: bytes, dpi: float) -> bytes | None:
    """Return a seal as a picture file; some are OFD documents themselves."""
    if not data.startswith(b"PK"):
        return data
    try:
        drawn = _page_picture(data, 1, dpi, seals=False).convert("RGBA")
    except UnreadableError:
        return None
    # What is white on a seal is what it leaves free.
    paper = Image.new("RGB", drawn.size, "white")
    ink = ImageChops.difference(drawn.convert("RGB"), paper).convert("L")
    drawn.putalpha(ink.point(lambda value: 255 if value > 8 else 0))
    out = BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


def paint_pictures(package: Package, sheet: Sheet, items: Sequence[PictureItem]) -> Image.Image:
    """Return only the pictures of a page, at the resolution of the finest.

    Raises:
        UnreadableError: if a picture cannot be opened.
    """
    finest = 72.0
    for item in items:
        width, _ = open_picture(package, item).size
        points = math.hypot(item.how[0], item.how[1])
        finest = max(finest, 72 * width / max(points, 1.0))
    most = math.sqrt(MAX_PIXELS / (sheet.width * sheet.height)) * 72
    return _painted(package, sheet, items, min(finest, most, 600.0))


def _painted(package: Package, sheet: Sheet, items: Sequence[Item], dpi: float) -> Image.Image:
    scale = dpi / 72
    size = (_pixels(sheet.width * scale), _pixels(sheet.height * scale))
    if size[0] * size[1] > MAX_PIXELS:
        raise UnreadableError("limits-exceeded", f"a picture of {size[0]} by {size[1]} pixels")
    canvas = Image.new("RGB", size, "white")
    to_pixels = (scale, 0.0, 0.0, scale, 0.0, 0.0)
    for item in items:
        if isinstance(item, TextItem):
            paint_text(canvas, item, to_pixels)
        elif isinstance(item, PathItem):
            _paint_path(canvas, item, scale)
        else:
            _paint_picture(canvas, package, item, to_pixels)
    return canvas


def _pixels(length: float) -> int:
    return max(1, math.ceil(length - _NOTHING))


# Paths ---------------------------------------------------------------------------------------


def _paint_path(canvas: Canvas, item: PathItem, scale: float) -> None:
    lines = [
        [(x * scale, y * scale) for x, y in subpath.points] + _closing(subpath.points, scale)
        if subpath.closed
        else [(x * scale, y * scale) for x, y in subpath.points]
        for subpath in item.outline
    ]
    lines = [line for line in lines if all(abs(x) + abs(y) < 1e6 for x, y in line)]
    if item.fill is not None:
        _fill(canvas, lines, item)
    if item.stroke is not None:
        pen = ImageDraw.Draw(canvas, "RGBA")
        width = max(1, min(round(item.width * scale), 1000))
        for line in lines:
            pen.line(line, fill=ink_of(item.stroke), width=width)


def _closing(points: Sequence[tuple[float, float]], scale: float) -> list[tuple[float, float]]:
    return [(points[0][0] * scale, points[0][1] * scale)]


def _fill(canvas: Canvas, lines: Sequence[list[tuple[float, float]]], item: PathItem) -> None:
    assert item.fill is not None
    areas = [line for line in lines if len(line) > 2]
    if not areas:
        return
    xs = [x for line in areas for x, _ in line]
    ys = [y for line in areas for _, y in line]
    left, top = max(0, math.floor(min(xs))), max(0, math.floor(min(ys)))
    right, bottom = (
        min(canvas.width, math.ceil(max(xs)) + 1),
        min(canvas.height, math.ceil(max(ys)) + 1),
    )
    if left >= right or top >= bottom:
        return
    mask = Image.new("1", (right - left, bottom - top))
    for line in areas:
        # Areas inside others are holes, as in type drawn as outlines.
        piece = Image.new("1", mask.size) if len(areas) > 1 else mask
        ImageDraw.Draw(piece).polygon([(x - left, y - top) for x, y in line], fill=1)
        mask = ImageChops.logical_xor(mask, piece) if len(areas) > 1 else piece
    alpha = mask.convert("L").point(lambda value: round(value * item.fill.alpha))
    canvas.paste(item.fill.colour, (left, top), alpha)


# Pictures ------------------------------------------------------------------------------------


def _paint_picture(canvas: Canvas, package: Package, item: PictureItem, to_pixels: Matrix) -> None:
    how = product(item.how, to_pixels)
    try:
        picture = open_picture(package, item)
    except UnreadableError:
        corners = [applied(how, x, y) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]
        ImageDraw.Draw(canvas).line(corners, fill=(160, 160, 160))
        return
    _place(canvas, picture.convert("RGBA"), how, item.alpha)


def _place(canvas: Canvas, picture: Image.Image, how: Matrix, alpha: float) -> None:
    """Paste a picture; ``how`` takes the unit square to pixels of the canvas."""
    corners = [applied(how, x, y) for x in (0, 1) for y in (0, 1)]
    left, top = (max(0, math.floor(min(point[i] for point in corners))) for i in (0, 1))
    right = min(canvas.width, math.ceil(max(x for x, _ in corners)))
    bottom = min(canvas.height, math.ceil(max(y for _, y in corners)))
    a, b, c, d, e, f = how
    whole = a * d - b * c
    if left >= right or top >= bottom or abs(whole) < 1e-6:
        return
    upright = abs(b) + abs(c) < 1e-6 and a > 0 and d > 0
    if upright and left == math.floor(e) and top == math.floor(f):
        picture = picture.resize(_limited(round(a), round(d)), Image.Resampling.BILINEAR)
        box = (
            0,
            0,
            min(picture.width, canvas.width - left),
            min(picture.height, canvas.height - top),
        )
        picture = picture.crop(box)
    else:
        width, height = picture.size
        x0, y0 = left - e, top - f
        back = (
            (d / whole * width, -c / whole * width, (d * x0 - c * y0) / whole * width),
            (-b / whole * height, a / whole * height, (a * y0 - b * x0) / whole * height),
        )
        picture = picture.transform(
            (right - left, bottom - top),
            Image.Transform.AFFINE,
            (*back[0], *back[1]),
            Image.Resampling.BILINEAR,
        )
    mask = picture.getchannel("A").point(lambda value: round(value * alpha))
    canvas.paste(picture.convert("RGB"), (left, top), mask)


def _limited(width: int, height: int) -> tuple[int, int]:
    return max(1, min(width, 20_000)), max(1, min(height, 20_000))
