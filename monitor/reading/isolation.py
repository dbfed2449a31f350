"""Reads originals in child processes with limits on memory, processor time and wall clock.

A child serves many documents and is replaced after some hundred, when it has grown, and whenever
it dies. It ends with its parent. Any thread may call; each call takes a child of its own.
"""

import atexit
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import BinaryIO, cast

from monitor.reading.choosing import ANY, Wanted
from monitor.reading.limits import DEFAULT_LIMITS, Limits
from monitor.reading.messages import (
    NO_PICTURES,
    BrokenPipeDialogueError,
    Reply,
    Request,
    receive_reply,
    send_leave,
    send_request,
)
from monitor.reading.model import Report, UnreadableError

__all__ = ["DEFAULT_LIMITS", "Limits", "ReaderPool", "WorkerFailedError", "read_original"]

_DOCUMENTS_PER_WORKER = 200
_GROWN = 400 * 2**20
"""A child that has ever held this much memory is replaced."""


class WorkerFailedError(Exception):
    """The reading process cannot run at all; this says nothing about any document."""


def read_original(
    body: bytes,
    *,
    name: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    pictures: Mapping[str, bytes] = NO_PICTURES,
    wanted: Wanted = ANY,
) -> Report:
    """Read the bytes of an original as a report, in a child process; ``name`` is a hint only.

    Args:
        body: the original.
        name: what it is called.
        limits: what reading it may cost.
        pictures: those that a page shows, by their addresses as the page writes them.
        wanted: which report is looked for, where a bundle holds several.

    Raises:
        UnreadableError: if it cannot be read; ``limits-exceeded`` if that took more memory or time
            than ``limits`` allow, ``crashed`` if the child died of it.
        WorkerFailedError: if the child cannot run at all.
    """
    return _default_pool().read(body, name=name, limits=limits, pictures=pictures, wanted=wanted)


class ReaderPool:
    """Reading processes, started as they are needed, at most ``size`` at a time."""

    def __init__(self, size: int | None = None) -> None:
        self._free = threading.BoundedSemaphore(size or os.cpu_count() or 2)
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()

    def read(
        self,
        body: bytes,
        *,
        name: str | None = None,
        limits: Limits = DEFAULT_LIMITS,
        pictures: Mapping[str, bytes] = NO_PICTURES,
        wanted: Wanted = ANY,
    ) -> Report:
        """Read one original; see ``read_original``."""
        if len(body) > limits.body_bytes:
            raise UnreadableError("too-large", f"{len(body)} bytes, more than {limits.body_bytes}")
        request = Request(body=body, name=name, limits=limits, pictures=pictures, wanted=wanted)
        with self._free:
            reply = self._ask(request)
        if reply.report is None:
            assert reply.error is not None
            raise reply.error
        return reply.report

    def _ask(self, request: Request) -> Reply:
        worker = self._take()
        used = worker.served > 0
        try:
            reply = worker.ask(request)
        except _DiedError as death:
            if not (used and death.may_be_the_worker):
                raise death.verdict from death
            # The child had served others before: only a fresh one tells whose fault it was.
            worker = _Worker()
            try:
                reply = worker.ask(request)
            except _DiedError as second:
                raise second.verdict from second
        self._give_back(worker, reply)
        return reply

    def _take(self) -> "_Worker":
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return _Worker()

    def _give_back(self, worker: "_Worker", reply: Reply) -> None:
        if worker.served >= _DOCUMENTS_PER_WORKER or reply.peak_bytes > _GROWN:
            worker.close()
            return
        with self._lock:
            self._idle.append(worker)

    def close(self) -> None:
        """End the idle children."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.close()


@dataclass(slots=True)
class _DiedError(Exception):
    """The child died of a request."""

    verdict: UnreadableError | WorkerFailedError
    may_be_the_worker: bool


class _Worker:
    """One child process."""

    def __init__(self) -> None:
        self.served = 0
        self._gone = False
        self._kill_lock = threading.Lock()
        # What exec leaves in the child's account of memory is what its parent held.
        self._inherited = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - kept as long as the child
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "monitor.reading.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd="/",
            env=_environment(),
        )

    def ask(self, request: Request) -> Reply:
        """Have one document read.

        Raises:
            _DiedError: if the child dies of it or must be killed.
        """
        overdue = threading.Event()

        def stop() -> None:
            overdue.set()
            self._kill()

        seconds = request.limits.wall_seconds
        clock = _started(seconds, stop)
        with ExitStack() as recognition:
            try:
                send_request(cast("BinaryIO", self._process.stdin), request)
                pages = 0
                while (reply := self._receive()).asks_leave:
                    clock.cancel()
                    pages += 1
                    if pages == 1:
                        recognition.enter_context(_Default.recognising)
                        # It holds the models from now on, more than other readings may.
                        self.served = _DOCUMENTS_PER_WORKER
                    if pages > request.limits.scan_pages:
                        # The child refuses that many by itself: this one is out of order.
                        self._kill()
                    seconds = request.limits.scan_seconds
                    clock = _started(seconds, stop)
                    send_leave(cast("BinaryIO", self._process.stdin))
            except (BrokenPipeDialogueError, OSError) as error:
                self._kill()
                raise self._death(request.limits, seconds, overdue=overdue.is_set()) from error
            finally:
                clock.cancel()
        self.served += 1
        return reply

    def _receive(self) -> Reply:
        return receive_reply(cast("BinaryIO", self._process.stdout))

    def _death(self, limits: Limits, seconds: float, *, overdue: bool) -> _DiedError:
        # Popen's own wait does not tell how much memory the child held.
        with self._kill_lock:
            _, status, usage = os.wait4(self._process.pid, 0)
            self._process.returncode = os.waitstatus_to_exitcode(status)
            self._gone = True
        self._close_pipes()
        last_words = self._last_words()
        if overdue:
            return _exceeded(f"more than {seconds} seconds")
        if self._process.returncode == -signal.SIGXCPU:
            return _exceeded(f"more than {limits.cpu_seconds} seconds of processor time")
        if self._process.returncode >= 0:
            return _DiedError(WorkerFailedError(last_words), may_be_the_worker=True)
        if usage.ru_maxrss > max(limits.memory_bytes // 2048, self._inherited):
            return _exceeded(f"more memory than {limits.memory_bytes} bytes")
        name = signal.Signals(-self._process.returncode).name
        verdict = UnreadableError("crashed", f"the reading process died of the file ({name})")
        return _DiedError(verdict, may_be_the_worker=True)

    def _kill(self) -> None:
        """Kill the child, which stays killable under its number until it is waited for."""
        with self._kill_lock:
            if not self._gone:
                os.kill(self._process.pid, signal.SIGKILL)

    def _last_words(self) -> str:
        self._errors.seek(0)
        text = self._errors.read()[-2000:].decode(errors="replace").strip()
        code = self._process.returncode
        self._errors.close()
        return f"the reading process ended with exit code {code}: {text or 'it said nothing'}"

    def close(self) -> None:
        """End the child."""
        self._kill()
        with self._kill_lock:
            self._process.wait()
            self._gone = True
        self._close_pipes()
        self._errors.close()

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    # What was left in the buffer has no reader any more.
                    continue


def _started(seconds: float, stop: Callable[[], None]) -> threading.Timer:
    clock = threading.Timer(seconds, stop)
    clock.daemon = True
    clock.start()
    return clock


def _exceeded(what: str) -> _DiedError:
    return _DiedError(UnreadableError("limits-exceeded", what), may_be_the_worker=False)


def _environment() -> dict[str, str]:
    """Return the child's environment: where its modules are, and nothing else of ours."""
    paths = [path for path in sys.path if path]
    return {
        "PATH": os.environ.get("PATH", os.defpath),  # LibreOffice may lie anywhere on it
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONHASHSEED": "0",
    }


class _Default:
    """The pool of this process; a forked child must not talk to the children of its parent."""

    pool: ReaderPool | None = None
    lock = threading.Lock()
    recognising = threading.Lock()
    """Held while a child recognises: it takes half a gigabyte, so there is one at a time."""


def _default_pool() -> ReaderPool:
    with _Default.lock:
        if _Default.pool is None:
            _Default.pool = ReaderPool()
            atexit.register(_Default.pool.close)
        return _Default.pool


def _forget_pool() -> None:
    _Default.pool = None
    _Default.lock = threading.Lock()
    _Default.recognising = threading.Lock()


os.register_at_fork(after_in_child=_forget_pool)
