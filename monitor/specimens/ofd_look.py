"""The ways in which producers write the pages of a report as OFD (GB/T 33190-2016)."""

from dataclasses import dataclass, field
from random import Random

from monitor.specimens.pdf_look import PdfLook, random_pdf_look

TEXTS = ("row", "run", "character")
DELTAS = ("repeated", "listed", "none")
PLACES = ("boundary", "points", "shifted")
LINES = ("strokes", "rectangles", "one path")
LOCATIONS = ("relative", "absolute", "bare", "backslash", "case")
TEMPLATES = ("none", "below", "above")
NAMESPACES = ("http://www.ofdspec.org/2016", "http://www.ofdspec.org", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfdLook:
    """How the pages that a PDF look prints are written down."""

    pdf: PdfLook = field(default_factory=PdfLook)
    prefix: str = "ofd"
    """Of the element names; empty for the default namespace."""
    namespace: str = NAMESPACES[0]
    text: str = "run"
    """What one text object holds: all type that follows at one height, over the columns of a table
    too; what the PDF sets at once; a sign."""
    deltas: str = "repeated"
    """Steps with ``g n v``, one by one, or left out, so that type is set on by its widths."""
    place: str = "boundary"
    """Objects placed by their boundary in millimetres, scaled from points by their matrix, or
    moved by their matrix inside a boundary that is the page."""
    lines: str = "strokes"
    """Ruling lines as strokes, as thin filled rectangles, or all in one path of a page."""
    locations: str = "relative"
    depth: int = 0
    """How many page blocks nest around the objects of a page."""
    composite: bool = False
    """Whether the ruling lines of a page are a composite unit of the public resources."""
    template: str = "none"
    """Whether a running head is a template page, and whether it lies below or above the page."""
    glyphs: bool = False
    """Whether text objects state glyphs beside their codes."""
    layers: bool = False
    """Whether lines and text stand in layers of their own."""
    indented: bool = False
    """Whether the files are laid out for people, text codes included."""
    sealed: bool = False
    """Whether the last page bears an electronic seal."""

    def __post_init__(self) -> None:
        assert self.text in TEXTS
        assert self.deltas in DELTAS
        assert self.place in PLACES
        assert self.lines in LINES
        assert self.locations in LOCATIONS
        assert self.template in TEMPLATES


SUWELL = OfdLook(text="run", deltas="repeated", locations="relative", layers=False, sealed=True)
"""A line of type an object, steps with repetitions, as the converter of Suwell (数科) writes."""
FOXIT = OfdLook(text="run", deltas="listed", place="points", glyphs=True, locations="absolute")
"""Objects scaled by their matrix and glyphs stated, as converters from PDF (福昕) write."""
WPS = OfdLook(text="character", place="shifted", lines="rectangles", layers=True, depth=1)
"""A sign an object, lines as filled rectangles, as office programs export."""
PRODUCERS = {"suwell": SUWELL, "foxit": FOXIT, "wps": WPS}


def random_ofd_look(seed: int) -> OfdLook:
    """Return one of the ways, the same for the same seed."""
    chance = Random(f"ofd {seed}")  # noqa: S311
    return OfdLook(
        pdf=random_pdf_look(seed),
        prefix=chance.choice(("ofd", "ofd", "", "o")),
        namespace=chance.choice(NAMESPACES[:2]),
        text=chance.choice(TEXTS),
        deltas=chance.choice(DELTAS[:2]),
        place=chance.choice(PLACES),
        lines=chance.choice(LINES),
        locations=chance.choice(LOCATIONS),
        depth=chance.choice((0, 0, 1, 4)),
        composite=chance.random() < 0.25,
        template=chance.choice(TEMPLATES),
        glyphs=chance.random() < 0.3,
        layers=chance.random() < 0.5,
        indented=chance.random() < 0.3,
        sealed=chance.random() < 0.3,
    )
