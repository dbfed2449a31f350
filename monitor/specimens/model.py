"""What a specimen of an annual report says, before it is written in any form of file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from monitor.formats import Format, load_format

Cells = Mapping[str, Mapping[str, str]]
"""Row key and column key to the text printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """A report that was never published; cells are as printed, keys those of its format."""

    agency: str
    fiscal_year: int
    format_id: str = "v2021"
    title: str
    preamble: str
    texts: Mapping[str, str]
    """Text of the sections ``overview``, ``problems`` and ``other_matters``."""
    tables: Mapping[str, Cells]
    published_on: date

    @property
    def format(self) -> Format:
        """The format its tables are printed in."""
        return load_format(self.format_id)


def paragraphs(specimen: Specimen, key: str) -> list[str]:
    """Return the paragraphs of a section."""
    return [line for line in specimen.texts.get(key, "").splitlines() if line]
