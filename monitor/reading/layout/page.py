"""One page of a document that is laid out: its tables, the lines outside them, its pictures."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from monitor.reading.layout.lattice import page_fragments
from monitor.reading.layout.lines import lines_of
from monitor.reading.layout.marks import Box, Char, Marks, area, around, overlap
from monitor.reading.layout.order import OrderReading
from monitor.reading.layout.prose import PageLine
from monitor.reading.layout.ruled import Piece, Ruled, ruled
from monitor.reading.model import Damage, Place

_FEW_CHARS = 30
"""A picture page with fewer characters has no text layer, only a page number or a stamp."""
_LEAST_PICTURE = 0.01
"""Share of the page below which a picture is an ornament."""
_MANY_PATHS = 200
_UNDECODABLE = 0.3
_SOME_UNDECODABLE = 0.005
_BACKGROUND = 0.5
"""Share of the page from which a picture is the background of all that stands on it."""
_TOUCH = 0.2
"""Share of the smaller of a cell and of what lies over it that both must share."""
_RECOGNISED = "recognised from a picture by a program"
_VEILED = "text in the cell is hidden or covered"
_PICTURE = "a picture stands in the cell"
_BESIDE = "text stands beside the table at the height of the row"


class SecondReading(Protocol):
    """Another way of reading the cells of a page, against which each is held."""

    def doubt(self, piece: Piece) -> str | None:
        """Return why a cell is doubtful after the second reading, None if both agree."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page with what was found on it, before the pages are put together."""

    marks: Marks | None
    """None if the page could not be read."""
    tables: tuple[Ruled, ...] = ()
    lines: tuple[PageLine, ...] = ()
    """The lines outside every ruled area."""
    pictures: tuple[Box, ...] = ()


def unreadable_page(number: int, reason: str, damage: list[Damage]) -> Page:
    """Return the page that could not be read at all."""
    damage.append(Damage(code="pages-lost", detail=reason, place=Place(page=number)))
    return Page(marks=None)


def picture_page(marks: Marks, loss: Damage, damage: list[Damage]) -> Page:
    """Return the page whose text is not there or cannot be decoded as a picture of itself."""
    damage.append(loss)
    pictures = _pictures(marks)
    whole = around(pictures) if pictures else (0.0, 0.0, marks.width, marks.height)
    return Page(marks=marks, pictures=(whole,))


def lay_out(
    marks: Marks,
    second: Callable[[], SecondReading | None],
    damage: list[Damage],
    *,
    thorough: bool = False,
) -> Page:
    """Return a page with its tables and lines; what is doubtful is added to ``damage``.

    A cell is certain if nothing in it is doubtful by itself and either the reading by the order of
    the file (``OrderReading``) confirms every cell of the page, or ``second`` confirms the cell.
    ``second`` is asked only for a page with a cell that the order does not confirm, and with
    ``thorough`` for every page with tables; where it gives None, the order alone decides.
    """
    damage += _doubts(marks)
    tables = tuple(ruled(fragment) for fragment in page_fragments(marks))
    lines = tuple(page_lines(marks, _chars_outside(marks, tables)))
    tables = tuple(_held_against_text_beside(table, lines) for table in tables)
    confirmed = tables
    if any(table.columns > 1 for table in tables):
        confirmed = _confirmed(tables, marks, second, damage, thorough=thorough)
    return Page(
        marks=marks,
        tables=confirmed,
        lines=lines,
        pictures=_pictures(marks),
    )


def _held_against_text_beside(table: Ruled, lines: Sequence[PageLine]) -> Ruled:
    """Return a table whose values are doubtful in rows that go on outside its lines.

    Where the line at its right is missing, the row's last value stands there. On its left stand
    labels, which are no value of the row.
    """
    _, top, right, bottom = table.first.box
    beside = [
        item.line.middle
        for item in lines
        if top < item.line.middle < bottom
        and item.line.box[0] >= right - 1
        and any(character.isalnum() for character in item.text)
    ]
    if not beside or table.columns == 1:
        return table
    pieces = tuple(
        replace(piece, doubtful=piece.doubtful or _BESIDE)
        if (piece.numeric or not piece.text)
        and any(piece.box[1] <= height < piece.box[3] for height in beside)
        else piece
        for piece in table.pieces
    )
    return replace(table, pieces=pieces)


def _pictures(marks: Marks) -> tuple[Box, ...]:
    return tuple(box for box in marks.pictures if area(box) >= _LEAST_PICTURE * marks.area)


def text_loss(marks: Marks) -> Damage | None:
    """Return the damage if the text of the page is not there or cannot be decoded."""
    place = Place(page=marks.number)
    visible = [char for char in marks.chars if char.text.strip()]
    covered = sum(area(box) for box in marks.pictures) >= 0.5 * marks.area
    drawn = marks.paths > _MANY_PATHS
    if (not visible and (marks.pictures or drawn)) or (
        len(visible) < _FEW_CHARS and (covered or drawn)
    ):
        detail = f"page {marks.number} is a picture"
        return Damage(code="no-text-layer", detail=detail, place=place)
    unknown = sum(not char.decoded for char in visible)
    if visible and unknown > _UNDECODABLE * len(visible):
        detail = f"page {marks.number}: {unknown} of {len(visible)} characters are unknown"
        return Damage(code="text-undecodable", detail=detail, place=place)
    return None


def _doubts(marks: Marks) -> Iterable[Damage]:
    place = Place(page=marks.number)
    unknown = sum(not char.decoded for char in marks.chars)
    if unknown > _SOME_UNDECODABLE * len(marks.chars):
        detail = f"page {marks.number}: {unknown} characters are unknown"
        yield Damage(code="text-undecodable", detail=detail, place=place)
    if marks.skipped:
        detail = f"page {marks.number} holds more than can be read"
        yield Damage(code="rows-lost", detail=detail, place=place)
    if marks.recognised:
        detail = f"the text of page {marks.number} was recognised from a picture by a program"
        yield Damage(code="cells-doubtful", detail=detail, place=place)


def _confirmed(
    tables: tuple[Ruled, ...],
    marks: Marks,
    second: Callable[[], SecondReading | None],
    damage: list[Damage],
    *,
    thorough: bool,
) -> tuple[Ruled, ...]:
    """Return the tables with each cell held against another reading."""
    order = OrderReading(marks, tables)
    if order.agrees and not (thorough or marks.recognised or marks.veiled or marks.pictures):
        return tables
    asked = second() if thorough or not order.agrees else None
    doubt = _doubter(marks, order if asked is None else asked)
    confirmed = []
    for table in tables:
        pieces = tuple(
            piece
            if piece.doubtful or (reason := doubt(piece)) is None
            else replace(piece, doubtful=reason)
            for piece in table.pieces
        )
        damage += _disagreements(table.pieces, pieces)
        confirmed.append(replace(table, pieces=pieces))
    return tuple(confirmed)


def _doubter(marks: Marks, reading: SecondReading) -> Callable[[Piece], str | None]:
    """Return what tells why a cell is doubtful: by another reading, or by what lies over it."""
    if marks.recognised:
        return lambda piece: reading.doubt(piece) or _RECOGNISED
    pictures = [box for box in marks.pictures if area(box) < _BACKGROUND * marks.area]
    if not (pictures or marks.veiled):
        return reading.doubt

    def doubt(piece: Piece) -> str | None:
        if any(_touches(piece.box, box) for box in marks.veiled):
            return _VEILED
        if not piece.text and any(_touches(piece.box, box) for box in pictures):
            return _PICTURE
        return reading.doubt(piece)

    return doubt


def _touches(cell: Box, box: Box) -> bool:
    return overlap(cell, box) > _TOUCH * min(area(cell), area(box))


def _disagreements(before: Sequence[Piece], after: Sequence[Piece]) -> Iterable[Damage]:
    for old, new in zip(before, after, strict=True):
        if new.doubtful and not old.doubtful:
            detail = f"{new.doubtful}: “{new.text}”"
            place = Place(page=new.page, bbox=new.box)
            yield Damage(code="readers-disagree", detail=detail, place=place)


def _chars_outside(marks: Marks, tables: Sequence[Ruled]) -> list[Char]:
    taken = {id(char) for table in tables for cell in table.first.cells for char in cell.chars}
    return [char for char in marks.chars if id(char) not in taken] if taken else list(marks.chars)


def page_lines(marks: Marks, chars: Iterable[Char]) -> list[PageLine]:
    """Return characters of a page as lines."""
    return [
        PageLine(line=line, page=marks.number, width=marks.width, height=marks.height)
        for line in lines_of(chars)
    ]
