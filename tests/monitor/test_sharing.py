"""Work shared among processes: in order, and a death costs one item."""

import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from monitor.sharing import Crew, CrewFailedError, Died, available_processors

CHUNKS = [[1, 2, 3], [4, 5, 6], [7, 8], [9]]


def begin(factor: int) -> None:
    os.environ["FACTOR"] = str(factor)


def multiplied(items: Sequence[int]) -> list[int]:
    return [item * int(os.environ["FACTOR"]) for item in items]


def deadly(items: Sequence[int]) -> list[int]:
    if 5 in items:
        os.kill(os.getpid(), signal.SIGKILL)
    return multiplied(items)


def failing(items: Sequence[int]) -> list[int]:
    raise ZeroDivisionError(items)


def broken(_: int) -> None:
    raise ZeroDivisionError


@pytest.fixture(scope="module")
def importable() -> Iterator[None]:
    """Let new processes import this module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(Path(__file__).parents[2])
        yield


@pytest.fixture(scope="module")
def crew(importable: None) -> Iterator[Crew]:
    with Crew(2, begin, (10,)) as crew:
        yield crew


def test_results_come_in_the_order_of_the_chunks(crew: Crew) -> None:
    found = list(crew.results(multiplied, iter(CHUNKS)))
    assert found == [(chunk, [item * 10 for item in chunk]) for chunk in CHUNKS]


def test_only_the_item_that_a_process_dies_of_is_lost(crew: Crew) -> None:
    found = dict[tuple[int, ...], object]()
    for chunk, results in crew.results(deadly, iter(CHUNKS)):
        found[tuple(chunk)] = results
    died = [chunk for chunk, results in found.items() if isinstance(results, Died)]
    assert died == [(5,)]
    kept = [item for results in found.values() if isinstance(results, list) for item in results]
    assert kept == [10, 20, 30, 40, 60, 70, 80, 90]


def test_what_fails_is_raised_where_it_is_waited_for(crew: Crew) -> None:
    with pytest.raises(ZeroDivisionError):
        list(crew.results(failing, iter(CHUNKS)))


@pytest.mark.usefixtures("importable")
def test_processes_that_cannot_begin_are_no_fault_of_any_item() -> None:
    with Crew(2, broken, (10,)) as crew, pytest.raises(CrewFailedError):
        list(crew.results(multiplied, iter(CHUNKS)))


def test_there_is_a_processor() -> None:
    assert available_processors() >= 1
