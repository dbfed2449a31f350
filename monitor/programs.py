"""Commands of this program as child processes, for jobs that must be able to end at once."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

from storage.workspace import Workspace

PIPE = "NIANBAO_COMMAND_PIPE"
"""The environment variable by which a parent says that it holds our standard input."""
PATIENCE = 20.0
"""Seconds for what is being written, after the request to end."""
_LOOK_EVERY = 0.5
_STANDARD_INPUT = 0


class StoppedError(Exception):
    """The command was ended because the program that runs it is ending."""


def run_command(
    workspace: Workspace, stopping: threading.Event, *arguments: str
) -> tuple[int, str]:
    """Run ``nianbao`` with some arguments in a workspace; return exit code and standard output.

    Its standard error is ours. When ``stopping`` is set it is asked to end, and killed if it does
    not; when this process dies it ends by itself (``end_with_parent``).

    Raises:
        StoppedError: if it was ended before its time.
    """
    place = str(workspace.directory)
    command = [sys.executable, "-P", "-m", "monitor.cli", "--workspace", place, *arguments]
    written: list[str] = []
    asked_at: float | None = None
    with subprocess.Popen(
        command,
        env={**os.environ, PIPE: "1", "PYTHONIOENCODING": "utf-8"},
        cwd=workspace.directory,
        stdin=subprocess.PIPE,  # its end tells the child that we are gone
        stdout=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,  # an interrupt at the terminal is ours to pass on
    ) as process:
        assert process.stdout is not None
        reader = threading.Thread(
            target=lambda out: written.append(out.read()), args=[process.stdout]
        )
        reader.start()
        while process.poll() is None:
            if stopping.is_set():
                asked_at = _ask_to_end(process, asked_at)
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_EVERY)
        reader.join()
    if asked_at is not None:
        raise StoppedError(" ".join(arguments))
    return process.returncode, "".join(written)


def _ask_to_end(process: subprocess.Popen[str], asked_at: float | None) -> float:
    if asked_at is None:
        process.terminate()
        return time.monotonic()
    if time.monotonic() - asked_at > PATIENCE:
        process.kill()
    return asked_at


def end_with_parent() -> None:
    """Watch standard input, if a parent holds it: its end is the parent's end."""
    if os.environ.pop(PIPE, None):
        threading.Thread(target=_wait_for_end, daemon=True, name="parent").start()


def _wait_for_end() -> None:
    # not through sys.stdin, whose lock a waiting thread would hold when the interpreter ends
    while os.read(_STANDARD_INPUT, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(1)
