"""What a specimen of an annual report says, before it is written in any form of file."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from monitor.formats import BlockSpec, Format, TableSpec, load_format

Cells = Mapping[str, Mapping[str, str]]
"""Row key and column key to the text printed."""

HAN = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
NUMBERINGS = ("han", "arabic", "part", "paren", "none")
"""How top-level headings are numbered: 一、 / 1、 / 第一部分 / （一） / not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A top-level heading."""

    text: str
    """Its wording without the number."""
    number: int | None
    slot: str
    """Where its prose stands in ``Specimen.texts`` and ``Specimen.below``."""
    key: str | None = None
    """The section of the format that it opens; None if it is none of the six."""
    table: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Misprint:
    """One thing about a table that is not printed as the format has it."""

    table: str
    act: str
    """``swap`` two rows, ``add`` a row behind one, ``drop`` the last value of a row, ``picture``
    for the whole table (in HTML only)."""
    label: str = ""
    """The label of the row."""
    text: str = ""
    """The label of the row it changes places with, or of the one that is added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """A report that was never published; cells are as printed, keys those of its formats."""

    agency: str
    """The full name, as reading should find it."""
    fiscal_year: int
    format_id: str = "v2021"
    title: str
    """A line break parts a title that is printed over several lines."""
    preamble: str
    """Empty if the report begins with its first heading."""
    texts: Mapping[str, str]
    """Prose by slot, a line a paragraph; in sections with a table what stands above it."""
    tables: Mapping[str, Cells]
    published_on: date
    below: Mapping[str, str] = field(default_factory=dict)
    """Prose by slot that stands below the section's table."""
    outline: tuple[Heading, ...] = ()
    """Headings in printed order; empty for those of the format."""
    numbering: str = "han"
    """One of ``NUMBERINGS``."""
    table_formats: Mapping[str, str] = field(default_factory=dict)
    """Key of a table, or of a block of the first table, to its format where that is another."""
    wordings: Mapping[str, str] = field(default_factory=dict)
    """Labels of the format to what is printed in their place."""
    misprints: tuple[Misprint, ...] = ()

    @property
    def format(self) -> Format:
        """The format its headings follow."""
        return load_format(self.format_id)

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The headings as printed."""
        return self.outline or format_outline(self.format_id)

    def table(self, key: str) -> TableSpec:
        """Return how a table is printed, the formats of its blocks taken into account."""
        spec = load_format(self.table_formats.get(key, self.format_id)).tables[key]
        if not spec.blocks:
            return spec
        blocks = tuple(
            _block(self.table_formats[block.key], block.key)
            if block.key in self.table_formats
            else block
            for block in spec.blocks
        )
        return replace(spec, blocks=blocks, rows=tuple(row for b in blocks for row in b.rows))


def _block(format_id: str, key: str) -> BlockSpec:
    blocks = load_format(format_id).tables["proactive_disclosure"].blocks
    return next(block for block in blocks if block.key == key)


def format_outline(format_id: str) -> tuple[Heading, ...]:
    """Return the headings that a format prescribes; none for v2008, whose outline was free."""
    return tuple(
        Heading(text=spec.heading, number=n, slot=spec.key, key=spec.key, table=spec.table)
        for n, spec in enumerate(load_format(format_id).sections, start=1)
    )


def number_text(number: int | None, numbering: str) -> str:
    """Return the number of a top-level heading as printed before its wording."""
    if number is None or numbering == "none":
        return ""
    han = HAN[number - 1]
    shapes = {
        "han": f"{han}、",
        "arabic": f"{number}、",
        "part": f"第{han}部分 ",
        "paren": f"（{han}）",
    }
    return shapes[numbering]


def heading_line(specimen: Specimen, heading: Heading) -> str:
    """Return a heading as printed, number and wording."""
    return number_text(heading.number, specimen.numbering) + heading.text


def paragraphs(specimen: Specimen, key: str) -> list[str]:
    """Return the paragraphs of a section, in sections with a table those above it."""
    return [line for line in specimen.texts.get(key, "").splitlines() if line]


def paragraphs_below(specimen: Specimen, key: str) -> list[str]:
    """Return the paragraphs of a section that stand below its table."""
    return [line for line in specimen.below.get(key, "").splitlines() if line]
