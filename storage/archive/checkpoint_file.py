"""The file beside the originals that repeats the checkpoints of the log."""

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path

from storage.archive.durable import make_directory, sync_directory


def append_lines(path: Path, lines: Sequence[str]) -> None:
    """Append those lines that are not there yet, durably.

    Raises:
        OSError: if the file cannot be written.
    """
    make_directory(path.parent)
    is_new = not path.exists()
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        content = file.read()
        # A line torn by a crash was never acknowledged: it goes before the next is added.
        file.truncate(content.rfind(b"\n") + 1)
        known = set(whole_lines(content))
        missing = [line for line in lines if line not in known]
        file.write("".join(line + "\n" for line in missing).encode())
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        sync_directory(path.parent)


def whole_lines(content: bytes) -> list[str]:
    """Return the lines that end; one torn by a crash is none."""
    whole, _, _ = content.rpartition(b"\n")
    return whole.decode("utf-8", "replace").split("\n") if whole else []
