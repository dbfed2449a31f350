"""The ways in which a report is written as a Word document."""

from dataclasses import dataclass, field
from random import Random

from monitor.specimens.html_look import random_shape
from monitor.specimens.layouts import Shape

TITLES = ("style", "bold", "box")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordLook:
    """How a report is written as a Word document; sizes in points."""

    seed: int = 0
    """Decides where runs are cut."""
    shape: Shape = field(default_factory=Shape)
    title: str = "style"
    """``style`` (Word's Title), ``bold`` (a large paragraph), ``box`` (a text box)."""
    headings: bool = False
    """Whether headings have Word's style for them."""
    auto_numbers: bool = False
    """Numbers of headings, and of items as （一）, are counted by Word and stand in no text."""
    shattered: bool = False
    """Texts are cut into runs at any character."""
    tracked: bool = False
    """Some texts are tracked insertions beside tracked deletions."""
    nested: bool = False
    """Every table stands in the only cell of an outer one."""
    repeat_head: bool = False
    split_rows: bool = True
    """Whether a page break may fall into a row."""
    padded_cells: bool = False
    """Cells hold blank paragraphs around their text."""
    page_text: bool = False
    """Whether each page has a header line and a page number."""
    landscape: bool = True
    font: float = 10.5
    table_font: float = 10.5
    margin: float = 72
    push: float = 0
    """Space above the first table, so that page breaks fall elsewhere."""


PLAIN = WordLook()


def random_word_look(seed: int) -> WordLook:
    """Return one of the ways, the same for the same seed."""
    chance = Random(f"word {seed}")  # noqa: S311
    return WordLook(
        seed=seed,
        shape=random_shape(chance),
        title=chance.choice(TITLES),
        headings=chance.random() < 0.4,
        auto_numbers=chance.random() < 0.3,
        shattered=chance.random() < 0.3,
        tracked=chance.random() < 0.15,
        nested=chance.random() < 0.1,
        repeat_head=chance.random() < 0.4,
        split_rows=chance.random() < 0.6,
        padded_cells=chance.random() < 0.2,
        page_text=chance.random() < 0.5,
        landscape=chance.random() < 0.2,
        font=chance.choice((10.5, 12, 16)),
        table_font=chance.choice((7.5, 9, 10.5, 12)),
        margin=chance.choice((40, 56, 72, 90)),
        push=chance.choice((0, 0, chance.randint(0, 600))),
    )
