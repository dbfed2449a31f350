"""Leave to recognise: asked for before each page, from whoever limits this process.

Recognition takes more memory and time than any other reading, so a reading child asks its parent,
which lets one child recognise at a time and starts the clock anew for each page.
"""

from collections.abc import Callable


class _Leave:
    ask: Callable[[], None] | None = None


def ask_leave_by(ask: Callable[[], None] | None) -> None:
    """Have ``ask`` called before each page that is recognised; it may raise UnreadableError."""
    _Leave.ask = ask


def ask_leave() -> None:
    """Ask for leave to recognise one more page; without anyone to ask it is given."""
    if _Leave.ask is not None:
        _Leave.ask()
