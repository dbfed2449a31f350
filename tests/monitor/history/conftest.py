"""Scenes on a database of either kind: what happened to reports is asked of both."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.databases import DATABASES, new_database
from tests.monitor.scene import Scene, make_scene

MakeScene = Callable[[Path], Scene]


@pytest.fixture(scope="module", params=DATABASES)
def new_scene(request: pytest.FixtureRequest) -> Iterator[MakeScene]:
    """A maker of empty scenes."""
    if request.param == "sqlite":
        yield make_scene
        return
    server = request.getfixturevalue("postgresql")
    with ExitStack() as stack:

        def make(directory: Path) -> Scene:
            url = stack.enter_context(new_database(server, upgraded=True))
            return make_scene(directory, f'[storage]\ndatabase_url = "{url}"\n')

        yield make
