"""The child process that reads originals, started by ``monitor.reading.isolation``.

A thread of its own waits for requests, so that the process ends at once when its parent does,
also in the middle of a file.
"""

import gc
import os
import queue
import re
import resource
import signal
import sys
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import BinaryIO

from monitor.reading.entry import read_report
from monitor.reading.limits import RECOGNITION_THREADS, Limits
from monitor.reading.messages import (
    LEAVE,
    BrokenPipeDialogueError,
    Reply,
    Request,
    receive_request,
    send_reply,
)
from monitor.reading.model import UnreadableError
from monitor.reading.scan.leave import ask_leave_by


def main() -> None:
    """Answer requests on standard input until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # what was imported stays: the collector need not walk it for each document
    gc.collect()
    gc.freeze()
    replies = _own_standard_output()
    requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
    leaves: queue.SimpleQueue[Request] = queue.SimpleQueue()
    queues = (sys.stdin.buffer, requests, leaves)
    threading.Thread(target=_listen, args=queues, daemon=True).start()
    while True:
        request = requests.get()
        ask_leave_by(_asking(request.limits, replies, leaves))
        send_reply(replies, answer(request))


def _asking(
    limits: Limits, replies: BinaryIO, leaves: "queue.SimpleQueue[Request]"
) -> Callable[[], None]:
    """Return how to ask the parent for leave to recognise a page; limits are wider from then."""
    pages = count(1)

    def ask() -> None:
        if next(pages) > limits.scan_pages:
            message = f"more than {limits.scan_pages} pages to recognise"
            raise UnreadableError("limits-exceeded", message)
        send_reply(replies, Reply(asks_leave=True))
        leaves.get()
        _set_soft(resource.RLIMIT_AS, limits.scan_memory_bytes)
        _set_soft(resource.RLIMIT_CPU, _seconds_used() + RECOGNITION_THREADS * limits.scan_seconds)

    return ask


def _own_standard_output() -> BinaryIO:
    """Return the pipe to the parent, and send what libraries print to standard error."""
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return pipe


def _listen(
    pipe: BinaryIO,
    requests: "queue.SimpleQueue[Request]",
    leaves: "queue.SimpleQueue[Request]",
) -> None:
    try:
        while (request := receive_request(pipe)) is not None:
            (leaves if request is LEAVE else requests).put(request)
    except BrokenPipeDialogueError:
        pass
    finally:
        os._exit(0)


def answer(request: Request) -> Reply:
    """Read one original within its limits."""
    try:
        _limit(request.limits)
        report = read_report(
            request.body,
            request.name,
            limits=request.limits,
            pictures=request.pictures,
            wanted=request.wanted,
        )
        return Reply(report=report, peak_bytes=_peak())
    except UnreadableError as error:
        return Reply(error=error, peak_bytes=_peak())
    except MemoryError:
        message = f"more memory than {request.limits.memory_bytes} bytes"
        return Reply(error=UnreadableError("limits-exceeded", message), peak_bytes=2**63)
    except RecursionError:
        message = "its parts are nested too deeply"
        return Reply(error=UnreadableError("limits-exceeded", message), peak_bytes=_peak())
    except Exception as error:  # noqa: BLE001 - one document must not stop the next from being read
        message = f"the reader failed: {type(error).__name__}: {error}"
        return Reply(error=UnreadableError("crashed", message), peak_bytes=_peak())


def _limit(limits: Limits) -> None:
    """Set the limits of the process for the next document."""
    _set_soft(resource.RLIMIT_CPU, _seconds_used() + limits.cpu_seconds)
    _set_soft(resource.RLIMIT_AS, limits.memory_bytes)


def _seconds_used() -> int:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return int(used.ru_utime + used.ru_stime) + 1


def _set_soft(which: int, amount: int) -> None:
    hard = resource.getrlimit(which)[1]
    soft = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
    resource.setrlimit(which, (soft, hard))


def _peak() -> int:
    """Return the most memory this process has held; ``getrusage`` would count its parent's too."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    found = re.search(r"^VmHWM:\s*(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


if __name__ == "__main__":
    main()
