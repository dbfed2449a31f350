"""Removes what is left of reading processes that were killed together with their keepers."""

import contextlib
import fcntl
import os
import tempfile
import time
from pathlib import Path

from monitor.reading.office.keeper import remove

PREFIX = "nianbao-office-"
"""How the names of the private folders begin."""
_LEFT_OVER = 3600


def sweep() -> None:
    """Remove the folders of processes that were killed together with their keepers."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            found = folder.lstat()
            old = time.time() - found.st_mtime > _LEFT_OVER
            if old and found.st_uid == os.getuid() and not _in_use(folder):
                remove(folder)


def _in_use(folder: Path) -> bool:
    """Tell whether a keeper holds the lock of a folder."""
    try:
        lock = os.open(folder / "lock", os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False
