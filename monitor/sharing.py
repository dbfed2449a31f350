"""Sharing work among processes: results in order, and a death costs the one item that caused it."""

import faulthandler
import multiprocessing
import os
import resource
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Self, TypeVar

Result = TypeVar("Result")

CPU_SECONDS = 120.0
"""Processor time that one item may take (``limited``)."""
WALL_SECONDS = 1800.0
"""Time after which a process that does not come back from one item is ended."""
MEMORY_BYTES = 4 * 2**30
"""Address space of a process."""
_MOST_DEATHS = 4
"""In a row, after which it is not the items that processes die of."""
_AHEAD = 3
"""Chunks handed out per process, so that none waits for the writer."""


class OverdueError(Exception):
    """One item took more than its processor time."""


class CrewFailedError(Exception):
    """The processes cannot work at all; this says nothing about any item."""


class Died(Exception):  # noqa: N818 - named by what happened
    """A process died of one item."""


def available_processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


@contextmanager
def limited() -> Iterator[None]:
    """Bound the processor time of one item, where this process is one that shares work.

    Raises:
        OverdueError: inside, when it is over.
    """
    if not _Worker.is_one:
        yield
        return
    faulthandler.dump_traceback_later(WALL_SECONDS, exit=True)
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        faulthandler.cancel_dump_traceback_later()


class Crew:
    """Processes that work on chunks of items; started when first needed.

    Args:
        jobs: processes.
        begin: called with ``arguments`` when a process starts.
    """

    def __init__(
        self, jobs: int, begin: Callable[..., None], arguments: tuple[object, ...]
    ) -> None:
        self.jobs = jobs
        self._begin, self._arguments = begin, arguments
        self._pool: ProcessPoolExecutor | None = None
        self._deaths = 0
        """Since the last chunk that was done."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def results(
        self,
        work: Callable[[Sequence[int]], list[Result]],
        chunks: Iterator[Sequence[int]],
    ) -> Iterator[tuple[Sequence[int], list[Result] | Died]]:
        """Yield each chunk with what came of it, in order.

        ``work`` is a function of a module, called with a chunk. A chunk whose process died is done
        again item by item; only an item of which a process died alone yields ``Died``.

        Raises:
            CrewFailedError: if processes die of everything.
        """
        waiting: deque[tuple[Sequence[int], Future[list[Result]]]] = deque()
        for chunk in chunks:
            waiting.append((chunk, self._submit(work, chunk)))
            if len(waiting) > _AHEAD * self.jobs:
                yield from self._first(work, waiting)
        while waiting:
            yield from self._first(work, waiting)

    def _first(
        self,
        work: Callable[[Sequence[int]], list[Result]],
        waiting: "deque[tuple[Sequence[int], Future[list[Result]]]]",
    ) -> Iterator[tuple[Sequence[int], list[Result] | Died]]:
        chunk, future = waiting.popleft()
        try:
            results = future.result()
        except BrokenProcessPool:
            # nobody knows which of the chunks in hand it was: this one is done alone
            self._stop()
        else:
            self._deaths = 0
            yield chunk, results
            return
        yield from self._alone(work, chunk)
        chunks = [chunk for chunk, _ in waiting]
        waiting.clear()
        waiting.extend((chunk, self._submit(work, chunk)) for chunk in chunks)

    def _alone(
        self, work: Callable[[Sequence[int]], list[Result]], chunk: Sequence[int]
    ) -> Iterator[tuple[Sequence[int], list[Result] | Died]]:
        try:
            results: list[Result] | Died = self._submit(work, chunk).result()
            self._deaths = 0
        except BrokenProcessPool as broken:
            self._stop()
            self._deaths += 1
            if self._deaths > _MOST_DEATHS:
                raise CrewFailedError(str(broken)) from broken
            if len(chunk) > 1:
                for item in chunk:
                    yield from self._alone(work, [item])
                return
            results = Died("the process died of it")
        yield chunk, results

    def _submit(
        self, work: Callable[[Sequence[int]], list[Result]], chunk: Sequence[int]
    ) -> "Future[list[Result]]":
        self._pool = self._pool or self._started()
        try:
            return self._pool.submit(work, chunk)
        except BrokenProcessPool as broken:  # found out when its turn comes
            future: Future[list[Result]] = Future()
            future.set_exception(broken)
            return future

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _started(self) -> ProcessPoolExecutor:
        # A process that was forked would share the children that read for its parent.
        return ProcessPoolExecutor(
            self.jobs,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin_worker,
            initargs=(self._begin, self._arguments),
        )


class _Worker:
    is_one = False


def _begin_worker(begin: Callable[..., None], arguments: tuple[object, ...]) -> None:
    _Worker.is_one = True
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who shares the work out ends it
    signal.signal(signal.SIGPROF, _overdue)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.Thread(target=_end_with_parent, daemon=True, name="parent").start()
    begin(*arguments)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _overdue(_number: int, _frame: FrameType | None) -> None:
    raise OverdueError(f"more than {CPU_SECONDS:.0f} seconds of processor time")
