"""Draws notes beside one page of an original, and frames around what they speak of."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw

from monitor.pictures.fonts import chinese_font
from monitor.pictures.notes import Note, Spot, SpotKind

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""
Locate = Callable[[Spot], Box | None]
"""Where a spot is on a sheet; None if it is not there."""

COLOURS = {
    SpotKind.TITLE: (128, 0, 160),
    SpotKind.HEADING: (214, 96, 0),
    SpotKind.LABEL: (120, 120, 140),
    SpotKind.VALUE: (0, 130, 60),
    SpotKind.BLANK: (0, 110, 200),
    SpotKind.UNREAD: (208, 0, 0),
    SpotKind.DAMAGE: (190, 0, 120),
}
_TYPE = 17
_STEP = 24
_LIST_WIDTH = 1200
_MARGIN = 12
_SHARE = 0.62
"""Width of the column of notes as a share of the page's width."""
_SHADE = 36
"""Opacity of the colour over a marked place, of 255."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page of an original as a picture."""

    picture: Image.Image
    locate: Locate


@dataclass(frozen=True, slots=True)
class _Placed:
    note: Note
    boxes: tuple[tuple[SpotKind, Box], ...]

    @property
    def height(self) -> float:
        _, top, _, bottom = self.boxes[-1][1]
        return (top + bottom) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """What stands above the sheets."""

    page: str
    """With ``{}`` for the number of the page."""
    rest: str
    """Above the notes that found no place on any page."""


def draw_sheets(sheets: Iterable[Sheet], notes: Sequence[Note], heads: Heads) -> Iterator[bytes]:
    """Yield each sheet with its notes as PNG, and at the end the notes without a place.

    Nothing that was read is left out.
    """
    drawn: set[int] = set()
    for number, sheet in enumerate(sheets, start=1):
        picture, told = draw_sheet(sheet, notes, heads.page.format(number))
        drawn |= told
        yield _png(picture)
    rest = [note for index, note in enumerate(notes) if index not in drawn and note.text]
    if rest:
        yield _png(_list_of(rest, heads.rest))


def _list_of(notes: Sequence[Note], head: str) -> Image.Image:
    lines = [(line, note.kind) for note in notes for line in _wrapped(note.text, _LIST_WIDTH)]
    canvas = Image.new("RGB", (_LIST_WIDTH + 4 * _MARGIN, _STEP * (len(lines) + 2)), "white")
    pen = ImageDraw.Draw(canvas)
    pen.text((_MARGIN, _MARGIN // 2), head, font=chinese_font(_TYPE), fill=(60, 60, 60))
    for row, (line, kind) in enumerate(lines, start=1):
        place = (2 * _MARGIN, _STEP * row + _MARGIN)
        pen.text(place, line, font=chinese_font(_TYPE), fill=COLOURS[kind])
    return canvas


def _png(picture: Image.Image) -> bytes:
    stream = BytesIO()
    picture.save(stream, format="PNG", optimize=False)
    return stream.getvalue()


def draw_sheet(sheet: Sheet, notes: Sequence[Note], head: str) -> tuple[Image.Image, set[int]]:
    """Return a sheet with notes, and the indexes of the notes that found their place on it."""
    placed = {index: found for index, note in enumerate(notes) if (found := _on(sheet, note))}
    rows = _rows(sorted(placed.values(), key=lambda item: item.height), sheet.picture.width)
    width = sheet.picture.width + int(sheet.picture.width * _SHARE)
    height = max(sheet.picture.height, rows[-1].bottom + _MARGIN if rows else 0)
    canvas = Image.new("RGB", (width, height + _STEP + _MARGIN), "white")
    canvas.paste(_framed(sheet.picture, placed.values()), (0, _STEP + _MARGIN))
    pen = ImageDraw.Draw(canvas)
    pen.text((_MARGIN, _MARGIN // 2), head, font=chinese_font(_TYPE), fill=(60, 60, 60))
    for row in rows:
        _write(pen, row, sheet.picture.width)
    return canvas, set(placed)


def _on(sheet: Sheet, note: Note) -> _Placed | None:
    located = [(spot.kind, sheet.locate(spot)) for spot in note.spots]
    boxes = tuple((kind, box) for kind, box in located if box is not None)
    return _Placed(note, boxes) if boxes else None


def _framed(picture: Image.Image, placed: Iterable[_Placed]) -> Image.Image:
    shade = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(shade)
    for item in placed:
        for kind, box in item.boxes:
            colour = COLOURS[kind]
            pen.rectangle(box, fill=(*colour, _SHADE), outline=(*colour, 230), width=2)
    return Image.alpha_composite(picture.convert("RGBA"), shade).convert("RGB")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A note in the column beside the page: its lines, where they stand, what they speak of."""

    lines: tuple[str, ...]
    top: int
    kind: SpotKind
    anchor: tuple[float, float]

    @property
    def bottom(self) -> int:
        return self.top + _STEP * len(self.lines)


def _rows(placed: Sequence[_Placed], page_width: int) -> list[_Row]:
    """Return the notes below one another, each as near to its height as the ones above leave."""
    rows: list[_Row] = []
    room = int(page_width * _SHARE) - 4 * _MARGIN
    for item in placed:
        if not item.note.text:
            continue
        lines = _wrapped(item.note.text, room)
        wanted = int(item.height - _STEP * len(lines) / 2)
        top = max(wanted, rows[-1].bottom if rows else 0)
        right = max(box[2] for _, box in item.boxes)
        rows.append(_Row(lines=lines, top=top, kind=item.note.kind, anchor=(right, item.height)))
    return rows


def _wrapped(text: str, room: int) -> tuple[str, ...]:
    font = chinese_font(_TYPE)
    lines = [""]
    for char in text:
        if lines[-1] and font.getlength(lines[-1] + char) > room:
            lines.append("")
        lines[-1] += char
    return tuple(lines)


def _write(pen: ImageDraw.ImageDraw, row: _Row, page_width: int) -> None:
    down = _STEP + _MARGIN
    start = page_width + 2 * _MARGIN
    colour = COLOURS[row.kind]
    middle = row.top + down + _STEP // 2
    pen.line([(row.anchor[0], row.anchor[1] + down), (start - 4, middle)], fill=(*colour,), width=1)
    for index, line in enumerate(row.lines):
        place = (start, row.top + down + index * _STEP)
        pen.text(place, line, font=chinese_font(_TYPE), fill=colour)
