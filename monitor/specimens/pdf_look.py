"""The ways in which a report is printed as a PDF with a text layer."""

from dataclasses import dataclass, field
from random import Random

from monitor.specimens.html_look import random_shape
from monitor.specimens.layouts import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfLook:
    """How a report is printed; sizes in points."""

    shape: Shape = field(default_factory=Shape)
    embedded: bool = False
    """Whether a font is embedded, where this machine has one, or STSong-Light only named."""
    font: float = 10.5
    table_font: float = 7.5
    margin: float = 56
    leading: float = 1.6
    padding: float = 3
    line: float = 0.5
    """Width of the ruling lines."""
    push: float = 0
    """Space above the first table, so that page breaks fall elsewhere."""
    label_width: float = 0.46
    """Share of the width that the label columns of the table of requests take."""
    repeat_head: bool = False
    split_rows: bool = False
    """Whether a page break may fall into a row."""
    centred: bool = False
    """Whether texts stand in the middle of their cells."""
    shaded: bool = False
    """Whether header lines have a grey ground."""
    open_sides: bool = False
    """Whether tables lack their outermost vertical lines."""
    page_text: str = "none"
    """``none``, ``number`` (- 3 -), ``full`` (a header line and 第3页 共9页)."""


PLAIN = PdfLook()


def random_pdf_look(seed: int) -> PdfLook:
    """Return one of the ways, the same for the same seed."""
    chance = Random(f"pdf {seed}")  # noqa: S311
    return PdfLook(
        shape=random_shape(chance),
        embedded=chance.random() < 0.6,
        font=chance.choice((9, 10.5, 12, 14, 16)),
        table_font=chance.choice((6.5, 7.5, 9, 10.5)),
        margin=chance.choice((36, 56, 72, 85)),
        leading=chance.choice((1.3, 1.6, 2.0)),
        padding=chance.choice((1.5, 3, 6)),
        line=chance.choice((0.25, 0.5, 1.0, 1.5)),
        push=chance.choice((0, chance.randint(0, 600), chance.randint(0, 600))),
        label_width=chance.choice((0.36, 0.46, 0.55)),
        repeat_head=chance.random() < 0.3,
        split_rows=chance.random() < 0.4,
        centred=chance.random() < 0.6,
        shaded=chance.random() < 0.15,
        open_sides=chance.random() < 0.1,
        page_text=chance.choice(("none", "number", "number", "full")),
    )
