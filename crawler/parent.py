"""Ending with the program that started this process, even if it was killed."""

import os
import signal
import threading
import time

PIPE = "NIANBAO_PARENT_PIPE"
"""The environment variable by which a parent says that it holds our standard input."""
PATIENCE = 15.0
"""Seconds for what is being written; after them the process ends as it stands."""


def end_with_parent() -> None:
    """Watch standard input, if a parent holds it: its end is the parent's end."""
    if os.environ.get(PIPE):
        threading.Thread(target=_wait_for_end, daemon=True, name="parent").start()


def _wait_for_end() -> None:
    # not sys.stdin: a thread that waits inside its buffer makes the interpreter abort at its exit
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(1)
