"""One page of a document that is laid out: its tables, the lines outside them, its pictures."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from monitor.reading.layout.lattice import page_fragments
from monitor.reading.layout.lines import lines_of
from monitor.reading.layout.marks import Box, Char, Marks, area, around
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


def lay_out(marks: Marks, second: Callable[[], SecondReading | None], damage: list[Damage]) -> Page:
    """Return a page with its tables and lines; what is doubtful is added to ``damage``.

    ``second`` is asked only for a page with tables; its None is a damage too.
    """
    damage += _doubts(marks)
    tables = tuple(ruled(fragment) for fragment in page_fragments(marks))
    confirmed = tables
    if any(table.columns > 1 for table in tables):
        confirmed = _confirmed(tables, marks, second(), damage)
    return Page(
        marks=marks,
        tables=confirmed,
        lines=tuple(page_lines(marks, _chars_outside(marks, tables))),
        pictures=_pictures(marks),
    )


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
    tables: tuple[Ruled, ...], marks: Marks, second: SecondReading | None, damage: list[Damage]
) -> tuple[Ruled, ...]:
    """Return the tables with each cell held against the second reading."""
    if second is None:
        detail = f"page {marks.number}: no second reading, its cells stand on one"
        place = Place(page=marks.number)
        damage.append(Damage(code="readers-disagree", detail=detail, place=place))
        return tables
    confirmed = []
    for table in tables:
        pieces = tuple(
            replace(piece, doubtful=_doubt(piece, second, marks)) for piece in table.pieces
        )
        damage += _disagreements(table.pieces, pieces)
        confirmed.append(replace(table, pieces=pieces))
    return tuple(confirmed)


def _doubt(piece: Piece, second: SecondReading, marks: Marks) -> str | None:
    recognised = "recognised from a picture by a program" if marks.recognised else None
    return piece.doubtful or second.doubt(piece) or recognised


def _disagreements(before: Sequence[Piece], after: Sequence[Piece]) -> Iterable[Damage]:
    for old, new in zip(before, after, strict=True):
        if new.doubtful and not old.doubtful:
            detail = f"{new.doubtful}: “{new.text}”"
            place = Place(page=new.page, bbox=new.box)
            yield Damage(code="readers-disagree", detail=detail, place=place)


def _chars_outside(marks: Marks, tables: Sequence[Ruled]) -> list[Char]:
    taken = {id(char) for table in tables for cell in table.first.cells for char in cell.chars}
    return [char for char in marks.chars if id(char) not in taken]


def page_lines(marks: Marks, chars: Iterable[Char]) -> list[PageLine]:
    """Return characters of a page as lines."""
    return [
        PageLine(line=line, page=marks.number, width=marks.width, height=marks.height)
        for line in lines_of(chars)
    ]
