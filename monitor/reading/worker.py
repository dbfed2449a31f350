"""The child process that reads originals, started by ``monitor.reading.isolation``.

A thread of its own waits for requests, so that the process ends at once when its parent does,
also in the middle of a file.
"""

import os
import queue
import re
import resource
import signal
import sys
import threading
from pathlib import Path
from typing import BinaryIO

from monitor.reading.entry import read_report
from monitor.reading.limits import Limits
from monitor.reading.messages import (
    BrokenPipeDialogueError,
    Reply,
    Request,
    receive_request,
    send_reply,
)
from monitor.reading.model import UnreadableError


def main() -> None:
    """Answer requests on standard input until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    replies = _own_standard_output()
    requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, requests), daemon=True).start()
    while True:
        send_reply(replies, answer(requests.get()))


def _own_standard_output() -> BinaryIO:
    """Return the pipe to the parent, and send what libraries print to standard error."""
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return pipe


def _listen(pipe: BinaryIO, requests: "queue.SimpleQueue[Request]") -> None:
    try:
        while (request := receive_request(pipe)) is not None:
            requests.put(request)
    except BrokenPipeDialogueError:
        pass
    finally:
        os._exit(0)


def answer(request: Request) -> Reply:
    """Read one original within its limits."""
    try:
        _limit(request.limits)
        report = read_report(request.body, request.name, limits=request.limits)
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
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + limits.cpu_seconds
    _set_soft(resource.RLIMIT_CPU, seconds)
    _set_soft(resource.RLIMIT_AS, limits.memory_bytes)


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
