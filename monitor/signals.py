"""What a process does when it is told to stop, for as long as a piece of work lasts."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STOPPING = (signal.SIGINT, signal.SIGTERM)
"""What Ctrl-C and service managers send."""


@contextmanager
def on_signals(handler: Callable[[], object], *numbers: signal.Signals) -> Iterator[None]:
    """Call ``handler`` in the main thread at these signals; afterwards all is as it was before.

    Raises:
        ValueError: in another thread than the main one.
    """
    before = [(number, signal.signal(number, lambda *_: handler())) for number in numbers]
    try:
        yield
    finally:
        for number, former in before:
            # None is a handler that is not Python's, which cannot be put back
            signal.signal(number, signal.SIG_DFL if former is None else former)


def interrupt() -> None:
    """End what the main thread does, as Ctrl-C would."""
    raise KeyboardInterrupt
