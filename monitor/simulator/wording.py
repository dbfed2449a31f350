"""What portals call things: menus, platforms, columns and their neighbours (``wording.toml``)."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from random import Random
from typing import Any

_DATA: Mapping[str, Any] = tomllib.loads(
    (resources.files(__package__) / "wording.toml").read_text(encoding="utf-8")
)
WORDS: Mapping[str, Sequence[str]] = _DATA["words"]
"""Names, slugs and titles by what they are for."""
DECOYS: Mapping[str, Sequence[str]] = _DATA["decoys"]
"""Titles of rows that are no annual reports, by kind."""
TEXTS: Mapping[str, Any] = _DATA["texts"]
"""Texts of pages that are no annual reports."""
DEPARTMENTS: Sequence[Sequence[str]] = _DATA["agencies"]["departments"]
"""Name, slug and short name of departments."""

_HAN = "〇一二三四五六七八九"


def report_title(chance: Random, agency: str, year: int, *, named: bool = True) -> str:
    """Return the title of a report."""
    han = "".join(_HAN[int(digit)] for digit in str(year))
    shapes = WORDS["titles" if named else "unnamed_titles"]
    return chance.choice(shapes).format(agency=agency, year=year, han=han)
