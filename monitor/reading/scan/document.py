"""Picture files as documents, and pictures inside pages as blocks."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from PIL import Image, ImageOps

from monitor.reading.kinds import file_kind
from monitor.reading.layout.document import put_together
from monitor.reading.layout.marks import Marks
from monitor.reading.layout.page import Page, lay_out
from monitor.reading.limits import Limits
from monitor.reading.model import Block, Damage, Document, Grid, Place, UnreadableError
from monitor.reading.scan.pictures import frames
from monitor.reading.scan.pixels import grey, on_white
from monitor.reading.scan.tiles import Tile, is_tall, points_per_pixel, tiles
from monitor.reading.scan.whole import (
    PictureMarks,
    RecognisedCells,
    as_shown,
    best_turn,
    marks_of,
)

_MARGIN = 30
"""Rows of white around a part of a tall picture, lest the line at which it was cut be lost."""
_SAID_BY_CELLS = "text-undecodable"
"""Damage that a recognised page does not do: which of its cells are doubtful is known."""


def lay_out_recognised(marks: Marks, damage: list[Damage]) -> Page:
    """Return a recognised page with its tables and lines; ``marks`` must be ``PictureMarks``."""
    assert isinstance(marks, PictureMarks)
    own: list[Damage] = []
    cells = RecognisedCells(marks)
    page = lay_out(marks, lambda: cells, own)
    damage += [item for item in own if item.code != _SAID_BY_CELLS]
    tables = tuple(
        replace(
            table,
            # The reason of the several readings says more than that a character is not certain.
            pieces=tuple(
                replace(piece, doubtful=cells.doubt(piece) or piece.doubtful)
                for piece in table.pieces
            ),
        )
        for table in page.tables
    )
    return replace(page, tables=tables)


def document_of(body: bytes, limits: Limits) -> Document:
    """Read a picture file; a pixel of it counts as a point, as pictures have no other measure."""
    damage: list[Damage] = []
    pages: list[Page] = []
    frame_of: dict[int, int] = {}
    for frame, (picture, dpi) in enumerate(frames(body, limits), 1):
        for marks in _parts(picture, dpi, len(pages)):
            if len(pages) >= limits.scan_pages:
                message = f"more than {limits.scan_pages} pages to recognise"
                raise UnreadableError("limits-exceeded", message)
            frame_of[marks.number] = frame
            pages.append(lay_out_recognised(marks, damage))
    blocks, title = put_together(pages, damage)
    shown, lost = as_shown(blocks, damage, [page.marks for page in pages])
    return Document(
        media_type=file_kind(body),
        method="scan",
        blocks=tuple(_replaced(block, frame_of) for block in shown),
        title=title,
        pages=max(frame_of.values(), default=0),
        damage=tuple(replace(item, place=_on_frame(item.place, frame_of)) for item in lost),
    )


def blocks_of(
    body: bytes, place: Place, limits: Limits
) -> tuple[tuple[Block, ...], tuple[Damage, ...]]:
    """Read a picture that stands at ``place`` in a page: places are within the picture there."""
    document = document_of(body, limits)
    at = dict.fromkeys(range(1, (document.pages or 0) + 1), place)
    blocks = tuple(_replaced(block, at) for block in document.blocks)
    damage = tuple(replace(item, place=_on_frame(item.place, at)) for item in document.damage)
    return blocks, damage


def _parts(picture: Image.Image, dpi: float | None, before: int) -> Iterator[PictureMarks]:
    """Yield the marks of a picture, page by page if it is a tall one of several."""
    page = on_white(grey(picture)[0])
    pixel = points_per_pixel(page, dpi)
    # A picture that lies on its side is no tall one.
    lies = is_tall(page) and best_turn(page) != 0
    parts = [Tile(0, picture.height)] if lies else tiles(page)
    for number, tile in enumerate(parts, before + 1):
        part = picture.crop((0, tile.top, picture.width, tile.bottom))
        margin = _MARGIN if len(parts) > 1 else 0
        part = ImageOps.expand(part, (0, margin), "white")
        marks = marks_of(part, number, part.width * pixel, part.height * pixel)
        way = np.array([[1 / pixel, 0, 0], [0, 1 / pixel, tile.top - margin], [0, 0, 1]])
        shown = way @ np.array(marks.shown).reshape(3, 3)
        yield replace(marks, shown=tuple(float(value) for value in shown.ravel()))


def _replaced(block: Block, places: dict[int, int] | dict[int, Place]) -> Block:
    place = _on_frame(block.place, places)
    if isinstance(block, Grid):
        cells = tuple(replace(x, place=_on_frame(x.place, places)) for x in block.cells)
        return replace(block, place=place, cells=cells)
    return replace(block, place=place)


def _on_frame(place: Place, places: dict[int, int] | dict[int, Place]) -> Place:
    """Return a place with its frame for its page; or where the whole picture stands."""
    if place.page is None:
        return place
    other = places.get(place.page)
    if isinstance(other, Place):
        return replace(other, bbox=place.bbox)
    return replace(place, page=other)
