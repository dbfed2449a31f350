"""A clock that a test may set: the program is told another day, and seconds pass as they do."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from storage import clock

_real = clock.utc_now
_ahead = timedelta(0)


def _moved() -> datetime:
    return _real() + _ahead


@contextmanager
def clock_at(instant: datetime) -> Iterator[None]:
    """Begin at ``instant`` for every module of this process that asks ``storage.clock``."""
    global _ahead  # noqa: PLW0603 - there is one time
    with pytest.MonkeyPatch.context() as patch:
        for module in list(sys.modules.values()):
            if module.__dict__.get("utc_now") is _real:
                patch.setattr(module, "utc_now", _moved)
        _ahead = instant - _real()
        try:
            yield
        finally:
            _ahead = timedelta(0)  # for modules that were loaded meanwhile
