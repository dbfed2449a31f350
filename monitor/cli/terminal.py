"""Showing foreign text on a terminal: no escape code of a title or name may act there."""

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.language import Bilingual, Language
from monitor.plain import plain

_WIDTH_OF_A_FILE = 160
"""Columns of a table where standard output is no terminal."""


def shown(text: str | None, style: str = "") -> Text:
    """Return the text for rich, its brackets never taken for markup."""
    return Text(plain(text), style=style)


def results() -> Console:
    """Return the console for results, on standard output; a file gets wide lines."""
    width = None if sys.stdout.isatty() else _WIDTH_OF_A_FILE
    return Console(width=width, highlight=False, markup=False, emoji=False)


def headed_table(headings: Sequence[Bilingual], language: Language) -> Table:
    """Return an empty table whose cells fold rather than be cut."""
    table = Table()
    for heading in headings:
        table.add_column(heading.in_language(language), overflow="fold")
    return table
