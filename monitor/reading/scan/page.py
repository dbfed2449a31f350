"""One page that is a picture: its lines found, its text read."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.reading.layout.lattice import page_fragments
from monitor.reading.layout.marks import Box as Area
from monitor.reading.layout.marks import Char, Marks, Ruling
from monitor.reading.model import UnreadableError
from monitor.reading.scan.cells import cells_of, read_cells
from monitor.reading.scan.ink import Ink
from monitor.reading.scan.pixels import ink_level
from monitor.reading.scan.prose import read_prose
from monitor.reading.scan.ruling import Stroke, ruling_strokes, without_strokes
from monitor.reading.scan.signs import chars_of
from monitor.reading.scan.texts import CJK, POINT, Picture, Text, pixels

_WORD = 2
_WORDED = 3
"""So many lines with so many Chinese characters show whether the page stands upright."""
_MOST_MARKS = 25_000
"""A page of dense text has some four thousand connected pieces of ink; more are grain."""
_MOST_INK = 0.3


@dataclass(frozen=True, slots=True)
class PageRead:
    """What a canvas shows: characters and lines in points, and what is doubtful about cells."""

    chars: tuple[Char, ...]
    across: tuple[Ruling, ...]
    down: tuple[Ruling, ...]
    doubts: tuple[tuple[Area, str], ...]
    type_height: float | None
    """Usual height of digits and characters in pixels, None on a blank page."""
    sure: float | None
    """How sure the model was on average of the longest lines of words, None without a few."""


def read_canvas(page: Picture, seal: Picture | None = None) -> PageRead:
    """Read an upright, straight page of 300 dpi, dark on white; ``seal`` is where red ink was."""
    across, down = ruling_strokes(page)
    ink = Ink(without_strokes(page, across, down), ink_level(page))
    if len(ink.boxes) > _MOST_MARKS or ink.dark.mean() > _MOST_INK:
        raise UnreadableError("too-coarse", "the picture is too dark or too grainy to be read")
    rulings = _rulings(across), _rulings(down)
    height, width = page.shape
    empty = Marks(
        number=1,
        width=width * POINT,
        height=height * POINT,
        chars=(),
        across=rulings[0],
        down=rulings[1],
        pictures=(),
        paths=0,
    )
    tables = [item for item in page_fragments(empty) if len(item.edges_down) > 2]
    doubts: list[tuple[Area, str]] = []
    cells = [cell for table in tables for cell in cells_of(ink, table, seal)]
    texts = [*read_cells(ink, cells, doubts)]
    texts += read_prose(ink, [pixels(table.box) for table in tables])
    return PageRead(
        chars=tuple(chars_of(texts)),
        across=rulings[0],
        down=rulings[1],
        doubts=tuple(doubts),
        type_height=_type_height(ink, texts),
        sure=_sureness(texts),
    )


def _rulings(strokes: Sequence[Stroke]) -> tuple[Ruling, ...]:
    return tuple(Ruling(s.at * POINT, s.start * POINT, s.end * POINT) for s in strokes)


def _type_height(ink: Ink, texts: Sequence[Text]) -> float | None:
    if not texts:
        return None
    return ink.type_height((0, 0, ink.page.shape[1], ink.page.shape[0]))


def _sureness(texts: Sequence[Text]) -> float | None:
    """Return how sure the model is of lines of words; digits look like digits on their side too."""
    worded = [text for text in texts if len(CJK.findall(text.reading.text)) >= _WORD]
    longest = sorted(worded, key=lambda text: text.line.box[0] - text.line.box[2])[:24]
    signs = [sign.sure for text in longest for sign in text.reading.signs]
    return sum(signs) / len(signs) if len(longest) >= _WORDED else None
