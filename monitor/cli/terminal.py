"""Showing foreign text on a terminal: no escape code of a title or name may act there."""

from rich.text import Text

from monitor.plain import plain


def shown(text: str | None, style: str = "") -> Text:
    """Return the text for rich, its brackets never taken for markup."""
    return Text(plain(text), style=style)
