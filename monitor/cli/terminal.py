"""Showing foreign text on a terminal: no escape code of a title or name may act there."""

import sys
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.language import Bilingual, Language
from monitor.plain import plain

_WIDTH_OF_A_FILE = 160
"""Columns of a table where standard output is no terminal."""
_NOTHING = Bilingual("（无）", "(none)")


def shown(text: str | None, style: str = "") -> Text:
    """Return the text for rich, its brackets never taken for markup."""
    return Text(plain(text), style=style)


def results() -> Console:
    """Return the console for results, on standard output; a file gets wide lines."""
    width = None if sys.stdout.isatty() else _WIDTH_OF_A_FILE
    return Console(width=width, highlight=False, markup=False, emoji=False)


def headed_table(headings: Sequence[Bilingual], language: Language) -> Table:
    """Return an empty table whose cells fold rather than be cut."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in headings:
        table.add_column(heading.in_language(language), overflow="fold")
    return table


def print_table(table: Table, language: Language) -> None:
    """Print a table on standard output, or that there is nothing to show."""
    results().print(table if table.row_count else _NOTHING.in_language(language))
